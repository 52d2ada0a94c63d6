"""Tells a phrase from a sentence in letters that sentences are written in too, by the lists of BIP-39.

Korean is written with spaces and without short words: of twelve that follow each other most must stand in the list, so
that a mistyped phrase is one too. Chinese is written without spaces, in few and common letters: there the checksum
tells.
"""

from collections.abc import Sequence

from custody.errors import Unreadable
from custody.keys.phrases.languages import words_of
from custody.keys.phrases.phrase import read_phrase

_IN_A_ROW, _MOST = 12, 9
_CHINESE = ("chinese-simplified", "chinese-traditional")


def are_phrase(words: Sequence[str]) -> bool:
    """Say whether Korean words, or the letters of one Chinese word, are a phrase."""
    korean = words_of("korean")
    known = [korean.index(word) is not None for word in words]
    windows = (known[start : start + _IN_A_ROW] for start in range(len(known) - _IN_A_ROW + 1))
    return any(sum(window) >= _MOST for window in windows) or any(map(_is_chinese, words))


def _is_chinese(letters: str) -> bool:
    return any(_reads(" ".join(letters), language) for language in _CHINESE)


def _reads(text: str, language: str) -> bool:
    try:
        read_phrase(text, language)
    except Unreadable:
        return False
    return True
