"""The second engines and the first give the same answer to every published signature, and to broken ones."""

import csv
from hashlib import sha256

import pytest
from coincurve import PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from custody import curve, referee

BOTH = pytest.mark.parametrize("engine", [curve, referee], ids=["libsecp256k1", "referee"])
KEY = PrivateKey((0xB7E151628AED2A6ABF7158809CF4F3C762E7160F38B4DA56A784D9045190CFEF).to_bytes(32))
PUBLIC = KEY.public_key.format()
DIGEST = sha256(b"a message").digest()
FIELD = 2**256 - 2**32 - 977


def accepts(verify, *arguments):
    try:
        verify(*arguments)
    except ValueError:
        return False
    return True


@BOTH
def test_every_bip340_vector(vectors, engine):
    with (vectors / "bip340" / "test-vectors.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 19
    for row in rows:
        key, message, signature = (bytes.fromhex(row[name]) for name in ("public key", "message", "signature"))
        accepted = accepts(engine.verify_bip340, key, message, signature)
        assert accepted == (row["verification result"] == "TRUE"), row["index"]


@BOTH
def test_a_high_s_is_refused(engine):
    signature = KEY.sign(DIGEST, hasher=None)
    engine.verify_ecdsa(PUBLIC, DIGEST, signature)
    r, s = decode_dss_signature(signature)
    with pytest.raises(ValueError):
        engine.verify_ecdsa(PUBLIC, DIGEST, encode_dss_signature(r, curve.ORDER - s))


@BOTH
@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_digest_of_another_length_is_refused(engine, length):
    signature = KEY.sign(DIGEST, hasher=None)
    with pytest.raises(ValueError):
        engine.verify_ecdsa(PUBLIC, bytes(length), signature)


@BOTH
@pytest.mark.parametrize("signature", [b"", b"\x30", b"\x30\x00", bytes(72), bytes.fromhex("3006020100020100")])
def test_what_is_no_ecdsa_signature_is_refused(engine, signature):
    with pytest.raises(ValueError):
        engine.verify_ecdsa(PUBLIC, DIGEST, signature)


@BOTH
def test_a_trailing_byte_is_refused(engine):
    with pytest.raises(ValueError):
        engine.verify_ecdsa(PUBLIC, DIGEST, KEY.sign(DIGEST, hasher=None) + b"\x01")


@BOTH
@pytest.mark.parametrize("length", [0, 63, 65, 128])
def test_a_bip340_signature_of_another_length_is_refused(engine, length):
    with pytest.raises(ValueError):
        engine.verify_bip340(PUBLIC[1:], DIGEST, bytes(length))


@BOTH
@pytest.mark.parametrize("number", [FIELD, 2**256 - 1], ids=["p", "ones"])
def test_bip340_numbers_out_of_range_are_refused(engine, number):
    signature = KEY.sign_schnorr(DIGEST, bytes(32))
    engine.verify_bip340(PUBLIC[1:], DIGEST, signature)
    for broken in (number.to_bytes(32) + signature[32:], signature[:32] + number.to_bytes(32)):
        with pytest.raises(ValueError):
            engine.verify_bip340(PUBLIC[1:], DIGEST, broken)
    with pytest.raises(ValueError):
        engine.verify_bip340(number.to_bytes(32), DIGEST, signature)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(1, curve.ORDER - 1), st.integers(0, 511))
def test_the_engines_agree_on_sound_and_on_damaged_signatures(digest, number, bit):
    key = PrivateKey(number.to_bytes(32))
    public = key.public_key.format()
    schnorr, ecdsa = key.sign_schnorr(digest, bytes(32)), key.sign(digest, hasher=None)
    for engine in (curve, referee):
        engine.verify_bip340(public[1:], digest, schnorr)
        engine.verify_ecdsa(public, digest, ecdsa)
        assert not accepts(engine.verify_bip340, public[1:], digest, _flip(schnorr, bit))
        assert not accepts(engine.verify_ecdsa, public, digest, _flip(ecdsa, bit % (len(ecdsa) * 8)))
        assert not accepts(engine.verify_ecdsa, public, _flip(digest, bit % 256), ecdsa)


def _flip(content, bit):
    return (int.from_bytes(content) ^ 1 << bit).to_bytes(len(content))
