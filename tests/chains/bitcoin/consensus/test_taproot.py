"""Trees of scripts against BIP-341's own vectors and against libwally; script-path digests against btclib."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
import wallycore
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.consensus.script import p2tr
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.curve import tagged_hash

KEY = taproot.NUMS_KEY


def flat(tree: object, depth: int = 0) -> list[tuple[int, dict[str, object]]]:
    """The leaves of a published tree in depth-first order, each with its depth."""
    if tree is None:
        return []
    if isinstance(tree, dict):
        return [(depth, tree)]
    assert isinstance(tree, list)
    return [leaf for branch in tree for leaf in flat(branch, depth + 1)]


def test_published_trees_have_these_roots_tweaks_outputs_and_control_blocks(vectors: Path) -> None:
    cases = json.loads((vectors / "bip341" / "wallet.json").read_text())["scriptPubKey"]
    assert len(cases) == 7
    for case in cases:
        given, between, expected = case["given"], case["intermediary"], case["expected"]
        internal = bytes.fromhex(given["internalPubkey"])
        leaves = [
            (depth, bytes.fromhex(leaf["script"]), leaf["leafVersion"]) for depth, leaf in flat(given["scriptTree"])
        ]
        hashes = [taproot.leaf_hash(script, version) for _depth, script, version in leaves]
        tree = (
            taproot.tree([(depth, each) for (depth, *_rest), each in zip(leaves, hashes, strict=True)])
            if leaves
            else None
        )
        root = tree.merkle_root if tree else None
        output, odd = taproot.output_key(internal, root)
        assert [each.hex() for each in hashes] == between.get("leafHashes", [])
        assert (root.hex() if root else None) == between["merkleRoot"]
        assert taproot.tap_tweak(internal, root).hex() == between["tweak"]
        assert p2tr(output).hex() == expected["scriptPubKey"]
        assert address(p2tr(output), NETWORKS["main"]) == expected["bip350Address"]
        blocks = [
            taproot.control_block(internal, way, odd=odd, version=version).hex()
            for way, (_depth, _script, version) in zip(tree.ways if tree else (), leaves, strict=True)
        ]
        assert blocks == expected.get("scriptPathControlBlocks", [])


def test_the_key_that_nobody_holds_is_the_hash_of_the_generator() -> None:
    generator = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" + (
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
    )
    assert wallycore.sha256(bytes.fromhex(generator)) == KEY


depths = st.recursive(
    st.just([0]), lambda trees: st.tuples(trees, trees).map(lambda pair: [d + 1 for each in pair for d in each])
)


@given(depths)
def test_every_way_leads_to_the_root(shape: list[int]) -> None:
    hashes = [taproot.leaf_hash(bytes([number])) for number in range(len(shape))]
    tree = taproot.tree(list(zip(shape, hashes, strict=True)))
    assert [len(way) for way in tree.ways] == shape
    for leaf, way in zip(hashes, tree.ways, strict=True):
        climbed = leaf
        for beside in way:
            climbed = tagged_hash("TapBranch", min(climbed, beside) + max(climbed, beside))
        assert climbed == tree.merkle_root


@pytest.mark.parametrize("shape", [[], [1], [1, 2], [2, 1, 2], [0, 0], [1, 1, 1], [1, 2, 2, 1], [2, 2]])
def test_what_is_no_tree_has_no_root(shape: list[int]) -> None:
    with pytest.raises(ValueError, match="tree"):
        taproot.tree([(depth, bytes([number]) * 32) for number, depth in enumerate(shape)])


def test_siblings_may_stand_in_any_order_and_leaves_may_not_move() -> None:
    first, second, third = (taproot.leaf_hash(bytes([number])) for number in range(3))
    roots = {
        order: taproot.tree([(1, order[0]), (2, order[1]), (2, order[2])]).merkle_root
        for order in ((first, second, third), (first, third, second), (second, first, third))
    }
    assert roots[first, second, third] == roots[first, third, second] != roots[second, first, third]


SPENT = [TxOutput(70_000, p2tr(KEY)), TxOutput(80_000, b"\x51\x20" + b"\x07" * 32)]
TRANSACTION = Transaction(
    2,
    tuple(TxInput(OutPoint(bytes([number]) * 32, number), b"", 144, ()) for number in range(2)),
    (TxOutput(100_000, b"\x00\x14" + bytes(20)), TxOutput(49_000, p2tr(KEY))),
    7,
)


@pytest.mark.parametrize("sighash_type", [0, 1, 2, 3, 0x81, 0x82, 0x83])
@pytest.mark.parametrize("index", [0, 1])
def test_script_path_digests_agree_with_libwally(sighash_type: int, index: int) -> None:
    leaf = taproot.leaf_hash(b"\x51")
    theirs = wallycore.tx_from_bytes(TRANSACTION.serialize(), wallycore.WALLY_TX_FLAG_USE_WITNESS)
    scripts = wallycore.map_init(2, None)
    for number, output in enumerate(SPENT):
        wallycore.map_add_integer(scripts, number, output.script)
    amounts = [output.amount for output in SPENT]
    place = (theirs, index, scripts, amounts, b"\x51", 0, 0xFFFFFFFF, None)
    digest = wallycore.tx_get_btc_taproot_signature_hash(*place, sighash_type, 0)
    sighash = Sighash(TRANSACTION, SPENT)
    assert sighash.taproot(index, sighash_type, leaf) == digest
    assert sighash.taproot(index, sighash_type) != digest


def test_each_leaf_has_a_digest_of_its_own() -> None:
    sighash = Sighash(TRANSACTION, SPENT)
    digests = [sighash.taproot(0, 0, leaf) for leaf in (None, bytes(32), b"\x01" * 32)]
    assert all(one != other for one, other in pairwise(sorted(digests)))
