"""`Passphrase`: a passphrase drawn from a word list, or typed and brought into the one form that is derived from.

Characters that cannot be seen raise Unreadable; nothing typed is ever repeated. `strength` judges one that a person
chose.
"""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable, Usage
from custody.keys.entropy import MachinePart
from custody.keys.phrases.wordlist import BIP39
from custody.secret import Secret

WORD_BITS = 11
WORDS = 7
"""Words that are drawn by default: 77 bits."""
FEWEST_WORDS = 6
MOST_WORDS = 11
"""Twelve words of this list look like a wallet's phrase, and somebody would take them for one."""

MOST_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase in the one form that is derived from: UTF-8 of NFKC, words with one space between."""

    secret: Secret = field(repr=False)

    @classmethod
    def read(cls, typed: Secret) -> Self:
        """Bring typed UTF-8 into its form: NFKC (UAX 15), no space at the ends, one space for every white space.

        Raises Unreadable for no passphrase, one of more than 1,000 characters, and for characters of category C:
        nobody sees control and format characters, and what is not yet assigned another release may normalise
        otherwise.
        """
        text = _decoded(typed)
        if len(text) > MOST_CHARACTERS:
            raise Unreadable(_("a passphrase has at most {most} characters").format(most=MOST_CHARACTERS))
        normal = unicodedata.normalize("NFKC", text)
        if any(unicodedata.category(character).startswith("C") for character in normal):
            raise Unreadable(
                _("the passphrase holds a character that cannot be seen or that this release does not know"),
                hint=_("Tabs, control keys and joiners between letters are such characters. Type letters and spaces."),
            )
        words = normal.split()
        if not words:
            raise Unreadable(_("there is no passphrase"))
        return cls(Secret(" ".join(words).encode()))

    @classmethod
    def draw(cls, words: int = WORDS, source: Callable[[int], bytes] = os.urandom) -> Self:
        """Draw 6 to 11 words of BIP-39's English list, 11 bits each. Raises Usage, and Unfit for a sick source."""
        if not FEWEST_WORDS <= words <= MOST_WORDS:
            raise Usage(
                _("a passphrase is drawn with {fewest} to {most} words").format(fewest=FEWEST_WORDS, most=MOST_WORDS)
            )
        with MachinePart.draw(source).secret as part:
            number = int.from_bytes(part.reveal())
        numbers = [number >> WORD_BITS * place & (1 << WORD_BITS) - 1 for place in range(words)]
        return cls(Secret(" ".join(BIP39.words[each] for each in numbers).encode()))

    def wipe(self) -> None:
        """Overwrite it."""
        self.secret.wipe()


def _decoded(typed: Secret) -> str:
    try:
        return typed.reveal().decode()
    except UnicodeDecodeError:
        pass  # the exception carries the bytes: it must not become another's context
    raise Unreadable(_("what was given is not UTF-8 text"), hint=_("Check the terminal's or the file's encoding."))
