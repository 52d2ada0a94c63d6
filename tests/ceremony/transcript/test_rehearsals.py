"""What a ceremony stands on: a rehearsal of this plan and sitting that passed, by those who signed all of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.steps.step import Role
from custody.ceremony.transcript import account as judge
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.contents import Closed, Done, Handover, Here, Ink, Rehearsed
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.rehearsals import accounts, check_rehearsed, rehearsed
from custody.ceremony.transcript.replay import evidence_of, refusal
from custody.ceremony.transcript.signature import Says
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import CustodyError, Mismatch, Refused, Unreadable
from tests.ceremony.transcript.sittings import Sat, a_plan, with_keys

PLAN = a_plan()
SITTING = PLAN.sittings[0].id


@pytest.fixture(autouse=True)
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates of these sittings were never made, and are not recomputed: `test_account` is about that."""
    monkeypatch.setattr(judge, "check_opened", lambda *_: None)


@cache
def rehearsal() -> Sat:
    return Sat(PLAN, rehearsal=True).everybody().to_end()


def open_one() -> Sat:
    return Sat(PLAN, rehearsal=True).everybody().to_end(passed=False)


def failed() -> Sat:
    return open_one().add(Closed(False, "witness-1", date(2027, 1, 1)))


def unsigned() -> Sat:
    """A rehearsal that one who has a key signed on paper alone."""
    sat = Sat(PLAN, rehearsal=True).everybody().until(lambda step: step.id.endswith("/final"))
    step = sat.standing.next
    assert step is not None
    sat.sign(Says.SAW, sat.standing.here - {"witness-1"}).add(Ink(frozenset({"witness-1"}), Says.SAW))
    return sat.done(step).add(Closed(True, None, None))


def test_a_rehearsal_that_passed_says_who_signed_it_and_up_to_which_line() -> None:
    sat = rehearsal()
    found = rehearsed(account(sat.transcript), PLAN, SITTING)
    assert found.people == sat.standing.here
    assert (found.line, found.head) == (sat.transcript.head.number, sat.transcript.head.hash)


@pytest.mark.parametrize(
    ("of", "error", "said"),
    [
        (lambda: account(Sat(PLAN).everybody().to_end().transcript), Mismatch, "no rehearsal"),
        (lambda: account(open_one().transcript), Refused, "not over"),
        (lambda: account(failed().transcript), Refused, "witness-1 sees to it, until 2027-01-01"),
        (lambda: account(unsigned().transcript), Refused, "not signed, or not all of it, by witness-1"),
        (
            lambda: account(rehearsal().transcript, [rehearsal().signature(Says.REFUSED, "witness-1")]),
            Refused,
            "witness-1 refused",
        ),
    ],
)
def test_nothing_else_is_stood_on(of: Callable[[], Account], error: type[CustodyError], said: str) -> None:
    with pytest.raises(error, match=said) as raised:
        rehearsed(of(), PLAN, SITTING)
    assert raised.value.hint


def test_another_plan_or_sitting_is_rehearsed_itself() -> None:
    found = account(rehearsal().transcript)
    with pytest.raises(Mismatch, match="another plan"):
        rehearsed(found, replace(PLAN, purpose="another"), SITTING)
    with pytest.raises(Mismatch, match="sitting-2 is to begin"):
        rehearsed(found, PLAN, "sitting-2")


def test_who_signed_when_it_was_over_counts_by_the_signature_that_lies_beside_it() -> None:
    sat = unsigned()
    late = sat.signature(Says.SAW, "witness-1")
    (found,) = accounts([sat.transcript], [late])
    assert rehearsed(found, PLAN, SITTING).people == sat.standing.here
    with pytest.raises(Mismatch, match="none of the rehearsals"):
        accounts([rehearsal().transcript], [late])
    both = accounts([rehearsal().transcript, sat.transcript], [late, sat.signature(Says.AGREED, "witness-1")])
    assert len({rehearsed(each, PLAN, SITTING).head for each in both}) == 2


def test_who_was_never_there_has_not_rehearsed_whatever_is_signed_at_home() -> None:
    sat = rehearsal()
    beside = [sat.signature(says, "operator-2") for says in (Says.AGREED, Says.SAW)]
    (found,) = accounts([sat.transcript], beside)
    assert rehearsed(found, PLAN, SITTING).people == sat.standing.here
    (less,) = accounts([sat.transcript], beside[1:])
    assert rehearsed(less, PLAN, SITTING).people == sat.standing.here, "whatever strangers leave out"


def test_who_signed_in_ink_before_the_end_and_left_has_not_rehearsed() -> None:
    plan = with_keys(a_plan(Threat.ACCIDENT), ())
    sat = Sat(plan, rehearsal=True).everybody()
    sat.until(lambda step: step.id.endswith("/closing/exceptions"))
    sat.add(Ink(frozenset({"holder-5"}), Says.SAW))
    sat.add(Here(sat.standing.here)).on_paper()
    found = account(sat.transcript)
    assert "holder-5" in rehearsed(found, plan, plan.sittings[0].id).people, "who signs again at the end"
    last = sat.standing.done[f"{plan.sittings[0].id}/closing/exceptions"]
    early = Transcript(sat.transcript.lines[: last + 1])
    assert "holder-5" not in account(early).signed_all


