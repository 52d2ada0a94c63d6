"""`Secret`: bytes that do not print, are neither copied nor pickled, and have one exit, `reveal()`."""

import hmac
from typing import Never, Self

from custody.catalogue import _


class Secret:
    """Secret bytes in a buffer of our own.

    It never shows its content (`repr`, `str`, `format`), compares in constant time, and refuses `pickle`, `copy`
    and hashing. `reveal()` is the one exit, so that every use of a secret is found by searching for that word.
    `wipe()` overwrites our buffer; copies that the interpreter or a library made are beyond its reach
    (docs/limits.md says so), which is why a process that held a secret ends soon.
    """

    __slots__ = ("_buffer",)

    def __init__(self, content: bytes | bytearray) -> None:
        self._buffer: bytearray | None = None
        if not isinstance(content, bytes | bytearray):  # bytearray(32) would be 32 zeros: a key that everybody has
            raise TypeError(_("a Secret is made of bytes"))
        self._buffer = bytearray(content)

    def reveal(self) -> bytes:
        """Return a copy of the content. Raises ValueError once it is wiped."""
        buffer = self._buffer  # looked at once: another thread may wipe it now
        if buffer is None:
            raise ValueError(_("this secret has been wiped"))
        return bytes(buffer)

    def wipe(self) -> None:
        """Overwrite the buffer with zeros and forget it. A second call does nothing, from whichever thread it comes."""
        buffer, self._buffer = self._buffer, None
        if buffer is not None:
            buffer[:] = bytes(len(buffer))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.wipe()

    def __len__(self) -> int:
        return len(self._buffer or b"")

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
