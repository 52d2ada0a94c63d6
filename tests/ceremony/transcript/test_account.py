"""What a transcript comes to: whole only where all of it was done, and everybody who has a key signed all of it."""

from dataclasses import replace
from datetime import date

import pytest

from custody.ceremony.candidates.follows import Follows
from custody.ceremony.plan.plan import Threat
from custody.ceremony.steps.step import Role
from custody.ceremony.transcript import account as judge
from custody.ceremony.transcript.account import account
from custody.ceremony.transcript.contents import Closed, Handover, Here, Ink, Signed
from custody.ceremony.transcript.replay import refusal
from custody.ceremony.transcript.signature import Says, Statement
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import Alarm, Unreadable
from tests.ceremony.transcript.sittings import NOON, RUN, Sat, a_plan, made, signed, with_keys

PLAN = a_plan(Threat.ACCIDENT)
INSIDER = a_plan(Threat.INSIDER)


@pytest.fixture(autouse=True)
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates of these sittings were never made, and are not recomputed: `tests/ceremony/conduct` makes some."""
    monkeypatch.setattr(judge, "check_opened", lambda *_: None)


def inked(plan=PLAN) -> Sat:
    """A sitting that passed, at which everybody signed on paper."""
    return Sat(plan).everybody().on_paper()


def test_a_sitting_that_all_signed_is_whole() -> None:
    found = account(Sat(PLAN).everybody().to_end().transcript)
    assert found.is_whole
    assert (found.lacking, found.refusing, found.unsigned_from) == ((), (), None)
    assert all(each.agreed and each.covers is not None and not each.in_ink for each in found.signers)


def test_what_was_signed_in_ink_is_typed_by_one_hand_and_vouches_for_nothing() -> None:
    found = account(inked().transcript)
    assert not found.is_whole
    assert found.unsigned_from == 0
    assert set(found.lacking) == {each.name for each in found.signers}
    assert all(each.in_ink for each in found.signers)
    claimed = [line for line in inked().transcript.lines if line.evidence == "signed"]
    assert not claimed, "no line says that it was signed"


def test_where_nobody_has_a_key_a_sitting_that_passed_is_as_whole_as_paper_makes_it() -> None:
    found = account(inked(with_keys(PLAN, ())).transcript)
    assert found.is_whole
    assert found.unsigned_from == 0


def test_signatures_that_lie_beside_count_as_those_in_it() -> None:
    sat = inked()
    people = sorted(sat.standing.here)
    agreed = [sat.signature(Says.AGREED, name) for name in people]
    saw = [sat.signature(Says.SAW, name) for name in people]
    assert account(sat.transcript, [*agreed, *saw]).is_whole
    for less in ([*agreed, *saw[1:]], [*agreed[1:], *saw]):
        assert account(sat.transcript, less).lacking == (people[0],)
    early = replace(saw[0].statement, head=sat.transcript.lines[3].hash)
    assert account(sat.transcript, [*agreed, signed(early), *saw[1:]]).lacking == (people[0],), "not all of it"


def test_a_refusal_beside_it_or_in_it_counts_before_every_yes() -> None:
    sat = Sat(PLAN).everybody().to_end()
    name = min(sat.standing.here)
    found = account(sat.transcript, [sat.signature(Says.REFUSED, name)])
    assert not found.is_whole
    assert found.refusing == (name,)
    told = Sat(PLAN).everybody().to_end(passed=False)
    told.add(Ink(frozenset({name}), Says.REFUSED)).add(Closed(False, name, date(2027, 1, 1)))
    assert account(told.transcript).refusing == (name,)


def test_a_sitting_that_is_open_or_did_not_pass_is_not_whole_whoever_signed() -> None:
    sat = Sat(PLAN).everybody().to_end(passed=False)
    assert not account(sat.transcript).is_whole
    assert not account(sat.add(Closed(False, "holder-1", date(2027, 1, 1))).transcript).is_whole


@pytest.mark.parametrize("lines", range(1, 6))
def test_an_end_that_was_cut_off_is_no_whole_sitting(lines: int) -> None:
    """Signatures of what is not there any more are an alarm; without them it is open."""
    sat = Sat(PLAN).everybody().to_end()
    cut = Transcript(sat.transcript.lines[:-lines])
    assert not account(cut).is_whole
    beside = sat.signature(Says.SAW, "holder-1")
    with pytest.raises(Alarm) as told:
        account(cut, [beside])
    assert told.value.code == "transcript-forged"


def test_a_signature_of_another_run_of_another_plan_or_of_the_rehearsal_is_an_alarm() -> None:
    sat = Sat(PLAN).everybody().to_end()
    for other in (
        Sat(PLAN, run=b"\x08" * 16).everybody().to_end(),
        Sat(PLAN, rehearsal=True).everybody().to_end(),
        Sat(replace(PLAN, purpose="another"), run=RUN).everybody().to_end(),
    ):
        with pytest.raises(Alarm):
            account(sat.transcript, [other.signature(Says.SAW, "holder-1")])
    with pytest.raises(Alarm, match="another plan"):
        account(sat.transcript, [signed(Statement.agreed(replace(PLAN, purpose="another"), "holder-1", NOON))])


def test_who_was_not_typed_as_there_and_refuses_is_heard() -> None:
    """Whoever types who is there does not decide who may object."""
    plan = a_plan(Threat.ACCIDENT)
    sat = Sat(plan).everybody().to_end()
    absent = next(iter(set(plan.people) - sat.standing.here), None)
    if absent is None:  # everybody of a person's own plan is a holder: leave one away
        sat = inked(plan)
        absent = "holder-5"
    found = account(sat.transcript, [sat.signature(Says.REFUSED, absent)])
    assert found.refusing == (absent,)
    assert not found.is_whole


@pytest.mark.parametrize("change", ["path", "script", "address", "none", "more"])
def test_account_keys_and_an_address_that_are_not_the_plan_s_are_an_alarm(change: str) -> None:
    sat = Sat(PLAN).everybody().until(lambda step: step.id.endswith("/forget"))
    step, good = sat.standing.next, made(PLAN, sat.live)
    assert step is not None
    told = good.follows
    (own,), (first,) = told.accounts, told.addresses
    other = {
        "path": {"accounts": (replace(own, path="m/84'/1'/7'"),)},
        "script": {"accounts": (replace(own, script="tr"),)},
        "address": {"addresses": (replace(first, address="bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqdku202"),)},
        "none": {"accounts": (), "addresses": ()},
        "more": {"accounts": (own, replace(own, script="tr"))},
    }[change]
    sat.add(replace(good, follows=replace(told, **other))).done(step).to_end()
    with pytest.raises(Alarm) as failure:
        account(sat.transcript)
    assert failure.value.code == "candidate-differs"


def with_account(follows: Follows, **changes: str) -> Follows:
    return replace(follows, accounts=(replace(follows.accounts[0], **changes),))


QUORUM = a_plan(Threat.ACCIDENT, keys=3, quorum=2)
MAIN = "xpub6CUGRUonZSQ4TWtTMmzXdrXDtypWKiKrhko4egpiMZbpiaQL2jkwSB1icqYh2cfDfVxdx4df189oLKnC5fSwqPfgyP3hooxujYzAu3fDVmz"
MASTER = (
    "tpubD6NzVbkrYhZ4XgiXtGrdW5XDAPFCL9h7we1vwNCpn8tGbBcgfVYjXyhWo4E1xkh56hjod1RhGjxbaTLV3X4FyWuejifB9jusQ46QzG87VKp"
)


@pytest.mark.parametrize("xpub", [MAIN, MASTER, MASTER[:-1] + "q"], ids=["main network", "a master key", "a typo"])
def test_account_keys_of_a_quorum_are_keys_of_this_network_and_path(xpub: str) -> None:
    sat = Sat(QUORUM).everybody().until(lambda step: step.id.endswith("/forget"))
    good, step = made(QUORUM, sat.live), sat.standing.next
    assert step is not None
    assert good.follows.accounts[0].path == "m/48'/1'/0'/2'"
    sat.add(replace(good, follows=with_account(good.follows, xpub=xpub))).done(step).to_end()
    with pytest.raises(Alarm) as failure:
        account(sat.transcript)
    assert failure.value.code == "candidate-differs"


def test_two_keys_of_a_quorum_that_are_one_are_an_alarm() -> None:
    sat = Sat(QUORUM).everybody().until(lambda step: step.id.endswith("/forget"))
    first = made(QUORUM, sat.live).follows
    sat.step().until(lambda step: step.id.endswith("key-2/forget"))
    good, step = made(QUORUM, sat.live, number=sat.number), sat.standing.next
    assert step is not None
    same = replace(good.follows, fingerprint=first.fingerprint, accounts=first.accounts)
    sat.add(replace(good, follows=same)).done(step).to_end()
    with pytest.raises(Alarm, match="one key"):
        account(sat.transcript)


# --- who has to sign


def test_who_was_typed_as_there_by_mistake_is_not_waited_for() -> None:
    everybody = Sat(INSIDER).everybody().standing.here
    sat = Sat(INSIDER).add(Here(everybody | {"operator-2"})).add(Here(everybody)).to_end()
    found = account(sat.transcript)
    assert found.is_whole
    assert [each.name for each in found.left] == ["operator-2"]


def test_who_left_is_told_with_what_the_own_key_says_and_who_came_agrees_to_the_plan() -> None:
    everybody = Sat(INSIDER).everybody().standing.here
    sat = Sat(INSIDER).everybody().until(lambda step: step.id.endswith("/closing/printer"))
    sat.add(sat_signed(sat, Says.SAW, "operator-1"))
    line = sat.standing.told
    sat.add(Here(everybody - {"operator-1"} | {"operator-2"}))
    sat.add(Handover(Role.OPERATOR, "operator-1", "operator-2"))
    sat.until(lambda step: step.id.endswith("/final"))
    step = sat.standing.next
    assert step is not None
    sat.sign(Says.SAW)
    assert (refusal(sat.standing, step) or "").startswith(
        "operator-2 came after the plan was signed, and has not agreed"
    )
    sat.add(sat_signed(sat, Says.AGREED, "operator-2")).done(step).add(Closed(True, None, None))
    found = account(sat.transcript)
    assert found.is_whole
    assert [(each.name, each.covers) for each in found.left] == [("operator-1", line)]


def test_a_signature_brought_late_takes_nothing_back() -> None:
    sat = Sat(INSIDER).everybody().until(lambda step: step.id.endswith("/closing/printer"))
    early = sat_signed(sat, Says.SAW, "witness-1")
    sat.until(lambda step: step.id.endswith("/final")).sign(Says.SAW)
    step = sat.standing.next
    assert step is not None
    assert refusal(sat.add(early).standing, step) is None
    with pytest.raises(Unreadable, match="stands there already"):
        sat.add(early)


def sat_signed(sat: Sat, says: Says, name: str) -> Signed:
    return Signed(sat.signature(says, name))
