"""The key-value maps of a PSBT as bytes (BIP-174 "Specification"): pairs in their order, no key twice.

What is read here is written again byte for byte. It knows no field.
"""

from collections.abc import Sequence

from custody.catalogue import _
from custody.chains.bitcoin.stream import Reader, compact_size

Pair = tuple[bytes, bytes]
"""A key (its type in front) and a value."""

KEYS_LIMIT = 1_000
"""Keys in one map."""


def read_map(reader: Reader) -> tuple[Pair, ...]:
    """Read pairs up to the separator. Raises Unreadable for a key that comes twice and for more than 1,000 keys."""
    pairs: list[Pair] = []
    seen: set[bytes] = set()
    while True:
        key = reader.var_bytes()
        if not key:  # a key is never empty: a length of zero is the separator
            return tuple(pairs)
        if key in seen:
            raise reader.unreadable(_("the same key stands twice in a map"))
        if len(pairs) == KEYS_LIMIT:
            raise reader.unreadable(_("a map holds more than {limit} keys").format(limit=KEYS_LIMIT))
        seen.add(key)
        pairs.append((key, reader.var_bytes()))


def write_map(pairs: Sequence[Pair]) -> bytes:
    """Write pairs in their order, and the separator."""
    parts: list[bytes] = []
    for key, value in pairs:
        parts += (compact_size(len(key)), key, compact_size(len(value)), value)
    parts.append(b"\x00")
    return b"".join(parts)
