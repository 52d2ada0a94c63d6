"""A device that a command line names to print on: opened for writing, and nothing that keeps what is written.

What is written there is nobody's business here: the descriptor is all that leaves this room.
"""

import errno
import os
import stat
from pathlib import Path

from custody.catalogue import _
from custody.errors import StorageFailed, Usage
from custody.text import safe

_FLAGS = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def require_printer(path: str | Path) -> None:
    """Refuse what is no printer before anything depends on it. Raises Usage, and StorageFailed.

    A device is opened and closed once, so that a terminal, or one that nobody may write to, is told now. A pipe is not:
    its reader may come later.
    """
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        raise Usage(
            _("{path} is not there").format(path=safe(str(path))),
            hint=_("Is the printer on, and its cable plugged in?"),
        ) from None
    except OSError as failure:
        raise _closed(path, failure) from None
    if stat.S_ISCHR(mode):
        os.close(open_printer(path))
    else:
        _require_kind(path, mode)


def open_printer(path: str | Path) -> int:
    """Return a descriptor to write to, which does not wait.

    Raises Usage for what is no printer, and StorageFailed where it is off, taken, or where nobody reads.
    """
    try:
        _require_kind(path, Path(path).stat().st_mode)
        descriptor = os.open(path, _FLAGS)
    except OSError as failure:
        raise _closed(path, failure) from None
    try:
        _require_kind(path, os.fstat(descriptor).st_mode)
        if os.isatty(descriptor):
            raise _no_printer(path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _require_kind(path: str | Path, mode: int) -> None:
    if not (stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)):
        raise _no_printer(path)


def _no_printer(path: str | Path) -> Usage:
    return Usage(
        _("{path} is no printer: a card goes to a device or a pipe, and to no file").format(path=safe(str(path))),
        hint=_("For instance --printer /dev/usb/lp0. What else there is: docs/ceremonies.md"),
    )


def _closed(path: str | Path, failure: OSError) -> StorageFailed:
    shown = safe(str(path))
    if failure.errno == errno.ENXIO:
        return StorageFailed(_("nobody reads from {path}").format(path=shown), hint=_("Start what prints, and go on."))
    return StorageFailed(
        _("{path} cannot be written to: {reason}").format(path=shown, reason=os.strerror(failure.errno or errno.EIO)),
        hint=_("Is the printer on? Does another program use it? Who may write to it?"),
    )
