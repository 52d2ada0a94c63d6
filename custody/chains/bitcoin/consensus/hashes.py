"""The hashes of Bitcoin: SHA-256, SHA-256 twice, RIPEMD-160, and RIPEMD-160 of SHA-256."""

import hashlib

try:
    hashlib.new("ripemd160", b"")
except ValueError:  # OpenSSL 3 keeps RIPEMD-160 in its legacy provider, which a distribution may leave out
    from Crypto.Hash import RIPEMD160

    def ripemd160(message: bytes) -> bytes:
        """RIPEMD-160, 20 bytes."""
        return RIPEMD160.new(message).digest()
else:

    def ripemd160(message: bytes) -> bytes:
        """RIPEMD-160, 20 bytes."""
        return hashlib.new("ripemd160", message).digest()


def sha256(message: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(message).digest()


def sha256d(message: bytes) -> bytes:
    """SHA-256 of SHA-256, 32 bytes: txids, block hashes, checksums of base58."""
    return hashlib.sha256(hashlib.sha256(message).digest()).digest()


def hash160(message: bytes) -> bytes:
    """RIPEMD-160 of SHA-256, 20 bytes: hashes of keys and of P2SH scripts."""
    return ripemd160(hashlib.sha256(message).digest())
