"""Taproot outputs (BIP-341): leaves and an internal key to the merkle root, the tweak, the output key, control blocks.

What a leaf's script asks for, and who holds a key, is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from custody.chains.bitcoin.consensus.stream import compact_size
from custody.curve import Point, tagged_hash

LEAF_VERSION = 0xC0
"""Tapscript (BIP-342), the only leaf version with a meaning."""

NUMS_KEY = bytes.fromhex("50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0")
"""BIP-341's H, x only: the hash of the generator, so that nobody knows its private key, nor that of its children."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What the hashes of a tree's leaves come to: its root, and for each leaf the hashes beside its way up."""

    merkle_root: bytes
    ways: tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True, slots=True)
class _Subtree:
    depth: int
    root: bytes
    leaves: range


def leaf_hash(script: bytes, version: int = LEAF_VERSION) -> bytes:
    """Hash a leaf (32 bytes)."""
    return tagged_hash("TapLeaf", bytes([version]) + compact_size(len(script)) + script)


def tree(leaves: Sequence[tuple[int, bytes]]) -> Tree:
    """Build the tree of leaves in depth-first order, each its depth and its hash. Raises ValueError if they make none.

    The order of two siblings does not change the root (BIP-341 sorts them).
    """
    ways: list[list[bytes]] = [[] for _leaf in leaves]
    open_subtrees: list[_Subtree] = []
    for number, (depth, leaf) in enumerate(leaves):
        subtree = _Subtree(depth, leaf, range(number, number + 1))
        while subtree.depth and open_subtrees and open_subtrees[-1].depth == subtree.depth:
            subtree = _join(open_subtrees.pop(), subtree, ways)
        open_subtrees.append(subtree)
    if len(open_subtrees) != 1 or open_subtrees[0].depth:
        raise ValueError("the leaves do not make one whole tree")
    return Tree(open_subtrees[0].root, tuple(map(tuple, ways)))


def tap_tweak(internal_key: bytes, merkle_root: bytes | None) -> bytes:
    """Return the tweak of an internal key (x only), 32 bytes; without a root it commits to having no scripts."""
    return tagged_hash("TapTweak", internal_key + (merkle_root or b""))


def output_key(internal_key: bytes, merkle_root: bytes | None) -> tuple[bytes, bool]:
    """Return the output key (x only) and whether its y is odd. Raises ValueError for a tweak that cancels the key."""
    point = Point.parse(b"\x02" + internal_key).tweak_add(tap_tweak(internal_key, merkle_root))
    return point.x_only, point.compressed[0] == 3


def control_block(internal_key: bytes, way: Sequence[bytes], *, odd: bool, version: int = LEAF_VERSION) -> bytes:
    """Write the control block of a leaf: its version with the output key's parity, the internal key, and its way up."""
    return bytes([version | odd]) + internal_key + b"".join(way)


def _join(left: _Subtree, right: _Subtree, ways: list[list[bytes]]) -> _Subtree:
    for number in left.leaves:
        ways[number].append(right.root)
    for number in right.leaves:
        ways[number].append(left.root)
    root = tagged_hash("TapBranch", min(left.root, right.root) + max(left.root, right.root))
    return _Subtree(left.depth - 1, root, range(left.leaves.start, right.leaves.stop))
