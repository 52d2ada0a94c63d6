"""`Derived`: what a descriptor comes to at one address, as values: scripts, keys, and taproot's leaves."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey

if TYPE_CHECKING:  # a wallet of a single key or of a quorum has no miniscript, and never loads it
    from custody.chains.bitcoin.miniscript import Node


class PolicyAt(Protocol):
    """A policy over the keys of one address: `node` is its miniscript."""

    @property
    def node(self) -> "Node[DerivedKey]":
        """The miniscript."""

    def usable_keys(self, moment: Timing) -> frozenset[DerivedKey]:
        """Return the keys whose signatures can count at this time. Preimages are taken to be known."""

    def opened_by_time(self, moments: Collection[Timing], name_key: Callable[[DerivedKey], str]) -> Iterator[str]:
        """Tell the ways with a time lock that one of several inputs meets."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of a taproot tree: its script, its hash (32 bytes), the control block that opens it, who signs in it.

    The leaf version is always BIP-342's, 0xc0.
    """

    script: bytes
    leaf_hash: bytes
    control_block: bytes
    policy: PolicyAt
    keys: tuple[DerivedKey, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """One address of a descriptor: its scriptPubKey, the scripts behind it, and its keys in the descriptor's order.

    `internal_key` (32 bytes) is taproot's, before the tweak; it is among `keys` unless nobody can hold it.
    `merkle_root` (32 bytes) and `leaves` are those of its tree, `policy` is the witness script of a wsh policy.
    `largest_witness` is the size in bytes of the largest witness that spends a policy or a tree, with its count.
    """

    script: bytes
    redeem_script: bytes | None
    witness_script: bytes | None
    internal_key: bytes | None
    keys: tuple[DerivedKey, ...]
    merkle_root: bytes | None = None
    leaves: tuple[Leaf, ...] = ()
    policy: PolicyAt | None = None
    largest_witness: int | None = None
