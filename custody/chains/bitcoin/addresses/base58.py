"""Bytes to Base58Check and back, strictly: one text for each byte string, at most 120 characters.

The work is quadratic in the length, so the length is bounded before anything is decoded.
"""

from custody.catalogue import _
from custody.chains.bitcoin.consensus.hashes import sha256d
from custody.errors import Unreadable

TEXT_LIMIT = 120
"""Characters. The longest text we know, an extended key, has 112."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {character: value for value, character in enumerate(_ALPHABET)}
_CHECKSUM = 4


def encode_check(payload: bytes) -> str:
    """Write bytes in base58 with four bytes of their double SHA-256 behind them."""
    return _encode(payload + sha256d(payload)[:_CHECKSUM])


def decode_check(text: str) -> bytes:
    """Read what `encode_check` writes, without its checksum.

    Raises Unreadable for a text over 120 characters, a foreign character, or a checksum that does not hold. The text
    is never quoted: it may be a private key that somebody pasted into the wrong place.
    """
    decoded = _decode(text)
    payload, checksum = decoded[:-_CHECKSUM], decoded[-_CHECKSUM:]
    if len(decoded) < _CHECKSUM or sha256d(payload)[:_CHECKSUM] != checksum:
        raise Unreadable(
            _("the checksum of a base58 text does not hold: a character is wrong, missing or too many"),
            code="base58-checksum",
        )
    return payload


def _encode(payload: bytes) -> str:
    digits = []
    number = int.from_bytes(payload)
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    zeros = len(payload) - len(payload.lstrip(b"\x00"))
    return _ALPHABET[0] * zeros + "".join(reversed(digits))


def _decode(text: str) -> bytes:
    if len(text) > TEXT_LIMIT:
        raise Unreadable(
            _("a base58 text of {count} characters is longer than any address or key ({limit})").format(
                count=len(text), limit=TEXT_LIMIT
            )
        )
    number = 0
    for position, character in enumerate(text, start=1):
        if character not in _DIGITS:
            raise Unreadable(_("character {position} of a base58 text is not base58").format(position=position))
        number = number * 58 + _DIGITS[character]
    zeros = len(text) - len(text.lstrip(_ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
