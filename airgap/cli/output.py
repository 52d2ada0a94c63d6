"""Results to standard output, everything said to a person to standard error. A write that fails raises StorageFailed.

What a person would not hear, because standard error is closed, does not stop the work.
"""

import json
import os
import sys
from collections.abc import Mapping
from textwrap import wrap
from typing import Any, TextIO

from airgap import files
from airgap.catalogue import _
from airgap.errors import AirgapError, StorageFailed, Usage

_BAR = 24
_HANGING = "    "
_NARROWEST = 20
_USUAL_COLUMNS = 80


def say(text: str) -> None:
    """Say a line to the person, on a terminal folded between words. One who is not listening does not stop the work."""
    if sys.stderr.isatty():
        lines = [_folded(line, _columns(sys.stderr)) for line in text.splitlines()]
        text = "\n".join(lines)
    _try_to_write(sys.stderr, text + "\n")


def _folded(line: str, width: int) -> str:
    """Fold a line that is wider than the window; what goes on is further in, so that it cannot pass for a new line."""
    if len(line) <= width:
        return line
    room = max(width, _NARROWEST)
    return "\n".join(wrap(line, room, subsequent_indent=_HANGING, break_long_words=False, break_on_hyphens=False))


def result(public: Mapping[str, Any]) -> None:
    """Print the result as exactly one JSON object. Raises StorageFailed."""
    files.write(files.STANDARD, (json.dumps(public, indent=2) + "\n").encode())


def line(text: str) -> None:
    """Print one line of a result. Raises StorageFailed; BrokenPipeError where the reader has had enough."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise StorageFailed(
            _("the result could not be written to standard output"), hint=_("Check the disk, and run it again.")
        ) from problem


def refuse_two_results(out: str | None, *, as_json: bool) -> None:
    """Raise Usage where both `--json` and the message want standard output."""
    if as_json and out == files.STANDARD:
        raise Usage(
            _("--json and a file on standard output do not go together"),
            hint=_("Name a file with -o, or leave --json away."),
        )


def error(failure: AirgapError, *, as_json: bool) -> None:
    """Say an error: `error:` and `hint:` lines on standard error, or one JSON object on standard output."""
    if as_json:
        answer = {"code": failure.code, "message": str(failure), "hint": failure.hint}
        _try_to_write(sys.stdout, json.dumps({"error": answer}, indent=2) + "\n")
        return
    say(_("error: {message}").format(message=failure))
    for hint in failure.hint.splitlines():
        say(_("hint: {line}").format(line=hint))


class Bar:
    """A progress bar on one line of standard error: drawn only for a person, who has not asked for quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._length = 0

    def draw(self, fraction: float, words: str, short: str = "") -> None:
        """Draw anew: a fraction of 0 to 1, and what is to be said about it.

        Where the line is too narrow, `short` takes the words' place, then the bar's too. A line that is wider than the
        window would leave a copy of itself behind each time.
        """
        if not self._shown:
            return
        room = _columns(sys.stderr) - 1
        filled = min(_BAR, int(fraction * _BAR))
        bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] "
        least = short or words
        text = next((each for each in (bar + words, bar + least, least) if len(each) <= room), least[:room])
        _try_to_write(sys.stderr, "\r" + text.ljust(min(self._length, room)))
        self._length = len(text)

    def close(self) -> None:
        """End the line, so that the next words start on their own."""
        if self._length:
            _try_to_write(sys.stderr, "\n")
            self._length = 0


def _columns(stream: TextIO) -> int:
    """How wide the window of a stream is; 80 where it does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_COLUMNS
    except (OSError, ValueError):
        return _USUAL_COLUMNS


def _try_to_write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        return
