"""`RawMap`: a key-value map of a PSBT (BIP-174 "Specification"), its pairs in order, to the same bytes again.

A key that stands twice, and more than 1,000 keys, raise Unreadable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.consensus.stream import Reader, compact_size

Pair = tuple[bytes, bytes]
"""A key (its type in front) and a value."""

KEYS_LIMIT = 1_000
"""Keys in one map."""

_SEPARATOR = b"\x00"


@dataclass(frozen=True, slots=True)
class RawMap:
    """A map as it stands in the file, its separator included."""

    encoded: bytes

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Read one map. Raises Unreadable for a key that comes twice and for more than 1,000 keys."""
        start = reader.position
        _read_pairs(reader)
        return cls(reader.since(start))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Its keys and values, in their order."""
        return tuple(_read_pairs(Reader(self.encoded, _("a map of the PSBT"))).items())

    def with_pairs(self, gained: Sequence[Pair]) -> "RawMap":
        """Return the map with more pairs at its end. Raises Unreadable where a key is there already."""
        written = b"".join(compact_size(len(key)) + key + compact_size(len(value)) + value for key, value in gained)
        reader = Reader(self.encoded[:-1] + written + _SEPARATOR, _("a map of the PSBT"))
        longer = RawMap.read(reader)
        reader.finish()
        return longer

    def with_value(self, key: bytes, value: bytes) -> "RawMap":
        """Return the map with another value of a key that is there, in its place."""
        pairs = [(each, value if each == key else there) for each, there in self.pairs]
        return RawMap(_SEPARATOR).with_pairs(pairs)


def _read_pairs(reader: Reader) -> dict[bytes, bytes]:
    pairs: dict[bytes, bytes] = {}
    while key := reader.var_bytes():  # a key is never empty: a length of zero is the separator
        if key in pairs:
            raise reader.unreadable(_("the same key stands twice in a map"))
        if len(pairs) == KEYS_LIMIT:
            raise reader.unreadable(_("a map holds more than {limit} keys").format(limit=KEYS_LIMIT))
        pairs[key] = reader.var_bytes()
    return pairs
