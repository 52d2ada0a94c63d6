"""An OSError to the words of a reason and of a next step, for the sentence that its caller makes."""

import errno
import os

from custody.catalogue import _


def reason(failure: OSError) -> str:
    """Say why the system refused."""
    if is_closed_off(failure):
        return _("the command line names neither it nor, with --medium, its folder")
    known = {
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk quota is used up"),
        errno.EFBIG: _("the file would be larger than this system allows"),
        errno.EROFS: _("the disk is read-only"),
        errno.EACCES: _("this user may not"),
        errno.EPERM: _("the system forbids it"),
        errno.EIO: _("the disk answers with an error"),
        errno.EBUSY: _("it is locked by another process"),
        errno.ETXTBSY: _("it is locked by another process"),
        errno.EPIPE: _("its reader has gone away"),
        errno.ENAMETOOLONG: _("the name is too long"),
    }
    return known.get(failure.errno or 0, _("the system answers with error {number}").format(number=failure.errno))


def is_closed_off(failure: OSError) -> bool:
    """Say whether a file is closed to this command, and its rights would let this user (docs/adr/0022).

    What the system is asked here is the rights alone, which it answers without a look at what was closed off.
    """
    if failure.errno != errno.EACCES or not isinstance(failure.filename, str | os.PathLike):
        return False
    rights = os.R_OK | os.W_OK | os.X_OK if os.path.isdir(failure.filename) else os.R_OK  # noqa: PTH112  a name
    return os.access(failure.filename, rights, effective_ids=True)


def closed_off_step() -> str:
    """Say what to do about such a file."""
    return _("Run it again and name it there; the kernel keeps every other file closed (custody doctor).")


def step(failure: OSError) -> str:
    """Say what to do where no other place can be chosen: a treasury's directory is where it is."""
    if is_closed_off(failure):
        return closed_off_step()
    steps = {
        errno.ENOSPC: _("Free some space on this disk, then run the command again."),
        errno.EDQUOT: _("Free some space on this disk, then run the command again."),
        errno.EROFS: _("Mount the disk for writing, then run the command again."),
        errno.EACCES: _("Check the owner and the rights of the file and its folder."),
        errno.EIO: _("Do not trust this disk: back the directory up to another one before anything else."),
    }
    return steps.get(failure.errno or 0, _("Look at the disk, then run the command again."))
