"""`Root`: the folder that stands for `/`, and what can be read below it. What cannot be read is None, never an error.

Kernels write small files. A file that is larger than any of these, a pipe or a device in its place is not read.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

FILE_LIMIT = 1 << 20
"""Bytes of a file, at most: many times the longest table of mounts or routes."""

NAMES_LIMIT = 10_000
"""Names in a folder, at most."""

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Root:
    """A folder in whose `proc`, `sys`, `dev` and `etc` everything is looked up; paths are written without a slash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def raw(self, path: str) -> bytes | None:
        """Return a file's bytes; None where it is no regular file of at most `FILE_LIMIT` bytes that can be read."""
        try:
            descriptor = os.open(self._folder / path, _FLAGS)
        except (OSError, ValueError):
            return None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            parts = []
            left = FILE_LIMIT + 1
            while left and (part := os.read(descriptor, left)):  # the kernel hands its files out in pieces
                parts.append(part)
                left -= len(part)
            return b"".join(parts) if left else None
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def text(self, path: str) -> str | None:
        """Return a file's text without blanks around it; None as for `raw`."""
        content = self.raw(path)
        return None if content is None else content.decode("utf-8", "replace").strip()

    def names(self, path: str) -> tuple[str, ...] | None:
        """Return the names in a folder, in order; None where it cannot be listed, or holds too many."""
        try:
            found = os.listdir(self._folder / path)  # noqa: PTH208  names, and not paths
        except (OSError, ValueError):
            return None
        return tuple(sorted(found)) if len(found) <= NAMES_LIMIT else None

    def names_or_none_there(self, path: str) -> tuple[str, ...] | None:
        """Return the names in a folder, nothing where it is certain that there is no such folder; None as `names`."""
        return () if self.lacks(path) else self.names(path)

    def lacks(self, path: str) -> bool:
        """Say whether it is certain that nothing is there: the folder around can be listed, and does not hold it."""
        folder, _slash, name = path.rpartition("/")
        around = self.names(folder)
        return around is not None and name not in around

    def link(self, path: str) -> str | None:
        """Return where a symbolic link leads, as it is written; None where it cannot be read."""
        with suppress(OSError, ValueError):
            return os.readlink(self._folder / path)  # noqa: PTH115  as written: "net:[4026531840]" is no path
        return None

    def is_file(self, path: str) -> bool:
        """Say whether there is a regular file."""
        return os.path.isfile(self._folder / path)  # noqa: PTH113  pathlib raises where a folder is closed to us
