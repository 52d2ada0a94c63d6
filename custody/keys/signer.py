"""An approved signing task to its signature, verified before it leaves; it understands no transaction.

The task's commitment must be the approval's, and its path must lead to the expected key. libsecp256k1 (through
coincurve) signs. Every signature is deterministic, and each is made certain twice before it leaves: the engines of
`custody.referee` verify it, and its nonce is computed again here, by RFC 6979 or BIP-340 with OpenSSL's curve. A
signature that holds under a nonce that we know can be only one, so a fault, or a library that hides a key in its nonces
(the attack called Dark Skippy), is seen and nothing is released.
"""

import hmac
from types import MappingProxyType

from coincurve import PrivateKey
from coincurve.utils import DEFAULT_NONCE
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)

from custody import referee
from custody.catalogue import _
from custody.curve import ORDER, recover_ecdsa, tagged_hash, x_only_tweak_add
from custody.derivation import format_path
from custody.errors import Alarm, Mismatch, Unreadable
from custody.keys.hd import MasterKey
from custody.secret import Secret
from custody.signing import Approval, Signature, SignatureScheme, SigningTask

MOST_GRINDING = 1_000
"""Attempts at a low R; each succeeds half the time, so a run of 1,000 failures means that something is broken."""

NO_AUXILIARY_RANDOMNESS = bytes(32)
"""BIP-340 "Default Signing" with a constant: whoever signs again gets the same bytes and can compare."""


def sign(master: MasterKey, task: SigningTask, approval: Approval) -> Signature:
    """Make the signature that `task` asks for, if `approval` is for the same review.

    Raises Alarm when the approval is for another review, or when two engines disagree about the signature; Mismatch
    when this is not the key, or its path leads to another one; Unreadable for a task that contradicts itself.
    """
    if not hmac.compare_digest(task.commitment, approval.commitment):
        raise Alarm(
            _("what was to be signed for input {index} is not what was approved").format(index=task.input_index),
            hint=_("Nothing was signed. Keep the files as they are and read the review again on a second machine."),
            code="commitment",
        )
    _check_form(task)
    with _key_of(master, task) as key:
        try:
            return Signature(task, _SCHEMES[task.scheme](key, task))
        except ValueError:  # an engine refuses what another one made
            raise _disagreement(task) from None


def _check_form(task: SigningTask) -> None:
    sized = len(task.payload) == 32 and len(task.public_key) == 33 and len(task.path) > 0
    try:
        if not sized or (task.tweak is not None and task.scheme is not SignatureScheme.BIP340):
            raise ValueError
        _output_key(task)
    except ValueError:
        raise Unreadable(_("the signing task for input {index} is malformed").format(index=task.input_index)) from None


def _key_of(master: MasterKey, task: SigningTask) -> Secret:
    """Derive the task's key and compare it with the one that must come out (BitBox's lesson: never trust a path)."""
    if task.fingerprint != master.fingerprint:
        raise Mismatch(
            _("input {index} wants the key {wanted}, and this is the key {ours}").format(
                index=task.input_index, wanted=task.fingerprint.hex(), ours=master.fingerprint.hex()
            ),
            hint=_("Bring the phrase or the shares of the other key, or its passphrase."),
        )
    key = master.leaf(task.path)
    derived = PrivateKey(key.reveal()).public_key.format()
    first = 1 if task.scheme is SignatureScheme.BIP340 else 0
    if derived[first:] != task.public_key[first:]:
        key.wipe()
        raise Mismatch(
            _("the key at {path} is not the one that input {index} claims").format(
                path=format_path(task.path), index=task.input_index
            ),
            hint=_("The document claims a key of ours that is not there. Have it made again by the wallet itself."),
        )
    return key


def _ecdsa_low_r(key: Secret, task: SigningTask) -> bytes:
    """Sign as Bitcoin Core does: RFC 6979, then with a counter as extra data until R is below 2**255."""
    signer = PrivateKey(key.reveal())
    for counter in range(MOST_GRINDING):
        extra = counter.to_bytes(32, "little") if counter else b""
        nonce = (DEFAULT_NONCE[0], extra) if counter else DEFAULT_NONCE
        encoded = signer.sign(task.payload, hasher=None, custom_nonce=nonce)
        _settle_ecdsa(key, task, encoded, extra)
        if decode_dss_signature(encoded)[0] < 2**255:
            return encoded
    raise _disagreement(task)


