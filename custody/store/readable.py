"""`Folder`, a treasury's directory open for reading: a file's name and a limit to its whole content."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from custody.catalogue import _
from custody.errors import StorageFailed, Unreadable
from custody.store import owned, transfer
from custody.store.names import HERE, Name, is_file, refuse_folder


class Folder:
    """A home directory that is open for reading. Names are those of `custody.store.names`.

    Every method raises StorageFailed where the disk or the rights of a file say no, and Unreadable for a name that a
    home directory does not hold.
    """

    __slots__ = ("_descriptor", "_shown")

    def __init__(self, descriptor: int, shown: str) -> None:
        self._descriptor = descriptor
        self._shown = shown

    def shut(self) -> None:
        """Forget the descriptor: whoever still holds this value opens nothing, least of all another's file."""
        self._descriptor = -1

    def require_same(self, other: "Folder") -> None:
        """Raise StorageFailed unless another folder that was opened by the same path is this one."""
        if not os.path.samestat(os.fstat(self._descriptor), os.fstat(other._descriptor)):
            raise owned.replaced(self._shown)

    def exists(self, name: str) -> bool:
        """Say whether there is a file of this name; what is there and is no file of ours raises."""
        place = Name.parse(name)
        with self._reading(place):
            try:
                with self._folder(place.folder) as within:
                    return owned.is_there(within, place.file, self._path(place))
            except FileNotFoundError:
                return False

    def size(self, name: str) -> int:
        """Return how many bytes a file has."""
        place = Name.parse(name)
        with self._reading(place), self._folder(place.folder) as within:
            return owned.size(within, place.file, self._path(place))

    def read(self, name: str, limit: int) -> bytes:
        """Return the whole content of a file, of at most `limit` bytes. Raises Unreadable above them."""
        place = Name.parse(name)
        with self._reading(place), self._folder(place.folder) as within:
            content = transfer.content(within, place.file, limit, self._path(place))
        if len(content) > limit:
            raise Unreadable(
                _("{path} is larger than the {limit} bytes that are read here").format(
                    path=self._path(place), limit=limit
                ),
                hint=_("Nothing of ours writes so large a file: find out who did."),
            )
        return content

    def names(self, folder: str = HERE) -> tuple[str, ...]:
        """List the names of one folder, "kept", "vaults" or "officers", or of the directory itself, in order.

        What is called otherwise is not ours and is passed over.
        """
        refuse_folder(folder)
        with self._reading(Name(folder, "")):
            return tuple(str(Name(folder, file)) for file in self._files(folder) if is_file(folder, file))

    def _files(self, folder: str) -> list[str]:
        try:
            with self._folder(folder) as within:
                return sorted(os.listdir(within))  # noqa: PTH208 - by descriptor, which a Path cannot
        except FileNotFoundError:
            return []

    @contextmanager
    def _folder(self, folder: str) -> Iterator[int]:
        """Open a folder of the directory by its name. Raises FileNotFoundError where there is none."""
        if folder == HERE:
            yield self._descriptor
            return
        within = owned.open_folder(self._descriptor, folder, f"{self._shown}/{folder}")
        try:
            yield within
        finally:
            os.close(within)

    @contextmanager
    def _reading(self, place: Name) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise self._absent(place) from None
        except OSError as failure:
            raise owned.unusable(self._path(place), failure) from None

    def _absent(self, place: Name) -> StorageFailed:
        return StorageFailed(
            _("{path} is not there").format(path=self._path(place)),
            hint=_("Look for it in a backup of this directory."),
            code="absent",
        )

    def _path(self, place: Name) -> str:
        return f"{self._shown}/{place}".removesuffix("/")
