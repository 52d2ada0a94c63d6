"""A person's terminal of 80 columns and 24 rows, as an emulator shows it."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence

import pyte

from airgap.door.shutting import ALLOWED
from custody.machine.keyboard import SHOWN
from tests.support.patience import Deadline, until, until_asleep


def _like_a_shell() -> None:
    """Give the process its terminal, and Ctrl-C back, which whoever runs the tests may have been told to ignore."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Screen:
    """A process on a terminal of its own, or one that starts it `through` itself: what it shows, and keys to press."""

    def __init__(self, code: str, *arguments: str, size: tuple[int, int] = (80, 24), **settings: object) -> None:
        columns, rows = size
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.emulator = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.emulator)
        self.raw = b""
        environment = {name: value for name, value in os.environ.items() if name in ALLOWED.difference(_TRACES)}
        environment |= {"TERM": "xterm"}
        self.slave = slave
        through: Sequence[str] = settings.pop("through", ())  # type: ignore[assignment]
        self.process = subprocess.Popen(
            [*through, sys.executable, "-I", "-c", code, *arguments],
            stdin=slave,
            stderr=slave,
            env=environment | dict(settings.pop("env", {})),
            stdout=settings.pop("stdout", slave),
            start_new_session=True,
            preexec_fn=_like_a_shell,
            **settings,
        )

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        os.close(self.slave)
        os.close(self.master)

    @property
    def lines(self) -> list[str]:
        self.read(0)
        return [line.rstrip() for line in self.emulator.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def read(self, wait: float = 0.05) -> bool:
        """Take what is written, and wait for it so long; say whether there was anything."""
        before = len(self.raw)
        while select.select([self.master], [], [], wait)[0]:
            got = os.read(self.master, 65536)
            self.raw += got
            self.stream.feed(got)
            wait = 0
        return len(self.raw) > before

    def until(self, expected: str) -> str:
        """Wait until the screen shows a text; fail with what it shows instead. Looked at when something is written."""
        deadline, seen = Deadline(), expected in self.text
        while not seen and self.process.poll() is None:
            deadline.require(lambda: f"{expected!r} did not appear:\n{self.text}")
            seen = self.read() and expected in self.text
        if expected not in self.text:
            raise AssertionError(f"{expected!r} did not appear (exit {self.process.poll()}):\n{self.text}")
        return self.text

    def until_raw(self, expected: bytes, times: int = 1) -> None:
        """Wait until so many of it were written in all: an older one may still be on the screen, or one be gone."""

        def written() -> bool:
            self.read()
            return self.raw.count(expected) >= times

        until(written, lambda: f"{expected!r}, {times} times:\n{self.text}")

    def send(self, number: int) -> None:
        """Send a signal to a process that waits."""
        until_asleep(self.process.pid)
        os.kill(self.process.pid, number)

    def interrupt(self) -> None:
        """Press Ctrl-C before a process that waits."""
        until_asleep(self.process.pid)
        self.type("\x03")

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def enter(self, lines: Sequence[str] | str = "") -> None:
        for line in [lines] if isinstance(lines, str) else lines:
            self.type(line + "\n")

    def try_keys(self) -> None:
        """Type the line by which a command sees whether keys type what is printed on them."""
        self.until_raw(b"leave the keys untested")
        self.enter(SHOWN)

    def finish(self) -> int:
        def ended() -> bool:
            self.read()
            return self.process.poll() is not None

        until(ended, lambda: f"the end of the program:\n{self.text}")
        self.read()
        return self.process.returncode

    @property
    def echoes(self) -> bool:
        """Does the terminal echo what is typed, now?"""
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)


_TRACES = ("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "NO_COLOR", "ASCIINEMA_REC", "COLUMNS", "LINES")
