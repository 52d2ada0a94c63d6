"""Passphrases: drawn evenly, brought into one form, judged with a reason, and never repeated."""

import contextlib
import traceback
from hashlib import shake_256
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import CustodyError, Refused, Unfit, Unreadable, Usage
from custody.keys.phrases.wordlist import BIP39
from custody.keys.vaults import strength
from custody.keys.vaults.parameters import STANDARD, Network, Parameters
from custody.keys.vaults.passphrase import FEWEST_WORDS, MOST_WORDS, Passphrase
from custody.secret import Secret

MAIN = STANDARD[Network.MAIN]


def passphrase(text: str) -> Passphrase:
    return Passphrase.read(Secret(text.encode()))


def form(text: str) -> str:
    return passphrase(text).secret.reveal().decode()


def stream(name: bytes):
    data = shake_256(name).digest(64 * 32)
    draws = iter(range(64))
    return lambda size: data[(at := next(draws) * size) : at + size]


def test_seven_words_are_drawn_from_the_source_that_is_given() -> None:
    drawn = Passphrase.draw(source=stream(b"words")).secret.reveal().decode()
    number = int.from_bytes(shake_256(b"words").digest(64 * 32)[-32:])
    assert drawn == " ".join(BIP39.words[number >> 11 * place & 2047] for place in range(7))
    assert form(drawn) == drawn


@pytest.mark.parametrize("words", [FEWEST_WORDS, MOST_WORDS])
def test_as_many_words_are_drawn_as_were_asked_for(words: int) -> None:
    assert len(Passphrase.draw(words).secret.reveal().split()) == words


@pytest.mark.parametrize("words", [-1, 0, 5, 12, 24])
def test_too_few_words_and_as_many_as_a_phrase_has_are_not_drawn(words: int) -> None:
    with pytest.raises(Usage):
        Passphrase.draw(words)


def test_a_sick_source_draws_no_passphrase() -> None:
    with pytest.raises(Unfit):
        Passphrase.draw(source=bytes)


def test_the_words_of_many_passphrases_are_even() -> None:
    seen = [word for count in range(200) for word in Passphrase.draw(10).secret.reveal().decode().split()]
    halves = sum(BIP39.words.index(word) < 1024 for word in seen)
    assert 800 < halves < 1200  # nine standard deviations of 2,000 throws of a coin
    assert len(set(seen)) > 1000  # 1,276 expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  two   words ", "two words"),
        ("two\u00a0words\u3000here", "two words here"),
        ("\ufb01ne", "fine"),
        ("A\u030angstro\u0308m", "\u00c5ngstr\u00f6m"),
        ("\u212bngstr\u00f6m", "\u00c5ngstr\u00f6m"),
        ("\uff11\u2460", "11"),
        ("Case stays", "Case stays"),
    ],
)
def test_what_looks_alike_is_the_same_passphrase(typed: str, meant: str) -> None:
    assert form(typed) == meant


@given(st.text(max_size=60))
def test_the_form_is_stable_or_the_passphrase_is_refused(text: str) -> None:
    try:
        once = form(text) if not any(0xD800 <= ord(each) < 0xE000 for each in text) else "x"
    except Unreadable:
        return
    assert form(once) == once


@pytest.mark.parametrize(
    "typed",
    [
        b"",
        b"   ",
        "\u3000".encode(),
        b"tab\there",
        b"line\nend",
        b"nul\x00",
        b"\x1b[A",
        "zero\u200bwidth".encode(),
        "right\u202eleft".encode(),
        "private\ue000use".encode(),
        "unassigned\u0378".encode(),
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"a" * 1_001,
    ],
)
def test_what_nobody_can_see_or_type_again_is_refused(typed: bytes) -> None:
    with pytest.raises(Unreadable) as told:
        Passphrase.read(Secret(typed))
    assert told.value.__context__ is None


