"""What the safe signs, what it refuses to sign, and what it refuses to let out."""

import csv
import json
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest
import wallycore
from bip_utils import Bip32Slip10Secp256k1
from coincurve import PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from custody import curve, referee
from custody.derivation import parse_path
from custody.errors import Alarm, Mismatch, Unreadable
from custody.keys import hd, signer
from custody.secret import Secret
from custody.signing import Approval, SignatureScheme, SigningTask

LOW_R, BIP340 = SignatureScheme.ECDSA_LOW_R, SignatureScheme.BIP340
RECOVERABLE = SignatureScheme.ECDSA_RECOVERABLE
SEED = bytes.fromhex("fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a2")
MASTER = hd.MasterKey.from_seed(Secret(SEED))
PATH = parse_path("m/84'/1'/0'/0/5")
COMMITMENT = sha256(b"the review").digest()
APPROVAL = Approval(COMMITMENT, "the officer")
DIGEST = sha256(b"a transaction").digest()
TWEAK = sha256(b"a tweak").digest()
EVERY_SCHEME = pytest.mark.parametrize("scheme", list(SignatureScheme))
digests = st.binary(min_size=32, max_size=32)


def task_for(scheme, digest=DIGEST, path=PATH, **changes):
    task = SigningTask(
        scheme, 3, MASTER.fingerprint, path, MASTER.public_key(path).compressed, digest, None, COMMITMENT
    )
    return replace(task, **changes)


@dataclass
class SingleKey:
    """Stands in for a master key where a vector gives a private key and no path."""

    number: int
    fingerprint: bytes = b"\xaa" * 4

    def leaf(self, _path):
        return Secret(self.number.to_bytes(32))

    def task(self, scheme, digest, tweak=None):
        public = PrivateKey(self.number.to_bytes(32)).public_key.format()
        return SigningTask(scheme, 0, self.fingerprint, (0,), public, digest, tweak, COMMITMENT)

    def sign(self, scheme, digest, tweak=None):
        return signer.sign(self, self.task(scheme, digest, tweak), APPROVAL).encoded


def numbers(der):
    return decode_dss_signature(der)


# what is signed


def test_a_recoverable_signature_is_that_of_a_second_wallet_library_and_gives_the_key_back():
    key, public = MASTER.leaf(PATH).reveal(), MASTER.public_key(PATH).compressed
    numbers_of_keys = set()
    for number in range(12):
        digest = sha256(b"%d" % number).digest()
        encoded = signer.sign(MASTER, task_for(RECOVERABLE, digest), APPROVAL).encoded
        theirs = bytes(
            wallycore.ec_sig_from_bytes(key, digest, wallycore.EC_FLAG_ECDSA | wallycore.EC_FLAG_RECOVERABLE)
        )
        assert theirs[1:] == encoded[:64]
        assert (theirs[0] - 27) % 4 == encoded[64]
        assert curve.recover_ecdsa(digest, encoded[:64], encoded[64], compressed=True) == public
        assert int.from_bytes(encoded[32:64]) <= curve.ORDER // 2
        numbers_of_keys.add(encoded[64])
    assert numbers_of_keys == {0, 1}


@settings(max_examples=12, deadline=None)
@given(digests)
def test_low_r_signatures_are_those_of_a_second_wallet_library(digest):
    """libwally grinds as Bitcoin Core does, over its own copy of libsecp256k1."""
    ours = signer.sign(MASTER, task_for(LOW_R, digest), APPROVAL).encoded
    key = MASTER.leaf(PATH).reveal()
    flags = wallycore.EC_FLAG_ECDSA | wallycore.EC_FLAG_GRIND_R
    theirs = wallycore.ec_sig_to_der(wallycore.ec_sig_from_bytes(key, digest, flags))
    assert ours == bytes(theirs)
    r, s = numbers(ours)
    assert r < 2**255
    assert s <= curve.ORDER // 2
    assert len(ours) <= 70


def test_some_digests_need_grinding_and_some_do_not():
    """Both branches are walked: a plain RFC 6979 signature whose R is high, and one whose R is low."""
    key = PrivateKey(MASTER.leaf(PATH).reveal())
    plain = {}
    for number in range(16):
        digest = sha256(b"%d" % number).digest()
        first = key.sign(digest, hasher=None)
        low = numbers(first)[0] < 2**255
        released = signer.sign(MASTER, task_for(LOW_R, digest), APPROVAL).encoded
        assert (released == first) == low
        plain[low] = plain.get(low, 0) + 1
    assert set(plain) == {True, False}


