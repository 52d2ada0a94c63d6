"""A witness program to its text and back: bech32 for version 0 (BIP-173), bech32m for the others (BIP-350).

Bytes of any length without a human-readable part are read too, as the first URs had them (BCR-2020-004).
"""

from collections.abc import Iterable
from functools import reduce
from operator import xor

from custody.catalogue import _
from custody.errors import Unreadable

TEXT_LIMIT = 90
"""Characters (BIP-173). Beyond it the checksum no longer promises to find four errors."""

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_DIGITS = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_FEEDBACK = tuple(
    reduce(xor, (generator for bit, generator in enumerate(_GENERATOR) if top >> bit & 1), 0) for top in range(32)
)
"""What the five bits that leave the 30-bit remainder put back into it, for each of their 32 values."""

_CHECKSUM = 6
_BECH32, _BECH32M, _BARE = 1, 0x2BC830A3, 0x3FFFFFFF


def encode_segwit(hrp: str, version: int, program: bytes) -> str:
    """Write a witness program as an address. Raises ValueError for what is not one (BIP-141)."""
    if not _is_program(version, program):
        raise ValueError("not a witness program")
    digits = [version, *_regroup(program, 8, 5)]
    if len(program) * 8 % 5:
        rest = len(program) * 8 % 5
        digits.append((program[-1] << (5 - rest)) & 31)
    remainder = _polymod([*_expanded(hrp), *digits, *[0] * _CHECKSUM]) ^ _constant(version)
    digits += [remainder >> 5 * place & 31 for place in reversed(range(_CHECKSUM))]
    return hrp + "1" + "".join(_ALPHABET[digit] for digit in digits)


def decode_segwit(text: str) -> tuple[str, int, bytes]:
    """Read an address: the human-readable part in lower case, the witness version, the program.

    Raises Unreadable, and never quotes the text. Which human-readable parts are a network's is the caller's to know.
    """
    hrp, digits = _split(text)
    version = digits[0]  # there is one: a shorter text is incomplete
    if _polymod([*_expanded(hrp), *digits]) != _constant(version):
        raise Unreadable(
            _("the checksum of an address does not hold: a character is wrong, missing or too many"),
            code="bech32-checksum",
        )
    payload = digits[1:-_CHECKSUM]
    padding = len(payload) * 5 % 8
    if padding > 4 or (payload and payload[-1] & ((1 << padding) - 1)):
        raise Unreadable(_("an address is padded wrongly"))
    program = bytes(_regroup(payload, 5, 8))
    if not _is_program(version, program):
        raise Unreadable(_("an address holds a witness program that cannot exist"))
    return hrp, version, program


def decode_bare(text: str) -> bytes:
    """Read bytes in bech32 without a human-readable part, in small letters and of any length (BCR-2020-004).

    Raises Unreadable, and never quotes the text.
    """
    digits = [_DIGITS[character] for character in text if character in _DIGITS]
    if len(digits) != len(text) or len(digits) < _CHECKSUM or _polymod([0, *digits]) != _BARE:
        raise Unreadable(
            _("the checksum of the letters does not hold: a character is wrong, missing or too many"),
            code="bech32-checksum",
        )
    payload = digits[:-_CHECKSUM]
    padding = len(payload) * 5 % 8
    if padding > 4 or (payload and payload[-1] & ((1 << padding) - 1)):
        raise Unreadable(_("the letters are padded wrongly"))
    return bytes(_regroup(payload, 5, 8))


def _split(text: str) -> tuple[str, list[int]]:
    if len(text) > TEXT_LIMIT:
        raise Unreadable(
            _("an address of {count} characters is too long (at most {limit})").format(
                count=len(text), limit=TEXT_LIMIT
            )
        )
    lower = text.lower()
    if not text.isascii() or text not in (lower, text.upper()):
        raise Unreadable(_("an address mixes capital and small letters, or holds letters that are not of ASCII"))
    hrp, separator, data = lower.rpartition("1")
    if not separator or not hrp or len(data) < _CHECKSUM + 1:
        raise Unreadable(_("an address is incomplete"))
    if not all("!" <= character <= "~" for character in hrp) or not _DIGITS.keys() >= set(data):
        raise Unreadable(_("an address holds a character that no address has"))
    return hrp, [_DIGITS[character] for character in data]


def _is_program(version: int, program: bytes) -> bool:
    """BIP-141: versions 0 to 16, 2 to 40 bytes, and version 0 of exactly 20 or 32."""
    if not (0 <= version <= 16 and 2 <= len(program) <= 40):
        return False
    return version > 0 or len(program) in (20, 32)


def _constant(version: int) -> int:
    return _BECH32M if version else _BECH32


def _expanded(hrp: str) -> list[int]:
    return [*(ord(character) >> 5 for character in hrp), 0, *(ord(character) & 31 for character in hrp)]


def _polymod(digits: Iterable[int]) -> int:
    """The remainder of BIP-173's polynomial division."""
    remainder = 1
    for digit in digits:
        remainder = (remainder & 0x1FFFFFF) << 5 ^ digit ^ _FEEDBACK[remainder >> 25]
    return remainder


def _regroup(values: Iterable[int], have: int, want: int) -> list[int]:
    """Cut a stream of `have`-bit numbers into whole `want`-bit ones, most significant bit first; a rest is dropped."""
    regrouped = []
    bits = held = 0
    for value in values:
        held = held << have | value
        bits += have
        while bits >= want:
            bits -= want
            regrouped.append(held >> bits & ((1 << want) - 1))
        held &= (1 << bits) - 1
    return regrouped
