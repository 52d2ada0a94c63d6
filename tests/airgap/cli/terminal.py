"""A window for the `airgap` command: a real pseudo-terminal with pyte's screen behind it."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from types import TracebackType
from typing import Self

import pyte

from tests.support.patience import SECONDS, Deadline

_START = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from airgap.cli import main; main()"


class Window:
    """Runs the command in a window of the given size; `raw` is all that it wrote."""

    def __init__(self, *arguments: str, columns: int = 80, rows: int = 24) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._ours, theirs = pty.openpty()
        self.resize(columns, rows)
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=environment | {"TERM": "xterm-256color"},
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def attributes(self) -> list[object]:
        return termios.tcgetattr(self._ours)

    def wait_for(self, wanted: bytes) -> None:
        """Read on until `wanted` has been written since the call."""
        start, deadline = len(self.raw), Deadline()
        while wanted not in self.raw[start:]:
            if not self._read(deadline.left):
                raise AssertionError(f"{wanted!r} did not come; the screen shows {self.screen.display}")

    def finish(self) -> int:
        """Read until the command ends; return its exit code."""
        deadline = Deadline()
        while self._read(deadline.left):
            pass
        return self.process.wait(SECONDS)

    def _read(self, seconds: float) -> bool:
        ready, _writable, _failed = select.select([self._ours], [], [], max(0, seconds))
        try:
            data = os.read(self._ours, 65536) if ready else b""
        except OSError:
            return False  # the command has closed its end
        self.raw += data
        self._stream.feed(data)
        return bool(data)