def test_a_drawn_passphrase_is_explained() -> None:
    told = strength.of_drawn(7, MAIN)
    assert told.bits == 77
    assert told.sentence.startswith("7 words, each drawn from 2048: 77 bits.")
    assert "512 MiB" in told.sentence
    assert "more than a million years" in told.sentence


@pytest.mark.parametrize(
    ("words", "parameters", "time"),
    [
        (6, MAIN, "1169885 years"),
        (6, Parameters(64, 1, 1), "years"),
        (4, MAIN, "days"),
        (3, MAIN, "less than two days"),
    ],
)
def test_the_time_is_half_of_all_guesses_by_a_million_computers(words: int, parameters: Parameters, time: str) -> None:
    told = strength.of_drawn(words, parameters).sentence
    assert time in told or ("more than a million years" in told and words == 6)


WEAK = {
    "hunter2": "fewer than 14 characters",
    "correct horse battery staple": "every list",
    "Correct-Horse Battery_Staple 1984!": "every list",
    "to be or not to be that is the question": "every list",
    "Password123!Password123!": "bits",
    "P@ssw0rd2024 Bitcoin21!": "bits",
    "a" * 200: "bits",
    "ab" * 40: "bits",
    "qwertyuiopasdfghjklzxcvbnm": "bits",
    "12345678901234567890": "bits",
    "1985-03-12 john smith london": "bits",
    "orbit orbit orbit orbit orbit orbit orbit": "equal distances",
    "orbit Orbit orbiT orbit tiger tiger tiger": "bits",
    "abandon ability able about above absent absorb": "equal distances",
    "zoo zone zero zebra youth young you": "equal distances",
    "orbit tiger cabin oven lunch": "bits",
    "legal winner thank year wave sausage worth useful legal winner thank yellow": "wallet",
    "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband erode duke "
    "ajar critical decision keyboard": "wallet",
}


LISTED = (
    *("correct horse battery staple", "correct battery horse staple", "the quick brown fox jumps over the lazy dog"),
    *("to be or not to be that is the question", "it was the best of times it was the worst of times"),
    *("may the force be with you", "in the beginning god created the heaven and the earth"),
    *("all happy families are alike", "call me ishmael", "we the people of the united states"),
    *(
        "the only thing we have to fear is fear itself",
        "four score and seven years ago",
        "not your keys not your coins",
    ),
    *("chancellor brink of second bailout for banks", "open the pod bay doors hal", "i am your father"),
    *("one small step for man", "i have a dream that one day", "winter is coming", "never in a million years"),
    *("mary had a little lamb", "twinkle twinkle little star", "lorem ipsum dolor sit amet", "god save the king"),
    "god save the queen",
)


@pytest.mark.parametrize("text", LISTED)
def test_what_stands_in_every_list_is_refused_as_that(text: str) -> None:
    with pytest.raises(Refused, match="every list"):
        strength.judge(passphrase(f"1. {text.title()}!"), MAIN)


@pytest.mark.parametrize(("word", "steps"), [("abcdef", 5), ("fedcba", 5), ("aaaa", 3), ("acegi", 0), ("qwert", 4)])
def test_characters_that_follow_from_the_one_before_are_counted(word: str, steps: int) -> None:
    assert strength._steps(word) == steps


@pytest.mark.parametrize(
    ("days", "told"),
    [(1.9, "less than two days"), (2, "2 days"), (730, "730 days"), (731, "2 years"), (1000, "3 years")],
)
@pytest.mark.parametrize("bits", [1, 2, 11])
def test_a_time_is_told_in_the_unit_that_fits(days: float, told: str, bits: int) -> None:
    """Half of all guesses are made on average, each as long as a derivation takes, by all computers together."""
    assert strength._time(bits, days * 86_400 * strength.COMPUTERS / 2 ** (bits - 1)) == told


