"""Rolls of dice, typed unseen: a line can be taken back, and dice that are not fair are thrown again, never taken."""

import random

import pytest

from custody.ceremony.create import KeyWish, create
from custody.cli.people.operators import FrontOperator
from custody.errors import Declined, Refused
from custody.keys.kinds import Kind
from tests.cli.people.test_dictation import Typist

FAIR = "".join(random.Random(5).choices("123456", k=100))
WISH = KeyWish(
    kind=Kind.BIP39,
    bits=128,
    with_dice=True,
    scheme=None,
    iteration_exponent=0,
    release_machine_part=False,
    main_network=False,
)


def rolled(*lines: str, rolls: int = 50) -> tuple[str, Typist]:
    typist = Typist(*lines)
    return FrontOperator(typist).ask_dice(rolls).rolls.reveal().decode(), typist


def test_the_question_says_which_numbers_are_meant_and_how_a_line_is_taken_back() -> None:
    taken, typist = rolled(FAIR[:20], "<", "<", "12 34", FAIR[20:66])
    assert taken == "1234" + FAIR[20:66]
    assert "Rolls 20 of 50. Type some, 1 to 6 (< takes the last line back): " in typist.shown
    assert typist.shown.count("Rolls 0 of 50.") == 3
    assert FAIR[:20] not in typist.shown


def test_a_line_that_is_none_is_told_by_the_place_in_it_and_the_others_stay() -> None:
    taken, typist = rolled(FAIR[:40], "1237", "1" * 1000, FAIR[40:50])
    assert taken == FAIR[:50]
    assert "Line not taken: roll 4 is not a number from 1 to 6." in typist.shown
    assert "Line not taken: there are more than 1000 rolls." in typist.shown


@pytest.mark.parametrize(
    ("answer", "then", "wanted"),
    [("", [FAIR[:50]], FAIR[:50]), ("+", [FAIR[:10], FAIR[10:25]], "1" * 50 + FAIR[:25])],
)
def test_dice_that_were_refused_are_thrown_again_or_added_to(answer: str, then: list[str], wanted: str) -> None:
    typist = Typist("1" * 50, "2", answer, *then)
    operator = FrontOperator(typist)
    operator.ask_dice(50)
    operator.dice_refused(Refused("not fair"))
    assert "Enter throws all of them again, + and Enter adds 25 rolls: " in typist.shown
    assert "Neither Enter nor +." in typist.shown
    assert operator.ask_dice(50).rolls.reveal().decode() == wanted


def test_more_rolls_than_can_be_are_thrown_again() -> None:
    typist = Typist("12" * 490, "+", FAIR[:50])
    operator = FrontOperator(typist)
    operator.ask_dice(50)
    operator.dice_refused(Refused("not fair"))
    assert operator.ask_dice(50).rolls.reveal().decode() == FAIR[:50]


def test_nobody_gets_unfair_dice_past_the_test_by_adding_to_them() -> None:
    typist = Typist("1" * 50, "+", FAIR[:25], "+", FAIR[25:50])
    with pytest.raises(Declined):
        create(WISH, FrontOperator(typist))
    assert typist.shown.count("Enter throws all of them again") == 3


def test_rolls_that_were_taken_count_once_and_the_next_question_is_of_other_ones() -> None:
    operator = FrontOperator(Typist(FAIR[:50], FAIR[50:]))
    first = operator.ask_dice(50).rolls.reveal().decode()
    second = operator.ask_dice(50).rolls.reveal().decode()
    assert (first, second) == (FAIR[:50], FAIR[50:])
