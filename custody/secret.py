"""`Secret`: bytes that do not print, are neither copied nor pickled, and have one exit, `reveal()`."""

import hmac
import mmap
import sys
from contextlib import suppress
from typing import Never, Self

from custody.catalogue import _

_OWN = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
LOCKED = _OWN | (0x2000 if sys.platform.startswith("linux") else 0)
"""Pages of our own that are never in swap: MAP_LOCKED of mmap(2), which the standard library does not name."""


def _pages(length: int) -> mmap.mmap:
    """Return zeroed pages that nothing else lies in: locked, or else, over RLIMIT_MEMLOCK, as they come."""
    with suppress(OSError):
        return mmap.mmap(-1, length, flags=LOCKED)
    return mmap.mmap(-1, length, flags=_OWN)


class Secret:
    """Secret bytes in pages of our own, which are kept out of swap where the system allows it.

    It never shows its content (`repr`, `str`, `format`), compares in constant time, and refuses `pickle`, `copy`
    and hashing. `reveal()` is the one exit, so that every use of a secret is found by searching for that word.
    `wipe()` overwrites our pages and gives them back; copies that the interpreter or a library made are beyond its
    reach (docs/limits.md says so), which is why a process that held a secret ends soon.
    """

    __slots__ = ("_length", "_pages")

    def __init__(self, content: bytes | bytearray) -> None:
        self._pages: mmap.mmap | None = None
        if not isinstance(content, bytes | bytearray):  # bytearray(32) would be 32 zeros: a key that everybody has
            raise TypeError(_("a Secret is made of bytes"))
        self._length = len(content)
        self._pages = pages = _pages(max(self._length, 1))
        pages[: self._length] = content

    def reveal(self) -> bytes:
        """Return a copy of the content. Raises ValueError once it is wiped."""
        pages = self._pages  # looked at once: another thread may wipe it now
        if pages is None:
            raise ValueError(_("this secret has been wiped"))
        return pages[: self._length]

    def wipe(self) -> None:
        """Overwrite the pages with zeros and forget them. Again it does nothing, from whichever thread it comes."""
        pages, self._pages = self._pages, None
        if pages is not None:
            pages[:] = bytes(len(pages))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.wipe()

    def __len__(self) -> int:
        return 0 if self._pages is None else self._length

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.reveal(), other.reveal())  # raises once wiped: nothing equals what is gone

    __hash__ = None  # type: ignore[assignment]  # an unhashable type is declared so; mypy has no spelling for it

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__

    def __format__(self, _specification: str) -> str:
        return repr(self)

    def _refuse(self, *_arguments: object) -> Never:
        raise TypeError(_("a Secret is neither copied nor pickled"))

    __copy__ = __deepcopy__ = __reduce__ = __reduce_ex__ = __getstate__ = _refuse

    def __del__(self) -> None:
        self.wipe()
