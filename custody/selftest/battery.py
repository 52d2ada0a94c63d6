"""The table of the self-test: every check by its ID, in the order in which people read it (docs/spec/selftest.md)."""

from custody.catalogue import _
from custody.selftest import encodings, engines, hashing, randomness, safe, signing
from custody.selftest.check import Check

BATTERY = (
    Check("SELFTEST-SHA256", "SHA-256", 'FIPS 180-4, "abc"', hashing.check_sha256),
    Check("SELFTEST-SHA512", "SHA-512", 'FIPS 180-4, "abc"', hashing.check_sha512),
    Check("SELFTEST-RIPEMD160", "RIPEMD-160", 'Dobbertin, Bosselaers, Preneel 1996, "abc"', hashing.check_ripemd160),
    Check("SELFTEST-HMAC", "HMAC", "RFC 4231, 4.3", hashing.check_hmac),
    Check("SELFTEST-PBKDF2", "PBKDF2", "RFC 7914, 11", hashing.check_pbkdf2),
    Check("SELFTEST-HKDF", "HKDF", "RFC 5869, A.3", safe.check_hkdf),
    Check("SELFTEST-ARGON2ID", "Argon2id", "RFC 9106, 5.3", safe.check_argon2id),
    Check("SELFTEST-AEAD", "ChaCha20-Poly1305", "RFC 8439, 2.8.2", safe.check_aead),
    Check("SELFTEST-X25519", "X25519", "RFC 7748, 6.1", safe.check_x25519),
    Check("SELFTEST-HPKE", "HPKE", _("a sample of ours, opened by a second reader of RFC 9180"), safe.check_hpke),
    Check("SELFTEST-ED25519", "Ed25519", "RFC 8032, 7.1, TEST 2", safe.check_ed25519),
    Check(
        "SELFTEST-ECDSA", "ECDSA, secp256k1", _('RFC 6979 as wallets print it, "Satoshi Nakamoto"'), signing.check_ecdsa
    ),
    Check("SELFTEST-BIP340", "Schnorr, secp256k1", "BIP-340, 0", signing.check_bip340),
    Check("SELFTEST-BIP39", "BIP-39", _("Trezor's vectors, the second"), safe.check_bip39),
    Check("SELFTEST-BIP32", "BIP-32", _("BIP-32, test vectors 1 and 2"), safe.check_bip32),
    Check("SELFTEST-SLIP39", "SLIP-39", _("SatoshiLabs' vectors, the fourth"), safe.check_slip39),
    Check("SELFTEST-BECH32", "bech32", "BIP-173", encodings.check_bech32),
    Check("SELFTEST-BECH32M", "bech32m", "BIP-350", encodings.check_bech32m),
    Check("SELFTEST-BASE58", "base58check", _("the Bitcoin wiki's example of an address"), encodings.check_base58),
    Check(
        "SELFTEST-CRC32", _("CRC-32 of frames"), _('the check value of "123456789", cbf43926'), encodings.check_crc32
    ),
    Check(
        "SELFTEST-SIGNATURES",
        _("signatures, two engines"),
        _("libsecp256k1 signs, the referees verify"),
        engines.check_signatures,
    ),
    Check(
        "SELFTEST-ADDRESSES",
        _("addresses, two engines"),
        _("BIP-84, BIP-86 and two more, derived by both"),
        engines.check_addresses,
    ),
    Check(
        "SELFTEST-POOL", _("the kernel's pool"), _("it was filled: getrandom(2) does not wait"), randomness.check_pool
    ),
    Check("SELFTEST-RANDOM", _("randomness"), "NIST SP 800-90B, 4.4", randomness.check_health),
)
"""Every check but those of files, which need a disk."""
