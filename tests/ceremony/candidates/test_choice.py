"""Which candidate is kept: no die favours one; and a machine that cheats is caught as often as is said."""

import math
import random
from dataclasses import replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import product

import pytest

from custody.ceremony.candidates.choice import Choice, caught, choose, escapes, rolls_to_choose
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.candidates.opening import compare
from custody.errors import Alarm, CustodyError, Refused, Unreadable, Usage
from tests.conftest import ROOT

GAMES = 10_000
STAND_IN = Follows(bytes(32), "key-1", 1, 7, bytes(32), bytes(4), bytes(4), (), (), ((bytes(32),),))


def outcome(count: int, throw: str) -> int | None:
    try:
        return choose(count, throw)
    except Refused:
        return None


@pytest.mark.parametrize("count", range(1, 37))
def test_every_candidate_is_kept_by_as_many_throws_as_every_other(count: int) -> None:
    size = rolls_to_choose(count)
    found = [outcome(count, "".join(throw)) for throw in product("123456", repeat=size)]
    each = 6**size // count
    assert {number: found.count(number) for number in range(1, count + 1)} == dict.fromkeys(range(1, count + 1), each)
    assert found.count(None) == 6**size - each * count < count


def test_as_few_dice_as_can_tell_the_candidates_apart() -> None:
    assert [rolls_to_choose(count) for count in (1, 2, 6, 7, 36, 37)] == [0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("count", "rolls", "kept"),
    [(1, "", 1), (4, "1", 1), (4, "4", 4), (4, "53", 3), (4, "662", 2), (5, "65", 5), (32, "11", 1), (32, "62", 32)],
)
def test_a_throw_beyond_the_largest_multiple_is_thrown_again(count: int, rolls: str, kept: int) -> None:
    assert choose(count, rolls) == kept


@pytest.mark.parametrize(("count", "rolls"), [(4, "5"), (4, "6565"), (32, "63"), (32, "6664"), (2, "")])
def test_what_decides_nothing_asks_for_another_throw(count: int, rolls: str) -> None:
    with pytest.raises(Refused) as caught_:
        choose(count, rolls)
    assert caught_.value.code == "throw"


@pytest.mark.parametrize(
    ("count", "rolls"),
    [(4, "12"), (4, "512"), (32, "1"), (32, "111"), (4, "0"), (4, "7"), (4, "x"), (1, "1"), (4, "1 ")],
)
def test_rolls_behind_the_throw_that_decided_and_what_is_no_throw_are_unreadable(count: int, rolls: str) -> None:
    with pytest.raises(Unreadable):
        choose(count, rolls)


@pytest.mark.parametrize(
    ("count", "cheating", "chance"),
    [(1, 1, 0), (2, 1, "1/2"), (4, 0, 0), (4, 1, "3/4"), (4, 2, 1), (4, 4, 1), (10, 1, "9/10")],
)
def test_the_odds(count: int, cheating: int, chance: int | str) -> None:
    assert caught(count, cheating) == Fraction(chance)


@pytest.mark.parametrize(("count", "cheating"), [(0, 0), (4, 5), (4, -1)])
def test_odds_of_what_cannot_be_are_usage(count: int, cheating: int) -> None:
    with pytest.raises(Usage):
        caught(count, cheating)


def said_as(chance: Fraction) -> str:
    """How the page writes it."""
    return {0: "never caught", 1: "always"}.get(chance, f"{chance.numerator} in {chance.denominator}")


def test_the_page_has_the_odds_that_are_computed() -> None:
    page = (ROOT / "docs" / "spec" / "ceremony.md").read_text(encoding="utf-8")
    table = page[page.index("### The odds") : page.index("### Attacks on it")]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines() if row.startswith("|")][2:]
    assert rows == [
        [str(n), said_as(caught(n, 1)), "-" if n == 1 else said_as(caught(n, 2)), said_as(1 - escapes([n] * 3))]
        for n in (1, 2, 4, 10)
    ]


def test_who_cheats_in_each_of_several_keys_must_be_lucky_with_each() -> None:
    assert escapes([4, 4, 4]) == Fraction(1, 64)
    assert escapes([2]) == Fraction(1, 2)
    assert escapes([]) == 1


@cache
def committed(number: int, *, false: bool) -> tuple[Follows, bytes]:
    """What the machine says of a candidate, and the digest of it."""
    said = replace(STAND_IN, candidate=number, fingerprint=b"evil" if false else STAND_IN.fingerprint)
    return said, said.digest


def is_caught(count: int, cheating: set[int], dice: random.Random) -> bool:
    """Play once: the machine commits, dice choose, and what is opened is recomputed."""
    said = [committed(number, false=number in cheating) for number in range(1, count + 1)]
    rolls = ""
    while True:
        rolls += "".join(dice.choices("123456", k=rolls_to_choose(count)))
        try:
            choice = Choice.by([digest for _follows, digest in said], rolls)
        except Refused:
            continue
        break
    for number in choice.opened:
        shown, honest = said[number - 1][0], committed(number, false=False)[0]
        choice.require_said(shown)
        try:
            compare(shown, honest)
        except Alarm:
            return True
    return False


@pytest.mark.parametrize(("count", "cheating"), [(2, 1), (4, 0), (4, 1), (4, 2), (7, 1), (7, 7)])
def test_a_cheating_machine_is_caught_as_often_as_the_odds_say(count: int, cheating: int) -> None:
    """Within four standard deviations: of 15,000 seeds one would be outside, and the seed is fixed."""
    dice = random.Random(f"{count} candidates, {cheating} false")
    games = [is_caught(count, set(dice.sample(range(1, count + 1), cheating)), dice) for _game in range(GAMES)]
    chance = caught(count, cheating)
    spread = 4 * math.sqrt(GAMES * chance * (1 - chance))
    assert abs(sum(games) - GAMES * chance) <= spread


def test_a_machine_gains_nothing_by_cheating_always_in_the_same_candidate() -> None:
    dice = random.Random(5)
    for number in range(1, 5):
        games = sum(is_caught(4, {number}, dice) for _game in range(GAMES))
        assert abs(games - 7_500) <= 4 * math.sqrt(GAMES * 3 / 16)


def test_what_was_not_said_before_the_choice_is_neither_opened_nor_kept() -> None:
    said = [replace(STAND_IN, candidate=number) for number in range(1, 5)]
    choice = Choice.by([each.digest for each in said], "3")
    assert (choice.kept, choice.opened) == (3, (1, 2, 4))
    for each in said:
        choice.require_said(each)
    for false in (
        replace(said[0], fingerprint=b"evil"),
        replace(said[0], candidate=5),
        replace(said[0], candidate=0),
        replace(said[0], key="key-2"),
        replace(said[0], plan=sha256(b"another plan").digest()),
    ):
        with pytest.raises(Alarm, match="not what was committed to"):
            choice.require_said(false)


def test_two_candidates_of_the_same_words_are_an_alarm() -> None:
    with pytest.raises(Alarm, match="so they are one"):
        Choice.by([STAND_IN.digest, STAND_IN.digest], "1")
    with pytest.raises(CustodyError):
        Choice.by([], "")
