"""A passphrase and the cost of a guess to a `Strength` in bits; one that is surely weak raises Refused.

It measures how long the passphrase holds against somebody who has the file. It counts generously, as if every part had
been chosen by chance, so it refuses only what is surely weak; it cannot know a birthday, a pet or a line of a book.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from math import log2

from custody.catalogue import _
from custody.errors import Refused
from custody.keys.cards.shares import SLIP39
from custody.keys.phrases.wordlist import BIP39, Wordlist
from custody.keys.vaults.parameters import Parameters
from custody.keys.vaults.passphrase import FEWEST_WORDS, WORD_BITS, WORDS, Passphrase

ENOUGH = 64
"""Bits that a chosen passphrase needs by this count; a drawn one has 66 or more."""
SHORTEST = 14
COMPUTERS = 1_000_000
"""What an attacker is given in the sentence: each as fast as an ordinary laptop, day and night."""
YEAR = 365.25 * 24 * 3600

_PHRASE_WORDS = 12
_MOST_YEARS = 1_000_000

_A_WORD = 15.0
"""Bits of a word out of a dictionary of some thirty thousand; a word of the list has 11."""
_LONGEST_WORD = 14
_A_LETTER = 2.3
"""Bits of a letter of longer text that a person made up."""
_A_DIGIT = log2(10)
_A_SIGN = 5.0
_A_DATE = 15.0
"""Any day of ninety years, in any spelling."""
_ORNAMENTS = 8.0
"""Bits of all the digits and signs that people hang on a word."""
_REPEATED = 1.0
_RUN = 2.0
"""Bits of each doubling of a run, which is little more than its length."""
_STEP = 0.5
"""Bits of a character that follows from the one before: again, next in the alphabet, next on the keyboard."""

_DATE = re.compile(r"\d{4}|\d{6}|\d{8}|\d{1,4}(?:[-./]\d{1,4}){1,2}")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiopü", "azertyuiop", "yxcvbnm", "1234567890")
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_COMMON = frozenset(
    word
    for line in (
        "password passwort motdepasse contraseña contrasena senha parola wachtwoord passphrase secret letmein welcome",
        "admin administrator login master monkey dragon sunshine princess football baseball iloveyou trustno superman",
        "batman bitcoin satoshi nakamoto blockchain crypto ethereum treasury wallet hodl tothemoon changeme default",
    )
    for word in line.split()
)
_KNOWN_PHRASES = (
    *("correcthorsebatterystaple", "correctbatteryhorsestaple", "thequickbrownfoxjumpsoverthelazydog"),
    *("tobeornottobethatisthequestion", "itwasthebestoftimesitwastheworstoftimes", "maytheforcebewithyou"),
    *("inthebeginninggodcreatedtheheavenandtheearth", "allhappyfamiliesarealike", "callmeishmael"),
    *("theonlythingwehavetofearisfearitself", "wethepeopleoftheunitedstates", "fourscoreandsevenyearsago"),
    *("notyourkeysnotyourcoins", "chancellorbrinkofsecondbailoutforbanks", "openthepodbaydoorshal"),
    *("iamyourfather", "onesmallstepforman", "ihaveadreamthatoneday", "winteriscoming", "neverinamillionyears"),
    *("maryhadalittlelamb", "twinkletwinklelittlestar", "loremipsumdolorsitamet", "godsavetheking", "godsavethequeen"),
)


@dataclass(frozen=True, slots=True)
class Strength:
    """Bits of a passphrase, counted generously unless `drawn`, and what a guess at it costs."""

    bits: int
    drawn: bool
    parameters: Parameters

    @property
    def sentence(self) -> str:
        """Say what the bits mean, and why each guess is made slow. It holds nothing of the passphrase."""
        cost = _(
            "Each guess costs {memory} MiB of memory and about {seconds} s: a million computers need {time} on average."
        ).format(
            memory=max(1, self.parameters.memory // 1024),
            seconds=f"{max(self.parameters.seconds, 0.01):.2g}",
            time=_time(self.bits, self.parameters.seconds),
        )
        if self.drawn:
            return (
                _("{count} words, each drawn from 2048: {bits} bits.").format(
                    count=self.bits // WORD_BITS, bits=self.bits
                )
                + " "
                + cost
            )
        return (
            _("At most {bits} bits, and fewer if anything in it is of your life or can be read somewhere.").format(
                bits=self.bits
            )
            + " "
            + cost
        )


def of_drawn(words: int, parameters: Parameters) -> Strength:
    """The strength of a passphrase that was drawn with so many words."""
    return Strength(words * WORD_BITS, True, parameters)


def judge(passphrase: Passphrase, parameters: Parameters) -> Strength:
    """Return the strength of a passphrase that a person chose. Raises Refused for a weak one, and says why.

    Refused: fewer than 14 characters, a published phrase, a wallet's phrase or card, and whatever has fewer than 64
    bits by a count in its favour.
    """
    text = passphrase.secret.reveal().decode()
    words = text.split(" ")
    if len(text) < SHORTEST:
        raise _weak(_("it has fewer than {count} characters").format(count=SHORTEST))
    if len(words) >= _PHRASE_WORDS and any(all(_listed(word, known) for word in words) for known in (BIP39, SLIP39)):
        raise _weak(_("it looks like the phrase of a wallet or the words of a card, which are kept on paper"))
    compact = re.sub(r"[\W_]+", "", text.casefold())
    if any(phrase in compact or (phrase.startswith(compact) and compact) for phrase in _KNOWN_PHRASES):
        raise _weak(_("it holds a phrase that is in every list of passphrases to try"))
    if _walks(words):
        raise _weak(_("its words stand in the word list at equal distances"))
    bits = int(_count(words))
    if bits < ENOUGH:
        raise _weak(
            _("it has at most {bits} bits, and {enough} are needed").format(bits=bits, enough=ENOUGH),
        )
    return Strength(bits, False, parameters)


def _listed(word: str, known: Wordlist) -> bool:
    return known.index(word) is not None


def _walks(words: list[str]) -> bool:
    """Say whether the words are neighbours in the list, or every tenth word of it, and the like."""
    places = [BIP39.index(word) for word in words]
    known = [place for place in places if place is not None]
    return len(known) == len(words) > 2 and len({after - before for before, after in pairwise(known)}) == 1


def _count(words: list[str]) -> float:
    """Add up the words; one that came before counts next to nothing."""
    seen: set[str] = set()
    bits = 0.0
    for word in words:
        folded = word.casefold()
        bits += _REPEATED if folded in seen else _of_word(word)
        seen.add(folded)
    return bits


def _of_word(word: str) -> float:
    """Count one word: listed, common with its usual ornaments, of letters alone, or a mixture."""
    folded = word.casefold()
    if folded in BIP39.words:
        return float(WORD_BITS)
    period = _period(folded)
    if period < len(folded):
        return _of_word(folded[:period]) + log2(len(folded) / period)
    if _DATE.fullmatch(word):
        return _A_DATE
    core = folded.translate(_LOOKALIKES).strip("0123456789!?.,;:-_*#+$%&/()")
    plain = re.sub(r"[\d\W_]+$|^[\d\W_]+", "", folded)
    if core in _COMMON or plain in _COMMON or plain in BIP39.words:
        return WORD_BITS + min(_ORNAMENTS, 2.0 * (len(folded) - len(plain)))
    steps = _steps(folded)
    if steps * 2 >= len(folded):
        return _A_SIGN * (len(folded) - steps) + _RUN * log2(steps + 1)
    if folded.isalpha():
        return min(_A_WORD, _A_LETTER * len(folded)) if len(folded) <= _LONGEST_WORD else _A_LETTER * len(folded)
    return _of_characters(word)


def _period(word: str) -> int:
    """Return after how many characters a word that comes twice or more starts over; its length if it does not."""
    half = len(word) // 2
    return next((count for count in range(1, half + 1) if word[count:] == word[:-count]), len(word))


def _of_characters(word: str) -> float:
    """Count character by character. Letters between digits and signs are no dictionary's, and count for more."""
    mixed = (
        len(re.findall(r"(?<=[^\W\d_])(?=[\d\W_])|(?<=[\d\W_])(?=[^\W\d_])|(?<=[a-z])(?=[A-Z])", word)) >= len(word) / 5
    )
    letter = log2(26) if mixed else _A_LETTER
    kinds = (letter if character.isalpha() else _A_DIGIT if character.isdigit() else _A_SIGN for character in word)
    return sum(kinds) - _steps(word.casefold()) * (_A_DIGIT - _STEP)


def _steps(word: str) -> int:
    """Count the characters that follow from the one before."""
    return sum(_follows(before, after) for before, after in pairwise(word))


def _follows(before: str, after: str) -> bool:
    pairs = (before + after, after + before)
    return abs(ord(before) - ord(after)) <= 1 or any(pair in row for row in _ROWS for pair in pairs)


def _time(bits: int, seconds: float) -> str:
    """Write half of all guesses as a time."""
    whole = 2.0 ** (bits - 1) * seconds / COMPUTERS
    if whole / YEAR >= _MOST_YEARS:
        return _("more than a million years")
    if whole >= 2 * YEAR:
        return _("{count} years").format(count=f"{whole / YEAR:.0f}")
    if whole >= 2 * 86_400:
        return _("{count} days").format(count=f"{whole / 86_400:.0f}")
    return _("less than two days")


def _weak(why: str) -> Refused:
    return Refused(
        _("this passphrase is too weak: {why}").format(why=why),
        hint=_("Let this machine draw one with {count} words, or choose at least {fewest} words by dice.").format(
            count=WORDS, fewest=FEWEST_WORDS
        ),
        code="passphrase",
    )
