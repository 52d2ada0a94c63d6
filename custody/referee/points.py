"""Sums of public points by the `ecdsa` package's arithmetic: what derives an address, computed by a second engine.

That is slow and not constant in time, and therefore never meets a secret.
"""

from ecdsa import SECP256k1, VerifyingKey
from ecdsa.ellipticcurve import INFINITY
from ecdsa.errors import MalformedPointError

_FIELD = SECP256k1.curve.p()
_ORDER = SECP256k1.order


def tweak_add(public_key: bytes, tweak: bytes) -> bytes:
    """Return a compressed key (33 bytes) + tweak*G (BIP-32 CKDpub, BIP-341), 33 bytes. Raises ValueError."""
    number = int.from_bytes(tweak)
    if len(public_key) != 33 or len(tweak) != 32 or number >= _ORDER:
        raise ValueError("a compressed key has 33 bytes and a tweak 32, below the order")
    try:
        point = VerifyingKey.from_string(public_key, curve=SECP256k1).pubkey.point
    except MalformedPointError:
        raise ValueError("a key is not on the curve") from None
    total = point + SECP256k1.generator * number
    if total == INFINITY:
        raise ValueError("the tweak cancels the key")
    return bytes([2 + total.y() % 2]) + int(total.x() % _FIELD).to_bytes(32)
