"""What can go wrong at a write-side call, and what became of a run. It knows no way of making it happen."""

import errno
from dataclasses import dataclass

WRITES = frozenset({"write", "pwrite"})
"""Calls that may take only some of the bytes."""

GROWS = frozenset({"open", "write", "pwrite", "writev", "pwritev", "mkdir", "link", "symlink", "rename", "replace"})
"""Calls that need room on the disk: a full one still removes and cuts off."""


@dataclass(frozen=True, slots=True)
class Call:
    """One write-side call: its name, the path that it changes, and for a rename or a link the new path."""

    name: str
    path: str
    new: str = ""
    size: int = 0
    creates: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.path}" + (f" -> {self.new}" if self.new else "")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail at a call.

    `done`: the call is carried out first. `part`: half of the bytes are written first. `lasting`: every later call
    that would meet the same disk fails too. `dies_next`: the process is killed at its next write-side call.
    """

    name: str
    error: int = 0
    kill: bool = False
    done: bool = False
    part: bool = False
    lasting: bool = False
    dies_next: bool = False

    def applies(self, call: Call) -> bool:
        """Say whether this can happen at this call."""
        return not self.part or (call.name in WRITES and call.size > 1)

    def meets(self, name: str) -> bool:
        """Say whether a lasting fault meets a later call too."""
        return self.lasting and (self.error != errno.ENOSPC or name in GROWS)


KILLED_BEFORE = Fault("killed before", kill=True)
KILLED_AFTER = Fault("killed after", kill=True, done=True)
KILLED_HALF_WAY = Fault("killed half way", kill=True, part=True)
SHORT = Fault("short write", part=True)
SHORT_THEN_FULL = Fault("short write, then a full disk", errno.ENOSPC, part=True, lasting=True)
ENOSPC = Fault("ENOSPC", errno.ENOSPC)
EIO = Fault("EIO", errno.EIO)
EROFS = Fault("EROFS", errno.EROFS)
EINTR = Fault("EINTR", errno.EINTR)
EIO_THOUGH_DONE = Fault("EIO, though done", errno.EIO, done=True)
FULL = Fault("ENOSPC from now on", errno.ENOSPC, lasting=True)
BROKEN = Fault("EIO from now on", errno.EIO, lasting=True)
READ_ONLY = Fault("EROFS from now on", errno.EROFS, lasting=True)
EIO_THEN_KILLED = Fault("EIO, then killed", errno.EIO, dies_next=True)

KILLS = (KILLED_BEFORE, KILLED_AFTER, KILLED_HALF_WAY)
ERRORS = (ENOSPC, EIO, EROFS, EINTR, EIO_THOUGH_DONE, FULL, BROKEN, READ_ONLY, EIO_THEN_KILLED)
FAULTS = (*KILLS, SHORT, SHORT_THEN_FULL, *ERRORS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run: its exit code (0: returned; -9: killed), the error's class and what was said."""

    code: int
    error: str = ""
    said: str = ""

    @property
    def killed(self) -> bool:
        """Whether the process was killed."""
        return self.code == -9


class Undone(RuntimeError):
    """The harness could not do what it was asked; nothing is known about the program."""
