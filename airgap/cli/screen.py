"""A series shown on a terminal's alternate screen until a key is pressed; the screen is cleared whatever ends the show.

Where standard output is no terminal, the codes are printed once, one below the other. Only `show` loads this module.
"""

import os
import select
import shutil
import signal
import sys
import termios
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from airgap import qr
from airgap.catalogue import _
from airgap.cli.series import Request, Series, plan, scaled
from airgap.errors import StorageFailed, Usage
from airgap.order import passes
from airgap.qr import blocks

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[2J\x1b[3J\x1b[?25h\x1b[?1049l"
_CLEAR = "\x1b[0m\x1b[2J"
_BEGIN_UPDATE, _END_UPDATE = "\x1b[?2026h", "\x1b[?2026l"
"""Asks the terminal to show a frame whole; one that does not know it ignores it."""

_PACES = {b">": 1 / 1.25, b".": 1 / 1.25, b"<": 1.25, b",": 1.25}
"""Keys, shifted or not, and what they do to the time that a code is shown."""
_DENSITIES = {b"+": 1.4, b"=": 1.4, b"-": 1 / 1.4, b"_": 1 / 1.4}
"""Keys, and what they do to the bytes of a code."""
_SHORTEST, _LONGEST = 0.05, 5.0
"""Seconds that a code is shown, at the least and at the most."""
_JITTER = 0.2
"""How much the time varies, so that no camera misses every second code for ever."""
_GOLDEN = 0.618


def present(request: Request, period_ms: int, label: str = "") -> None:
    """Show the request's series in codes that the window has room for; `label` begins the line below each.

    Ends with any key but those that change the speed or the density, and with ctrl-C. Raises Usage when the window is
    too small.
    """
    version = _room(request)
    if sys.stdout.isatty():
        _play(request, Slides(plan(request, version), label), period_ms / 1000)
        return
    slides = Slides(plan(request, version), label)
    for number in range(len(slides.series.frames)):
        _write(f"{slides.code(number, blocks.QUIET)}\n{slides.caption(number, 0)}\n")


def _room(request: Request) -> int:
    """Return the largest version that the window shows. Raises Usage when it shows none."""
    columns, rows = shutil.get_terminal_size()
    version = qr.fits(columns, rows)
    if request.fragment is not None or not version:
        version = qr.fits(columns, rows, blocks.TIGHT_QUIET)
    if not version:
        raise Usage(
            _("a window of {columns} by {rows} is too small for a QR code").format(columns=columns, rows=rows),
            hint=_("Make it 80 columns by 24 rows, or write pictures with --to png -o FILE."),
        )
    return version


class Slides:
    """The codes of a series, drawn ahead by a thread so that the show never waits for one, and then kept."""

    def __init__(self, series: Series, label: str = "") -> None:
        self.series = series
        self.label = label
        self.version = max(map(qr.version_for, series.frames))
        self._matrices: dict[int, qr.Matrix] = {}
        self._unwanted = threading.Event()

    def draw_ahead(self) -> None:
        """Begin to draw all codes in order, until they are drawn or `forget` is called."""
        threading.Thread(target=self._draw_all, daemon=True).start()

    def forget(self) -> None:
        """Draw no more ahead."""
        self._unwanted.set()

    def _draw_all(self) -> None:
        for number in range(len(self.series.frames)):
            if self._unwanted.is_set():
                return
            self._drawn(number)

    def _drawn(self, number: int) -> qr.Matrix:
        if number not in self._matrices:
            self._matrices[number] = qr.matrix(self.series.frames[number], self.version)
        return self._matrices[number]

    def nearest(self, number: int) -> int:
        """Return a position that is drawn: the one wanted, else one before it, else the wanted one all the same."""
        return next((at for at in range(number, -1, -1) if at in self._matrices), number)

    def code(self, number: int, quiet: int) -> str:
        """Return the code at a position of the series, as lines for a terminal."""
        return qr.terminal(self._drawn(number), quiet)

    def caption(self, number: int, columns: int) -> str:
        """Return the line below a code: its place, the message, its words, and in a window of `columns` what keys do.

        Where the window is narrow, the less needed goes first, the label last. 0 columns means that there is no window.
        """
        message, count = self.series.message, len(self.series.frames)
        place = _("{number} of {count}").format(number=number + 1, count=count) if count > 1 else ""
        what = _("{type} {count} bytes").format(type=message.type, count=len(message.payload))
        words = " ".join(message.words)
        if not columns:
            return _joined(self.label, place, what, words)
        ends = _("any key ends")
        series = (_("< > speed, - + size, any other key ends"), _("<> speed, -+ size")) if count > 1 else ()
        wide = (_joined(self.label, place, what, words, keys) for keys in (*series, ends))
        choices = (*wide, _joined(self.label, place, what, ends), _joined(self.label, ends))
        return next((choice for choice in choices if len(choice) < columns), ends[: columns - 1])


def _joined(*parts: str) -> str:
    return " | ".join(filter(None, parts))


def _play(request: Request, slides: Slides, period: float) -> None:
    with _screen() as keyboard:
        while (change := _run(slides, period, keyboard)) is not None:
            slides.forget()
            period, density = change
            request = scaled(request, slides.series, density)
            slides = Slides(plan(request, _room(request)), slides.label)


def _run(slides: Slides, period: float, keyboard: int | None) -> tuple[float, float] | None:
    """Show a series; return the time to a code and the change of density where another is wanted, None at the end."""
    slides.draw_ahead()
    window = os.terminal_size((0, 0))
    for turn, number in enumerate(passes(len(slides.series.frames))):
        size = shutil.get_terminal_size()
        shown = slides.nearest(number)
        _write((_CLEAR if size != window else "") + _composed(slides, shown, size))
        window = size
        key = _wait(keyboard, period * (1 + _JITTER * (turn * _GOLDEN % 1 - 0.5)))
        if key is None:
            continue
        if key[:1] in _DENSITIES:
            return period, _DENSITIES[key[:1]]
        if key[:1] not in _PACES:
            return None
        period = min(_LONGEST, max(_SHORTEST, period * _PACES[key[:1]]))
    return None


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
    endings = {number: signal.signal(number, _end) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)}
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
