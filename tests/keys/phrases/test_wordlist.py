"""Words are found by spelling or by four letters; a wrong one is answered by position and never repeated."""

from hashlib import sha256
from pathlib import Path

import bip_utils
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST as SLIP39_WORDS

from custody.errors import Unreadable
from custody.keys.phrases.wordlist import BIP39, MOST_WORDS, Wordlist, read_words

SLIP39 = Wordlist(tuple(SLIP39_WORDS))
BOTH = pytest.mark.parametrize("wordlist", [BIP39, SLIP39], ids=["BIP-39", "SLIP-39"])


def test_the_english_list_is_the_standard_one():
    text = "".join(word + "\n" for word in BIP39.words).encode()
    assert sha256(text).hexdigest() == "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


def test_the_english_list_is_the_one_of_bip_utils():
    path = Path(bip_utils.__file__).parent / "bip" / "bip39" / "wordlist" / "english.txt"
    assert tuple(path.read_text().split()) == BIP39.words


@BOTH
def test_every_word_is_found_in_full_and_by_four_letters(wordlist):
    for number, word in enumerate(wordlist.words):
        assert wordlist.index(word) == number
        assert wordlist.index(word[:4]) == number
        assert wordlist.index(word.upper()) == number


@pytest.mark.parametrize("stranger", ["", "aba", "aband", "abandone", "zzzz", " abandon", "abandon ", "2048", "0"])
def test_a_stranger_has_no_number(stranger):
    assert BIP39.index(stranger) is None


def test_a_letter_that_only_lower_case_makes_english_is_a_stranger():
    kelvin = "\u212a"
    assert kelvin.lower() == "k"
    assert BIP39.index(kelvin + "ey") is None
    assert BIP39.index("\uff41bandon") is None


def test_a_list_with_two_equal_beginnings_is_refused():
    with pytest.raises(ValueError, match="first letters"):
        Wordlist(("zebra", "zebrafish"))
    with pytest.raises(ValueError, match="first letters"):
        Wordlist(("able", "ablest"))


def test_a_list_does_not_print_itself():
    assert "abandon" not in repr(BIP39)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("abondon", "abandon"),
        ("zeebra", "zebra"),
        ("zebr", "zebra"),
        ("tset", "test"),
        ("wintr", "winter"),
        ("universs", "universe"),
        ("aban", "abandon"),
        ("aba", "abandon"),
        ("LEGEL", "legal"),
    ],
)
def test_a_slip_is_answered_by_the_word_that_was_meant(typed, first):
    assert BIP39.suggest(typed)[0] == first


@pytest.mark.parametrize("typed", ["qqqqqqqq", "x", "", "1234", "\u6f22\u5b57", "a" * 500])
def test_what_is_near_no_word_gets_no_suggestion(typed):
    assert BIP39.suggest(typed) == ()


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(BIP39.words), st.data())
def test_one_exchanged_pair_is_always_recognised(word, data):
    at = data.draw(st.integers(0, len(word) - 2))
    typed = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    suggestions = BIP39.suggest(typed)
    assert len(suggestions) <= 3
    assert word in suggestions or len(suggestions) == 3


def test_words_are_read_in_any_case_and_spacing():
    assert read_words(" Abandon\tABIL\n\nzoo ", BIP39, "the phrase") == (0, 1, 2047)


def test_every_wrong_word_is_named_by_its_position_and_none_is_repeated():
    with pytest.raises(Unreadable) as caught:
        read_words("abandon zeebra zoo qqqqqqqq", BIP39, "card 3")
    said = caught.value.message + caught.value.hint
    assert "card 3" in said
    assert 'word 2 (did you mean "zebra"?)' in said
    assert "word 4" in said
    assert "word 1" not in said
    assert "word 3" not in said
    assert "zeebra" not in said
    assert "qqqq" not in said


def test_many_strangers_are_another_list_and_get_no_suggestions():
    """The neighbours of every word of a phrase that was read as a card would tell most of the phrase."""
    with pytest.raises(Unreadable) as caught:
        read_words("zeebra zeebra zeebra abandonn zoo", BIP39, "card 1")
    assert "word 1, word 2, word 3, word 4" in caught.value.message
    assert "did you mean" not in caught.value.message
    assert "another list" in caught.value.hint
    with pytest.raises(Unreadable, match="did you mean"):
        read_words("zeebra zeebra zeebra abandon zoo", BIP39, "card 1")


@pytest.mark.parametrize("typed", ["\x1b[2Jabandon", "aban\u202edon", "abandon\u200b", "qwv\u0430", "sleutel", "12"])
def test_a_hostile_word_is_never_repeated(typed):
    with pytest.raises(Unreadable) as caught:
        read_words(f"zoo {typed} zoo", BIP39, "the phrase")
    said = caught.value.message + caught.value.hint
    assert typed not in said
    assert said.isascii()
    assert said.isprintable()
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", ["", " \n", "zoo " * (MOST_WORDS + 1), "z" * 2_001, "q " * 5_000_000])
def test_a_text_that_is_no_list_of_words_is_refused_at_once(text):
    with pytest.raises(Unreadable, match="1 to 64 words"):
        read_words(text, BIP39, "the phrase")
