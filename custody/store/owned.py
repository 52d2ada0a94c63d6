"""Opens what belongs to us alone: folders of mode 0700, files of mode 0600, never a link, a pipe or a device.

Anything else raises StorageFailed. Everything is opened by its name within a folder that is open already, so nobody can
slip another folder below a path between two steps.
"""

import errno
import os
import shlex
import stat
from pathlib import Path

from custody.catalogue import _
from custody.errors import StorageFailed, Usage
from custody.store import failures

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def open_home(path: Path, shown: str) -> int:
    """Open a home directory by its path. Raises Usage where there is none, StorageFailed where it is not ours alone."""
    try:
        _refuse_unlike_folder(os.lstat(path), shown)
        return _checked_folder(os.open(path, _FOLDER), shown)
    except OSError as failure:
        if failure.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
            raise Usage(
                _("there is no treasury's directory {path}").format(path=shown),
                hint=_("Check the name, or say --home DIR or CUSTODY_HOME."),
            ) from None
        raise unusable(shown, failure) from None


def open_folder(within: int, name: str, shown: str) -> int:
    """Open a folder of an open folder. Raises StorageFailed, and FileNotFoundError where there is none."""
    _refuse_unlike_folder(os.lstat(name, dir_fd=within), shown)
    return _checked_folder(os.open(name, _FOLDER, dir_fd=within), shown)


def open_file(within: int, name: str, flags: int, shown: str) -> int:
    """Open a file of an open folder. Raises StorageFailed, and FileNotFoundError where there is none.

    It is looked at before it is opened, since opening a device may already do something, and again once it is open.
    """
    _refuse_unlike_file(os.lstat(name, dir_fd=within), shown)
    descriptor = os.open(name, flags | _FILE, dir_fd=within)
    try:
        _refuse_unlike_file(os.fstat(descriptor), shown)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def open_above(within: int) -> int:
    """Open the folder above an open one, whoever owns it, to sync it. Raises OSError."""
    return os.open("..", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=within)


def is_there(within: int, name: str, shown: str) -> bool:
    """Say whether an open folder has a file of this name. Raises StorageFailed for what is there and is not ours."""
    try:
        _refuse_unlike_file(os.lstat(name, dir_fd=within), shown)
    except FileNotFoundError:
        return False
    return True


def size(within: int, name: str, shown: str) -> int:
    """Return the bytes of a file of an open folder. Raises StorageFailed, and FileNotFoundError where there is none."""
    there = os.lstat(name, dir_fd=within)
    _refuse_unlike_file(there, shown)
    return there.st_size


def is_regular(within: int, name: str) -> bool:
    """Say whether this is a file of ours and no link, pipe, device or folder. Raises OSError."""
    there = os.lstat(name, dir_fd=within)
    return stat.S_ISREG(there.st_mode) and there.st_uid == os.geteuid()


def create_file(within: int, name: str) -> int:
    """Open a new file of mode 0600, to write it, in an open folder. Raises OSError."""
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, 0o600, dir_fd=within)


def refuse_replaced(descriptor: int, path: Path, shown: str) -> None:
    """Refuse a folder whose path names another one by now. Raises StorageFailed."""
    try:
        there = os.lstat(path)
    except OSError as failure:
        raise unusable(shown, failure) from None
    if not os.path.samestat(there, os.fstat(descriptor)):
        raise replaced(shown)


def replaced(shown: str) -> StorageFailed:
    """Say that a folder's path names another one by now."""
    return StorageFailed(
        _("{path} was replaced by another folder while it was being used").format(path=shown),
        hint=_("Find out who did that, then run the command again."),
    )


def unusable(shown: str, failure: OSError) -> StorageFailed:
    """Say that something cannot be opened or read, and why."""
    return StorageFailed(
        _("{path} cannot be used: {reason}").format(path=shown, reason=failures.reason(failure)),
        hint=failures.step(failure),
    )


def _checked_folder(descriptor: int, shown: str) -> int:
    try:
        _refuse_unlike_folder(os.fstat(descriptor), shown)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_unlike_folder(there: os.stat_result, shown: str) -> None:
    if stat.S_ISLNK(there.st_mode):
        raise _link(shown)
    if not stat.S_ISDIR(there.st_mode):
        raise StorageFailed(
            _("{path} is not a folder").format(path=shown), hint=_("Name the treasury's directory itself.")
        )
    _refuse_foreign_owner(there, shown)
    # A folder may inherit the set-group bit from the one above it, which opens it to nobody.
    if there.st_mode & 0o777 != 0o700:
        raise _open_to_others(there, shown, "700")


def _refuse_unlike_file(there: os.stat_result, shown: str) -> None:
    if stat.S_ISLNK(there.st_mode):
        raise _link(shown)
    if not stat.S_ISREG(there.st_mode):
        raise StorageFailed(
            _("{path} is not a regular file").format(path=shown),
            hint=_("Find out what it is and who put it there, then take it away."),
        )
    _refuse_foreign_owner(there, shown)
    if stat.S_IMODE(there.st_mode) != 0o600:
        raise _open_to_others(there, shown, "600")
    if there.st_nlink != 1:
        raise StorageFailed(
            _("{path} has a second name elsewhere on this disk, through which it can be changed").format(path=shown),
            hint=_("Find the other name and who made it; copy the file, and put the copy in its place."),
        )


def _refuse_foreign_owner(there: os.stat_result, shown: str) -> None:
    if there.st_uid != os.geteuid():
        raise StorageFailed(
            _("{path} belongs to another user of this machine").format(path=shown),
            hint=_("Run the command as the user to whom the treasury's directory belongs."),
        )


def _link(shown: str) -> StorageFailed:
    return StorageFailed(
        _("{path} is a link, and what it leads to may be changed by others").format(path=shown),
        hint=_("Name the place itself, not a link to it."),
    )


def _open_to_others(there: os.stat_result, shown: str, wanted: str) -> StorageFailed:
    mode = f"{stat.S_IMODE(there.st_mode):o}"
    return StorageFailed(
        _("{path} has the rights {mode}, and only its owner may have any: {wanted}").format(
            path=shown, mode=mode, wanted=wanted
        ),
        hint=_("Check that nobody changed what is in it, then run: chmod {wanted} {path}").format(
            wanted=wanted, path=shlex.quote(shown)
        ),
    )
