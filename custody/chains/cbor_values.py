"""One CBOR item (RFC 8949) to a value of nested maps, arrays and tags, and back; anything malformed raises Unreadable.

Read are definite lengths, integers, byte and text strings, arrays, maps, tags and booleans; nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, Union

from custody.catalogue import _
from custody.chains.cbor import ARRAY, BYTES, MAP, NEGATIVE, SIMPLE, TAG, TEXT, UNSIGNED, head, require_one_item
from custody.errors import Unreadable

Value: TypeAlias = Union[int, bytes, str, bool, Sequence["Value"], Mapping["Value", "Value"], "Tagged"]

_WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
_FALSE, _TRUE = 20, 21


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag and what it stands before."""

    tag: int
    content: Value


def decode(data: bytes) -> Value:
    """Read exactly one item. Raises Unreadable for what is malformed, nested too deep, or of a kind not read here."""
    require_one_item(data)  # from here on every length fits and nothing is nested deeper than the limit
    return _Items(data).item()


def encode(value: Value) -> bytes:
    """Write a value in the shortest form, maps in the order that they have. Raises TypeError for other types."""
    if isinstance(value, bool):
        return head(SIMPLE, _TRUE if value else _FALSE)
    if isinstance(value, int):
        return head(UNSIGNED, value) if value >= 0 else head(NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return head(BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return head(TEXT, len(text)) + text
    if isinstance(value, Tagged):
        return head(TAG, value.tag) + encode(value.content)
    if isinstance(value, Mapping):
        return head(MAP, len(value)) + b"".join(encode(key) + encode(each) for key, each in value.items())
    if isinstance(value, Sequence):
        return head(ARRAY, len(value)) + b"".join(map(encode, value))
    raise TypeError(type(value).__name__)


class _Items:
    """Steps through one well-formed item."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def item(self) -> Value:
        initial = self._take(1)[0]
        major, information = initial >> 5, initial & 31
        argument = int.from_bytes(self._take(_WIDTHS[information])) if information in _WIDTHS else information
        match major:
            case 0:
                return argument
            case 1:
                return -1 - argument
            case 2:
                return self._take(argument)
            case 3:
                return self._take(argument).decode("utf-8")
            case 4:
                return [self.item() for _number in range(argument)]
            case 5:
                return self._map(argument)
            case 6:
                return Tagged(argument, self.item())
        if information not in (_FALSE, _TRUE):  # the information itself: a float's bits may look like either
            raise Unreadable(_("the CBOR holds a value of a kind that is not read here"))
        return information == _TRUE

    def _map(self, count: int) -> Mapping[Value, Value]:
        found: dict[Value, Value] = {}
        for _number in range(count):
            key = self.item()
            if not isinstance(key, int | str) or isinstance(key, bool):
                raise Unreadable(_("a map in the CBOR has keys that are neither numbers nor texts"))
            if key in found:
                raise Unreadable(_("a key stands twice in a map of the CBOR"))
            found[key] = self.item()
        return found

    def _take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken
