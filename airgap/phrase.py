"""Recognises recovery phrases, seeds, shares and private keys, whatever form they come in, so that none is carried.

Whatever the window reads it writes to a file, and a phrase in a file is a phrase lost. There is no word list here: a
text is judged by its shape, so other texts of that shape are refused too. The refusal never repeats what was found.
"""

import re
import unicodedata

from airgap.catalogue import _
from airgap.content import private
from airgap.errors import Unreadable
from airgap.message import PSBT_TYPES

SECRET_TYPES = frozenset({"crypto-bip39", "crypto-seed", "crypto-slip39", "crypto-sskr", "seed", "sskr"})
"""UR types that hold a phrase, a seed or a share (BCR-2020-006, in its older and newer names)."""

COMPACT_LENGTHS = frozenset({16, 20, 24, 28, 32})
"""Bytes of the entropy of 12, 15, 18, 21 and 24 words."""

_PHRASE_COUNTS = frozenset({12, 15, 18, 21, 24})
"""Words of a phrase (BIP-39)."""
_SHARE_COUNTS = frozenset({20, 23, 27, 30, 33})
"""Words of a share (SLIP-39) of a secret of as many bytes as there are phrases."""

_DIGITS = 4
_WORDS = 2048
"""Words of BIP-39's list."""

TEXT_LIMIT = 1024
"""Characters: twice what 33 words take, with whatever spaces stand between them."""
_LATIN = re.compile(r"[a-z]{3,8}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){1,1024})"', re.DOTALL)


def is_secret(text: str) -> bool:
    """Say whether a text holds a private key, or is a phrase, a share, or a SeedQR: four digits, 0000 to 2047, a word.

    Words are of three to eight letters a to z, or of other letters in other languages' lists, in either case, with
    numbers before them or none, and spaces or lines between.
    """
    if private.is_in_text(text):
        return True
    if len(text) > TEXT_LIMIT:
        return False
    pieces = [piece for piece in text.lower().split() if not re.fullmatch(r"[0-9]{1,2}[.):]?", piece)]
    if len(pieces) in _PHRASE_COUNTS | _SHARE_COUNTS:
        return all(map(_is_word, pieces)) or _are_numbers("".join(pieces))
    return len(pieces) == 1 and _are_numbers(pieces[0])


def is_held_in(ur_type: str, payload: bytes) -> bool:
    """Say whether a message is or holds a phrase, a seed, a share or a private key, by its type, text or CBOR."""
    if ur_type in SECRET_TYPES:
        return True
    if ur_type in PSBT_TYPES:
        return False
    return is_held_in_text(payload.decode("utf-8", "replace")) or private.is_in_cbor(payload, is_held_in_text)


def is_held_in_text(text: str) -> bool:
    """Say whether a text is a secret, or a string between quotation marks in it is one, as in a wallet's JSON."""
    return is_secret(text) or any(map(is_secret, _QUOTED.findall(text)))


def is_compact(content: bytes) -> bool:
    """Say whether the bytes of one QR code may be a CompactSeedQR: as long as a phrase's entropy, and no text."""
    if len(content) not in COMPACT_LENGTHS:
        return False
    try:
        return not content.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return True


def refusal() -> Unreadable:
    """Return the answer to one, which does not repeat it."""
    return Unreadable(
        _("that looks like a recovery phrase, a share or a private key, and the window does not carry secrets"),
        hint=_("Scan or type it only where custody asks for a secret. If a stranger saw it, move the funds."),
    )


def _is_word(piece: str) -> bool:
    if piece.isascii():
        return _LATIN.fullmatch(piece) is not None
    return len(piece) <= TEXT_LIMIT and unicodedata.normalize("NFC", piece).isalpha()


def _are_numbers(digits: str) -> bool:
    if len(digits) not in {_DIGITS * count for count in _PHRASE_COUNTS} or not (digits.isascii() and digits.isdigit()):
        return False
    return all(int(digits[at : at + _DIGITS]) < _WORDS for at in range(0, len(digits), _DIGITS))