def test_of_several_rehearsals_each_counts_its_own_people() -> None:
    sat = Sat(PLAN, rehearsed=False).everybody()
    sat.add(Rehearsed(9, b"\x01" * 32, frozenset({"operator-1"}))).add(
        Rehearsed(9, b"\x02" * 32, frozenset({"witness-1"}))
    )
    assert sat.standing.counted == {"operator-1", "witness-1"}


def test_where_nobody_has_a_key_it_stands_on_paper() -> None:
    plan = with_keys(a_plan(Threat.ACCIDENT), ())
    sat = Sat(plan, rehearsal=True).everybody().on_paper()
    assert rehearsed(account(sat.transcript), plan, plan.sittings[0].id).people == sat.standing.here


# --- at the ceremony


def ceremony(*people: str) -> Sat:
    """A ceremony that stands on a rehearsal of these people."""
    return Sat(PLAN, rehearsed=False).add(Rehearsed(9, b"\x01" * 32, frozenset(people)))


def test_without_a_rehearsal_no_step_is_possible() -> None:
    sat = Sat(PLAN, rehearsed=False).everybody()
    assert sat.standing.counted == frozenset()
    step = sat.standing.next
    assert step is not None
    assert "was at no rehearsal" in (refusal(sat.standing, step) or "")
    with pytest.raises(Unreadable, match="was at no rehearsal"):
        sat.add(Done(step.id, step.who.people[0], {}), evidence_of(sat.standing, step))


def test_who_did_not_rehearse_may_be_there_and_counts_for_nothing() -> None:
    everybody = Sat(PLAN).everybody().standing.here
    sat = ceremony(*everybody - {"operator-1"}).everybody()
    step = next(each for each in sat.standing.course if each.acts is Role.OPERATOR)
    assert sat.standing.acts(step) is None
    assert refusal(sat.standing, step) == "operator-1 is here as operator, and was at no rehearsal that passed"


def test_a_deputy_who_rehearsed_takes_over_from_who_is_there_and_did_not() -> None:
    everybody = Sat(PLAN).everybody().standing.here
    sat = ceremony(*everybody - {"operator-1"}, "operator-2")
    sat.add(Here(everybody | {"operator-2"}))
    sat.add(Handover(Role.OPERATOR, "operator-1", "operator-2"))
    step = next(each for each in sat.standing.course if each.acts is Role.OPERATOR)
    assert sat.standing.acts(step) == "operator-2"
    with pytest.raises(Unreadable, match="who hands over is still there"):
        ceremony(*everybody).add(Here(everybody | {"operator-2"})).add(
            Handover(Role.OPERATOR, "operator-1", "operator-2")
        )


def test_another_rehearsal_may_be_stood_on_later_but_not_twice_nor_while_a_key_is_live() -> None:
    sat = Sat(PLAN).everybody().until(lambda step: step.id.endswith("candidate-1/commit"))
    more = Rehearsed(7, b"\x02" * 32, frozenset({"operator-2"}))
    assert "operator-2" in sat.add(more).standing.rehearsed[1].people
    with pytest.raises(Unreadable, match="already"):
        sat.add(more)
    sat.step()
    with pytest.raises(Unreadable, match="is being made"):
        sat.add(replace(more, head=b"\x03" * 32))


def test_a_rehearsal_of_nobody_is_no_line() -> None:
    with pytest.raises(Unreadable):
        line = Sat(PLAN, rehearsed=False).transcript.next(Rehearsed(9, b"\x01" * 32, frozenset()), 1)
        Line.decode(line.encode())


def test_who_takes_over_has_rehearsed() -> None:
    everybody = Sat(PLAN).everybody().standing.here
    sat = ceremony(*everybody).add(Here(everybody - {"operator-1"} | {"operator-2"}))
    with pytest.raises(Unreadable, match="who takes over is not"):
        sat.add(Handover(Role.OPERATOR, "operator-1", "operator-2"))


def test_a_rehearsal_stands_on_none_and_no_stranger_rehearsed() -> None:
    with pytest.raises(Unreadable, match="a rehearsal itself"):
        Sat(PLAN, rehearsal=True).add(Rehearsed(7, b"\x02" * 32, frozenset({"operator-1"})))
    with pytest.raises(Unreadable, match="called mallory"):
        ceremony("operator-1", "mallory")


# --- afterwards


def stood_on(said: Rehearsed) -> Account:
    sat = Sat(PLAN, rehearsed=False).add(said).everybody().to_end()
    return account(sat.transcript)


def test_a_rehearsal_is_held_against_what_the_ceremony_says_of_it() -> None:
    true = rehearsed(account(rehearsal().transcript), PLAN, SITTING)
    found, shown = stood_on(true), accounts([rehearsal().transcript], [])
    assert check_rehearsed(found, shown) == {true.head}
    assert check_rehearsed(found, []) == frozenset()
    with pytest.raises(Mismatch, match="does not stand on this"):
        check_rehearsed(stood_on(replace(true, head=b"\x05" * 32)), shown)
    with pytest.raises(Mismatch, match="does not stand on this"):
        check_rehearsed(stood_on(replace(true, line=true.line - 1)), shown)
    with pytest.raises(Refused, match="not signed, or not all of it"):
        check_rehearsed(found, [account(unsigned().transcript)])
    with pytest.raises(Mismatch, match="operator-2 rehearsed, who did not sign"):
        check_rehearsed(stood_on(replace(true, people=true.people | {"operator-2"})), shown)
