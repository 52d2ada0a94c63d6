"""Public points: what is a key, what is not, and the published sums."""

import hmac
import json

import pytest
from coincurve import PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.curve import (
    ORDER,
    Point,
    is_x_only,
    tagged_hash,
    verify_bip340,
    verify_ecdsa,
    x_only_tweak_add,
)

G = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
G_Y = bytes.fromhex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")
FIELD = 2**256 - 2**32 - 977
NOT_ON_CURVE = (5).to_bytes(32)  # x = 5 has no point on secp256k1
scalars = st.integers(1, ORDER - 1)


def of(number):
    return Point(PrivateKey(number.to_bytes(32)).public_key.format())


def test_both_sec1_forms_are_the_same_point():
    assert Point.parse(G) == Point.parse(b"\x04" + G[1:] + G_Y)
    assert Point.parse(G).x_only == G[1:]


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\x00",
        G[:32],
        G + b"\x00",
        b"\x06" + G[1:] + G_Y,
        b"\x07" + G[1:] + G_Y,
        b"\x04" + G[1:] + bytes(32),
        b"\x04" + G[1:],
        b"\x02" + G[1:] + G_Y,
        b"\x05" + G[1:],
        b"\x02" + NOT_ON_CURVE,
        b"\x02" + FIELD.to_bytes(32),
        b"\x02" + b"\xff" * 32,
    ],
    ids=lambda encoded: encoded[:3].hex() + f"-{len(encoded)}",
)
def test_what_is_not_a_public_key_is_refused(encoded):
    with pytest.raises(ValueError):
        Point.parse(encoded)


@given(scalars, scalars)
def test_tweak_add_is_addition_of_scalars(one, other):
    total = (one + other) % ORDER
    if total:
        assert of(one).tweak_add(other.to_bytes(32)) == of(total)


def test_a_sum_at_infinity_is_refused():
    with pytest.raises(ValueError):
        of(7).tweak_add((ORDER - 7).to_bytes(32))


def test_a_tweak_out_of_range_is_refused():
    for tweak in (ORDER, 2**256 - 1):
        with pytest.raises(ValueError):
            Point(G).tweak_add(tweak.to_bytes(32))
        with pytest.raises(ValueError):
            x_only_tweak_add(G[1:], tweak.to_bytes(32))


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_another_length_never_reaches_the_library(length):
    """It would pad a short tweak and read past the end of a short key."""
    with pytest.raises(ValueError, match="32 bytes"):
        Point(G).tweak_add(b"\x01" * length)
    with pytest.raises(ValueError, match="32 bytes"):
        x_only_tweak_add(G[1:], b"\x01" * length)
    with pytest.raises(ValueError, match="32 bytes"):
        x_only_tweak_add(b"\x01" * length, bytes(32))
    with pytest.raises(ValueError, match="32 bytes"):
        verify_bip340(b"\x01" * length, bytes(32), bytes(64))
    assert not is_x_only(b"\x01" * length)


def test_is_x_only():
    assert is_x_only(G[1:])
    assert not is_x_only(NOT_ON_CURVE)
    assert not is_x_only(FIELD.to_bytes(32))


def test_tagged_hash_is_the_one_of_bip340():
    assert tagged_hash("BIP0340/aux", bytes(32)).hex() == (
        "54f169cfc9e2e5727480441f90ba25c488f461c70b5ea5dcaaf7af69270aa514"
    )


def test_a_hybrid_key_verifies_nothing():
    key = PrivateKey((3).to_bytes(32))
    signature = key.sign(bytes(32), hasher=None)
    uncompressed = key.public_key.format(compressed=False)
    verify_ecdsa(key.public_key.format(), bytes(32), signature)
    verify_ecdsa(uncompressed, bytes(32), signature)
    hybrid = bytes([6 + uncompressed[64] % 2]) + uncompressed[1:]
    with pytest.raises(ValueError, match="SEC 1"):
        verify_ecdsa(hybrid, bytes(32), signature)


def test_bip341_tweaked_keys(vectors):
    cases = json.loads((vectors / "bip341" / "wallet.json").read_text())["scriptPubKey"]
    assert len(cases) == 7
    for case in cases:
        internal = bytes.fromhex(case["given"]["internalPubkey"])
        root = bytes.fromhex(case["intermediary"]["merkleRoot"] or "")
        tweak = tagged_hash("TapTweak", internal + root)
        assert tweak.hex() == case["intermediary"]["tweak"]
        assert x_only_tweak_add(internal, tweak).hex() == case["intermediary"]["tweakedPubkey"]


def test_a_bip32_public_step():
    """CKDpub by tweak_add meets CKDpriv: the neutered child of BIP-32's own vector 1, m/0'/1."""
    parent = bytes.fromhex("035a784662a4a20a65bf6aab9ae98a6c068a81c52e4b032c0fb5400c706cfccc56")
    chain_code = bytes.fromhex("47fdacbd0f1097043b78c63c20c34ef4ed9a111d980047ad16282c7ae6236141")
    left = hmac.digest(chain_code, parent + (1).to_bytes(4), "sha512")[:32]
    child = Point.parse(parent).tweak_add(left).compressed
    assert child.hex() == "03501e454bf00751f24b1b489aa925215d66af2234e3891c3b21a52bedb3cd711c"
