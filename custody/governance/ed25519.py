"""Whether an Ed25519 signature (RFC 8032) holds. Nothing is signed here: `keys` does that."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def holds(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether this key (32 bytes) made this signature (64 bytes) over the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
