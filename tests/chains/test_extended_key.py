"""Extended public keys against BIP-32's vectors, and against bip-utils."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from bip_utils import Bip32Slip10Secp256k1
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.addresses import base58
from custody.chains.extended_key import Children, ExtendedKey
from custody.errors import CustodyError, Unreadable

XPUB = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8"
"""BIP-32, test vector 1, chain m."""
XPRV = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
ZPUB = "04b24746"
MAIN = bytes.fromhex("0488b21e")


def test_every_published_public_key_comes_back_as_written(vectors: Path) -> None:
    seen = 0
    for chain in json.loads((vectors / "bip32" / "vectors.json").read_text(encoding="utf-8")).values():
        for _path, xpub, _xprv in chain:
            assert ExtendedKey.parse(xpub).serialize() == xpub
            seen += 1
    assert seen == 17


def test_unhardened_children_are_those_published(vectors: Path) -> None:
    derived = 0
    for chain in json.loads((vectors / "bip32" / "vectors.json").read_text(encoding="utf-8")).values():
        for (_parent_path, parent, _secret), (path, child, _xprv) in pairwise(chain):
            step = path.rsplit("/", 1)[1]
            if step.isdigit():
                assert ExtendedKey.parse(parent).child(int(step)).serialize() == child
                derived += 1
    assert derived == 6


def test_every_invalid_key_is_refused_and_not_repeated(vectors: Path) -> None:
    invalid = json.loads((vectors / "bip32" / "invalid-keys.json").read_text(encoding="utf-8"))
    assert len(invalid) == 16
    for text, reason in invalid:
        with pytest.raises(Unreadable) as refusal:
            ExtendedKey.parse(text)
        assert text not in refusal.value.message + refusal.value.hint, reason


@pytest.mark.parametrize("text", [XPRV, XPRV[:-1], "tprv8ZgxMBicQKsPd"], ids=["whole", "cut", "beginning"])
def test_a_private_key_is_called_one_and_never_repeated(text: str) -> None:
    with pytest.raises(Unreadable, match="private key") as refusal:
        ExtendedKey.parse(text)
    assert text not in refusal.value.message + refusal.value.hint
    assert refusal.value.code == "private-key"


def test_a_slip132_key_is_named_with_the_way_out() -> None:
    zpub = base58.encode_check(bytes.fromhex(ZPUB) + base58.decode_check(XPUB)[4:])
    with pytest.raises(Unreadable, match="SLIP-132") as refusal:
        ExtendedKey.parse(zpub)
    assert "descriptor" in refusal.value.hint


def test_a_hardened_child_needs_the_private_key() -> None:
    with pytest.raises(Unreadable, match="hardened"):
        ExtendedKey.parse(XPUB).child(1 << 31)


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=3))
def test_children_agree_with_bip_utils(path: list[int]) -> None:
    ours, theirs = ExtendedKey.parse(XPUB), Bip32Slip10Secp256k1.FromExtendedKey(XPUB)
    for number in path:
        assert Children(ours).key(number) == ours.child(number).point.compressed
        ours, theirs = ours.child(number), theirs.ChildKey(number)
    assert ours.serialize() == theirs.PublicKey().ToExtended()
    assert ours.fingerprint == theirs.FingerPrint().ToBytes()


@given(st.text(max_size=130))
def test_any_text_is_a_key_or_an_error_of_ours(text: str) -> None:
    with pytest.raises(CustodyError) as refusal:
        ExtendedKey.parse(text)
    assert refusal.value.message.isprintable()
