"""Known answers of signatures over secp256k1: made by the library that signs, verified by ours and by the referees.

The private keys are 1 and 3, which everybody has.
"""

from functools import partial
from hashlib import sha256

from coincurve import PrivateKey

from custody import curve, referee
from custody.selftest.check import require_equal, require_refused

_SATOSHI = sha256(b"Satoshi Nakamoto").digest()
_ECDSA = (
    "3045022100934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
    "02202442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
)
_KEY_OF_1 = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
_BIP340 = (
    "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
    "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0"
)
_KEY_OF_3 = "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9"


def check_ecdsa() -> None:
    """RFC 6979's nonce for the key 1, and both verifiers; another message is refused by both."""
    signer = PrivateKey((1).to_bytes(32))
    require_equal(signer.public_key.format().hex(), _KEY_OF_1)
    require_equal(signer.sign(_SATOSHI, hasher=None).hex(), _ECDSA)
    key, signature = bytes.fromhex(_KEY_OF_1), bytes.fromhex(_ECDSA)
    for verify in (curve.verify_ecdsa, referee.verify_ecdsa):
        verify(key, _SATOSHI, signature)
        require_refused(partial(verify, key, bytes(32), signature))


def check_bip340() -> None:
    """The signature of the key 3 without auxiliary randomness, and both verifiers; another message is refused."""
    signer = PrivateKey((3).to_bytes(32))
    require_equal(signer.sign_schnorr(bytes(32), bytes(32)).hex(), _BIP340)
    key, signature = bytes.fromhex(_KEY_OF_3), bytes.fromhex(_BIP340)
    for verify in (curve.verify_bip340, referee.verify_bip340):
        verify(key, bytes(32), signature)
        require_refused(partial(verify, key, _SATOSHI, signature))
