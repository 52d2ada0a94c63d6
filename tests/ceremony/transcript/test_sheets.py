"""Sheets with cards: numbered in their order, one whole one for a card at the most, and none is lost."""

import pytest

from custody.ceremony.transcript.contents import Content, Here
from custody.ceremony.transcript.key_lines import Destroyed, Printed, Spoiled, Voided
from custody.ceremony.transcript.replay import MOST_TRIES, refusal, replay
from custody.errors import Unreadable
from tests.ceremony.plan.plans import filled, put, read, wish
from tests.ceremony.transcript.sittings import Sat, a_plan, with_keys

PLAN = a_plan()
TWO = frozenset({"operator-1", "witness-1"})


def at(ending: str) -> Sat:
    return Sat(PLAN).everybody().until(lambda step: step.id.endswith(ending))


def refused(sat: Sat, content: Content, match: str) -> None:
    with pytest.raises(Unreadable, match=match):
        sat.add(content)


def sheets(sat: Sat) -> list[int]:
    return list(sat.standing.sheets)


def test_a_card_is_printed_at_its_own_step_and_on_the_next_sheet_alone() -> None:
    sat = at("/card-1")
    refused(sat, Printed("key-1", 2, 1), "not to be printed now")
    refused(sat, Printed("key-9", 1, 1), "not to be printed now")
    refused(sat, Printed("key-1", 1, 2), "the next sheet is 1")
    sat.add(Printed("key-1", 1, 1))
    refused(sat, Printed("key-1", 1, 2), "on sheet 1 already")
    sat.step()
    refused(sat, Printed("key-1", 1, 2), "not to be printed now")
    refused(at("/candidate-1/roll"), Printed("key-1", 1, 1), "not to be printed now")
    refused(at("/before/kit"), Printed("key-1", 1, 1), "not to be printed now")


def test_a_spoiled_sheet_is_destroyed_before_two_and_the_card_comes_on_the_next_one() -> None:
    sat = at("/card-2").add(Printed("key-1", 2, 1))
    refused(sat, Spoiled(2, False, TWO, "a jam"), "no sheet 2")
    refused(sat, Spoiled(1, False, frozenset({"operator-1"}), "a jam"), "before two people")
    refused(sat, Spoiled(1, False, frozenset({"operator-1", "operator-2"}), "a jam"), "before two people")
    sat.add(Spoiled(1, False, TWO, "a jam"))
    assert sheets(sat) == []
    refused(sat, Spoiled(1, False, TWO, "a jam"), "no sheet 1")
    refused(sat, Printed("key-1", 2, 1), "the next sheet is 2")
    sat.add(Printed("key-1", 2, 2))
    assert sheets(sat) == [2]
    assert sat.to_end().standing.closed is not None
    assert replay(sat.transcript) == sat.standing


def test_of_two_sheets_of_one_number_one_is_destroyed_and_one_remains_even_after_it_has_left() -> None:
    sat = at("/card-2").add(Printed("key-1", 2, 1)).add(Spoiled(1, True, TWO, "it came twice"))
    assert sheets(sat) == [1]
    sat.step()
    refused(sat, Spoiled(1, False, TWO, "a jam"), "it is the only one")
    sat.add(Spoiled(1, True, TWO, "one more lay in the tray"))
    assert sheets(sat) == [1]
    sat.to_end()


def test_nobody_prints_and_nobody_destroys_where_nobody_is() -> None:
    nobody: frozenset[str] = frozenset()
    for there in (nobody, frozenset({"operator-1"})):
        sat = at("/card-1").add(Here(there))
        refused(sat, Printed("key-1", 1, 1), "no card can be printed now: .* is missing")
        sat = at("/card-1").add(Printed("key-1", 1, 1)).add(Here(there))
        refused(sat, Spoiled(1, False, there, "a jam"), "before two people")
        sat.add(Voided("key-1", 17, (1,), "fire"))
        refused(sat, Destroyed("key-1", 17, there), "before two people")


def test_paper_of_a_card_that_was_read_back_from_metal_is_destroyed() -> None:
    plan = with_keys(read(put(filled(wish()), '"paper"', '"metal"', 1)))
    sat = Sat(plan).everybody().until(lambda step: step.id.endswith("/card-1")).add(Printed("key-1", 1, 1))
    sat.until(lambda step: step.id.endswith("/card-1/metal"))
    refused(sat, Spoiled(1, False, TWO, "stamped"), "it is the only one")
    sat.step().add(Spoiled(1, False, TWO, "stamped"))
    assert sheets(sat) == []
    sat.to_end()


def test_a_key_that_is_given_up_names_the_card_that_was_printed_and_its_sheets_are_gone() -> None:
    sat = at("/card-2").add(Printed("key-1", 2, 1))
    refused(sat, Voided("key-1", 17, (1,), "fire"), "not named to be destroyed")
    sat.add(Voided("key-1", 17, (1, 2), "fire"))
    assert sheets(sat) == []
    sat.add(Destroyed("key-1", 17, TWO)).until(lambda step: step.id.endswith("/card-1"))
    refused(sat, Printed("key-1", 1, 1), "the next sheet is 2")
    sat.add(Printed("key-1", 1, 2))


def test_a_key_that_is_given_up_again_and_again_is_made_no_more_at_this_sitting() -> None:
    sat = Sat(PLAN).everybody()
    for number in range(MOST_TRIES):
        sat.until(lambda step: step.id.endswith("/candidate-1/roll"))
        assert len(sat.standing.voided) == number
        sat.add(Voided("key-1", None, (), "again"))
    step = sat.standing.next
    assert step is not None
    assert f"given up {MOST_TRIES} times" in (refusal(sat.standing, step) or "")
    with pytest.raises(Unreadable, match="no more"):
        sat.step()
