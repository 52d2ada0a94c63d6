"""Whether an Ed25519 signature (RFC 8032) holds, in one way everywhere; nothing is signed here: `keys` does that.

A signature is made over a tag, a zero byte and a digest of 32 bytes under the same tag (docs/spec/journal.md). Keys of
small order and encodings that are not canonical are refused: else a signer could make what one library believes and
another does not. The library refuses an S beyond the order, and compares R as bytes.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64

_FIELD = 2**255 - 19
_SIGN_BIT = 2**255
_ORDER_8 = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
_SMALL_ORDER = frozenset(
    {0, 1, _FIELD - 1, int.from_bytes(_ORDER_8, "little"), _FIELD - int.from_bytes(_ORDER_8, "little")}
)
"""The y of each of the eight points whose order divides the cofactor; x and its negative share one."""


def digest(tag: bytes, content: bytes) -> bytes:
    """Return SHA-256 of a tag, a zero byte and the content: 32 bytes."""
    return sha256(tag + b"\x00" + content).digest()


def message(tag: bytes, digest_: bytes) -> bytes:
    """Return what is signed of a digest under its tag."""
    return tag + b"\x00" + digest_


def holds(public_key: bytes, signature: bytes, message_: bytes) -> bool:
    """Say whether this key (32 bytes) made this signature (64 bytes) over the message."""
    if not is_sound(public_key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message_)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_sound(public_key: bytes) -> bool:
    """Say whether a key is the one writing of its point, and not of small order."""
    y = int.from_bytes(public_key, "little") & (_SIGN_BIT - 1)
    return len(public_key) == KEY_BYTES and y < _FIELD and y not in _SMALL_ORDER
