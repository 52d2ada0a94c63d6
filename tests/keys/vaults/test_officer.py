"""An officer's identity: two keys out of one seed, and nothing of them shows or stays."""

import os
from hashlib import shake_256

import pytest
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from custody.errors import Alarm, Mismatch, Unfit, Unreadable
from custody.keys.vaults import primitives
from custody.keys.vaults.officer import OfficerKeys, OfficerPublic
from custody.secret import Secret

SEED = bytes(range(32))
SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def officer() -> OfficerKeys:
    return OfficerKeys.from_seed(Secret(SEED))


def test_both_keys_come_out_of_the_seed_by_names_of_their_own() -> None:
    signing = HKDF(hashes.SHA256(), 32, None, b"custody/officer/sign/v1").derive(SEED)
    assert officer().public.officer == Ed25519PrivateKey.from_private_bytes(signing).public_key().public_bytes_raw()
    assert officer().public.officer != officer().public.recipient


def test_a_new_identity_is_drawn_from_the_source_that_is_given() -> None:
    stream = shake_256(b"officer").digest(64 * 32)
    draws = iter(range(64))
    made = OfficerKeys.new(lambda size: stream[(at := next(draws) * size) : at + size])
    assert made.seed.reveal() == stream[-32:]
    assert OfficerKeys.new().public != OfficerKeys.new().public


@pytest.mark.parametrize("source", [bytes, lambda size: b"\x5a" * size, lambda size: os.urandom(size - 1)])
def test_a_sick_source_makes_no_identity(source) -> None:
    with pytest.raises(Unfit):
        OfficerKeys.new(source)


def test_a_signature_holds_for_its_message_and_key() -> None:
    signature = officer().sign(b"a message")
    assert len(signature) == 64
    Ed25519PublicKey.from_public_bytes(officer().public.officer).verify(signature, b"a message")


def test_a_signature_that_does_not_hold_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    true = Ed25519PrivateKey.from_private_bytes(bytes(32))

    class Faulty:
        @staticmethod
        def from_private_bytes(_private: bytes) -> "Faulty":
            return Faulty()

        def sign(self, _message: bytes) -> bytes:
            return true.sign(b"another")

        def public_key(self) -> Ed25519PublicKey:
            return true.public_key()

    keys = officer()
    monkeypatch.setattr(primitives, "Ed25519PrivateKey", Faulty)
    with pytest.raises(Alarm):
        keys.sign(b"a message")


def test_what_anybody_seals_to_the_officer_opens_under_its_own_info_alone() -> None:
    sealed = SUITE.encrypt(b"a piece", X25519PublicKey.from_public_bytes(officer().public.recipient), info=b"here")
    assert officer().open(sealed, b"here").reveal() == b"a piece"
    for wrong, info in ((sealed, b"there"), (sealed[:-1], b"here"), (sealed[:31], b"here"), (b"", b"here")):
        with pytest.raises(Mismatch) as told:
            officer().open(wrong, info)
        assert told.value.code == "unopened"
    with pytest.raises(Mismatch):
        OfficerKeys.from_seed(Secret(bytes(32))).open(sealed, b"here")
    for point in (bytes(32), b"\xff" * 32):  # of low order, and no canonical point
        with pytest.raises(Mismatch):
            officer().open(point + sealed[32:], b"here")


@pytest.mark.parametrize("point", [bytes(32), (1).to_bytes(32, "little"), (2**255 - 19).to_bytes(32, "little")])
def test_nothing_is_sealed_to_a_key_of_low_order(point: bytes) -> None:
    with pytest.raises(Unreadable):
        primitives.seal_to(point, Secret(b"a piece"), b"here")


def test_an_officer_who_left_leaves_no_key() -> None:
    with officer() as keys:
        public = keys.public
    for act in (lambda: keys.sign(b"a message"), keys.seed.reveal, lambda: keys.open(bytes(64), b"")):
        with pytest.raises(ValueError, match="wiped"):
            act()
    assert keys.public == public


def test_nothing_secret_shows() -> None:
    shown = repr(officer())
    assert SEED.hex() not in shown
    assert "Secret" not in shown


@pytest.mark.parametrize("size", [0, 31, 33])
def test_keys_have_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="32"):
        OfficerKeys.from_seed(Secret(bytes(size)))
    with pytest.raises(Unreadable):
        OfficerPublic(bytes(size), bytes(32))
    with pytest.raises(Unreadable):
        OfficerPublic(bytes(32), bytes(size))
