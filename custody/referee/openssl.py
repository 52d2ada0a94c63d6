"""ECDSA over secp256k1, verified by OpenSSL (through `cryptography`)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of secp256k1's group (SEC 2)."""


def verify_ecdsa(public_key: bytes, digest: bytes, der_signature: bytes) -> None:
    """Verify a strict-DER, low-S signature over a 32-byte digest with OpenSSL. Raises ValueError."""
    if decode_dss_signature(der_signature)[1] > _ORDER // 2:
        raise ValueError("an ECDSA signature has a high S (BIP-62), which is not relayed")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public_key)
    try:
        key.verify(der_signature, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    except InvalidSignature:
        raise ValueError("the ECDSA signature does not verify") from None
