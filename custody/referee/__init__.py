"""Verifies a signature over a 32-byte digest with engines other than the signing one; ValueError if it does not hold.

OpenSSL judges ECDSA, and the `ecdsa` package's arithmetic BIP-340. A fault or a hidden channel in libsecp256k1 does not
get past two engines that share no code with it. Each is loaded once there is a signature to judge.
"""

from collections.abc import Callable
from importlib import import_module

_Verify = Callable[[bytes, bytes, bytes], None]


def verify_ecdsa(public_key: bytes, digest: bytes, der_signature: bytes) -> None:
    """Verify a strict-DER, low-S signature over a 32-byte digest with OpenSSL. Raises ValueError."""
    verify: _Verify = import_module("custody.referee.openssl").verify_ecdsa
    verify(public_key, digest, der_signature)


def verify_bip340(x_only_key: bytes, digest: bytes, signature: bytes) -> None:
    """Verify a 64-byte signature over a 32-byte digest as BIP-340 "Verification" writes it. Raises ValueError."""
    verify: _Verify = import_module("custody.referee.bip340").verify_bip340
    verify(x_only_key, digest, signature)
