"""Files that a command line names: read whole within a limit, written whole or not at all with mode 0600.

Who is to blame decides the exit code, once for every command:

| what happened | error | exit |
|---|---|---|
| an input is absent or is a folder: the command line names the wrong thing | Usage | 2 |
| an input is larger than its limit | Unreadable | 4 |
| no right to read, an I/O error, a full or read-only disk, an absent folder for an output | StorageFailed | 8 |
| an output is there already and nobody said `--force`, or it is not a regular file | StorageFailed | 8 |

Secrets are never given to this module.
"""

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from custody.catalogue import _
from custody.errors import CustodyError, StorageFailed, Unreadable, Usage
from custody.store import failures
from custody.text import safe

STANDARD = "-"
"""The name that means standard input or standard output."""

_STREAM = re.compile(r"-|/dev/(?:std(?:in|out|err)|fd/[0-9]+)|/proc/self/fd/[0-9]+", re.ASCII)

_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_PATH_SHOWN = 300
_PART = 1 << 20


def read(path: str | Path, limit: int) -> bytes:
    """Return the whole content of a file, or of standard input for "-", of at most `limit` bytes.

    A pipe named by a path (`/dev/fd/63`, as a shell's `<(...)` makes it) is read like a file.
    Raises Usage, Unreadable or StorageFailed as the table above says.
    """
    if str(path) == STANDARD:
        return _read_bounded(sys.stdin.buffer, limit, _("standard input"))
    shown = _shown(path)
    try:
        with Path(path).open("rb") as opened:
            if os.fstat(opened.fileno()).st_size > limit:
                raise _too_large(shown, limit)
            return _read_bounded(opened, limit, shown)
    except OSError as failure:
        raise _input_error(shown, failure) from None


def parts(path: str | Path) -> Iterator[bytes]:
    """Yield a file's content part by part: for what is too long to be held. Raises Usage and StorageFailed."""
    shown = _shown(path)
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise Usage(_("{path} is not a file that could be read to its end").format(path=shown))
        with Path(path).open("rb") as opened:
            while part := opened.read(_PART):
                yield part
    except OSError as failure:
        raise _input_error(shown, failure) from None


def refuse_absent(path: str | Path) -> None:
    """Refuse now what `read` would refuse first: raises Usage for what is not there or is a folder, StorageFailed.

    Nothing is opened: a pipe named by a path is read once, later.
    """
    if str(path) == STANDARD:
        return
    try:
        there = Path(path).stat()
    except OSError as failure:
        raise _input_error(_shown(path), failure) from None
    if stat.S_ISDIR(there.st_mode):
        raise _input_error(_shown(path), OSError(errno.EISDIR, os.strerror(errno.EISDIR)))


def is_stream(path: str) -> bool:
    """Whether a name is of a stream that this process was given: by it no other program finds anything."""
    return _STREAM.fullmatch(path) is not None


def is_folder(path: str | Path) -> bool:
    """Whether a folder is named; what is not there, or may not be looked at, is none."""
    try:
        return str(path) != STANDARD and Path(path).is_dir()
    except OSError:  # a name that is longer than a file system has them
        return False


def files_in(folder: str | Path, most: int) -> tuple[tuple[Path, int], ...] | None:
    """Return the files of a folder, at most `most`, by name and each with its size; hidden ones and folders left out.

    None where it is no folder. Raises Unreadable for a folder of more, and StorageFailed.
    """
    if not is_folder(folder):
        return None
    try:
        names = sorted(each for each in Path(folder).iterdir() if not each.name.startswith(".") and each.is_file())
        found = tuple((each, each.stat().st_size) for each in names)
    except OSError as failure:
        raise _input_error(_shown(folder), failure) from None
    if len(found) > most:
        raise Unreadable(
            _("{path} holds more than {count} files").format(path=_shown(folder), count=most),
            hint=_("Put the files that are meant into a folder of their own."),
        )
    return found


def make_folder(path: str | Path) -> bool:
    """Make a folder of mode 0700, and say whether it was made now. Why it was not, is for whoever needs it to tell."""
    try:
        os.mkdir(path, 0o700)  # noqa: PTH102
    except (OSError, ValueError):
        return False
    return True


def remove_empty(path: str | Path) -> None:
    """Remove a folder in which nothing is."""
    with suppress(OSError):
        os.rmdir(path)  # noqa: PTH106


def write_new(path: str | Path, data: bytes, *, force: bool = False) -> None:
    """Write a file whole or not at all, mode 0600, and on the disk before this returns; "-" is standard output.

    The bytes go into a new file beside it, are synced, take the name in one step, and the folder is synced. Without
    `force` a file that has the name already is left alone, even when it appears while we write. Raises StorageFailed.
    """
    if str(path) == STANDARD:
        _write_standard_output(data)
        return
    target = Path(path)
    shown = _shown(path)
    folder = _open_folder(target, shown)
    try:
        _refuse_taken_name(folder, target.name, shown, force)
        _write_beside_and_rename(folder, target.name, data, force)
        _sync_name(folder, shown)
    except FileExistsError:
        raise _taken(shown) from None
    except OSError as failure:
        within = OSError(failure.errno, "", failure.filename and target.parent)  # what failed is a name within it
        raise _output_error(shown, within) from None
    finally:
        os.close(folder)


