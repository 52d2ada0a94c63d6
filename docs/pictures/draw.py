"""Draws the screens that the documents show: the real command, in an 80x24 terminal, as SVG (`make pictures`).

It knows a terminal and a picture of one. What is on the screen comes from the command alone; a test draws each picture
again and compares it with the committed one.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Self

import pyte

HERE = Path(__file__).parent
COLUMNS, ROWS = 80, 24
PATIENCE = 60.0
"""Seconds until a screen that does not come is an error."""


class Terminal:
    """A command in a terminal of its own, 80x24, that can be looked at and typed into."""

    def __init__(
        self, command: Sequence[str], folder: Path = HERE, environment: Mapping[str, str] | None = None
    ) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        plain = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": str(folder)}
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], list(command), {**plain, **(environment or {})})
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._ended: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._ended is None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGTERM)
            os.waitpid(self._pid, 0)
        os.close(self._master)

    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip("\n")

    def wait_for(self, awaited: str) -> None:
        """Read until the screen shows a text. Raises TimeoutError with what it shows instead."""
        end = time.monotonic() + PATIENCE
        while awaited not in self.text():
            if not self._read(end):
                raise TimeoutError(f"{awaited!r} did not come; the screen shows:\n{self.text()}")

    def wait(self) -> int:
        """Read until the command ends; return its exit code. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while self._read(end):
            pass
        if time.monotonic() > end:
            raise TimeoutError(f"the command did not end; the screen shows:\n{self.text()}")
        if self._ended is None:
            self._ended = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self._ended

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def _read(self, end: float) -> bool:
        ready, _writable, _failed = select.select([self._master], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # a terminal whose command has ended
            return False
        self._stream.feed(data)
        return bool(data)


# --- the picture ---

WIDE, HIGH, EDGE = 8.4, 18, 14
INK, PAPER = "#d8dee9", "#1d2330"
COLOURS = {
    "black": "#1d2330",
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#e5c07b",
    "blue": "#61afef",
    "magenta": "#c678dd",
    "cyan": "#56b6c2",
    "white": "#d8dee9",
    "default": INK,
}


@dataclass(frozen=True)
class Run:
    """Characters of one row that look alike."""

    column: int
    text: str
    ink: str
    paper: str
    bold: bool


def runs(screen: pyte.Screen, row: int) -> list[Run]:
    """Cut a row of the screen into runs."""
    found: list[Run] = []
    for column in range(screen.columns):
        cell = screen.buffer[row][column]
        ink, paper = _colour(cell.fg, INK), _colour(cell.bg, PAPER)
        if cell.reverse:
            ink, paper = paper, ink
        look = (ink, paper, cell.bold)
        if found and (found[-1].ink, found[-1].paper, found[-1].bold) == look:
            last = found.pop()
            found.append(Run(last.column, last.text + cell.data, *look))
        else:
            found.append(Run(column, cell.data, *look))
    return found


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return COLOURS.get(name.removeprefix("bright"), f"#{name}" if len(name) == 6 else INK)


def svg(screen: pyte.Screen) -> str:
    """Draw a screen. The text stays text: it can be selected, searched and compared."""
    width, height = COLUMNS * WIDE + 2 * EDGE, ROWS * HIGH + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-size="14" '
        'font-family="DejaVu Sans Mono, Menlo, Consolas, Liberation Mono, monospace">',
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
    ]
    for row in range(ROWS):
        top = EDGE + row * HIGH
        for run in runs(screen, row):
            left = EDGE + run.column * WIDE
            if run.paper != PAPER:
                box = f'x="{left:g}" y="{top:g}" width="{len(run.text) * WIDE:g}" height="{HIGH}"'
                parts.append(f'<rect {box} fill="{run.paper}"/>')
            if text := run.text.rstrip():
                weight = ' font-weight="bold"' if run.bold else ""
                place = f'x="{left:g}" y="{top + 13:g}" textLength="{len(text) * WIDE:g}" fill="{run.ink}"{weight}'
                keep = 'xml:space="preserve" style="white-space:pre"'
                parts.append(f"<text {place} {keep}>{escape(text, quote=False)}</text>")
    return "\n".join([*parts, "</svg>", ""])


# --- the screens ---

BIN = Path(sys.executable).parent


def review() -> pyte.Screen:
    """The first page of the review of a payment with three outputs."""
    line = "custody review payment.psbt --wallet treasury.json"
    with Terminal(["sh", "-c", f"echo '$ {line}'; exec {BIN}/{line}"]) as terminal:
        terminal.wait_for("page 1 of 2")
        return terminal.screen


# The command as it is, except that the system's randomness is a fixed stream, so that the picture can be drawn again.
# The words on it are nobody's: everybody can make this key.
FIXED = """
import hashlib, itertools, os, sys
count = itertools.count()
def stream(size):
    return b"".join(hashlib.sha256(f"picture {next(count)}".encode()).digest() for _ in range(0, size, 32))[:size]
os.urandom = stream
from custody.cli.front.main import main
sys.argv[0] = "custody"
main()
"""


def share() -> pyte.Screen:
    """The first of five cards, as its holder sees it."""
    arguments = ["key", "new", "--network", "regtest", "--no-dice", "--threshold", "3", "--shares", "5"]
    with Terminal([sys.executable, "-c", FIXED, *arguments]) as terminal:
        terminal.wait_for("Card 1 of 5: only its holder")
        terminal.type("\n")
        terminal.wait_for("Enter clears the screen")
        return terminal.screen


PICTURES = {"review": review, "share": share}


def main() -> None:
    """Draw every picture beside this file."""
    for name, draw in PICTURES.items():
        (HERE / f"{name}.svg").write_text(svg(draw()), encoding="utf-8")


if __name__ == "__main__":
    main()
