"""Argon2id, HKDF, ChaCha20-Poly1305, HPKE, Ed25519 and X25519, as this room uses them: the only door to their library.

By `cryptography`. What does not open raises one `Mismatch` with one sentence, whatever the cause: whoever tries
passphrases, keys or changed files learns that it failed and no more.
"""

import threading

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from custody.catalogue import _
from custody.errors import Alarm, Mismatch, Unfit, Unreadable
from custody.secret import Secret

KEY = 32
"""Bytes of every key here, private, public or symmetric."""
TAG = 16
"""Bytes that ChaCha20-Poly1305 adds."""
ENCAPSULATED = 32
"""Bytes of X25519 that HPKE puts before its ciphertext."""

ONLY_NONCE = bytes(12)
"""Each key of `seal` is fresh and seals one message, so the nonce says nothing (RFC 8439, 2.8)."""

_DERIVING = threading.Lock()
"""OpenSSL counts the threads of all lanes together: two derivations at once wait for each other's without an end, or
fail as if there were no memory (docs/adr/0019; `tests/keys/vaults/test_sealed.py`)."""

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def argon2id(
    password: Secret, salt: bytes, *, memory: int, passes: int, lanes: int, pepper: bytes | None, context: bytes
) -> Secret:
    """Return 32 bytes of Argon2id, version 19 (RFC 9106); `memory` is in KiB, `pepper` its secret value K.

    One at a time, and the interpreter is free while it works. Raises Unfit where this machine has not so much memory.
    """
    work = Argon2id(
        salt=salt, length=KEY, iterations=passes, lanes=lanes, memory_cost=memory, ad=context, secret=pepper
    )
    try:
        with _DERIVING:
            return Secret(work.derive(password.reveal()))
    except MemoryError:
        raise Unfit(
            _("this machine has not the {count} MiB of memory that this passphrase is guarded with").format(
                count=-(-memory // 1024)
            ),
            hint=_("Close other programs, or use a machine with more memory."),
            code="memory",
        ) from None


def hkdf(key: Secret, info: bytes) -> Secret:
    """Return 32 bytes of HKDF-SHA256 without a salt (RFC 5869)."""
    return Secret(HKDF(algorithm=hashes.SHA256(), length=KEY, salt=None, info=info).derive(key.reveal()))


def seal(key: Secret, content: Secret, authenticated: bytes) -> bytes:
    """Encrypt under a key that seals nothing else; return ciphertext and tag."""
    return ChaCha20Poly1305(key.reveal()).encrypt(ONLY_NONCE, content.reveal(), authenticated)


def unseal(key: Secret, sealed: bytes | memoryview, authenticated: bytes | memoryview) -> Secret:
    """Return what `seal` sealed. Raises Mismatch."""
    try:
        return Secret(ChaCha20Poly1305(key.reveal()).decrypt(ONLY_NONCE, sealed, authenticated))
    except InvalidTag:
        raise unopened() from None


def seal_to(recipient: bytes, content: Secret, info: bytes) -> bytes:
    """Encrypt to an X25519 key by HPKE's base mode (RFC 9180, 6.1); return 32 bytes, then ciphertext and tag.

    Raises Unreadable for one of the few keys that make every secret zero.
    """
    try:
        return _SUITE.encrypt(content.reveal(), X25519PublicKey.from_public_bytes(recipient), info=info)
    except ValueError:
        raise Unreadable(
            _("an officer's opening key is not one that anything can be sealed to"),
            hint=_("No honest program makes such a key. Ask where it came from, and enrol the officer again."),
        ) from None


def open_sealed(private: Secret, sealed: bytes, info: bytes) -> Secret:
    """Return what `seal_to` sealed to this X25519 key. Raises Mismatch."""
    key = X25519PrivateKey.from_private_bytes(private.reveal())  # a wiped key is our mistake, not a wrong key
    try:
        return Secret(_SUITE.decrypt(sealed, key, info=info))
    except InvalidTag:
        raise unopened() from None


def opening_key(private: Secret) -> bytes:
    """Return the X25519 public key of 32 private bytes (RFC 7748)."""
    return X25519PrivateKey.from_private_bytes(private.reveal()).public_key().public_bytes_raw()


def signing_key(private: Secret) -> bytes:
    """Return the Ed25519 public key of 32 private bytes (RFC 8032)."""
    return Ed25519PrivateKey.from_private_bytes(private.reveal()).public_key().public_bytes_raw()


def sign(private: Secret, message: bytes) -> bytes:
    """Return the Ed25519 signature, verified before it leaves. Raises Alarm if it does not hold."""
    signer = Ed25519PrivateKey.from_private_bytes(private.reveal())
    signature = signer.sign(message)
    try:
        signer.public_key().verify(signature, message)
    except InvalidSignature:
        raise Alarm(
            _("a signature that was made just now does not hold; it was thrown away"),
            hint=_("Stop using this machine: its memory or its software is at fault."),
        ) from None
    return signature


def unopened() -> Mismatch:
    """The one answer to a wrong passphrase, key file, token or key, and to a damaged file."""
    return Mismatch(
        _("this does not open: the passphrase, the key file or the token is wrong, or the file is damaged"),
        hint=_("Try the passphrase again, with the key file or token if there is one; then another copy of the file."),
        code="unopened",
    )
