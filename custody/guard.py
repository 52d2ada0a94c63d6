"""Makes this process fit to hold secrets; returns a sentence for each concern that stays: core dumps, swap, onlookers.

It reads /proc and changes this process alone; it prints nothing.
"""

import ctypes
import mmap
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

from custody.catalogue import _
from custody.secret import LOCKED
from custody.text import safe

SWAPS = Path("/proc/swaps")

_PR_SET_DUMPABLE = 4
_OWNER_ONLY = 0o077
_PROC = Path("/proc")
_MOST_ANCESTORS = 64
_RECORDERS = {
    "tmux": "tmux",
    "tmux: server": "tmux",
    "screen": "screen",
    "SCREEN": "screen",
    "script": "script",
    "asciinema": "asciinema",
    "ttyrec": "ttyrec",
    "sshd": "ssh",
    "sshd-session": "ssh",
    "mosh-server": "ssh",
}
_TRACES = {"TMUX": "tmux", "STY": "screen", "SSH_CONNECTION": "ssh", "SSH_TTY": "ssh", "ASCIINEMA_REC": "asciinema"}


def harden() -> tuple[str, ...]:
    """Make this process a safer place for a secret; return a sentence for everything that stays a concern.

    No core dump, no other process of the same user reads its memory (`PR_SET_DUMPABLE`), and files that it makes are
    its owner's alone (umask 077). As much memory may be locked as this user is allowed. Swap is reported, because what
    is in memory may then be written to a disk, and so is a system that locks no memory, unless it has no swap.
    """
    os.umask(_OWNER_ONLY)
    return _forbid_core_dumps() + _forbid_memory_readers() + _allow_locked_memory() + swap_concerns()


def can_lock() -> bool:
    """Say whether this system keeps a page of ours out of swap, now."""
    try:
        mmap.mmap(-1, mmap.PAGESIZE, flags=LOCKED).close()
    except OSError:
        return False
    return sys.platform.startswith("linux")


def swap_areas(table: Path = SWAPS) -> tuple[str, ...] | None:
    """Return the names of the active swap areas, from /proc/swaps; None where this system does not tell."""
    try:
        lines = table.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return tuple(line.split()[0] for line in lines[1:] if line.strip())


def swap_concerns(table: Path = SWAPS) -> tuple[str, ...]:
    """Return a sentence if swap is on, or if this system does not tell."""
    areas = swap_areas(table)
    if areas is None:
        return (_("this system does not tell whether swap is on"),)
    if not areas:
        return ()
    shown = ", ".join(safe(area) for area in areas)
    sentence = _("swap is on ({areas}): a secret may be written to that disk; switch it off with: swapoff -a")
    return (sentence.format(areas=shown),)


def onlookers(*, started_by: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Name the programs around this process that see or keep what a terminal shows: tmux, screen, script, ssh.

    Found by what they leave in the environment and by the names of the processes that started this one. An empty
    answer means that none was seen, not that nobody looks.
    """
    names = ancestors() if started_by is None else started_by
    found = {_RECORDERS[name] for name in names if name in _RECORDERS}
    found |= {program for variable, program in _TRACES.items() if os.environ.get(variable)}
    if os.environ.get("TERM", "").startswith(("screen", "tmux")) and not found & {"tmux", "screen"}:
        found.add("screen")
    return tuple(sorted(found))


def ancestors() -> tuple[str, ...]:
    """Return the command names of this process's ancestors, the nearest first; as far as /proc tells."""
    names: list[str] = []
    process = os.getppid()
    while process > 0 and len(names) < _MOST_ANCESTORS:
        try:
            status = (_PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            break
        name, _bracket, rest = status.partition("(")[2].rpartition(")")
        names.append(name)
        process = int(rest.split()[1])
    return tuple(names)


def _forbid_core_dumps() -> tuple[str, ...]:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return (_("core dumps could not be switched off: after a crash, a secret may lie on the disk"),)
    return ()


def _allow_locked_memory() -> tuple[str, ...]:
    """Raise the limit to what is allowed; say where not even a page can be locked and swap might take it."""
    with suppress(OSError, ValueError):
        _soft, most = resource.getrlimit(resource.RLIMIT_MEMLOCK)
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (most, most))
    if can_lock() or swap_areas() == ():
        return ()
    return (_("this system locks no memory for this user, so that swap may take even what we keep apart"),)


def _forbid_memory_readers() -> tuple[str, ...]:
    concern = (_("this process could not be closed to other processes of the same user"),)
    if not sys.platform.startswith("linux"):
        return concern
    try:
        refused = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):
        return concern
    return concern if refused else ()
