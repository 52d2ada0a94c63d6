"""The lists of BIP-39 in ten languages, each read from its file when it is first asked for; English is our own.

One of the two doors to the `mnemonic` library, which keeps the files. A word is known in any case and any of Unicode's
forms, since BIP-39 takes it in NFKD; in Latin letters also without its accents and by its first four letters, which
tell it apart in those lists.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Self

from mnemonic import Mnemonic

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.phrases.wordlist import BIP39, PREFIX, Words

ENGLISH = "english"

LATIN = (ENGLISH, "french", "spanish", "italian", "portuguese", "czech")
OTHER_LETTERS = ("japanese", "korean", "chinese-simplified", "chinese-traditional")
LANGUAGES = (*LATIN, *OTHER_LETTERS)
"""The ten languages as `language: NAME` has them, in the order in which a phrase is tried."""

IN_WORDS = MappingProxyType(
    {
        ENGLISH: _("English"),
        "french": _("French"),
        "spanish": _("Spanish"),
        "italian": _("Italian"),
        "portuguese": _("Portuguese"),
        "czech": _("Czech"),
        "japanese": _("Japanese"),
        "korean": _("Korean"),
        "chinese-simplified": _("Chinese (simplified)"),
        "chinese-traditional": _("Chinese (traditional)"),
    }
)

_HAN = "CJK UNIFIED IDEOGRAPH"


@dataclass(frozen=True, slots=True)
class Language:
    """A list other than the English one, in NFKD."""

    words: tuple[str, ...] = field(repr=False)
    _numbers: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, words: tuple[str, ...], *, latin: bool) -> Self:
        """Know each word by its spellings. Raises ValueError where two words share one."""
        numbers: dict[str, int] = {}
        for number, word in enumerate(words):
            for spelling in _spellings(word) if latin else {word}:
                if spelling in numbers:
                    raise ValueError("two words of a list share a spelling")
                numbers[spelling] = number
        return cls(words, numbers)

    def index(self, word: str) -> int | None:
        """Return the number of a word, or None for a stranger."""
        return self._numbers.get(_normal(word))


@cache
def words_of(language: str) -> Words:
    """Return the list of one of `LANGUAGES`."""
    if language == ENGLISH:
        return BIP39
    return Language.of(tuple(Mnemonic(language.replace("-", "_")).wordlist), latin=language in LATIN)


def possible(words: list[str]) -> tuple[str, ...]:
    """Return the languages that write in the letters of these words; their lists are not read for it."""
    plain = _without_accents(_normal("".join(words)))
    return LATIN if plain.isascii() else OTHER_LETTERS


def language_of(name: str) -> str:
    """Return the language that somebody named. Raises Unreadable for one that BIP-39 does not have."""
    named = "-".join(name.strip().lower().replace("_", "-").split())
    if named not in LANGUAGES:
        raise Unreadable(
            _("no language of BIP-39 has this name"),
            hint=_("Name one of these: {languages}").format(languages=", ".join(LANGUAGES)),
        )
    return named


def split_words(text: str) -> list[str]:
    """Cut a text at white space of any script; Chinese words are one character, and need none between them."""
    return [word for part in text.split() for word in (part if _is_han(part) else (part,))]


def _is_han(part: str) -> bool:
    return all(unicodedata.name(character, "").startswith(_HAN) for character in part)


def _spellings(word: str) -> set[str]:
    plain = _without_accents(word)
    return {word, plain, plain[:PREFIX]}


def _normal(word: str) -> str:
    return unicodedata.normalize("NFKD", word.lower())


def _without_accents(word: str) -> str:
    return "".join(character for character in word if not unicodedata.combining(character))
