"""What code that turned on us would try from inside a command: files that no command line named, by several ways."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

from airgap.door import landlock
from tests.conftest import ROOT, needed

CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EXDEV})
"""How the kernel refuses what it closed off."""

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def foreign(beside: Path) -> Path:
    """A folder that nobody names, with files and folders in it."""
    folder = beside / "foreign"
    for name in ("inner", "empty"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("v", "x", "y"):
        (folder / name).write_text("somebody's own")
    return folder


def tried(folder: Path) -> dict[str, int]:
    """Try every way to a folder that was not named; return each with the error that ended it, 0 for none.

    Where all are open, each finds what it needs, and nothing is left outside of the folder.
    """
    other = os.getppid()
    ways: dict[str, Callable[[], object]] = {
        "list": lambda: list(folder.iterdir()),
        "read": lambda: os.open(folder / "x", os.O_RDONLY),
        "write": lambda: os.open(folder / "x", os.O_WRONLY),
        "cut off": lambda: os.truncate(folder / "x", 0),
        "read by its own root": lambda: os.open(f"/proc/self/root{folder}/x", os.O_RDONLY),
        "read by another's root": lambda: os.open(f"/proc/{other}/root{folder}/x", os.O_RDONLY),
        "read by a way round": lambda: os.open(f"/usr/share/../..{folder}/x", os.O_RDONLY),
        "make a file": lambda: os.open(folder / "new", NEW, 0o600),
        "make one without a name": lambda: os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o600),
        "make a folder": (folder / "made").mkdir,
        "make a link": lambda: (folder / "link").symlink_to("x"),
        "make a second name": lambda: (folder / "second").hardlink_to(folder / "x"),
        "make a pipe": lambda: os.mkfifo(folder / "pipe"),
        "move": lambda: (folder / "y").rename(folder / "z"),
        "move away": lambda: (folder / "x").rename(folder / "inner" / "x"),
        "remove": (folder / "v").unlink,
        "remove a folder": (folder / "empty").rmdir,
        "write into the temporary folder": lambda: os.open("/tmp", os.O_WRONLY | os.O_TMPFILE, 0o600),
        "write into the install": lambda: os.open(ROOT / "custody" / "__init__.py", os.O_WRONLY),
        "read another's memory": lambda: os.open(f"/proc/{other}/mem", os.O_RDONLY),
        "end another process": lambda: os.kill(other, 0),
    }
    return {way: _errno(attempt) for way, attempt in ways.items()}


def open_ways(found: dict[str, int]) -> set[str]:
    """The ways that were open, of those that this kernel can close."""
    if not (known := landlock.version()):
        needed("landlock", "this kernel has no Landlock")
    later = {"cut off": 3, "end another process": 6}
    return {way for way, number in found.items() if number not in CLOSED and known >= later.get(way, 1)}


def _errno(attempt: Callable[[], object]) -> int:
    """Make an attempt; what it opens stays so until the process ends."""
    try:
        attempt()
    except OSError as failure:
        return failure.errno or 0
    return 0
