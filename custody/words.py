"""A digest to words, one for each byte (bytewords, BCR-2020-012), and words back to bytes.

Two people read them to each other to know that their machines hold the same thing. Four or sixteen of them are no
recovery phrase: no such phrase has as many words.
"""

import hmac
from hashlib import sha256

from airgap.ur import bytewords

POLICY_BYTES = 16
"""128 bits, sixteen words: too many for anybody to look for another policy with the same ones."""

VOICE_BYTES = 4
"""32 bits, four words: enough where the salt was drawn after the bytes were read, so that nobody could prepare."""


def words(digest: bytes) -> tuple[str, ...]:
    """Return a word of four letters for each byte."""
    return bytewords.words(digest)


def value(spoken: str) -> bytes | None:
    """Return the bytes that words stand for; None where one of them is no byteword. Case and spaces are free."""
    values = [_VALUES.get(word) for word in spoken.lower().split()]
    found = [number for number in values if number is not None]
    return bytes(found) if len(found) == len(values) else None


def strangers(spoken: str) -> list[int]:
    """Return the places, counted from 1, of words that are no bytewords."""
    return [place for place, word in enumerate(spoken.lower().split(), 1) if word not in _VALUES]


def salted(salt: bytes, digest: bytes) -> tuple[str, ...]:
    """Return the four words of HMAC-SHA-256(salt, digest)."""
    return words(hmac.new(salt, digest, sha256).digest()[:VOICE_BYTES])


_VALUES = {word: number for number, word in enumerate(bytewords.WORDS)}