def test_our_rfc6979_nonce_is_the_published_one():
    nonce = signer._rfc6979_nonce(Secret((1).to_bytes(32)), sha256(b"Satoshi Nakamoto").digest(), b"")
    assert nonce.reveal().hex() == "8f8a276c19f4149656b280621e358cce24f5f52542772691ee69063b74f15d15"


def test_digests_beyond_the_order_are_signed_alike_by_both_engines():
    for digest in (b"\xff" * 32, curve.ORDER.to_bytes(32), bytes(32), (curve.ORDER - 1).to_bytes(32)):
        assert signer.sign(MASTER, task_for(LOW_R, digest), APPROVAL).encoded


def test_bip340_signatures_are_the_published_ones_without_auxiliary_randomness(vectors):
    with (vectors / "bip340" / "test-vectors.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["secret key"] and len(row["message"]) == 64]
    plain = [row for row in rows if int(row["aux_rand"], 16) == 0]
    assert plain
    for row in plain:
        encoded = SingleKey(int(row["secret key"], 16)).sign(BIP340, bytes.fromhex(row["message"]))
        assert encoded.hex().upper() == row["signature"]


def test_one_bip340_signature_of_our_own_fixture():
    """BIP-340 vector 0."""
    encoded = SingleKey(3).sign(BIP340, bytes(32))
    assert encoded.hex() == (
        "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
        "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0"
    )


def test_bip341_key_path_signatures_are_the_published_ones(vectors):
    spending = json.loads((vectors / "bip341" / "wallet.json").read_text())["keyPathSpending"]
    seen = 0
    for case in (case for group in spending for case in group["inputSpending"]):
        known = case["intermediary"]
        master = SingleKey(int(case["given"]["internalPrivkey"], 16))
        encoded = master.sign(BIP340, bytes.fromhex(known["sigHash"]), bytes.fromhex(known["tweak"]))
        assert encoded.hex() == case["expected"]["witness"][0][:128]
        seen += 1
    assert seen == 7


@settings(max_examples=12, deadline=None)
@given(digests, st.integers(1, curve.ORDER - 1), st.integers(0, curve.ORDER - 1))
def test_a_tweaked_signature_verifies_under_the_output_key(digest, number, tweak):
    """For internal keys with an even and with an odd y."""
    assume(tweak not in (number, curve.ORDER - number))
    encoded = SingleKey(number).sign(BIP340, digest, tweak.to_bytes(32))
    internal = PrivateKey(number.to_bytes(32)).public_key.format()[1:]
    curve.verify_bip340(curve.x_only_tweak_add(internal, tweak.to_bytes(32)), digest, encoded)


def test_the_sign_byte_of_a_taproot_key_is_free():
    task = task_for(BIP340)
    other = replace(task, public_key=bytes([5 - task.public_key[0]]) + task.public_key[1:])
    assert signer.sign(MASTER, task, APPROVAL).encoded == signer.sign(MASTER, other, APPROVAL).encoded


@EVERY_SCHEME
def test_signing_again_gives_the_same_bytes(scheme):
    first, second = (signer.sign(MASTER, task_for(scheme), APPROVAL) for _ in range(2))
    assert first == second
    assert first.task == task_for(scheme)


def test_the_key_is_the_one_that_bip_utils_derives():
    key = Bip32Slip10Secp256k1.FromSeedAndPath(SEED, "m/84'/1'/0'/0/5").PublicKey().RawCompressed().ToBytes()
    encoded = signer.sign(MASTER, task_for(LOW_R), APPROVAL).encoded
    curve.verify_ecdsa(key, DIGEST, encoded)
    referee.verify_ecdsa(key, DIGEST, encoded)


# what is refused before anything is signed


@pytest.fixture
def nothing_signed(monkeypatch):
    def forbidden(*_arguments, **_options):
        raise AssertionError("the key was used")

    for method in ("sign", "sign_recoverable", "sign_schnorr"):
        monkeypatch.setattr(PrivateKey, method, forbidden)


@EVERY_SCHEME
@pytest.mark.parametrize("commitment", [sha256(b"another review").digest(), b"", COMMITMENT[:31], bytes(32)])
def test_a_task_of_another_review_is_an_alarm(nothing_signed, scheme, commitment):
    with pytest.raises(Alarm, match="not what was approved") as caught:
        signer.sign(MASTER, task_for(scheme, commitment=commitment), APPROVAL)
    assert caught.value.exit_code == 9


@EVERY_SCHEME
def test_another_masters_task_is_a_mismatch(nothing_signed, scheme):
    with pytest.raises(Mismatch, match="wants the key deadbeef"):
        signer.sign(MASTER, task_for(scheme, fingerprint=bytes.fromhex("deadbeef")), APPROVAL)


@EVERY_SCHEME
def test_a_claimed_key_that_is_not_at_its_path_is_a_mismatch(nothing_signed, scheme):
    """Our fingerprint, their key: what a false claim of ownership looks like."""
    stranger = PrivateKey((7).to_bytes(32)).public_key.format()
    with pytest.raises(Mismatch, match="m/84'/1'/0'/0/5 is not the one that input 3 claims"):
        signer.sign(MASTER, task_for(scheme, public_key=stranger), APPROVAL)


def test_the_negated_key_is_a_mismatch_for_ecdsa(nothing_signed):
    task = task_for(LOW_R)
    with pytest.raises(Mismatch):
        signer.sign(MASTER, replace(task, public_key=bytes([5 - task.public_key[0]]) + task.public_key[1:]), APPROVAL)


MALFORMED = {
    "a short digest": {"payload": DIGEST[:31]},
    "a long digest": {"payload": DIGEST + b"\x00"},
    "no digest": {"payload": b""},
    "an x-only key": {"public_key": MASTER.public_key(PATH).x_only},
    "no path": {"path": ()},
    "a path that is too deep": {"path": (0,) * 65},
    "a short tweak": {"tweak": TWEAK[:31], "scheme": BIP340},
    "a tweak out of range": {"tweak": curve.ORDER.to_bytes(32), "scheme": BIP340},
    "a tweak for ECDSA": {"tweak": TWEAK, "scheme": LOW_R},
}


@pytest.mark.parametrize("changes", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_task_is_refused(nothing_signed, changes):
    with pytest.raises(Unreadable):
        signer.sign(MASTER, replace(task_for(LOW_R), **changes), APPROVAL)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_a_tweak_that_cancels_the_key_is_refused(nothing_signed, number):
    even = PrivateKey(number.to_bytes(32)).public_key.format()[0] == 2
    cancelling = curve.ORDER - number if even else number
    with pytest.raises(Unreadable):
        SingleKey(number).sign(BIP340, DIGEST, cancelling.to_bytes(32))


# what is signed and must not leave


def never_released(scheme, **changes):
    with pytest.raises(Alarm, match="two engines disagree") as caught:
        signer.sign(MASTER, task_for(scheme, **changes), APPROVAL)
    assert caught.value.__cause__ is None
    said = caught.value.message + caught.value.hint
    assert MASTER.leaf(PATH).reveal().hex() not in said


@pytest.mark.parametrize("extra", [b"\x01" + bytes(31), sha256(b"a hidden message").digest()])
def test_a_library_that_chooses_its_own_nonce_is_noticed(monkeypatch, extra):
    """Dark Skippy: every signature is valid, and its nonce carries the seed away."""
    honest = PrivateKey.sign

    def corrupted(self, message, hasher=None, custom_nonce=None):
        null = signer.DEFAULT_NONCE[0]
        return honest(self, message, hasher=hasher, custom_nonce=(null, extra))

    monkeypatch.setattr(PrivateKey, "sign", corrupted)
    never_released(LOW_R)


def test_a_corrupted_nonce_is_noticed_after_grinding_too(monkeypatch):
    honest = PrivateKey.sign
    digest = next(
        digest
        for digest in (sha256(b"%d" % n).digest() for n in range(64))
        if numbers(honest(PrivateKey(MASTER.leaf(PATH).reveal()), digest, hasher=None))[0] >= 2**255
    )

    def corrupted(self, message, hasher=None, custom_nonce=signer.DEFAULT_NONCE):
        null, extra = custom_nonce
        if custom_nonce != signer.DEFAULT_NONCE:
            custom_nonce = (null, sha256(extra).digest())
        return honest(self, message, hasher=hasher, custom_nonce=custom_nonce)

    monkeypatch.setattr(PrivateKey, "sign", corrupted)
    never_released(LOW_R, payload=digest)


@pytest.mark.parametrize("tweak", [None, TWEAK])
def test_auxiliary_randomness_in_a_taproot_signature_is_noticed(monkeypatch, tweak):
    honest = PrivateKey.sign_schnorr
    monkeypatch.setattr(PrivateKey, "sign_schnorr", lambda self, digest, _aux: honest(self, digest))
    never_released(BIP340, tweak=tweak)


def _high_s(der):
    r, s = numbers(der)
    return encode_dss_signature(r, curve.ORDER - s)


FAULTS = {
    "a flipped bit": lambda der: der[:-1] + bytes([der[-1] ^ 1]),
    "a high S": _high_s,
    "a truncated signature": lambda der: der[:-1],
    "a trailing byte": lambda der: der + b"\x00",
    "no signature": lambda _der: b"",
    "a zero S": lambda der: encode_dss_signature(numbers(der)[0], 0),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_ecdsa_signature_is_never_released(monkeypatch, fault):
    honest = PrivateKey.sign
    monkeypatch.setattr(PrivateKey, "sign", lambda self, *a, **k: fault(honest(self, *a, **k)))
    never_released(LOW_R)


@pytest.mark.parametrize("byte", [0, 31, 32, 63, 64])
def test_a_faulty_recoverable_signature_is_never_released(monkeypatch, byte):
    honest = PrivateKey.sign_recoverable

    def faulty(self, digest, hasher=None, custom_nonce=signer.DEFAULT_NONCE):
        encoded = bytearray(honest(self, digest, hasher=hasher, custom_nonce=custom_nonce))
        encoded[byte] ^= 1
        return bytes(encoded)

    monkeypatch.setattr(PrivateKey, "sign_recoverable", faulty)
    never_released(RECOVERABLE)


def test_a_recoverable_signature_with_another_nonce_is_never_released(monkeypatch):
    honest = PrivateKey.sign_recoverable
    nonce = (signer.DEFAULT_NONCE[0], sha256(b"a hidden message").digest())
    monkeypatch.setattr(
        PrivateKey, "sign_recoverable", lambda self, digest, hasher: honest(self, digest, hasher, custom_nonce=nonce)
    )
    never_released(RECOVERABLE)


@pytest.mark.parametrize("byte", [0, 31, 32, 63])
def test_a_faulty_taproot_signature_is_never_released(monkeypatch, byte):
    honest = PrivateKey.sign_schnorr

    def faulty(self, digest, aux):
        encoded = bytearray(honest(self, digest, aux))
        encoded[byte] ^= 1
        return bytes(encoded)

    monkeypatch.setattr(PrivateKey, "sign_schnorr", faulty)
    never_released(BIP340)


def test_a_taproot_signature_by_the_untweaked_key_is_never_released(monkeypatch):
    monkeypatch.setattr(signer, "_taproot_tweaked", lambda key, _tweak: PrivateKey(key.reveal()))
    never_released(BIP340, tweak=TWEAK)


@EVERY_SCHEME
def test_a_referee_that_refuses_has_the_last_word(monkeypatch, scheme):
    def refuse(*_arguments):
        raise ValueError("no")

    monkeypatch.setattr(referee, "verify_ecdsa", refuse)
    monkeypatch.setattr(referee, "verify_bip340", refuse)
    never_released(scheme)


@EVERY_SCHEME
@pytest.mark.parametrize("claimed", [True, False])
def test_the_key_is_overwritten_whatever_comes_of_the_task(monkeypatch, scheme, claimed):
    leaves = []
    leaf = hd.MasterKey.leaf
    monkeypatch.setattr(hd.MasterKey, "leaf", lambda self, path: leaves.append(leaf(self, path)) or leaves[-1])
    monkeypatch.setattr(signer, "_nonce_point", lambda _nonce: pytest.fail("broken"))
    task = (
        task_for(scheme) if claimed else task_for(scheme, public_key=PrivateKey((7).to_bytes(32)).public_key.format())
    )
    with pytest.raises((Mismatch, pytest.fail.Exception)):
        signer.sign(MASTER, task, APPROVAL)
    assert leaves
    assert not any(len(each) for each in leaves)


def test_grinding_that_never_ends_is_an_alarm(monkeypatch):
    monkeypatch.setattr(signer, "MOST_GRINDING", 0)
    never_released(LOW_R)


def test_an_openssl_that_signs_otherwise_is_an_alarm(monkeypatch):
    monkeypatch.setattr(signer, "_openssl_sign", lambda *_a: encode_dss_signature(5, 7))
    never_released(LOW_R)
