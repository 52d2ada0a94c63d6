"""BIP-340 signatures, verified as the BIP writes it over the `ecdsa` package's points.

That is slow and not constant in time, and therefore never meets a secret.
"""

from ecdsa import SECP256k1, VerifyingKey
from ecdsa.ellipticcurve import INFINITY, AbstractPoint
from ecdsa.errors import MalformedPointError

from custody.curve import tagged_hash

_FIELD = SECP256k1.curve.p()
_ORDER = SECP256k1.order


def verify_bip340(x_only_key: bytes, digest: bytes, signature: bytes) -> None:
    """Verify a 64-byte signature over a 32-byte digest as BIP-340 "Verification" writes it. Raises ValueError."""
    if len(signature) != 64 or len(x_only_key) != 32:
        raise ValueError("a BIP-340 signature has 64 bytes and its key 32")
    public = _lift_x(x_only_key)
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if r >= _FIELD or s >= _ORDER:
        raise ValueError("a BIP-340 signature holds a number out of range")
    challenge = int.from_bytes(tagged_hash("BIP0340/challenge", signature[:32] + x_only_key + digest)) % _ORDER
    nonce_point = SECP256k1.generator * s + public * (_ORDER - challenge)
    if nonce_point == INFINITY or nonce_point.y() % 2 or nonce_point.x() != r:
        raise ValueError("the BIP-340 signature does not verify")


def _lift_x(x_only_key: bytes) -> AbstractPoint:
    """BIP-340 lift_x: the point with this x coordinate and an even y."""
    try:
        return VerifyingKey.from_string(b"\x02" + x_only_key, curve=SECP256k1).pubkey.point
    except MalformedPointError:
        raise ValueError("a BIP-340 key is not on the curve") from None
