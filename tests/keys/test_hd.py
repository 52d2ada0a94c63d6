"""BIP-32 against its vectors, and every leaf by two engines."""

import copy
import json
import pickle

import pytest
from bip_utils import Bip32Slip10Secp256k1
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.derivation import HARDENED, parse_path
from custody.errors import Unreadable
from custody.keys import hd
from custody.secret import Secret

SEED = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
MAIN, TEST = bytes.fromhex("0488b21e"), bytes.fromhex("043587cf")
H = HARDENED


@pytest.fixture
def master():
    return hd.MasterKey.from_seed(Secret(SEED))


def second_opinion(seed, path):
    key = Bip32Slip10Secp256k1.FromSeed(seed)
    for number in path:
        key = key.ChildKey(number)
    return key


def test_the_bip32_vectors(vectors):
    seeds = json.loads((vectors / "bip32" / "vectors.json").read_text())
    seen = 0
    for seed, chain in seeds.items():
        master = hd.MasterKey.from_seed(Secret(bytes.fromhex(seed)))
        for text, xpub, xprv in chain:
            path = parse_path(text)
            assert master.account_xpub(path, MAIN) == xpub
            private = Bip32Slip10Secp256k1.FromExtendedKey(xprv).PrivateKey().Raw().ToBytes()
            assert master.leaf(path).reveal() == private
            seen += 1
    assert seen == 17


def test_one_vector_of_our_own(master):
    """BIP-32 test vector 1."""
    assert master.fingerprint.hex() == "3442193e"
    assert master.account_xpub(parse_path("m/0'/1"), MAIN) == (
        "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ"
    )
    assert master.leaf(parse_path("m/0'/1")).reveal().hex() == (
        "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368"
    )


steps = st.integers(0, 2 * H - 1)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=16, max_size=64), st.lists(steps, max_size=10).map(tuple))
def test_coincurve_and_bip_utils_derive_the_same_leaf(seed, path):
    master = hd.MasterKey.from_seed(Secret(seed))
    expected = second_opinion(seed, path)
    assert master.leaf(path).reveal() == expected.PrivateKey().Raw().ToBytes()
    assert master.public_key(path).compressed == expected.PublicKey().RawCompressed().ToBytes()
    assert master.fingerprint == Bip32Slip10Secp256k1.FromSeed(seed).FingerPrint().ToBytes()


def test_a_kept_branch_gives_the_same_leaves_as_a_fresh_one(master):
    path = parse_path("m/84'/1'/0'")
    for branch in (0, 1):
        for index in (0, 1, 2, 7, H - 1):
            leaf = (*path, branch, index)
            assert master.leaf(leaf).reveal() == second_opinion(SEED, leaf).PrivateKey().Raw().ToBytes()
    assert len(master._branches) == 2


def test_the_branches_that_are_kept_are_bounded(master):
    for branch in range(hd.KEPT_NODES + 5):
        master.leaf((84 + H, branch, 0))
    assert len(master._branches) <= hd.KEPT_NODES


def test_the_version_names_the_network(master):
    path = parse_path("m/84h/1h/0h")
    assert master.account_xpub(path, MAIN).startswith("xpub")
    assert master.account_xpub(path, TEST).startswith("tpub")
    assert master.account_xpub(path, bytes.fromhex("04b24746")).startswith("zpub")


@pytest.mark.parametrize("version", [b"", b"\x04\x88\xb2", b"\x04\x88\xb2\x1e\x00"])
def test_a_version_of_another_length_is_refused(master, version):
    with pytest.raises(Unreadable, match="4 bytes"):
        master.account_xpub((), version)


@pytest.mark.parametrize("size", [0, 1, 15, 65, 128])
def test_a_seed_of_another_size_is_refused(size):
    with pytest.raises(Unreadable, match=f"this one has {size}"):
        hd.MasterKey.from_seed(Secret(b"\x07" * size))


@pytest.mark.parametrize("path", [(0,) * 65, (-1,), (2 * H,), (0, 2**64)], ids=repr)
@pytest.mark.parametrize("use", ["leaf", "public_key", "account_xpub"])
def test_a_path_beyond_the_limits_is_refused(master, use, path):
    arguments = (path, MAIN) if use == "account_xpub" else (path,)
    with pytest.raises(Unreadable, match="at most 64 steps"):
        getattr(master, use)(*arguments)


def test_it_prints_its_fingerprint_and_nothing_else(master):
    master.leaf((84 + H, 0, 0))
    assert repr(master) == str(master) == f"{master}" == "MasterKey(3442193e)"


@pytest.mark.parametrize("copier", [pickle.dumps, copy.deepcopy])
def test_it_does_not_travel(master, copier):
    with pytest.raises(TypeError):
        copier(master)


def test_leaving_the_block_wipes_every_kept_key(master):
    with master:
        master.leaf((84 + H, 0, 0))
        kept = [master._root, *master._branches.values()]
    assert all(len(node.key) == 0 and len(node.chain_code) == 0 for node in kept)
    with pytest.raises(ValueError, match="wiped"):
        master.leaf((0,))


def test_private_keys_inside_bip_utils_stay_in_libsecp256k1():
    """bip-utils can fall back to the `ecdsa` package, which is not constant in time: it must not."""
    assert "coincurve" in Bip32Slip10Secp256k1.Curve().PrivateKeyClass().__module__