@pytest.mark.parametrize("text", WEAK)
def test_a_weak_passphrase_is_refused_with_a_reason_and_not_repeated(text: str) -> None:
    with pytest.raises(Refused, match=WEAK[text]) as told:
        strength.judge(passphrase(text), MAIN)
    shown = "".join(traceback.format_exception_only(told.value)) + told.value.hint
    assert not [word for word in text.split() if len(word) > 4 and word.casefold() in shown.casefold()]
    assert told.value.code == "passphrase"


@pytest.mark.parametrize(
    "text",
    [
        "orbit tiger cabin oven lunch zebra",
        "k3Jx9fQ2mVb7Lr8TzW4p",
        "my grandmother baked seven cakes last winter",
        "Gro\u00dfmutter backte im Winter sieben kleine Kuchen",
        "\u043a\u0443\u0440\u0438\u0446\u0430 \u043b\u0435\u0442\u0438\u0442 \u0441\u043a\u0432\u043e\u0437\u044c "
        "\u0441\u0438\u043d\u0438\u0439 \u043f\u043e\u0442\u043e\u043b\u043e\u043a",
    ],
)
def test_a_passphrase_of_ones_own_that_may_be_good_is_taken_and_explained(text: str) -> None:
    told = strength.judge(passphrase(text), MAIN)
    assert told.bits >= strength.ENOUGH
    assert told.sentence.startswith(f"At most {told.bits} bits")
    assert not [word for word in text.split() if len(word) > 4 and word in told.sentence]


@pytest.mark.parametrize("words", range(FEWEST_WORDS, MOST_WORDS + 1))
def test_what_was_drawn_passes_when_it_is_typed(words: int) -> None:
    for name in range(20):
        drawn = Passphrase.draw(words, stream(b"%d drawn %d" % (words, name)))
        if len(set(drawn.secret.reveal().split())) == words:  # a word that comes twice tells less
            assert strength.judge(drawn, MAIN).bits == words * 11


@given(st.text(min_size=1, max_size=200))
def test_any_passphrase_is_judged_or_refused(text: str) -> None:
    with contextlib.suppress(CustodyError, UnicodeEncodeError):
        strength.judge(passphrase(text), MAIN)


def test_a_long_passphrase_is_judged_at_once() -> None:
    with pytest.raises(Refused):
        strength.judge(passphrase("a1" * 500), MAIN)


def test_a_passphrase_does_not_print_and_can_be_wiped() -> None:
    held = passphrase("orbit tiger cabin")
    assert repr(held) == "Passphrase()"
    held.wipe()
    with pytest.raises(ValueError, match="wiped"):
        held.secret.reveal()


@pytest.mark.parametrize(
    ("word", "bits"),
    [
        ("orbit", 11),
        ("ORBIT", 11),
        ("orbitorbit", 12),
        ("orbit" * 4, 13),
        ("1985", 15),
        ("198503", 15),
        ("19850312", 15),
        ("12.3.1985", 15),
        ("3/1985", 15),
        ("password", 11),
        ("p4ssw0rd", 11),
        ("password1", 13),
        ("password123", 17),
        ("password1234", 19),
        ("password12345!", 19),
        ("1orbit!", 15),
        ("abcdefgh", 11),
        ("qwertyui", 11),
        ("xkq", 6.9),
        ("winterly", 15),
        ("w" + "ombaticallyxy", 15),
        ("w" + "ombaticallyxyz"[:14], 34.5),
    ],
)
def test_a_word_counts_for_what_somebody_would_try_first(word: str, bits: float) -> None:
    """A list of 2,048 words is 11 bits, any other word 15, a date 15, twice as long one more, and ornaments 2 each."""
    assert strength._of_word(word) == pytest.approx(bits)


def test_letters_between_digits_and_signs_count_for_more_than_those_of_a_word() -> None:
    each = {
        "k7x9m2p4": 4 * log2(26) + 4 * log2(10),
        "kxmvbwtr29": 8 * 2.3 + 2 * log2(10),
        "k!x?m;p:": 4 * log2(26) + 20,
    }
    for word, bits in each.items():
        bits -= strength._steps(word) * (log2(10) - 0.5)
        assert strength._of_word(word) == pytest.approx(bits)
    assert strength._of_characters("k7x9m2p4") - strength._of_characters("k7x8m2p4") == pytest.approx(
        (log2(10) - 0.5) * strength._steps("k7x8m2p4")
    )


