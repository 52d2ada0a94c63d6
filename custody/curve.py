"""Public points of secp256k1: SEC 1 bytes to a `Point`, tweaks, and verification of ECDSA and BIP-340, by libsecp256k1.

Private keys have no place here; `keys` and `chains` both stand on this module. Raises ValueError for what is not a
point, a valid tweak or a valid signature: the caller knows which document it came from and says so.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from coincurve import PublicKey, PublicKeyXOnly

ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141


@dataclass(frozen=True, slots=True)
class Point:
    """A public key: a point of the curve, in SEC 1 compressed form (33 bytes)."""

    compressed: bytes

    @classmethod
    def parse(cls, encoded: bytes) -> Self:
        """Read 33 (compressed) or 65 (0x04, uncompressed) bytes. Raises ValueError for hybrid and off-curve keys."""
        if (len(encoded), encoded[:1]) not in ((33, b"\x02"), (33, b"\x03"), (65, b"\x04")):
            raise ValueError("not a SEC 1 public key")
        return cls(PublicKey(encoded).format())

    @property
    def x_only(self) -> bytes:
        """The x coordinate, 32 bytes (BIP-340)."""
        return self.compressed[1:]

    def tweak_add(self, tweak: bytes) -> "Point":
        """Return self + tweak*G for a 32-byte tweak (BIP-32 CKDpub). Raises ValueError out of range or at infinity."""
        return Point(PublicKey(self.compressed).add(_exactly_32(tweak)).format())


class Sums:
    """A point that is read once, for many sums: reading it anew takes a fifth as long as adding to it."""

    __slots__ = ("_key",)

    def __init__(self, point: Point) -> None:
        self._key = PublicKey(point.compressed)

    def plus(self, tweak: bytes) -> bytes:
        """Return the point + tweak*G as 33 bytes, for a 32-byte tweak. Raises ValueError as `Point.tweak_add`."""
        return self._key.add(_exactly_32(tweak)).format()


def tagged_hash(tag: str, message: bytes) -> bytes:
    """SHA256(SHA256(tag) || SHA256(tag) || message), 32 bytes (BIP-340)."""
    prefix = sha256(tag.encode()).digest()
    return sha256(prefix + prefix + message).digest()


def x_only_tweak_add(internal_key: bytes, tweak: bytes) -> bytes:
    """Return x(lift_x(internal_key) + tweak*G), 32 bytes (BIP-341 taproot_tweak_pubkey). Raises ValueError."""
    key = PublicKeyXOnly(_exactly_32(internal_key))
    key.tweak_add(_exactly_32(tweak))
    return key.format()


def is_x_only(encoded: bytes) -> bool:
    """Say whether 32 bytes are the x coordinate of a point."""
    try:
        PublicKeyXOnly(_exactly_32(encoded))
    except ValueError:
        return False
    return True


def verify_ecdsa(public_key: bytes, digest: bytes, der_signature: bytes) -> None:
    """Verify a strict-DER, low-S ECDSA signature over a 32-byte digest. Raises ValueError."""
    if not PublicKey(Point.parse(public_key).compressed).verify(der_signature, digest, hasher=None):
        raise ValueError("the ECDSA signature does not verify")


def recover_ecdsa(digest: bytes, rs: bytes, recovery: int, *, compressed: bool) -> bytes:
    """Return the public key that made a signature r || s (64 bytes) over a 32-byte digest, as SEC 1 writes it.

    `recovery` (0 to 3) says which of the possible keys. Such a signature does not commit to its key, so it proves
    something only of a key that is known beforehand. Raises ValueError where there is none.
    """
    if len(rs) != 64 or not 0 <= recovery <= 3:
        raise ValueError("not a recoverable signature")
    key = PublicKey.from_signature_and_message(rs + bytes([recovery]), _exactly_32(digest), hasher=None)
    return key.format(compressed=compressed)


def verify_bip340(x_only_key: bytes, digest: bytes, signature: bytes) -> None:
    """Verify a 64-byte BIP-340 signature over a 32-byte digest. Raises ValueError."""
    if not PublicKeyXOnly(_exactly_32(x_only_key)).verify(signature, digest):
        raise ValueError("the BIP-340 signature does not verify")


def _exactly_32(number: bytes) -> bytes:
    """Let 32 bytes through: coincurve hands any length to C, which reads 32, and pads short tweaks."""
    if len(number) != 32:
        raise ValueError("a tweak or an x coordinate has 32 bytes")
    return number
