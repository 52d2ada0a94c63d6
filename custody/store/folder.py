"""Opens or makes a treasury's directory for one writer or many readers; a change in it is whole and durable, or undone.

What is promised, on a disk that keeps its word about fsync, and a file system that lets no file grow before its bytes
are there (ext4, XFS, Btrfs; not the FAT of a memory stick):

- a file is the old one or the new one, whatever fails and whenever the power goes; only a line that is being appended
  may be torn by a power cut, and then everything before it is whole;
- when a change returns, it is on the disk: file and folder are synced;
- when a change raises, the old content stays, and what could not be undone is said;
- once the disk has not confirmed a write, this process writes nothing more there: after a failed fsync the kernel may
  hold in memory what never reached the disk, and asking again would be answered with yes.

Reading back what was written shows what the system holds, which is the disk's word only as far as the disk is honest.
Secrets are never given to this module in the clear.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from custody.catalogue import _
from custody.errors import StorageFailed
from custody.store import failures, lock, owned
from custody.store.readable import Folder
from custody.store.writable import Check, WritableFolder
from custody.text import safe

__all__ = ["Check", "Folder", "WritableFolder", "create", "looking", "reading", "writing"]

_PATH_SHOWN = 300


@contextmanager
def looking(path: str | Path) -> Iterator[Folder]:
    """Open a home directory without keeping anybody from it, and shut it at the end. Raises Usage and StorageFailed.

    Each file is whole, and two of them may be of different moments: what must fit together is read while `reading`.
    """
    shown = safe(str(path), _PATH_SHOWN)
    descriptor = owned.open_home(Path(path), shown)
    home = Folder(descriptor, shown)
    try:
        yield home
    finally:
        home.shut()
        os.close(descriptor)


@contextmanager
def reading(path: str | Path, *, patience: float = lock.PATIENCE) -> Iterator[Folder]:
    """Open a home directory beside other readers, and shut it at the end.

    Raises Usage where there is none; StorageFailed where it is not ours alone, or is being written for `patience`
    seconds.
    """
    shown = safe(str(path), _PATH_SHOWN)
    with _locked(Path(path), shown, exclusive=False, patience=patience) as descriptor:
        home = Folder(descriptor, shown)
        try:
            yield home
        finally:
            home.shut()


@contextmanager
def writing(path: str | Path, *, patience: float = lock.PATIENCE) -> Iterator[WritableFolder]:
    """Open a home directory for its one writer, and shut it at the end. Raises as `reading` does.

    What a killed writer left unfinished is swept, and what it finished is on the disk before anything is built on it.
    """
    shown = safe(str(path), _PATH_SHOWN)
    with _locked(Path(path), shown, exclusive=True, patience=patience) as descriptor:
        home = WritableFolder(descriptor, shown)
        try:
            home.sweep()
            home.settle()
            yield home
        finally:
            home.shut()


@contextmanager
def create(path: str | Path, *, patience: float = lock.PATIENCE) -> Iterator[WritableFolder]:
    """Make a home directory, or take an empty one, and open it for writing. Raises StorageFailed if it is in use.

    A directory in which a killed `create` left nothing but unfinished files counts as empty.
    """
    shown = safe(str(path), _PATH_SHOWN)
    try:
        with suppress(FileExistsError):
            os.mkdir(path, 0o700)  # noqa: PTH102 - beside its sync, in the system's words
    except OSError as failure:
        raise _not_made(shown, failure) from None
    with writing(path, patience=patience) as home:
        require_empty(home, path)
        home.sync_name()
        yield home


def require_empty(home: WritableFolder, path: str | Path) -> None:
    """Raise StorageFailed for a directory in which something was finished."""
    if not home.is_empty():
        raise StorageFailed(
            _("{path} is not empty, and a new treasury needs a directory of its own").format(
                path=safe(str(path), _PATH_SHOWN)
            ),
            hint=_("Name a directory that does not exist yet."),
        )


@contextmanager
def _locked(path: Path, shown: str, *, exclusive: bool, patience: float) -> Iterator[int]:
    descriptor = owned.open_home(path, shown)
    try:
        lock.take(descriptor, shown, exclusive=exclusive, patience=patience)
        owned.refuse_replaced(descriptor, path, shown)
        yield descriptor
    finally:
        os.close(descriptor)


def _not_made(shown: str, failure: OSError) -> StorageFailed:
    if failure.errno in (errno.ENOENT, errno.ENOTDIR):
        message = _("{path} cannot be made: the folder above it does not exist").format(path=shown)
        return StorageFailed(message, hint=_("Create that folder, or name another one."))
    return StorageFailed(
        _("{path} cannot be made: {reason}").format(path=shown, reason=failures.reason(failure)),
        hint=failures.step(failure),
    )
