"""The part of CBOR (RFC 8949) that a frame needs: heads, byte strings, and a check that bytes are one well-formed item.

Only definite lengths are read, nested at most 16 deep; anything else raises Unreadable. A length written longer than
needed is accepted, as shipped devices write some; what is written here is always the shortest (section 4.2).
"""

from airgap.catalogue import _
from airgap.errors import Unreadable

DEPTH_LIMIT = 16

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
"""The major types (section 3.1)."""

_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
"""Additional information -> bytes of the argument that follows (section 3)."""


def head(major: int, argument: int) -> bytes:
    """Write the shortest head of an item: its major type and its argument, 0 to 2**64 - 1."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for information, width in _WIDTHS.items():
        if argument < 1 << 8 * width:
            return bytes([major << 5 | information]) + argument.to_bytes(width, "big")
    raise OverflowError("a CBOR argument has at most 64 bits")


def byte_string(data: bytes) -> bytes:
    """Write a byte string."""
    return head(BYTES, len(data)) + data


class Reader:
    """Reads items one after another from bytes. Every method raises Unreadable when something else stands there."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def head(self) -> tuple[int, int]:
        """Read any head: (major type, argument). A float's argument is its bits."""
        initial = self._take(1)[0]
        major, information = initial >> 5, initial & 31
        if information < 24:
            return major, information
        if information not in _WIDTHS:
            raise Unreadable(_("the CBOR has an indefinite length or a reserved head, which are not read"))
        return major, int.from_bytes(self._take(_WIDTHS[information]), "big")

    def unsigned(self, largest: int) -> int:
        """Read an unsigned integer of at most `largest`."""
        argument = self._expect(UNSIGNED)
        if argument > largest:
            raise Unreadable(_("a number in the CBOR is above its limit of {limit}").format(limit=largest))
        return argument

    def byte_string(self) -> bytes:
        """Read a byte string."""
        return self._take(self._expect(BYTES))

    def array(self, length: int) -> None:
        """Read the head of an array of exactly `length` items."""
        if self._expect(ARRAY) != length:
            raise Unreadable(_("an array in the CBOR does not have {count} items").format(count=length))

    def tags(self, known: frozenset[int]) -> None:
        """Pass at most one tag, which must be known."""
        if self._at < len(self._data) and self._data[self._at] >> 5 == TAG and self.head()[1] not in known:
            raise Unreadable(_("the CBOR carries a tag that does not belong to its type"))

    def end(self) -> None:
        """Be at the end."""
        if self._at != len(self._data):
            raise Unreadable(_("bytes follow the end of the CBOR"))

    def item(self) -> None:
        """Pass one well-formed item of any kind, nested at most DEPTH_LIMIT deep."""
        open_items = [1]  # how many items are still to come, at each depth
        while open_items:
            if open_items[-1] == 0:
                open_items.pop()
                continue
            open_items[-1] -= 1
            if children := self._content():
                if len(open_items) > DEPTH_LIMIT:
                    raise Unreadable(_("the CBOR is nested deeper than {limit}").format(limit=DEPTH_LIMIT))
                open_items.append(children)

    def step(self) -> tuple[int, int, bytes]:
        """Pass a head, and of a string what follows: (major type, argument, the string's bytes)."""
        major, argument = self.head()
        return major, argument, self._take(argument) if major in (BYTES, TEXT) else b""

    def _content(self) -> int:
        """Pass a head and, of strings, what follows; return how many items an array, map or tag still holds."""
        start = self._at
        major, argument = self.head()
        if major in (BYTES, TEXT):
            content = self._take(argument)
            if major == TEXT:
                _require_utf8(content)
        if major == SIMPLE and self._data[start] & 31 == 24 and argument < 32:
            raise Unreadable(_("the CBOR has a simple value in a form that is not allowed"))
        return {ARRAY: argument, MAP: 2 * argument, TAG: 1}.get(major, 0)

    def _expect(self, major: int) -> int:
        found, argument = self.head()
        if found != major:
            raise Unreadable(_("the CBOR holds another kind of item than its place calls for"))
        return argument

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise Unreadable(_("the CBOR is cut off"))
        taken = self._data[self._at : end]
        self._at = end
        return taken


def require_one_item(data: bytes) -> None:
    """Raise Unreadable unless `data` is exactly one well-formed item."""
    reader = Reader(data)
    reader.item()
    reader.end()


def _require_utf8(content: bytes) -> None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise Unreadable(_("a text in the CBOR is not UTF-8")) from problem
