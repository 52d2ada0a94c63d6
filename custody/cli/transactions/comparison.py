"""A file's bytes to their digest, the digest to a code's text and back, and the salt of a comparison by voice.

The text of a code is `COMPARE:1:` and SHA-256 of the bytes in hex: 74 characters that go into QR's alphanumeric mode,
so the code has 29 modules and stands on a terminal of 24 rows. A PSBT is taken out of its text first, so the
digest is the one that a review shows; any other document is taken as it is. A damaged PSBT, and what is no such text,
raise Unreadable.

A salt is 64 bits, eight words. It is drawn by one machine after both have read their bytes, so nobody who made those
bytes could search for others with the same words, and there are too many salts to prepare for.
"""

import os
import re
from collections.abc import Iterable
from hashlib import sha256

from custody import words
from custody.catalogue import _
from custody.chains.bitcoin.psbt import envelope
from custody.errors import Unreadable, Usage

SALT_BYTES = 8
"""64 bits, eight words: said aloud in a few seconds."""

_HEAD = "COMPARE:"
_TEXT = re.compile(r"COMPARE:1:([0-9A-F]{64})", re.ASCII)


def digest(content: bytes) -> bytes:
    """Return SHA-256 of the bytes that a file stands for. Raises Unreadable for a damaged PSBT and an empty file."""
    if envelope.is_claimed(content) or not content:
        return envelope.open(content).digest
    return sha256(content).digest()


def text(of: bytes) -> str:
    """Return the text of the code that shows a digest of 32 bytes."""
    return f"{_HEAD}1:{of.hex().upper()}"


def is_text(said: str) -> bool:
    """Say whether this begins as the text of a code does; a hardware scanner may have typed it in small letters."""
    return said.strip().upper().startswith(_HEAD)


def parse(said: str) -> bytes:
    """Return the digest that a code's text carries, 32 bytes. Raises Unreadable for anything else, and for parts."""
    match = _TEXT.fullmatch(said.strip(" \t\r\n").upper()) if said.isascii() else None
    if match is None:
        raise Unreadable(
            _("this is not the whole text of a comparison, COMPARE:1: and 64 hex digits"),
            hint=_("Scan the code of custody compare FILE --show again, whole."),
        )
    return bytes.fromhex(match[1])


def parse_codes(codes: Iterable[str]) -> bytes:
    """Return the digest that the codes of a picture carry. Raises Unreadable where it is none, or more than one."""
    digests = {parse(code) for code in codes if is_text(code)}
    if len(digests) != 1:
        raise Unreadable(
            _("the picture shows no code of a comparison")
            if not digests
            else _("the picture shows two different codes"),
            hint=_("Photograph the code of custody compare FILE --show, and nothing else."),
        )
    return digests.pop()


def draw_salt() -> bytes:
    """Draw a salt. Call it once the bytes have been read, here and on the other machine, and never before."""
    return os.urandom(SALT_BYTES)


def parse_salt(spoken: str) -> bytes:
    """Return the salt that eight words say. Raises Usage, naming the first word that is none by its position."""
    said = spoken.split()
    wrong = next((place for place, word in enumerate(said, 1) if words.value(word) is None), None)
    salt = words.value(spoken)
    if wrong is not None or salt is None:
        raise Usage(
            _("word {place} of the salt is none that a machine says").format(place=wrong),
            hint=_("Have it read again, letter by letter: every word has four."),
        )
    if len(salt) != SALT_BYTES:
        raise Usage(
            _("a salt has {count} words, and {given} were given").format(count=SALT_BYTES, given=len(salt)),
            hint=_("Have it read again, from the first word."),
        )
    return salt
