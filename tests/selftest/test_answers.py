"""Each primitive is replaced by a wrong one, and the self-test names it: an answer that cannot fail shows nothing."""

import hashlib
import hmac
from collections.abc import Callable
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from coincurve import PrivateKey
from coincurve.utils import DEFAULT_NONCE
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from airgap.ur import bytewords
from custody import curve, referee
from custody.chains.bitcoin.addresses import base58, bech32
from custody.chains.bitcoin.consensus import hashes
from custody.governance import ed25519
from custody.keys.cards.collection import Quorum, UntrustedCollection
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.keys.vaults import primitives
from custody.referee import points
from custody.secret import Secret
from custody.selftest import check, encodings, engines, hashing, safe, signing
from custody.selftest.battery import BATTERY
from custody.selftest.check import Check, NotTold, Standing, outcome_of
from custody.signing import SignatureScheme
from tests.keys.vaults.second_reader import hpke_open
from tests.test_completeness import rows, ticked


def off(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same call, with its answer's last byte or letter changed."""

    def wrong(*arguments: Any, **named: Any) -> Any:
        return changed(call(*arguments, **named))

    return wrong


def changed(answer: Any) -> Any:
    if isinstance(answer, Secret):
        return Secret(changed(answer.reveal()))
    if isinstance(answer, curve.Point):
        return curve.Point(changed(answer.compressed))
    if isinstance(answer, str):
        return answer[:-1] + ("q" if answer[-1] != "q" else "p")
    if isinstance(answer, tuple):
        return (*answer[:-1], changed(answer[-1]))
    return answer[:-1] + bytes([answer[-1] ^ 1])


def taking_all(*_arguments: Any) -> None:
    """A verifier that verifies nothing."""


class OtherNonce(PrivateKey):
    """A signer whose signatures hold, under nonces of its own."""

    def sign(self, message: bytes, hasher: Any = None, custom_nonce: Any = None) -> bytes:  # noqa: ARG002
        return super().sign(message, hasher=hasher, custom_nonce=(DEFAULT_NONCE[0], b"\x01" * 32))

    def sign_schnorr(self, message: bytes, aux_randomness: bytes = b"") -> bytes:  # noqa: ARG002
        return super().sign_schnorr(message, b"\x01" * 32)


def restless() -> Callable[..., bytes]:
    """Signing that gives one sound signature, and another sound one the next time."""
    first, times = engines._signed, count()

    def signed(master: MasterKey, key: bytes, digest: bytes, scheme: Any) -> bytes:
        if scheme is SignatureScheme.ECDSA_LOW_R and next(times) % 2:
            return OtherNonce(master.leaf(engines._PATH).reveal()).sign(digest)
        return first(master, key, digest, scheme)

    return signed


def of_hashlib(**replaced: Any) -> SimpleNamespace:
    names = {name: getattr(hashlib, name) for name in ("sha256", "sha512", "pbkdf2_hmac")}
    return SimpleNamespace(**{**names, **replaced})


def of_sha512(data: bytes) -> Any:
    return hashlib.sha512(data + b"x")


def of_sha256(data: bytes) -> Any:
    return hashlib.sha256(data + b"x")


WRONG: tuple[tuple[str, object, str, Any], ...] = (
    ("SELFTEST-SHA256", hashing, "hashlib", of_hashlib(sha256=of_sha256)),
    ("SELFTEST-SHA256", hashes, "sha256", off(hashes.sha256)),
    ("SELFTEST-SHA256", hashes, "sha256d", off(hashes.sha256d)),
    ("SELFTEST-SHA512", hashing, "hashlib", of_hashlib(sha512=of_sha512)),
    ("SELFTEST-RIPEMD160", hashes, "ripemd160", off(hashes.ripemd160)),
    ("SELFTEST-RIPEMD160", hashes, "hash160", off(hashes.hash160)),
    ("SELFTEST-HMAC", hashing, "hmac", SimpleNamespace(digest=off(hmac.digest))),
    ("SELFTEST-PBKDF2", hashing, "hashlib", of_hashlib(pbkdf2_hmac=off(hashlib.pbkdf2_hmac))),
    ("SELFTEST-HKDF", primitives, "hkdf", off(primitives.hkdf)),
    ("SELFTEST-ARGON2ID", primitives, "argon2id", off(primitives.argon2id)),
    ("SELFTEST-AEAD", safe, "ChaCha20Poly1305", lambda _key: SimpleNamespace(encrypt=lambda *_said: b"")),
    ("SELFTEST-AEAD", primitives, "seal", off(primitives.seal)),
    ("SELFTEST-AEAD", primitives, "unseal", off(primitives.unseal)),
    ("SELFTEST-AEAD", primitives, "unseal", lambda *_said: Secret(safe._AEAD_PLAIN)),
    ("SELFTEST-X25519", primitives, "opening_key", off(primitives.opening_key)),
    ("SELFTEST-HPKE", primitives, "open_sealed", off(primitives.open_sealed)),
    ("SELFTEST-HPKE", primitives, "open_sealed", lambda *_said: Secret(b"abc")),
    ("SELFTEST-HPKE", primitives, "seal_to", off(primitives.seal_to)),
    ("SELFTEST-ED25519", primitives, "signing_key", off(primitives.signing_key)),
    ("SELFTEST-ED25519", primitives, "sign", off(primitives.sign)),
    ("SELFTEST-ED25519", ed25519, "holds", lambda *_said: True),
    ("SELFTEST-ED25519", ed25519, "holds", lambda *_said: False),
    ("SELFTEST-ECDSA", signing, "PrivateKey", OtherNonce),
    ("SELFTEST-ECDSA", curve, "verify_ecdsa", taking_all),
    ("SELFTEST-ECDSA", referee, "verify_ecdsa", taking_all),
    ("SELFTEST-BIP340", signing, "PrivateKey", OtherNonce),
    ("SELFTEST-BIP340", curve, "verify_bip340", taking_all),
    ("SELFTEST-BIP340", referee, "verify_bip340", taking_all),
    ("SELFTEST-BIP39", mnemonic, "phrase", off(mnemonic.phrase)),
    ("SELFTEST-BIP39", mnemonic, "seed", off(mnemonic.seed)),
    ("SELFTEST-BIP39", mnemonic, "entropy_of", lambda _text: Secret(bytes.fromhex(safe._ENTROPY))),
    ("SELFTEST-BIP32", MasterKey, "account_xpub", off(MasterKey.account_xpub)),
    ("SELFTEST-BIP32", MasterKey, "public_key", off(MasterKey.public_key)),
    ("SELFTEST-SLIP39", Quorum, "recover", off(Quorum.recover)),
    ("SELFTEST-SLIP39", UntrustedCollection, "add", taking_all),
    ("SELFTEST-BECH32", bech32, "encode_segwit", off(bech32.encode_segwit)),
    ("SELFTEST-BECH32", bech32, "decode_segwit", lambda _text: ("bc", 0, bytes.fromhex(encodings._PROGRAM_V0))),
    ("SELFTEST-BECH32M", bech32, "_constant", lambda _version: bech32._BECH32),
    ("SELFTEST-BECH32M", bech32, "decode_segwit", lambda _text: ("bc", 1, bytes.fromhex(encodings._PROGRAM_V1))),
    ("SELFTEST-BECH32M", bech32, "encode_segwit", off(bech32.encode_segwit)),
    ("SELFTEST-BASE58", base58, "encode_check", off(base58.encode_check)),
    ("SELFTEST-BASE58", base58, "sha256d", lambda _content: bytes(32)),
    ("SELFTEST-BASE58", base58, "decode_check", lambda _text: bytes.fromhex("00" + encodings._HASH160)),
    ("SELFTEST-CRC32", bytewords, "zlib", SimpleNamespace(crc32=lambda _data: 0)),
    ("SELFTEST-CRC32", bytewords, "decode", lambda _text: b"123456789"),
    ("SELFTEST-SIGNATURES", referee, "verify_ecdsa", taking_all),
    ("SELFTEST-SIGNATURES", referee, "verify_bip340", taking_all),
    ("SELFTEST-SIGNATURES", engines, "_signed", off(engines._signed)),
    ("SELFTEST-SIGNATURES", engines, "_signed", restless()),
    ("SELFTEST-ADDRESSES", points, "tweak_add", off(points.tweak_add)),
    ("SELFTEST-ADDRESSES", engines, "_derived_again", off(engines._derived_again)),
    ("SELFTEST-ADDRESSES", engines, "tagged_hash", off(engines.tagged_hash)),
    ("SELFTEST-ADDRESSES", curve.Sums, "plus", off(curve.Sums.plus)),
    ("SELFTEST-ADDRESSES", engines, "address", off(engines.address)),
    ("SELFTEST-ADDRESSES", MasterKey, "public_key", off(MasterKey.public_key)),
    ("SELFTEST-ADDRESSES", engines.taproot, "tap_tweak", off(engines.taproot.tap_tweak)),
)
"""What a check must notice -> what is replaced, and by what. Each is one defect."""

TABLE = {each.id: each for each in BATTERY}
PRIMITIVES = TABLE.keys() - {"SELFTEST-POOL", "SELFTEST-RANDOM"}


def failed() -> set[str]:
    """The IDs of what fails now."""
    return {each.id for each in BATTERY if outcome_of(each).standing is Standing.FAILED}


def test_all_is_well_where_nothing_is_replaced() -> None:
    assert failed() == set()
    assert {outcome_of(each).remedy for each in BATTERY} == {""}


@pytest.mark.parametrize(
    ("id_", "owner", "name", "wrong"), WRONG, ids=[f"{row[0]}-{row[2]}-{at}" for at, row in enumerate(WRONG)]
)
def test_a_wrong_primitive_is_named(id_: str, owner: object, name: str, wrong: Any, monkeypatch) -> None:
    monkeypatch.setattr(owner, name, wrong)
    outcome = outcome_of(TABLE[id_])
    assert (outcome.standing, outcome.id) == (Standing.FAILED, id_)
    assert "lay it again" in outcome.remedy


def test_every_primitive_was_replaced() -> None:
    assert {row[0] for row in WRONG} == PRIMITIVES


def test_a_broken_primitive_is_a_failed_check_and_tells_its_kind_alone() -> None:
    def breaks() -> None:
        raise RuntimeError("a secret")

    outcome = outcome_of(Check("SELFTEST-X", "x", "y", breaks))
    assert (outcome.standing, outcome.seen) == (Standing.FAILED, "it raised RuntimeError")


def test_what_is_not_told_is_unknown() -> None:
    def untold() -> None:
        raise NotTold("nobody says", "ask")

    outcome = outcome_of(Check("SELFTEST-X", "x", "y", untold))
    assert (outcome.standing, outcome.seen, outcome.remedy) == (Standing.UNKNOWN, "nobody says", "ask")


def test_what_takes_something_wrong_is_no_check() -> None:
    with pytest.raises(check.Wrong):
        check.require_refused(lambda: None)
    with pytest.raises(check.Wrong):
        check.require_refused(lambda: True)
    check.require_refused(lambda: False)
    check.require_refused(lambda: base58.decode_check("1"))


def test_the_sample_of_hpke_is_opened_by_a_second_reader() -> None:
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(safe._X25519_PRIVATE))
    assert hpke_open(private, bytes.fromhex(safe._HPKE_SEALED), safe._HPKE_INFO) == b"abc"


def test_the_page_has_every_check_in_its_order() -> None:
    told = [next(iter(ticked([cell]))) for cell in rows("docs/spec/selftest.md", "The table")[1:] if "SELFTEST" in cell]
    assert told == ["SELFTEST-FILES", "SELFTEST-PATHS", "SELFTEST-ANSWERS", *TABLE]


@pytest.mark.parametrize("tweak", [b"\x01" * 31, bytes(31), b"\xff" * 32])
def test_the_second_engine_takes_no_tweak_out_of_range(tweak: bytes) -> None:
    with pytest.raises(ValueError, match="tweak"):
        points.tweak_add(bytes.fromhex(signing._KEY_OF_1), tweak)


def test_the_second_engine_refuses_what_is_no_point_and_a_sum_that_is_none() -> None:
    with pytest.raises(ValueError, match="not on the curve"):
        points.tweak_add(b"\x02" + b"\xff" * 32, bytes(31) + b"\x01")
    with pytest.raises(ValueError, match="cancels"):
        points.tweak_add(bytes.fromhex(signing._KEY_OF_1), (curve.ORDER - 1).to_bytes(32))
