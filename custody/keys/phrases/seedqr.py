"""SeedQR and CompactSeedQR to a phrase: digits, hex, or the bytes that a code holds; anything else raises Unreadable.

After SeedSigner's "SeedQR Format Specification": 12 or 24 words of BIP-39's English list. A SeedQR carries BIP-39's
checksum; a CompactSeedQR is entropy alone, so a wrong one is another key and no error: only the fingerprint tells. What
was given is never repeated.
"""

import re

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.known import SAID_AS_BYTES
from custody.keys.phrases import mnemonic
from custody.keys.phrases.wordlist import BIP39
from custody.secret import Secret

COMPACT = "compact-seedqr:"
"""What begins the line that gives a CompactSeedQR's bytes in hex. Bare hex could be a key or a seed of another kind."""

DIGITS = 4
"""Digits of a word's number, 0000 to 2047."""

SEED_QR_LENGTHS = (12 * DIGITS, 24 * DIGITS)
COMPACT_LENGTHS = (16, 32)
"""Bytes of the entropy of 12 and 24 words."""

_GROUPED = re.compile(r"[0-9]{4}(?:\s+[0-9]{4})*")
_UNGROUPED = re.compile(r"[0-9]+")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")


def is_meant(line: str) -> bool:
    """Say whether a line can mean nothing else: digits alone (of any script), or the beginning of a compact one.

    No phrase and no card holds a digit, so this takes nothing away from them.
    """
    return line.startswith(COMPACT) or "".join(line.split()).isdigit()


def phrase_of(line: str) -> Secret:
    """Return the phrase of a line that `is_meant`. Raises Unreadable."""
    return _of_hex(line.removeprefix(COMPACT)) if line.startswith(COMPACT) else _of_digits(line)


def line_of(content: bytes) -> str:
    """Return the line that the bytes of one QR code mean: 16 or 32 bytes a CompactSeedQR, anything else its own text.

    That text may be a SeedQR's digits, a phrase or a card. Raises Unreadable for what is neither; and for 16 or 32
    letters and digits, which are hex or words of something else, and would open a key that nobody has.
    """
    if len(content) not in COMPACT_LENGTHS:
        return _text(content)
    if SAID_AS_BYTES.issuperset(content):
        raise Unreadable(
            _("the code holds {count} letters and digits: it is written text and no CompactSeedQR").format(
                count=len(content)
            ),
            hint=_("Look at what the code says with the program that made it."),
        )
    return f"{COMPACT} {content.hex()}"


def _of_digits(line: str) -> Secret:
    """Read the digits, in one piece or as four digits and four digits."""
    if not (_UNGROUPED.fullmatch(line.strip()) or _GROUPED.fullmatch(line.strip())):
        raise Unreadable(
            _("the SeedQR is not written in the digits 0 to 9, in one piece or four by four"),
            hint=_("Type the digits without marks between them, or scan the code again."),
        )
    digits = "".join(line.split())
    if len(digits) not in SEED_QR_LENGTHS:
        raise Unreadable(
            _("the SeedQR has {count} digits; one of 12 words has 48, and one of 24 words 96").format(
                count=len(digits)
            ),
            hint=_("Scan it again, or give the words."),
        )
    numbers = [int(digits[start : start + DIGITS]) for start in range(0, len(digits), DIGITS)]
    beyond = [str(position) for position, number in enumerate(numbers, 1) if number >= len(BIP39.words)]
    if beyond:
        raise Unreadable(
            _("the SeedQR: no word has the number at position {positions}; the last is 2047").format(
                positions=", ".join(beyond)
            ),
            hint=_("Each word is four digits, counted from 0000. Scan the code again, or give the words."),
        )
    words = Secret(" ".join(BIP39.words[number] for number in numbers).encode())
    if not _checksum_holds(words):
        raise Unreadable(
            _("the SeedQR's checksum does not hold: a digit is wrong or two are swapped"),
            hint=_("Scan it again, or give the words. A code drawn by hand may be drawn wrongly."),
        )
    return words


def _checksum_holds(words: Secret) -> bool:
    """Twelve or 24 listed words can fail in nothing else."""
    try:
        mnemonic.entropy_of(words).wipe()
    except Unreadable:
        return False
    return True


def _of_hex(text: str) -> Secret:
    digits = "".join(text.split())
    if not _HEX.fullmatch(digits) or len(digits) not in [2 * length for length in COMPACT_LENGTHS]:
        raise Unreadable(
            _("the CompactSeedQR is not 16 or 32 bytes in hex"),
            hint=_("Give what the code itself holds: some readers add its length before it and padding after it."),
        )
    with Secret(bytes.fromhex(digits)) as entropy:
        return mnemonic.phrase(entropy)


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass  # the exception carries the bytes: it must not become another's context
    raise Unreadable(
        _("the code holds {count} bytes that are no text; a CompactSeedQR holds 16 or 32").format(count=len(content)),
        hint=_("A phrase of 15, 18 or 21 words has no CompactSeedQR: give its words."),
    )
