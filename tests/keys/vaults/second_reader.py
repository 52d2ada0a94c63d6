"""A second reader of vaults, written from docs/spec/vault.md alone. It shares no code with custody.

HPKE, Shamir's interpolation and SLIP-39's cipher are written out; `cryptography` gives the primitives below them.
"""

import hashlib
import hmac
import struct
import unicodedata

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

EXP = [1]  # the powers of x + 1 modulo x^8 + x^4 + x^3 + x + 1, as in AES
for _power in range(254):
    EXP.append(EXP[-1] ^ (EXP[-1] << 1) ^ (0x11B if EXP[-1] & 0x80 else 0))
LOG = {value: power for power, value in enumerate(EXP)}


def extract(salt: bytes, key: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), key, "sha256")


def expand(key: bytes, info: bytes, length: int = 32) -> bytes:
    return hmac.digest(key, info + b"\1", "sha256")[:length]


def opening_key(network: int, sealed: bytes, passphrase: str, key_file: bytes | None) -> X25519PrivateKey:
    """Open a sealed identity of 138 bytes."""
    memory, passes, lanes, salt = struct.unpack(">IIB16s", sealed[65:90])
    typed = " ".join(unicodedata.normalize("NFKC", passphrase).split()).encode()
    pepper = None if key_file is None else hashlib.sha256(b"custody/keyfile/v1\0" + key_file).digest()
    work = {"salt": salt, "length": 32, "iterations": passes, "lanes": lanes, "memory_cost": memory}
    key = Argon2id(**work, ad=b"custody/officer/v1", secret=pepper).derive(typed)
    seed = ChaCha20Poly1305(key).decrypt(bytes(12), sealed[90:], b"CUSTOFF1" + bytes([network]) + sealed[:90])
    return X25519PrivateKey.from_private_bytes(expand(extract(b"", seed), b"custody/officer/open/v1"))


def hpke_open(private: X25519PrivateKey, sealed: bytes, info: bytes) -> bytes:
    """RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305."""
    kem, suite = b"HPKE-v1KEM\0\x20", b"HPKE-v1HPKE\0\x20\0\x01\0\x03"
    dh = private.exchange(X25519PublicKey.from_public_bytes(sealed[:32]))
    both = sealed[:32] + private.public_key().public_bytes_raw()
    shared = expand(extract(b"", kem + b"eae_prk" + dh), b"\0\x20" + kem + b"shared_secret" + both)
    context = b"\0" + extract(b"", suite + b"psk_id_hash") + extract(b"", suite + b"info_hash" + info)
    secret = extract(shared, suite + b"secret")
    nonce = expand(secret, b"\0\x0c" + suite + b"base_nonce" + context, 12)
    return ChaCha20Poly1305(expand(secret, b"\0\x20" + suite + b"key" + context)).decrypt(nonce, sealed[32:], b"")


def combine(pieces: list[tuple[int, ...]]) -> bytes:
    """SLIP-39: words to points, Lagrange at 255, four rounds of Feistel backwards. The checksum is not looked at."""
    numbers = [sum(word << 10 * (32 - place) for place, word in enumerate(piece)) >> 30 for piece in pieces]
    points = {(n >> 264) & 15: (n & (1 << 256) - 1).to_bytes(32) for n in numbers}
    secret = bytearray(32)
    for x, value in points.items():
        factor = sum(LOG[255 ^ other] - LOG[x ^ other] for other in points if other != x)
        for place, byte in enumerate(value):
            secret[place] ^= EXP[(LOG[byte] + factor) % 255] if byte else 0
    left, right = bytes(secret[:16]), bytes(secret[16:])
    for turn in (3, 2, 1, 0):
        mask = hashlib.pbkdf2_hmac("sha256", bytes([turn]), right, 2500, 16)
        left, right = right, bytes(a ^ b for a, b in zip(left, mask, strict=True))
    return right + left


def read(content: bytes, typed: dict[int, tuple[str, bytes | None]]) -> bytes:
    """Open a vault with the passphrases and key files of these slots, counted from 0; return its payload."""
    header, start, pieces = content[:136], 136 + 253 * content[135], []
    for number, (passphrase, key_file) in typed.items():
        slot = content[136 + 253 * number :][:253]
        private = opening_key(header[9], slot[1:139], passphrase, key_file)
        opened = hpke_open(private, slot[139:], b"custody/vault/piece/v1" + header + slot[:139])
        pieces.append(struct.unpack(">33H", opened))
    key = expand(extract(b"", combine(pieces)), b"custody/vault/payload/v1")
    return ChaCha20Poly1305(key).decrypt(bytes(12), content[start + 8 :], content[: start + 8])
