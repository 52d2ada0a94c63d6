"""Words to their numbers in a list, in full or by four letters; wrong words are named by position, with the closest.

What was typed is never repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.phrases.english import WORDS

PREFIX = 4
"""Letters after which a word of BIP-39 or SLIP-39 is unique, by both standards."""

SUGGESTIONS = 3
MOST_SLIPS = 3
"""Wrong words in one text that are slips. More of them are words of another list, and their neighbours would tell them.
"""

MOST_WORDS = 64
"""More than any phrase or share has: the longest is SLIP-39's 59 words for a 512-bit secret."""

MOST_CHARACTERS = 2_000


class Words(Protocol):
    """A list that knows its words by their spellings."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words in full, in the list's order."""

    def index(self, word: str) -> int | None:
        """Return the number of a word, or None for a stranger."""


@dataclass(frozen=True, slots=True)
class Wordlist:
    """A list of lower-case words, unique in their first four letters. Raises ValueError for a list that is not."""

    words: tuple[str, ...] = field(repr=False)
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        numbers: dict[str, int] = {}
        for number, word in enumerate(self.words):
            for spelling in {word, word[:PREFIX]}:
                if spelling in numbers:
                    raise ValueError("two words of a list share their first letters")
                numbers[spelling] = number
        object.__setattr__(self, "_numbers", numbers)

    def index(self, word: str) -> int | None:
        """Return the number of a word, given in full or by its first four letters, in any case; None for a stranger.

        Only ASCII letters count: Unicode has others whose lower case is an English letter.
        """
        return self._numbers.get(word.lower()) if word.isascii() else None

    def suggest(self, word: str) -> tuple[str, ...]:
        """Return at most three listed words that somebody who wrote `word` may have meant, the closest first.

        Close is: one or two letters wrong, missing, added or exchanged with a neighbour; or the beginning of a word.
        """
        typed = word.lower()
        ranked = [(_distance(typed, listed), listed) for listed in self.words]
        close = sorted((distance, listed) for distance, listed in ranked if distance <= _furthest(typed))
        begun = [listed for listed in self.words if len(typed) >= 2 and listed.startswith(typed)]
        return tuple(dict.fromkeys([listed for _distance, listed in close] + begun))[:SUGGESTIONS]


BIP39 = Wordlist(tuple(WORDS.split()))
"""The English list of BIP-39."""


def read_words(text: str, wordlist: Wordlist, what: str) -> tuple[int, ...]:
    """Return the numbers of the words in `text`, separated by any white space.

    `what` names the thing in the error ("the phrase", "card 2"). Raises Unreadable, naming every wrong word by its
    position, the words that are close to it while they are few, and nothing that was typed.
    """
    typed = text.split() if len(text) <= MOST_CHARACTERS else []
    if not 1 <= len(typed) <= MOST_WORDS:
        raise Unreadable(_("{what}: this is no list of 1 to {most} words").format(what=what, most=MOST_WORDS))
    numbers = [wordlist.index(word) for word in typed]
    strangers = [position for position, number in enumerate(numbers, 1) if number is None]
    if strangers:
        slips = len(strangers) <= MOST_SLIPS
        named = [_describe(at, wordlist.suggest(typed[at - 1]) if slips else ()) for at in strangers]
        raise Unreadable(
            _("{what}: not in the word list: {named}").format(what=what, named=", ".join(named)),
            hint=_("Read these words again; each may be typed in full or by its first four letters.")
            if slips
            else _("So many words are of another list: a BIP-39 phrase is no SLIP-39 card, and a card is no phrase."),
        )
    return tuple(number for number in numbers if number is not None)


def _describe(position: int, suggestions: Sequence[str]) -> str:
    if not suggestions:
        return _("word {position}").format(position=position)
    quoted = _(" or ").join(f'"{word}"' for word in suggestions)
    return _("word {position} (did you mean {suggestions}?)").format(position=position, suggestions=quoted)


def _furthest(typed: str) -> int:
    """Two mistakes in a long word leave it recognisable; in a short one they make almost any other word."""
    return 2 if len(typed) > PREFIX else 1


def _distance(typed: str, listed: str) -> int:
    """Count the letters to change, add, drop or exchange with a neighbour; a large number means "far apart"."""
    far = len(typed) + len(listed)
    if abs(len(typed) - len(listed)) > 2:
        return far
    before: list[int] = []
    row = list(range(len(listed) + 1))
    for i, letter in enumerate(typed, 1):
        above, row = row, [i]
        for j, other in enumerate(listed, 1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == listed[j - 2] and typed[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > 2:
            return far
        before = above
    return row[-1]
