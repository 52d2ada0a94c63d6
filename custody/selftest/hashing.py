"""Known answers of hashes and of what is derived by them, each from the specification that its name says."""

import hashlib
import hmac

from custody.chains.bitcoin.consensus import hashes
from custody.selftest.check import require_equal

_SHA512_ABC = (
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
)
_HMAC_SHA256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
_HMAC_SHA512 = (
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
)
_PBKDF2 = (
    "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
    "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
)


def check_sha256() -> None:
    """SHA-256 of "abc", by Python's own and as Bitcoin uses it."""
    for found in (hashlib.sha256(b"abc").digest(), hashes.sha256(b"abc")):
        require_equal(found.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    require_equal(hashes.sha256d(b"abc"), hashlib.sha256(hashlib.sha256(b"abc").digest()).digest())


def check_sha512() -> None:
    """SHA-512 of "abc"."""
    require_equal(hashlib.sha512(b"abc").hexdigest(), _SHA512_ABC)


def check_ripemd160() -> None:
    """RIPEMD-160 of "abc", and of a SHA-256 as addresses have it."""
    require_equal(hashes.ripemd160(b"abc").hex(), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc")
    require_equal(hashes.hash160(b""), hashes.ripemd160(hashlib.sha256(b"").digest()))


def check_hmac() -> None:
    """HMAC with both hashes."""
    key, message = b"Jefe", b"what do ya want for nothing?"
    require_equal(hmac.digest(key, message, "sha256").hex(), _HMAC_SHA256)
    require_equal(hmac.digest(key, message, "sha512").hex(), _HMAC_SHA512)


def check_pbkdf2() -> None:
    """PBKDF2-HMAC-SHA256, one round: what SLIP-39 stretches with. BIP-39's is checked by its seed."""
    require_equal(hashlib.pbkdf2_hmac("sha256", b"passwd", b"salt", 1, 64).hex(), _PBKDF2)
