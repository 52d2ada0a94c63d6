"""Locks an open folder for one writer or many readers; StorageFailed where it is held for longer than one waits.

The lock belongs to the open descriptor: the system lets go of it when a process ends, however it ends, so no stale
lock is ever left. It binds those that ask for it, which is every command of ours; it does not stop other programs.
"""

import errno
import fcntl
import time

from custody.catalogue import _
from custody.errors import StorageFailed
from custody.store import failures

PATIENCE = 10.0
"""Seconds to wait for another process before its presence is told."""

_POLL = 0.01
_HELD = frozenset({errno.EAGAIN, errno.EACCES})


def take(descriptor: int, shown: str, *, exclusive: bool, patience: float = PATIENCE) -> None:
    """Lock an open folder, alone or beside other readers. Raises StorageFailed after `patience` seconds."""
    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    end = time.monotonic() + patience
    while not _taken(descriptor, kind, shown):
        if time.monotonic() >= end:
            raise StorageFailed(
                _("another process is using this home, {path}").format(path=shown),
                hint=_("Let the other command finish, or end it, then run this one again."),
                code="locked",
            )
        time.sleep(_POLL)


def _taken(descriptor: int, kind: int, shown: str) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as failure:
        if failure.errno in _HELD:
            return False
        raise StorageFailed(
            _("{path} cannot be locked: {reason}").format(path=shown, reason=failures.reason(failure)),
            hint=_("Keep a treasury's directory on a disk of this machine, whose file system has locks."),
        ) from None
    return True
