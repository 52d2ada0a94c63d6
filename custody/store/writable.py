"""`WritableFolder`, a treasury's directory open for its one writer: each change is whole and on the disk, or undone.

Written beside, synced, read back, renamed, and the folder synced. What could not be undone is said in the StorageFailed
that is raised, and then this process changes nothing more there.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby

from custody.catalogue import _
from custody.errors import StorageFailed
from custody.store import failures, owned, transfer
from custody.store.names import FOLDERS, HERE, Name, is_stray
from custody.store.readable import Folder

Check = Callable[[bytes], object]
"""Looks at what was read back before it takes its name, and raises if it is not sound."""

_doubtful: set[tuple[str, int, int]] = set()
"""Homes (path, device, inode) of which a sync has failed in this process."""


class WritableFolder(Folder):
    """A home directory that is open for its one writer. `Folder` says what every method raises."""

    __slots__ = ("_identity",)

    def __init__(self, descriptor: int, shown: str) -> None:
        super().__init__(descriptor, shown)
        there = os.fstat(descriptor)
        self._identity = (shown, there.st_dev, there.st_ino)

    def write(self, name: str, data: bytes, check: Check | None = None) -> None:
        """Write a file, over the one of this name if there is one. `check` is given the bytes as they were read back.

        Written beside, synced, read back, compared, checked, renamed, and the folder synced. What `check` raises is
        passed on, and the old content stays.
        """
        self._put(Name.parse(name), data, check, new=False)

    def write_new(self, name: str, data: bytes, check: Check | None = None) -> None:
        """Write a file as `write` does, and refuse one that is there.

        The name is looked for once more just before it is taken. That is no race among our own commands, which hold
        the lock. A hard link would let the kernel decide, but a crash would leave the file with a second name.
        """
        self._put(Name.parse(name), data, check, new=True)

    def append(self, name: str, line: bytes, at: int) -> None:
        """Add bytes to the end of a file whose size must be `at`; the first ones (at 0) make the file.

        A failure is undone: the file is cut back to its old size.
        """
        place = Name.parse(name)
        if at == 0 and not self.exists(name):
            self._put(place, line, None, new=True)
            return
        with self._opened(place) as (descriptor, within):
            size = os.fstat(descriptor).st_size
            if size != at:
                raise StorageFailed(
                    _("{path} has {size} bytes and not the {expected} that were read: nothing was added").format(
                        path=self._path(place), size=size, expected=at
                    ),
                    hint=_("Another program changes this file. Find it, then run the command again."),
                )
            self._add(descriptor, within, place, line, at)

    def truncate(self, name: str, size: int) -> None:
        """Cut a file back to its first `size` bytes. Refuses to make it longer."""
        place = Name.parse(name)
        with self._opened(place) as (descriptor, _within):
            there = os.fstat(descriptor).st_size
            if not 0 <= size <= there:
                raise StorageFailed(
                    _("{path} has {there} bytes and cannot be cut back to {size}").format(
                        path=self._path(place), there=there, size=size
                    )
                )
            try:
                os.ftruncate(descriptor, size)
            except OSError as failure:
                if os.fstat(descriptor).st_size != there:
                    raise self._unsure(place, failure) from None
                raise
            self._sync(descriptor, place, undone=False)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, in this order also on the disk wherever the folder changes; those not there are passed over."""
        places = [Name.parse(name) for name in names]
        for folder, group in groupby(places, key=lambda place: place.folder):
            self._unlink(folder, [place.file for place in group])

    def sweep(self) -> tuple[str, ...]:
        """Remove what our own writers left unfinished when they were killed, and return its names."""
        swept: list[str] = []
        for folder in (HERE, *FOLDERS):
            with self._reading(Name(folder, "")):
                strays = [file for file in self._files(folder) if is_stray(folder, file)]
                if strays:
                    with self._folder(folder) as within:
                        strays = [file for file in strays if owned.is_regular(within, file)]
            if strays:
                self._unlink(folder, strays)
                swept.extend(str(Name(folder, file)) for file in strays)
        return tuple(swept)

    def settle(self) -> None:
        """Wait until the disk has every name that is here, before anything is built on what a killed writer left."""
        for folder in (HERE, *FOLDERS):
            place = Name(folder, "")
            with self._changing(place), suppress(FileNotFoundError), self._folder(folder) as within:
                self._sync(within, place, undone=True)

    def sync_name(self) -> None:
        """Wait until the disk has the directory's own name, which is in the folder above it."""
        here = Name(HERE, "")
        with self._changing(here):
            above = owned.open_above(self._descriptor)
            try:
                self._sync(above, here, undone=True)
            finally:
                os.close(above)

    def is_empty(self) -> bool:
        """Say whether nothing was ever finished here: no file at all, and no folder but empty ones of ours."""
        with self._reading(Name(HERE, "")):
            return set(self._files(HERE)) <= set(FOLDERS) and not any(self._files(folder) for folder in FOLDERS)

    def _put(self, place: Name, data: bytes, check: Check | None, *, new: bool) -> None:
        with self._changing(place), self._made(place.folder) as within:
            self._refuse_taken(within, place, new=new)
            beside = place.beside()
            try:
                self._lay_down(within, beside, place, data)
                self._read_back(within, beside, place, data, check)
                self._refuse_taken(within, place, new=new)
                self._rename(within, beside, place)
            except BaseException:
                with suppress(OSError):  # what cannot be removed now is swept by the next writer
                    os.unlink(beside, dir_fd=within)
                raise
            self._sync(within, place, undone=False)

    def _refuse_taken(self, within: int, place: Name, *, new: bool) -> None:
        if owned.is_there(within, place.file, self._path(place)) and new:
            raise StorageFailed(
                _("{path} is there already and was left as it is").format(path=self._path(place)),
                hint=_("Find out who wrote it, then run the command again."),
            )

    def _lay_down(self, within: int, beside: str, place: Name, data: bytes) -> None:
        descriptor = owned.create_file(within, beside)
        try:
            transfer.write_all(descriptor, data, 0)
            self._sync(descriptor, place, undone=True)
        finally:
            os.close(descriptor)

    def _read_back(self, within: int, beside: str, place: Name, data: bytes, check: Check | None) -> None:
        back = transfer.content(within, beside, len(data), self._path(place), from_disk=True)
        if back != data:
            raise self._other_bytes(place)
        if check is not None:
            check(back)

    def _rename(self, within: int, beside: str, place: Name) -> None:
        try:
            os.rename(beside, place.file, src_dir_fd=within, dst_dir_fd=within)
        except OSError as failure:
            if beside not in os.listdir(within):
                raise self._unsure(place, failure) from None
            raise

    def _add(self, descriptor: int, within: int, place: Name, line: bytes, at: int) -> None:
        try:
            transfer.write_all(descriptor, line, at)
            self._sync(descriptor, place, undone=True)
            self._sync(within, place, undone=True)
            if transfer.bytes_from(descriptor, at, len(line) + 1) != line:
                raise self._other_bytes(place)
        except BaseException:
            self._cut_back(descriptor, place, at)
            raise

    def _cut_back(self, descriptor: int, place: Name, size: int) -> None:
        try:
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        except OSError as failure:
            raise self._unsure(place, failure) from None

    def _unlink(self, folder: str, files: list[str]) -> None:
        with self._changing(Name(folder, "")), suppress(FileNotFoundError), self._folder(folder) as within:
            for place in (Name(folder, file) for file in files):
                try:
                    with suppress(FileNotFoundError):
                        os.unlink(place.file, dir_fd=within)
                except OSError as failure:
                    raise self._not_removed(place, failure) from None
            self._sync(within, place, undone=False)

    @contextmanager
    def _opened(self, place: Name) -> Iterator[tuple[int, int]]:
        """Open a file that is there to change it; give its descriptor and its folder's."""
        with self._changing(place), self._folder(place.folder) as within:
            descriptor = owned.open_file(within, place.file, os.O_RDWR, self._path(place))
            try:
                yield descriptor, within
            finally:
                with suppress(OSError):  # whatever was written is synced by now, or undone
                    os.close(descriptor)

    @contextmanager
    def _made(self, folder: str) -> Iterator[int]:
        """Open a folder of the directory, which is made if it is not there."""
        if folder != HERE:
            try:
                os.lstat(folder, dir_fd=self._descriptor)
            except FileNotFoundError:
                os.mkdir(folder, 0o700, dir_fd=self._descriptor)
                self._sync(self._descriptor, Name(folder, ""), undone=True)
        with self._folder(folder) as within:
            yield within

    @contextmanager
    def _changing(self, place: Name) -> Iterator[None]:
        if self._identity in _doubtful:
            raise StorageFailed(
                _("{path} is not touched: the disk did not confirm an earlier change of this home").format(
                    path=self._path(place)
                ),
                hint=_("Do not trust this disk: back the directory up to another one before anything else."),
            )
        try:
            yield
        except FileNotFoundError:
            raise self._absent(place) from None
        except OSError as failure:
            raise StorageFailed(
                _("{path} cannot be changed: {reason}; the old content stays").format(
                    path=self._path(place), reason=failures.reason(failure)
                ),
                hint=failures.step(failure),
            ) from None

    def _sync(self, descriptor: int, place: Name, *, undone: bool) -> None:
        """Wait until the disk has it. `undone`: a failure leaves the old content, or the caller brings it back."""
        try:
            os.fsync(descriptor)
        except OSError as failure:
            _doubtful.add(self._identity)
            if undone:
                raise
            raise self._unsure(place, failure) from None

    def _unsure(self, place: Name, failure: OSError) -> StorageFailed:
        _doubtful.add(self._identity)
        return StorageFailed(
            _("the disk did not confirm a change of {path}: {reason}; nobody knows which of the two is on it").format(
                path=self._path(place), reason=failures.reason(failure)
            ),
            hint=_("Do not trust this disk: back the directory up to another one before anything else."),
        )

    def _not_removed(self, place: Name, failure: OSError) -> StorageFailed:
        return StorageFailed(
            _("{path} cannot be removed: {reason}").format(path=self._path(place), reason=failures.reason(failure)),
            hint=failures.step(failure),
        )

    def _other_bytes(self, place: Name) -> StorageFailed:
        return StorageFailed(
            _("{path} was not changed: the disk gave back other bytes than were written").format(
                path=self._path(place)
            ),
            hint=_("Do not trust this disk: back the directory up to another one before anything else."),
        )
