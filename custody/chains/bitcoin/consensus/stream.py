"""`Reader`: numbers and byte strings of Bitcoin's serialisation, one after another, from bytes; never past their end.

Every count is held against the bytes that remain before anything is made of it, so a short file cannot ask for much
memory or time. Compact sizes are read in their shortest form only. What is wrong raises Unreadable.
"""

import struct

from custody.catalogue import _
from custody.errors import Unreadable

_U32 = struct.Struct("<I")
_I32 = struct.Struct("<i")
_I64 = struct.Struct("<q")


class Reader:
    """A position in a byte string. `what` names the document in errors ("the PSBT", "the previous transaction")."""

    __slots__ = ("_data", "_end", "_position", "what")

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._end = len(data)
        self._position = 0
        self.what = what

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._position

    @property
    def remaining(self) -> int:
        """Bytes still to be read."""
        return self._end - self._position

    def read(self, count: int) -> bytes:
        """Return the next `count` bytes. Raises Unreadable where fewer remain."""
        start = self._position
        if not 0 <= count <= self._end - start:
            raise self.unreadable(
                _("it ends too early: {count} bytes are announced, {remaining} are there").format(
                    count=count, remaining=self.remaining
                )
            )
        self._position = start + count
        return self._data[start : start + count]

    def u8(self) -> int:
        """Return the next byte."""
        return self.read(1)[0]

    def u32(self) -> int:
        """Return an unsigned number of 4 bytes, little endian."""
        number: int = _U32.unpack(self.read(4))[0]
        return number

    def i32(self) -> int:
        """Return a signed number of 4 bytes, little endian."""
        number: int = _I32.unpack(self.read(4))[0]
        return number

    def i64(self) -> int:
        """Return a signed number of 8 bytes, little endian."""
        number: int = _I64.unpack(self.read(8))[0]
        return number

    def compact_size(self) -> int:
        """Return a number of 1, 3, 5 or 9 bytes. Raises Unreadable where a shorter form would hold it."""
        first = self.u8()
        if first < 0xFD:
            return first
        size = 1 << (first - 0xFC)
        number = int.from_bytes(self.read(size), "little")
        if len(compact_size(number)) != 1 + size:
            raise self.unreadable(_("a compact size is written longer than it needs to be"))
        return number

    def var_bytes(self, limit: int | None = None) -> bytes:
        """Return a byte string with its compact size before it. Raises Unreadable over `limit` bytes, if given."""
        start = self._position + 1
        if start <= self._end and limit is None:  # nearly every string is short: its size is one byte
            size = self._data[start - 1]
            end = start + size
            if size < 0xFD and end <= self._end:
                self._position = end
                return self._data[start:end]
        size = self.compact_size()
        if limit is not None and size > limit:
            raise self.unreadable(_("{size} bytes are over the limit of {limit}").format(size=size, limit=limit))
        return self.read(size)

    def since(self, start: int) -> bytes:
        """Return the bytes from an earlier position up to here."""
        return self._data[start : self._position]

    def count(self, smallest: int) -> int:
        """Return how many things follow, each at least `smallest` bytes. Raises Unreadable where they cannot fit."""
        number = self.compact_size()
        if number * smallest > self.remaining:
            raise self.unreadable(
                _("it announces {count} entries, which do not fit in the {remaining} bytes that remain").format(
                    count=number, remaining=self.remaining
                )
            )
        return number

    def finish(self) -> None:
        """Raise Unreadable where bytes remain."""
        if self.remaining:
            raise self.unreadable(_("{count} bytes stand behind its end").format(count=self.remaining))

    def unreadable(self, reason: str) -> Unreadable:
        """Make the error that names the document, the position and a reason."""
        return Unreadable(
            _("{what} cannot be read at byte {position}: {reason}").format(
                what=self.what, position=self._position, reason=reason
            ),
            hint=_("It was cut or damaged, or is something else: export it again, and copy it as a binary file."),
        )


def compact_size(number: int) -> bytes:
    """Write a number from 0 to 2**64 - 1 in the shortest of Bitcoin's four forms."""
    if number < 0xFD:
        return bytes([number])
    if number <= 0xFFFF:
        return b"\xfd" + number.to_bytes(2, "little")
    if number <= 0xFFFFFFFF:
        return b"\xfe" + number.to_bytes(4, "little")
    return b"\xff" + number.to_bytes(8, "little")
