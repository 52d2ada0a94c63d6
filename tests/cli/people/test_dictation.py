"""Words typed by somebody who sees nothing of them: how many there are is found, and what is wrong is told by place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

import pytest

from custody.cli.people.dictation import Dictation, Entry, Form
from custody.cli.people.terminal import Terminal
from custody.cli.people.typed_cards import CARD
from custody.cli.people.typed_secret import PHRASE, PHRASES
from custody.errors import Declined, Unreadable
from custody.keys.cards.shares import SLIP39, Scheme, split
from custody.keys.phrases import mnemonic
from custody.keys.phrases.languages import LANGUAGES, words_of
from custody.keys.phrases.wordlist import BIP39
from custody.secret import Secret

FORMS = (CARD, PHRASE)


class Typist(Terminal):
    """A terminal at which lines were typed already; it keeps what was shown."""

    def __init__(self, *lines: str) -> None:
        super().__init__()
        self.lines = list(lines)
        self.shown = ""
        self.forgotten = 0

    @contextmanager
    def hidden(self) -> Iterator[None]:
        yield

    def write(self, text: str) -> None:
        self.shown += text

    def line(self) -> str:
        if not self.lines:
            raise Declined("nobody types any more")
        return self.lines.pop(0)

    def forget_ahead(self) -> None:
        self.forgotten += 1


def card(size: int, member: int = 0) -> str:
    """A card of a set of two."""
    secret = Secret(sha256(b"dictated").digest() * 2)
    made = split(Secret(secret.reveal()[:size]), Scheme.single(2, 2), iteration_exponent=0)
    return made.groups[0][member].reveal().decode()


def phrase(size: int) -> str:
    return mnemonic.phrase(Secret(sha256(b"dictated").digest()[:size])).reveal().decode()


def taken(*lines: str, forms: tuple[Form, ...] = FORMS) -> tuple[str | None, Typist]:
    """What the lines are taken for, and the terminal that they were typed at."""
    typist = Typist(*lines[1:])
    found = Dictation(typist).take(forms, lines[0])
    return None if found is None else found[1], typist


def other(word: str, form: Form) -> str:
    """Another word of the list."""
    return next(each for each in form.wordlist.words[100:] if each[:3] != word[:3])


@pytest.mark.parametrize("size", [16, 20, 24, 28, 32])
def test_a_card_ends_at_its_last_word_whatever_its_length(size: int) -> None:
    text = card(size)
    for lines in (text.split(), [text], [word[:4].upper() for word in text.split()]):
        found, typist = taken(*lines)
        assert found == text
        assert typist.lines == []
        assert not any(word in typist.shown.split() for word in text.split())


@pytest.mark.parametrize("size", [16, 20, 24, 28])
def test_a_shorter_phrase_ends_at_an_empty_line_and_never_by_chance(size: int) -> None:
    text = phrase(size)
    found, typist = taken(*text.split(), "")
    assert found == text
    assert f"Word {len(text.split()) + 1}, or Enter if these were all: " in typist.shown
    for number in range(64):  # one in sixteen of these has a checksum that holds after the twelfth word
        begun = mnemonic.phrase(Secret(sha256(bytes([number])).digest())).reveal().decode()
        assert taken(*begun.split())[0] == begun


def test_a_phrase_of_24_words_ends_at_its_last_word() -> None:
    found, typist = taken(" ".join(phrase(32).split()[:12]), *phrase(32).split()[12:])
    assert found == phrase(32)
    assert typist.lines == []


def test_a_card_of_a_set_whose_length_is_known_says_how_many_words_it_has() -> None:
    _found, typist = taken(*card(16).split(), forms=(CARD.of_count(20),))
    assert "Word  2 of 20: " in typist.shown


def test_a_wrong_word_is_told_by_its_place_alone_and_what_was_typed_behind_it_is_forgotten() -> None:
    words = card(16).split()
    found, typist = taken(*words[:4], "zebrq", *words[4:])
    assert found == " ".join(words)
    assert "Word 5 is not in the list. Type it again." in typist.shown
    assert typist.forgotten == 1
    assert not any(word in typist.shown for word in ("zebr", "zero"))


def test_the_words_before_a_wrong_one_on_a_line_are_taken_and_the_rest_is_not() -> None:
    words = card(16).split()
    found, typist = taken(" ".join([*words[:4], "zebrq", *words[5:]]), *words[4:])
    assert found == " ".join(words)
    assert "Word 5 is not" in typist.shown


def test_a_word_of_the_other_list_is_told_as_such() -> None:
    ours = next(word for word in SLIP39.words if BIP39.index(word) is None)
    theirs = next(word for word in BIP39.words if SLIP39.index(word) is None)
    found, typist = taken(ours, theirs, "<")
    assert found is None
    assert "Word 2 is of another list than the others" in typist.shown


def test_a_word_is_taken_back_one_is_typed_again_and_all_are_begun_anew() -> None:
    words = card(16).split()
    assert taken(other(words[0], CARD), "<")[0] is None
    assert taken(*words[:3], "0")[0] is None
    assert taken(*words[:3], other(words[3], CARD), "<", *words[3:])[0] == " ".join(words)
    wrong = [*words[:6], other(words[6], CARD), *words[7:]]
    found, typist = taken(*wrong, "", "7", words[6])
    assert found == " ".join(words)
    assert "this card: its checksum does not hold, so a word is wrong or two are swapped" in typist.shown
    assert "Word 7 again: " in typist.shown


def test_the_one_word_of_a_phrase_that_is_wrong_is_typed_again() -> None:
    words = phrase(16).split()
    wrong = next(
        text for each in BIP39.words if not PHRASE.holds((text := " ".join([*words[:3], each, *words[4:]])).split())
    )
    found, typist = taken(wrong, "", "4", words[3], "")
    assert found == " ".join(words)
    assert "checksum does not hold" in typist.shown


def test_word_33_of_a_card_and_24_of_a_phrase_are_the_end_of_what_people_have() -> None:
    for form, text in ((CARD, card(32)), (PHRASE, phrase(32))):
        words = text.split()
        wrong = next(each for each in form.wordlist.words if not form.holds([*words[:-1], each]) and each != words[-1])
        found, typist = taken(*words[:-1], wrong, str(len(words)), words[-1])
        assert found == text
        assert "checksum does not hold" in typist.shown
        assert typist.forgotten == 1


def test_an_empty_line_too_early_ends_nothing() -> None:
    words = card(16).split()
    found, typist = taken(*words[:5], "", *words[5:], forms=(CARD,))
    assert found == " ".join(words)
    assert "Words so far: 5. There are 20, 33 in all." in typist.shown


def test_what_stands_behind_the_end_of_a_card_is_not_taken() -> None:
    one, two = card(16), card(16, 1)
    found, typist = taken(f"{one} {two}")
    assert found == one
    assert "What stood behind the last word was forgotten." in typist.shown
    whole = " ".join([*one.split()[:-1], other(one.split()[-1], CARD)])
    found, typist = taken(f"{whole} {two}", "20", one.split()[-1], forms=(CARD.of_count(20),))
    assert found == one
    assert "Word 21 is one more than there can be." in typist.shown


def test_numbers_that_are_no_word_of_it_are_strangers() -> None:
    for typed in ("7", "99", "123", "²", "0"):
        entry = Entry(FORMS)
        with pytest.raises(Unreadable, match="Word 1 is not in the list"):
            entry.put(typed, 1)
    found, typist = taken("acid", "7", "<")
    assert found is None
    assert "Word 2 is not in the list" in typist.shown


def test_words_of_two_lists_are_not_chosen_between_but_handed_on_as_they_were_typed() -> None:
    """Whoever reads the text asks which language it is (tests/cli/keys/test_foreign_phrases.py)."""
    twin = replace(PHRASE, check=lambda _text: None)
    found, typist = taken(*["acid"] * 11, "zebr", "", forms=(twin, replace(twin)))
    assert found == "acid " * 11 + "zebr"
    assert "Word 13, or Enter if these were all: " in typist.shown
    entry = Entry((twin, replace(twin)))
    for position in range(1, 25):
        entry.put("acid", position)
    assert entry.ended() is None


def test_a_phrase_of_another_language_is_taken_word_by_word() -> None:
    for language, form in zip(LANGUAGES, PHRASES, strict=True):
        words = list(words_of(language).words[:24])
        text = next(
            each
            for each in (" ".join([*words[:23], last]) for last in words_of(language).words)
            if form.holds(each.split())
        )
        found, typist = taken(*text.split(), *([""] if language.startswith("chinese") else []), forms=(CARD, *PHRASES))
        assert found == text
        assert not any(word in typist.shown for word in words if not word.isascii())


def test_words_of_two_languages_are_told_apart_by_their_place() -> None:
    found, typist = taken("abaisser", "ábaco", "<", forms=(CARD, *PHRASES))
    assert found is None
    assert "Word 2 is of another list than the others" in typist.shown


def test_numbers_before_words_are_their_places() -> None:
    words = phrase(32).split()
    numbered = [f"{number}. {word}" for number, word in enumerate(words, 1)]
    assert taken(*numbered)[0] == phrase(32)
    assert taken(" ".join(numbered))[0] == phrase(32)
    found, typist = taken(*numbered[:3], f"6. {words[3]}", *numbered[3:])
    assert found == phrase(32)
    assert "A number stands where word 4 comes next." in typist.shown


def test_an_electrum_seed_is_named_when_its_words_are_all_there() -> None:
    seed = "wild father tree among universe such mobile favorite target dynamic credit identify"
    found, typist = taken(seed, "", "0", forms=(CARD, *PHRASES))
    assert found is None
    assert "this is an Electrum seed" in typist.shown


# A card read back


WORDS = ["acid", "acne", "zero"]


def read_back(*lines: str) -> tuple[bool, Typist]:
    typist = Typist(*lines)
    return Dictation(typist).read_back(SLIP39, WORDS), typist


@pytest.mark.parametrize("lines", [["acid", "acne", "zero"], ["acid acne zero"], ["ACID acne", "zero"]])
def test_a_card_is_read_back_one_word_a_line_or_several(lines: list[str]) -> None:
    agreed, typist = read_back(*lines)
    assert agreed
    assert "one word or several a line" in typist.shown
    assert not any(word in typist.shown for word in WORDS)


def test_reading_back_finds_the_word_that_differs_and_keeps_those_before_it() -> None:
    agreed, typist = read_back("acid zero zero", "acne zero")
    assert agreed
    assert "Word 2 differs from the card." in typist.shown
    assert typist.forgotten == 1


def test_more_words_than_the_card_has_are_not_taken() -> None:
    agreed, typist = read_back("acid", "acne zero zero", "acne zero")
    assert agreed
    assert "more words than the card has" in typist.shown


def test_an_empty_line_while_reading_back_asks_for_the_card_again_on_a_new_line() -> None:
    agreed, typist = read_back("acid", "")
    assert not agreed
    assert typist.shown.endswith("Word 2 of 3: \n")
