"""Fields of taproot's leaves and trees (BIP-371, with BIP-341's control blocks): bytes to values, without hashing."""

from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.psbt.values import script, value_reader
from custody.errors import Unreadable

LEAVES_LIMIT = 10_000
"""Leaves of an output's tree."""

_DEPTH_LIMIT = 128
_LEAF_VERSION_MASK = 0xFE


@dataclass(frozen=True, slots=True)
class TapLeafScript:
    """A leaf to be spent: its control block (BIP-341), its script and its version."""

    control_block: bytes
    script: bytes
    leaf_version: int


@dataclass(frozen=True, slots=True)
class TapLeaf:
    """A leaf of an output's tree: its depth, its version and its script."""

    depth: int
    leaf_version: int
    script: bytes


def tap_leaf_script(key_data: bytes, value: bytes) -> TapLeafScript:
    """Read PSBT_IN_TAP_LEAF_SCRIPT: its key is a control block of 33 + 32m bytes, m <= 128 (BIP-341)."""
    steps, rest = divmod(len(key_data) - 33, 32)
    if rest or not 0 <= steps <= _DEPTH_LIMIT:
        raise Unreadable(_("a control block has {count} bytes").format(count=len(key_data)))
    if not value:
        raise Unreadable(_("a leaf has no version"))
    return TapLeafScript(key_data, script(value[:-1]), value[-1])


def tap_tree(value: bytes) -> tuple[TapLeaf, ...]:
    """Read PSBT_OUT_TAP_TREE: leaves in depth-first order that make one whole tree."""
    reader = value_reader(value)
    leaves: list[TapLeaf] = []
    open_depths: list[int] = []
    while reader.remaining:
        leaf = TapLeaf(reader.u8(), reader.u8(), script(reader.var_bytes()))
        if leaf.depth > _DEPTH_LIMIT or leaf.leaf_version & ~_LEAF_VERSION_MASK:
            raise Unreadable(_("a leaf has an impossible depth or version"))
        if len(leaves) == LEAVES_LIMIT:
            raise Unreadable(_("a tree of more than {limit} leaves").format(limit=LEAVES_LIMIT))
        leaves.append(leaf)
        open_depths.append(leaf.depth)
        while len(open_depths) > 1 and open_depths[-1] == open_depths[-2]:  # two siblings close their parent
            open_depths[-2:] = [open_depths[-1] - 1]
    if open_depths != [0]:
        raise Unreadable(_("its leaves do not make one whole tree"))
    return tuple(leaves)
