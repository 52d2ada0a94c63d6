"""`Window`: a wallet's addresses up to an index, derived: from a script to its place, and every key that stands there.

What a file says about a script is a hint; that a wallet derives it is proof. So money of ours is found here whatever a
file leaves out. A window is derived once in a process and kept in memory alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.descriptor import Descriptor

WINDOWS_KEPT = 64
"""More wallets of one form than a treasury has, so that a batch derives each once."""

Ranges = tuple[range, ...]
"""The indexes that are looked at, on every branch."""


@dataclass(frozen=True, slots=True)
class Window:
    """`places` maps a scriptPubKey to its branch and index; `names` are what scripts call the keys that sign there.

    That is a key's x coordinate (32 bytes) or its HASH160 (20 bytes).
    """

    places: Mapping[bytes, tuple[int, int]]
    names: frozenset[bytes]


def cost(descriptor: Descriptor, indexes: int) -> int:
    """Return how many keys are derived for so many indexes of every branch."""
    return indexes * descriptor.branches * cost_of_one(descriptor)


def cost_of_one(descriptor: Descriptor) -> int:
    """Return how many keys are derived for one address; a policy's script counts like two more."""
    return len(descriptor.keys) * (3 if descriptor.is_policy else 1)


@lru_cache(maxsize=WINDOWS_KEPT)
def window(descriptor: Descriptor, ranges: Ranges) -> Window:
    """Derive every address at the indexes of some ranges."""
    places: dict[bytes, tuple[int, int]] = {}
    names: set[bytes] = set()
    for branch in range(descriptor.branches):
        for index in (index for each in ranges for index in each):
            derived = descriptor.derive(branch, index)
            places[derived.script] = (branch, index)
            for key in derived.keys:
                names.update((key.public_key[1:33], hash160(key.public_key)))
    return Window(MappingProxyType(places), frozenset(names))
