"""Known answers of what people and pictures carry: addresses, extended keys, the checksum of frames."""

from airgap.ur import bytewords
from custody.chains.bitcoin.addresses import base58, bech32
from custody.selftest.check import require_equal, require_refused

_WITNESS_V0 = "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"
_WITNESS_V1 = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
_PROGRAM_V0 = "751e76e8199196d454941c45d1b3a323f1433bd6"
_PROGRAM_V1 = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
_BASE58 = "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM"
_HASH160 = "010966776006953d5567439e5e39f86a0d273bee"


def check_bech32() -> None:
    """An address of witness version 0, both ways; one wrong letter is refused."""
    require_equal(bech32.decode_segwit(_WITNESS_V0), ("bc", 0, bytes.fromhex(_PROGRAM_V0)))
    require_equal(bech32.encode_segwit("bc", 0, bytes.fromhex(_PROGRAM_V0)), _WITNESS_V0.lower())
    require_refused(lambda: bech32.decode_segwit(_WITNESS_V0[:-1] + "5"))


def check_bech32m() -> None:
    """An address of witness version 1, both ways; the same with bech32's checksum is refused (BIP-350)."""
    require_equal(bech32.decode_segwit(_WITNESS_V1), ("bc", 1, bytes.fromhex(_PROGRAM_V1)))
    require_equal(bech32.encode_segwit("bc", 1, bytes.fromhex(_PROGRAM_V1)), _WITNESS_V1)
    require_refused(lambda: bech32.decode_segwit("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd"))


def check_base58() -> None:
    """An address, both ways; one wrong letter is refused."""
    require_equal(base58.decode_check(_BASE58).hex(), "00" + _HASH160)
    require_equal(base58.encode_check(bytes.fromhex("00" + _HASH160)), _BASE58)
    require_refused(lambda: base58.decode_check(_BASE58[:-1] + "N"))


def check_crc32() -> None:
    """The check value of CRC-32, as the last four bytes of a frame; one wrong letter is refused."""
    frame = bytewords.encode(b"123456789")
    require_equal(frame[-8:], "".join(word[0] + word[-1] for word in bytewords.words(bytes.fromhex("cbf43926"))))
    require_equal(bytewords.decode(frame), b"123456789")
    require_refused(lambda: bytewords.decode("ae" + frame[2:]))
