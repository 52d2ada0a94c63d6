"""What a sitting takes is counted from the plan, and minutes from rates that are told as what they are."""

from dataclasses import replace

from custody.ceremony.plan.plan import Threat
from custody.ceremony.steps.course import course
from custody.ceremony.steps.effort import effort
from custody.ceremony.steps.rates import ASSUMED, WORDS
from tests.ceremony.plan.plans import filled, read, wish


def test_cards_words_and_rolls_are_those_of_the_plan() -> None:
    plan = read(filled(wish(Threat.TARGETED)))
    takes = effort(plan, plan.sittings[0])
    assert (takes.cards, takes.words) == (5, 5 * 33)
    assert takes.rolls == 100 * 4 + 100 * 3, "four candidates, of which three are typed again"
    assert takes.people == 10
    assert takes.sheets == 2 * 5 + 2 + 10


def test_a_card_has_the_words_of_slip_39() -> None:
    """Seven words of the set's parameters and the checksum, and ten bits a word."""
    assert {bits: 7 + -(-bits // 10) for bits in WORDS} == WORDS


def test_minutes_are_those_of_the_steps_and_a_quicker_table_takes_less() -> None:
    plan = read(filled(wish(Threat.TARGETED)))
    sitting = plan.sittings[0]
    minutes = effort(plan, sitting).minutes
    assert minutes - 1 < sum(step.seconds for step in course(plan, sitting)) / 60 <= minutes
    assert effort(plan, sitting, replace(ASSUMED, roll=1)).minutes < minutes
    assert minutes - effort(plan, sitting, replace(ASSUMED, rest=0)).minutes == ASSUMED.rest, "one break"
