"""A series on a terminal: drawn on the alternate screen until a key is pressed, and cleared away at the end.

Where standard output is no terminal, the codes are printed once, one below the other. Only `show` calls it.
"""

import os
import select
import shutil
import signal
import sys
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from airgap import qr
from airgap.catalogue import _
from airgap.cli.series import Request, Series, passes, plan
from airgap.errors import StorageFailed, Usage
from airgap.qr import blocks

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[2J\x1b[3J\x1b[?25h\x1b[?1049l"
_CLEAR = "\x1b[0m\x1b[2J"
_BEGIN_UPDATE, _END_UPDATE = "\x1b[?2026h", "\x1b[?2026l"
"""Asks the terminal to show a frame whole; one that does not know it ignores it."""

_FASTER, _SLOWER = b"+", b"-"
_STEP = 1.25
_SHORTEST, _LONGEST = 0.05, 5.0
"""Seconds that a code is shown, at the least and at the most."""


def present(request: Request, period_ms: int) -> None:
    """Show the request's series in codes that the window has room for.

    Ends with any key but + and -, which change the speed, and with ctrl-C. Raises Usage when the window is too small.
    """
    columns, rows = shutil.get_terminal_size()
    version = qr.fits(columns, rows)
    if request.fragment is not None or not version:
        version = qr.fits(columns, rows, blocks.TIGHT_QUIET)
    if not version:
        raise Usage(
            _("a window of {columns} by {rows} is too small for a QR code").format(columns=columns, rows=rows),
            hint=_("Make it 80 columns by 24 rows, or write pictures with --to png -o FILE."),
        )
    series = plan(request, version)
    slides = Slides(series)
    if sys.stdout.isatty():
        _play(slides, period_ms / 1000)
    else:
        for number in range(len(series.frames)):
            _write(f"{slides.code(number, blocks.QUIET)}\n{slides.caption(number, 0)}\n")


class Slides:
    """The drawn codes of a series, each drawn when it is first wanted and then kept."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.version = max(map(qr.version_for, series.frames))
        self._matrices: dict[int, qr.Matrix] = {}

    def code(self, number: int, quiet: int) -> str:
        """Return the code at a position of the series, as lines for a terminal."""
        if number not in self._matrices:
            self._matrices[number] = qr.matrix(self.series.frames[number], self.version)
        return qr.terminal(self._matrices[number], quiet)

    def caption(self, number: int, columns: int) -> str:
        """Return the line below a code: its place, the message, its words, and in a window of `columns` what keys do.

        Where the window is narrow, the less needed goes first. 0 columns means that there is no window.
        """
        message, count = self.series.message, len(self.series.frames)
        place = _("{number} of {count}").format(number=number + 1, count=count) if count > 1 else ""
        what = _("{type} {count} bytes").format(type=message.type, count=len(message.payload))
        words = " ".join(message.words)
        if not columns:
            return _joined(place, what, words)
        ends = _("any key ends")
        speed = _("+ - speed, any other key ends") if count > 1 else ends
        choices = (_joined(place, what, words, speed), _joined(place, what, words, ends), _joined(place, what, ends))
        return next((choice for choice in choices if len(choice) < columns), ends[: columns - 1])


def _joined(*parts: str) -> str:
    return " | ".join(filter(None, parts))


def _play(slides: Slides, period: float) -> None:
    with _screen() as keyboard:
        window = os.terminal_size((0, 0))
        for number in passes(len(slides.series.frames)):
            size = shutil.get_terminal_size()
            _write((_CLEAR if size != window else "") + _composed(slides, number, size))
            window = size
            key = _wait(keyboard, period)
            if key is None:
                continue
            if key[:1] not in (_FASTER, _SLOWER):
                return
            period = min(_LONGEST, max(_SHORTEST, period / _STEP if key[:1] == _FASTER else period * _STEP))


def _composed(slides: Slides, number: int, window: os.terminal_size) -> str:
    """Return what draws one code in the middle of the window, with its caption below."""
    columns, rows = window
    quiet = next((q for q in (blocks.QUIET, blocks.TIGHT_QUIET) if slides.version <= qr.fits(columns, rows, q)), None)
    if quiet is None:
        return _at(0, 0, _("Make the window larger.")[:columns])
    lines = slides.code(number, quiet).split("\n")
    left = (columns - blocks.width(slides.version, quiet)) // 2
    top = (rows - blocks.STATUS_ROWS - len(lines)) // 2
    drawn = "".join(_at(top + row, left, line) for row, line in enumerate(lines))
    caption = slides.caption(number, columns)
    return _BEGIN_UPDATE + drawn + _at(rows - 1, 0, f"{caption}\x1b[K") + _END_UPDATE


def _at(row: int, column: int, text: str) -> str:
    return f"\x1b[{row + 1};{column + 1}H{text}"


@contextmanager
def _screen() -> Iterator[int | None]:
    """Take the alternate screen and the keyboard, and give both back clean, whatever ends the show.

    Yields the keyboard's file descriptor, or None when standard input is no terminal.
    """
    keyboard = sys.stdin.fileno() if sys.stdin.isatty() else None
    before = None if keyboard is None else termios.tcgetattr(keyboard)
    endings = {number: signal.signal(number, _end) for number in (signal.SIGTERM, signal.SIGHUP)}
    resting = signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # a stopped show would leave its code on the screen
    try:
        if keyboard is not None:
            tty.setcbreak(keyboard)
        _write(_ENTER)
        yield keyboard
    except KeyboardInterrupt:
        return
    finally:
        with suppress(StorageFailed):
            _write(_LEAVE)
        if keyboard is not None and before is not None:
            termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)
        signal.signal(signal.SIGTSTP, resting)
        for number, handler in endings.items():
            signal.signal(number, handler)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait(keyboard: int | None, seconds: float) -> bytes | None:
    """Wait for a key or for the time to pass; return the key's bytes, or None."""
    if keyboard is None:
        time.sleep(seconds)
        return None
    ready, _writable, _failed = select.select([keyboard], [], [], seconds)
    if not ready:
        return None
    try:
        return os.read(keyboard, 16)
    except OSError:
        return b""  # the terminal is gone, and nobody will press a key


def _write(text: str) -> None:
    """Write to the terminal as UTF-8, whatever the locale says: half blocks have no other spelling."""
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except OSError as problem:
        raise StorageFailed(_("the terminal went away")) from problem
