"""Words as they stand on paper: what is between them is taken away, and a number must be right."""

import pytest

from custody.errors import Unreadable
from custody.keys.phrases.layout import texts
from custody.keys.phrases.wordlist import BIP39

WORDS = list(BIP39.words[100:124])


def numbered(form: str, words: list[str]) -> list[str]:
    return [form.format(number, word) for number, word in enumerate(words, 1)]


FORMS = ("{0}. {1}", "{0}) {1}", "{0}: {1}", "{0} {1}", "{0}.{1}", "#{0} {1}", "({0}) {1}", "{0:02} {1}")


@pytest.mark.parametrize("form", FORMS)
def test_numbers_are_taken_away(form: str) -> None:
    lines = numbered(form, WORDS)
    assert texts(lines) == [WORDS]
    assert texts([" ".join(lines)]) == [WORDS]
    assert texts([part for line in lines for part in line.split()]) == [WORDS]


def test_columns_that_count_downwards_are_read_by_their_numbers() -> None:
    cells = numbered("{0} {1}", WORDS)
    rows = ["   ".join(cells[row::8]) for row in range(8)]
    assert texts(rows) == [WORDS]


def test_each_card_counts_from_1() -> None:
    assert texts([*numbered("{0}. {1}", WORDS[:20]), *numbered("{0}. {1}", WORDS[4:])]) == [WORDS[:20], WORDS[4:]]


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        (["1. a", "2. b", "4. c"], "Missing: 3. Twice: -"),
        (["2. a", "3. b"], "Missing: 1. Twice: -"),
        (["1. a", "2. b", "2. c"], "Missing: -. Twice: 2"),
        (["1. a", "2. b", "3."], "Missing: -"),
    ],
)
def test_numbers_that_do_not_count_are_refused(lines: list[str], hint: str) -> None:
    with pytest.raises(Unreadable, match="do not count from 1") as refused:
        texts(lines)
    assert hint in refused.value.hint


def test_numbers_before_some_words_only_are_no_numbers_of_words() -> None:
    assert texts(["1. abandon ability"]) == [["1.", "abandon", "ability"]]
    with pytest.raises(Unreadable):
        texts(["7"])


def test_what_stands_between_words_is_taken_away() -> None:
    for line in (", ".join(WORDS), '["' + '", "'.join(WORDS) + '"]', "\ufeff" + " ".join(WORDS), " | ".join(WORDS)):
        assert texts([line]) == [WORDS]


def test_lines_stay_lines() -> None:
    assert texts([" a  b", "", "c\td "]) == [["a", "b"], ["c", "d"]]
