"""`Phrase`: a BIP-39 phrase in the language that it was written in, and the one reader that finds out which that is.

The seed of a phrase is made of its words, as BIP-39 has it, so the same entropy is another wallet in each language: a
phrase is never written anew in English. Wrong words, counts and checksums raise Unreadable; what was given is never
repeated. The other door to the `mnemonic` library.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mnemonic import Mnemonic

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.phrases.languages import ENGLISH, IN_WORDS, possible, split_words, words_of
from custody.keys.phrases.mnemonic import ENTROPY_OF_WORDS, passphrase_text, utf8
from custody.keys.phrases.wordlist import BIP39, MOST_CHARACTERS, MOST_WORDS, read_words
from custody.secret import Secret

_AEZEED_BEGINS = 8
"""aezeed of LND has 24 words of the same list and begins with a version byte of 0: the first word is one of eight."""


class SeveralLists(Unreadable):
    """A phrase that more than one list accepts, with its checksum.

    Words that are spelt alike are one wallet in both; but they stand for other entropy, and shortened for other words.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)
        super().__init__(
            _("this phrase is whole in more than one language: {languages}").format(languages=", ".join(languages)),
            hint=_("Say which one it is, in a line of its own: language: {language}").format(language=languages[0]),
        )


@dataclass(frozen=True, slots=True)
class Phrase:
    """A whole phrase: its language, one of `languages.LANGUAGES`, and its words in full, UTF-8 of NFKD."""

    language: str
    words: Secret = field(repr=False)

    def entropy(self) -> Secret:
        """Return the 16 to 32 bytes that the words stand for in their list."""
        return Secret(_decoded(self.language, self.words.reveal().decode().split()))

    def seed(self, passphrase: Secret | None) -> Secret:
        """Return the 64-byte seed of these words (BIP-39, "From mnemonic to seed"). Raises Unreadable.

        The passphrase is UTF-8 and taken in Unicode's NFKD form.
        """
        return Secret(Mnemonic.to_seed(self.words.reveal().decode(), passphrase_text(passphrase)))


def read_phrase(text: str | Secret, language: str | None = None) -> Phrase:
    """Read a phrase of 12, 15, 18, 21 or 24 words; `language` says whose list it is, where that is known.

    Raises SeveralLists where two lists accept it, and Unreadable: naming every word that is not in the list by its
    position, saying how many words there are too few or too many, or that the checksum does not hold.
    """
    given = utf8(text) if isinstance(text, Secret) else text
    words = split_words(given) if len(given) <= MOST_CHARACTERS else []
    if not 1 <= len(words) <= MOST_WORDS:
        raise Unreadable(_("the phrase: this is no list of 1 to {most} words").format(most=MOST_WORDS))
    asked = possible(words) if language is None else (language,)
    fitting = [name for name in asked if not _strangers(name, words)]
    if not fitting:
        raise _not_in_list(asked, words)
    if len(words) not in ENTROPY_OF_WORDS:
        raise _wrong_count(fitting[0], len(words))
    whole = [phrase for phrase in (_checked(name, words) for name in fitting) if phrase is not None]
    if not whole:
        raise _wrong_checksum(fitting, words)
    if len(whole) > 1:
        raise SeveralLists([phrase.language for phrase in whole])
    return whole[0]


def fits_a_list(words: Sequence[str]) -> bool:
    """Say whether some language has all of these words."""
    return any(not _strangers(name, words) for name in possible(list(words)))


def _strangers(language: str, words: Sequence[str]) -> list[int]:
    """The positions, from 1, of words that are not in a list."""
    listed = words_of(language)
    return [position for position, word in enumerate(words, 1) if listed.index(word) is None]


def _checked(language: str, words: Sequence[str]) -> Phrase | None:
    """Return the phrase that these words of a list are; None where the checksum does not hold."""
    listed = words_of(language)
    numbers = [listed.index(word) for word in words]
    full = [listed.words[number] for number in numbers if number is not None]
    try:
        _decoded(language, full)
    except ValueError:  # twelve or 24 listed words can fail in nothing else
        return None
    return Phrase(language, Secret(" ".join(full).encode()))


def _decoded(language: str, full: list[str]) -> bytearray:
    return Mnemonic(wordlist=list(words_of(language).words)).to_entropy(full)


def _not_in_list(asked: Sequence[str], words: Sequence[str]) -> Unreadable:
    """Name the words that are wrong in the language that has most of them."""
    wrong = {name: _strangers(name, words) for name in asked}
    nearest = min(asked, key=lambda name: len(wrong[name]))
    if nearest == ENGLISH:
        return _not_english(words)
    if 2 * len(wrong[nearest]) > len(words):
        return Unreadable(
            _("the phrase: its words are in none of the lists of BIP-39"),
            hint=_("Restore it with the wallet that made it; docs/spec/secret-input.md names the languages."),
        )
    return Unreadable(
        _("the phrase: not in the word list ({language}): {named}").format(
            language=IN_WORDS[nearest],
            named=", ".join(_("word {position}").format(position=position) for position in wrong[nearest]),
        ),
        hint=_("Read these words again, with the paper in your hand."),
    )


def _not_english(words: Sequence[str]) -> Unreadable:
    try:
        read_words(" ".join(words), BIP39, _("the phrase"))
    except Unreadable as failure:
        return failure
    raise ValueError("these words are all in the list")


def _wrong_count(language: str, count: int) -> Unreadable:
    near = [usual for usual in ENTROPY_OF_WORDS if abs(usual - count) == 1]
    missing = near[0] - count if near else 0
    told = _("the phrase has {count} words ({language}); a BIP-39 phrase has 12, 15, 18, 21 or 24").format(
        count=count, language=IN_WORDS[language]
    )
    if missing > 0:
        return Unreadable(
            _("{told}: one is missing").format(told=told),
            hint=_("Read the phrase again and look for the word left out."),
        )
    if missing < 0:
        return Unreadable(
            _("{told}: one is too many").format(told=told),
            hint=_(
                'Look for a word typed twice. If the last one is a passphrase (a "25th word"), '
                "give it as such: a line passphrase: ..."
            ),
        )
    return Unreadable(told, hint=_("Read the phrase again and look for a word left out or typed twice."))


def _wrong_checksum(fitting: Sequence[str], words: Sequence[str]) -> Unreadable:
    first = BIP39.index(words[0])
    aezeed = len(words) == 24 and first is not None and first < _AEZEED_BEGINS
    languages = ", ".join(IN_WORDS[name] for name in fitting)
    return Unreadable(
        _("the phrase's checksum does not hold: a word is wrong or two are swapped"),
        hint=_("Every word is in the list ({languages}), so compare each with the card, and their order.").format(
            languages=languages
        )
        + (_(" Or it is an aezeed of LND, which only LND reads.") if aezeed else ""),
    )