def _sync_name(folder: int, shown: str) -> None:
    """Wait until the disk has the file's name. The file is there by now, whatever the disk says."""
    try:
        os.fsync(folder)
    except OSError as failure:
        raise StorageFailed(
            _("{path} was written, and the disk did not confirm it: {reason}").format(
                path=shown, reason=failures.reason(failure)
            ),
            hint=_("Do not rely on it: write it again, to another disk."),
        ) from None


def refuse_taken(path: str | Path, *, force: bool = False) -> None:
    """Refuse now what `write_new` would refuse later, so that nothing is shown whose record cannot be kept.

    Raises StorageFailed for an absent folder, a name that is taken, and what is no regular file.
    """
    if str(path) == STANDARD:
        return
    target, shown = Path(path), _shown(path)
    folder = _open_folder(target, shown)
    try:
        _refuse_taken_name(folder, target.name, shown, force)
    finally:
        os.close(folder)


def _open_folder(target: Path, shown: str) -> int:
    try:
        return os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as failure:
        raise _output_error(shown, failure, folder=True) from None


def _read_bounded(stream: BinaryIO, limit: int, shown: str) -> bytes:
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise _too_large(shown, limit)
    return content


def _refuse_taken_name(folder: int, name: str, shown: str, force: bool) -> None:
    """Refuse early what the last step would refuse, and never replace a link, a device, a pipe or a folder."""
    try:
        there = os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(there.st_mode):
        raise StorageFailed(
            _("{path} is not a regular file, so nothing was written").format(path=shown),
            hint=_("Name a new file."),
        )
    if not force:
        raise _taken(shown)


def _write_beside_and_rename(folder: int, name: str, data: bytes, force: bool) -> None:
    beside = f".{name[:100]}.{os.urandom(8).hex()}.tmp"
    descriptor = os.open(
        beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder
    )
    try:
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if force:
            os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
            return
        _take_free_name(folder, beside, name)
    except BaseException:
        _remove(folder, beside)
        raise


def _take_free_name(folder: int, beside: str, name: str) -> None:
    """Give the finished file its name only if the name is free; the kernel decides, so there is no race.

    A file system without hard links (the FAT of a memory stick) gets the name claimed by an empty file first, which
    the finished one then replaces: race-free too, but a power cut between the two steps leaves that empty file.
    """
    try:
        os.link(beside, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as failure:
        if failure.errno not in _NO_HARD_LINKS:
            raise
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder))
        os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.unlink(beside, dir_fd=folder)


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _remove(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return


def _write_standard_output(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as failure:
        raise _output_error(_("standard output"), failure) from None


def _too_large(shown: str, limit: int) -> Unreadable:
    return Unreadable(
        _("{path} is larger than the {limit} bytes that are read here").format(path=shown, limit=limit),
        hint=_("Check that it is the file that you meant."),
    )


def _taken(shown: str) -> StorageFailed:
    return StorageFailed(
        _("{path} is there already and was left as it is").format(path=shown),
        hint=_("Name a new file, or say --force to replace it."),
    )


def _input_error(shown: str, failure: OSError) -> CustodyError:
    if failure.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP):
        return Usage(_("there is no file {path}").format(path=shown), hint=_("Check the name and the folder."))
    if failure.errno == errno.EISDIR:
        return Usage(_("{path} is a folder, and a file is needed").format(path=shown), hint=_("Name the file in it."))
    reason = failures.reason(failure)
    return StorageFailed(_("{path} cannot be read: {reason}").format(path=shown, reason=reason), hint=_step(failure))


def _output_error(shown: str, failure: OSError, *, folder: bool = False) -> StorageFailed:
    if folder and failure.errno in (errno.ENOENT, errno.ENOTDIR):
        message = _("{path} cannot be written: its folder does not exist").format(path=shown)
        return StorageFailed(message, hint=_("Create the folder, or name another one."))
    reason = failures.reason(failure)
    return StorageFailed(
        _("{path} cannot be written: {reason}; nothing was left behind").format(path=shown, reason=reason),
        hint=_step(failure),
    )


def _step(failure: OSError) -> str:
    if failures.is_closed_off(failure):
        return failures.closed_off_step()
    steps = {
        errno.ENOSPC: _("Free some space, or name a file on another disk."),
        errno.EDQUOT: _("Free some space, or name a file on another disk."),
        errno.EROFS: _("Mount the disk for writing, or name a file on another disk."),
        errno.EACCES: _("Check the owner and the rights of the file and its folder."),
        errno.EIO: _("Do not trust this disk; use another one."),
    }
    return steps.get(failure.errno or 0, _("Try again, or name a file on another disk."))


def _shown(path: str | Path) -> str:
    return safe(str(path), _PATH_SHOWN)