def _ecdsa_recoverable(key: Secret, task: SigningTask) -> bytes:
    """Sign so that the key can be told from the signature (SEC 1, 4.1.6), with RFC 6979's nonce and nothing added."""
    encoded = PrivateKey(key.reveal()).sign_recoverable(task.payload, hasher=None)
    rs, recovery = encoded[:64], encoded[64]
    der = encode_dss_signature(int.from_bytes(rs[:32]), int.from_bytes(rs[32:]))
    _settle_ecdsa(key, task, der, b"")
    if recover_ecdsa(task.payload, rs, recovery, compressed=True) != task.public_key:
        raise _disagreement(task)
    return encoded


def _settle_ecdsa(key: Secret, task: SigningTask, encoded: bytes, extra: bytes) -> None:
    """Demand that a DER signature verifies and has the nonce that RFC 6979 gives.

    Without extra data OpenSSL also signs, and must come to the same bytes. Raises Alarm or ValueError.
    """
    nonce_point = _nonce_point(_rfc6979_nonce(key, task.payload, extra))
    if decode_dss_signature(encoded)[0] != nonce_point.x % ORDER:
        raise _disagreement(task)
    if not extra and _openssl_sign(key, task.payload) != encoded:
        raise _disagreement(task)
    referee.verify_ecdsa(task.public_key, task.payload, encoded)


def _bip340(key: Secret, task: SigningTask) -> bytes:
    """Sign as BIP-340 "Default Signing" writes it; with a tweak, by the key of BIP-341 taproot_tweak_seckey."""
    signer = _taproot_tweaked(key, task.tweak)
    output = _output_key(task)
    encoded = signer.sign_schnorr(task.payload, NO_AUXILIARY_RANDOMNESS)
    referee.verify_bip340(output, task.payload, encoded)
    mask = tagged_hash("BIP0340/aux", NO_AUXILIARY_RANDOMNESS)
    masked = bytes(a ^ b for a, b in zip(_with_even_y(signer).secret, mask, strict=True))
    nonce = tagged_hash("BIP0340/nonce", masked + output + task.payload)
    if int.from_bytes(encoded[:32]) != _nonce_point(Secret(nonce)).x:
        raise _disagreement(task)
    return encoded


_SCHEMES = MappingProxyType(
    {
        SignatureScheme.ECDSA_LOW_R: _ecdsa_low_r,
        SignatureScheme.ECDSA_RECOVERABLE: _ecdsa_recoverable,
        SignatureScheme.BIP340: _bip340,
    }
)


def _output_key(task: SigningTask) -> bytes:
    """Return the x-only key that verifies. Raises ValueError for a tweak out of range or one that cancels the key."""
    internal = task.public_key[1:]
    return internal if task.tweak is None else x_only_tweak_add(internal, task.tweak)


def _taproot_tweaked(key: Secret, tweak: bytes | None) -> PrivateKey:
    signer = PrivateKey(key.reveal())
    return signer if tweak is None else _with_even_y(signer).add(tweak)


def _with_even_y(signer: PrivateKey) -> PrivateKey:
    """Return the key, or its negative, whose point has an even y. The multiplication by -1 is libsecp256k1's."""
    if signer.public_key.format()[0] == 2:
        return signer
    return signer.multiply((ORDER - 1).to_bytes(32))


def _rfc6979_nonce(key: Secret, digest: bytes, extra: bytes) -> Secret:
    """RFC 6979 section 3.2 with HMAC-SHA256, and 3.6's additional data as libsecp256k1 appends it."""
    reduced = (int.from_bytes(digest) % ORDER).to_bytes(32)
    seed = key.reveal() + reduced + extra
    k, v = bytes(32), b"\x01" * 32
    for separator in (b"\x00", b"\x01"):
        k = hmac.digest(k, v + separator + seed, "sha256")
        v = hmac.digest(k, v, "sha256")
    while True:
        v = hmac.digest(k, v, "sha256")
        if 0 < int.from_bytes(v) < ORDER:
            return Secret(v)
        k = hmac.digest(k, v + b"\x00", "sha256")
        v = hmac.digest(k, v, "sha256")


def _nonce_point(nonce: Secret) -> ec.EllipticCurvePublicNumbers:
    """R = nonce * G by OpenSSL."""
    reduced = int.from_bytes(nonce.reveal()) % ORDER
    return ec.derive_private_key(reduced, ec.SECP256K1()).public_key().public_numbers()


def _openssl_sign(key: Secret, digest: bytes) -> bytes:
    """Return OpenSSL's deterministic signature as DER with a low S (BIP-62)."""
    signer = ec.derive_private_key(int.from_bytes(key.reveal()), ec.SECP256K1())
    signature = signer.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True))
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, ORDER - s))


def _disagreement(task: SigningTask) -> Alarm:
    return Alarm(
        _("two engines disagree about the signature for input {index}, so it was not released").format(
            index=task.input_index
        ),
        hint=_("Stop using this machine, keep it as it is, and do not sign again with this key before it is examined."),
        code="signature",
    )
