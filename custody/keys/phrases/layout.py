"""Words as people write them down, one a line, numbered, in columns or with commas, to the texts that they are.

It knows no list. What stands between words is taken away; a number is the place of its word, and must be right: one
that is missing or stands twice raises Unreadable. What was given is never repeated.
"""

import re
from collections.abc import Iterator, Sequence

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.phrases.languages import split_words

_BETWEEN = str.maketrans(dict.fromkeys(",;|[]{}\"'`„«»•\u201c\u201d\u2018\u2019\ufeff\u200b", " "))
"""Commas, brackets, quotes and bullets, and what editors put before a text. No word of any list has them."""

_NUMBER = re.compile(r"[#(]?([0-9]{1,2})[.):]*(.*)")
"""What may stand before a word: 1, 1. 1) 1: #1 (1), with or without a space behind it. No word begins with a digit."""

Placed = tuple[int | None, str]
"""A word and the number that stands before it, if one does."""


def texts(lines: Sequence[str]) -> list[list[str]]:
    """Return the words of each line; numbered words are put in order, from each number 1 on to the next.

    Raises Unreadable where numbers do not count from 1.
    """
    words = list(placed_words(" ".join(lines)))
    numbered = [(number, word) for number, word in words if number is not None]
    if words and len(numbered) == len(words):
        return [_in_order(group) for group in _groups(numbered)]
    return [parts for line in lines if (parts := line.translate(_BETWEEN).split())]


def placed_words(line: str) -> Iterator[Placed]:
    """Yield the words of a line, each with its number. A number that no word follows comes with an empty one."""
    number: int | None = None
    for part in line.translate(_BETWEEN).split():
        match = _NUMBER.fullmatch(part)
        if match is None:
            for word in split_words(part):
                yield number, word
                number = None
            continue
        if number is not None:
            yield number, ""
        number = int(match[1])
        if match[2]:
            yield number, match[2]
            number = None
    if number is not None:
        yield number, ""


def _groups(words: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Begin a new text at each number 1."""
    groups: list[list[tuple[int, str]]] = []
    for number, word in words:
        if number == 1 or not groups:
            groups.append([])
        groups[-1].append((number, word))
    return groups


def _in_order(group: Sequence[tuple[int, str]]) -> list[str]:
    """Return the words by their numbers: whoever writes in columns numbers downwards. Raises Unreadable."""
    numbers = [number for number, word in group if word]
    last = max(numbers, default=0)
    missing = [str(number) for number in range(1, last + 1) if number not in numbers]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if missing or twice or len(numbers) < len(group):
        raise Unreadable(
            _("the words are numbered, and the numbers do not count from 1 to {last}").format(last=last),
            hint=_("Missing: {missing}. Twice: {twice}. Read the paper again.").format(
                missing=", ".join(missing) or "-", twice=", ".join(map(str, twice)) or "-"
            ),
        )
    return [word for _number, word in sorted(group)]
