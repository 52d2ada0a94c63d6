"""Reads one run's write-side calls for what a power cut could undo: names taken or changes left before their sync."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from tests.faults.fault import Call

_CONTENT = frozenset({"write", "pwrite", "writev", "pwritev", "ftruncate", "truncate"})
_REMOVES = frozenset({"unlink", "remove", "rmdir"})
_MAKES = frozenset({"mkdir", "symlink"})
_RENAMES = frozenset({"rename", "replace"})


def complaints(calls: Iterable[Call]) -> list[str]:
    """Say what was not synced when it had to be: a file before it takes its name, everything before the end."""
    found: list[str] = []
    files: set[str] = set()
    folders: set[str] = set()
    for call in calls:
        if call.name in ("fsync", "fdatasync"):
            files.discard(call.path)
            folders.discard(call.path)
        elif call.name in _CONTENT:
            files.add(call.path)
        elif call.name in _RENAMES or call.name == "link":
            if call.path in files:
                found.append(f"{call}: takes its name before its bytes are synced")
            folders |= {_above(call.path), _above(call.new)}
        elif call.name in _REMOVES | _MAKES or call.creates:
            folders.add(_above(call.path))
            if call.name in _REMOVES:
                files.discard(call.path)
    found += [f"{path}: its bytes were never synced" for path in sorted(files)]
    return found + [f"{path}: its names were never synced" for path in sorted(folders)]


def _above(path: str) -> str:
    return str(PurePosixPath(path).parent)