def test_a_word_that_came_before_counts_next_to_nothing() -> None:
    assert strength._count(["orbit", "tiger", "Orbit", "TIGER"]) == 11 + 11 + 1 + 1


@pytest.mark.parametrize(("word", "period"), [("a", 1), ("aa", 1), ("abab", 2), ("ababa", 2), ("abcab", 5), ("abc", 3)])
def test_a_word_starts_over_where_it_comes_twice_or_more(word: str, period: int) -> None:
    assert strength._period(word) == period


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("k7x9m2p4v8q3w", "fewer than 14 characters"),
        ("k7x9m2p4v8q3wz", "at most 57 bits, and 64 are needed"),
        ("orbit tiger cabin oven lunch", "at most 55 bits, and 64 are needed"),
        ("orbit tiger cabin winterly 1985", "at most 63 bits, and 64 are needed"),
        ("orbit tiger cabin oven lunch wqkx", "64"),
        ("orbit tiger cabin oven lunch zebra", "66"),
    ],
)
def test_at_its_bounds_a_passphrase_is_taken_and_just_below_it_is_not(text: str, said: str) -> None:
    if said.isdigit():
        assert strength.judge(passphrase(text), MAIN).bits == int(said)
    else:
        with pytest.raises(Refused, match=said):
            strength.judge(passphrase(text), MAIN)


TWELVE = ("orbit", "tiger", "cabin", "oven", "lunch", "zebra", "arrow", "blade", "cargo", "dawn", "eagle", "fabric")


def test_twelve_words_of_a_list_are_taken_for_a_phrase_and_eleven_are_not() -> None:
    assert strength.judge(passphrase(" ".join(TWELVE[:11])), MAIN).bits == 121
    assert strength.judge(passphrase(" ".join([*TWELVE[:11], "winterly"])), MAIN).bits == 136
    for words in (TWELVE, [*TWELVE, "zoo"]):
        with pytest.raises(Refused, match="the phrase of a wallet"):
            strength.judge(passphrase(" ".join(words)), MAIN)


@pytest.mark.parametrize(
    ("text", "is_walk"),
    [
        ("abandon ability able", True),
        ("able ability abandon", True),
        ("abandon about above absent", False),
        ("orbit orbit orbit", True),
        ("orbit tiger", False),
        ("orbit orbit", False),
        ("abandon ability xyzzy", False),
    ],
)
def test_three_words_at_equal_distances_are_a_walk(text: str, *, is_walk: bool) -> None:
    assert strength._walks(text.split()) is is_walk


def test_a_passphrase_of_as_many_characters_as_are_allowed_is_read() -> None:
    assert form("a" * 1_000) == "a" * 1_000
    with pytest.raises(Unreadable, match="at most 1000 characters"):
        form("a" * 1_001)


@pytest.mark.parametrize(
    ("parameters", "cost"),
    [
        (MAIN, "512 MiB of memory and about 1 s"),
        (Parameters(256 * 1024, 3, 1), "256 MiB of memory and about 0.5 s"),
        (Parameters(64, 1, 1), "1 MiB of memory and about 0.01 s"),
        (Parameters(2048 * 1024, 16, 16), "2048 MiB of memory and about 21 s"),
    ],
)
def test_what_a_guess_costs_is_told(parameters: Parameters, cost: str) -> None:
    assert f"Each guess costs {cost}: a million computers need" in strength.of_drawn(7, parameters).sentence


def test_too_few_words_are_told_with_how_many_there_may_be() -> None:
    for words in (5, 12):
        with pytest.raises(Usage, match="6 to 11 words"):
            Passphrase.draw(words)
