"""Landlock: the kernel leaves this process, for good, only the files below some paths (landlock(7)).

The version is asked from the kernel, and only rights that it knows are handled: an older one closes off less. Rules
narrow, and can be laid several times; what this process starts has them too.
"""

import ctypes
import errno
import os
import stat
from collections.abc import Iterable

from airgap.door.calls import LANDLOCK, MACHINES

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))
"""LANDLOCK_ACCESS_FS_* of linux/landlock.h. Whatever is handled and stands in no rule is refused."""

READ = READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""Rights that a file can have; the others are a folder's."""

Rule = tuple[str | int, int]
"""A path, or the number of an open descriptor, and the rights below it."""

_HANDLED = ((5, 16), (3, 15), (2, 14), (1, 13))
"""From which version on the first so many rights are known."""

_TCP_SINCE, _SCOPES_SINCE = 4, 6
_TCP = 0b11
"""To bind and to connect."""
_SCOPES = 0b11
"""Abstract local sockets, and signals to processes outside."""

_ASK_VERSION, _PATH_BENEATH = 1, 1
_PR_SET_NO_NEW_PRIVS = 38


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the kernel's version of Landlock; 0 where there is none, or it is switched off."""
    if os.uname().machine not in MACHINES:
        return 0
    return max(0, _call(LANDLOCK.create_ruleset, None, 0, _ASK_VERSION))


def handled(known: int) -> int:
    """Return the rights that a version of Landlock knows."""
    return next(((1 << count) - 1 for since, count in _HANDLED if known >= since), 0)


def confine(rules: Iterable[Rule]) -> bool:
    """Leave this process no file but those below the rules' paths, no TCP, no signals to others. Say whether it is so.

    Links are followed, and the rule is about what they lead to. What is not there is passed over, and so is what no
    rule can name: a pipe, which is reached by its descriptor alone.
    """
    known = version()
    files = handled(known)
    asked = _Ruleset(files, _TCP if known >= _TCP_SINCE else 0, _SCOPES if known >= _SCOPES_SINCE else 0)
    size = 8 if known < _TCP_SINCE else 16 if known < _SCOPES_SINCE else 24
    ruleset = _call(LANDLOCK.create_ruleset, ctypes.byref(asked), size, 0) if known else -1
    if ruleset < 0:
        return False
    try:
        for place, rights in rules:
            if not _allowed(ruleset, place, rights & files):
                return False
        one, zero = ctypes.c_ulong(1), ctypes.c_ulong(0)
        if _SYSTEM.prctl(_PR_SET_NO_NEW_PRIVS, one, zero, zero, zero):
            return False
        return not _call(LANDLOCK.restrict_self, ruleset, 0)
    finally:
        os.close(ruleset)


def _allowed(ruleset: int, place: str | int, rights: int) -> bool:
    try:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC) if isinstance(place, str) else os.dup(place)
    except (OSError, ValueError):
        return True
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            rights &= OF_FILES
        rule = _Beneath(rights, opened)
        if not rights or not _call(LANDLOCK.add_rule, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0):
            return True
        return ctypes.get_errno() == errno.EBADFD
    finally:
        os.close(opened)


_SYSTEM = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    """Make a system call, whose whole numbers are as wide as the machine's."""
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(_SYSTEM.syscall(ctypes.c_long(number), *wide))
