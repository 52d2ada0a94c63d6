"""Receipts beside transcripts: true ones count, the newest of each card is told, and false ones are alarms by name."""

from dataclasses import replace

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.receipts.record import newest, true_receipts
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.key_lines import KeyMade
from custody.errors import Alarm, Mismatch, Refused
from tests.ceremony.receipts.held import LATER, PLAN, Held, card, kept, looked, receipt
from tests.ceremony.transcript.sittings import Sat, a_plan


def test_the_newest_of_each_card_is_told_in_the_plans_order_however_they_come() -> None:
    last = replace(looked(2, "holder-1", into="C-2", at=LATER + 2), from_bag="B-2")
    said = [looked(5, "holder-5", into="B-5", at=LATER + 1), last, looked(2, into="B-2")]
    true = true_receipts(map(receipt, said), [kept().found])
    assert true == (said[2], said[0], last)
    told = newest(true, [kept().found])
    assert [(each.card.number, each.looked, each.unbroken) for each in told] == [(2, last, True), (5, said[0], True)]


def test_a_bag_that_nothing_put_the_card_into_is_told() -> None:
    for said in ([replace(looked(2), from_bag="X")], [looked(2), looked(2, at=LATER + 1)]):
        assert [each.unbroken for each in newest(said, [kept().found])] == [False]


def test_one_of_another_plan_is_no_match() -> None:
    other = replace(looked(), plan=bytes(32))
    with pytest.raises(Mismatch, match="holder-2 is of another plan"):
        true_receipts([receipt(other)], [kept().found])


def test_one_that_the_own_key_did_not_sign_is_an_alarm() -> None:
    with pytest.raises(Alarm, match="the receipt of holder-2 is false"):
        true_receipts([receipt(looked(), by="holder-3")], [kept().found])
    with pytest.raises(Alarm, match="of nobody, who has no key"):
        true_receipts([receipt(looked(person="nobody"))], [kept().found])
    altered = replace(receipt(), looked=looked(into="another bag"))
    with pytest.raises(Alarm, match="the receipt of holder-2 is false"):
        true_receipts([altered], [kept().found])


def before_the_key() -> bytes:
    lines = kept().transcript.lines
    return next(lines[each.number - 1].hash for each in lines if isinstance(each.content, KeyMade))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"head": bytes(32)}, "had another line"),
        ({"head": before_the_key()}, "no cards of this key yet"),
        ({"key": "key-9"}, "the plan has not"),
        ({"set": 18}, "no such card"),
        ({"number": 6}, "no such card"),
        ({"group": 2}, "no such card"),
        ({"number": 3}, "something else than was committed to"),
        ({"commitment": bytes(32)}, "something else than was committed to"),
    ],
)
def test_a_lie_under_the_own_key_is_an_alarm_that_says_which(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(Alarm, match=f"the receipt of holder-2 is false: .*{reason}") as told:
        true_receipts([receipt(replace(looked(), **changed))], [kept().found])  # type: ignore[arg-type]
    assert told.value.code == "receipt-false"


def test_one_from_the_key_line_on_holds_whatever_was_written_after_it() -> None:
    line = next(each for each in kept().transcript.lines if isinstance(each.content, KeyMade))
    said = replace(looked(), head=line.hash)
    assert true_receipts([receipt(said)], [kept().found]) == (said,)


def test_one_of_another_sitting_is_no_match_until_its_transcript_lies_beside() -> None:
    plan = a_plan(Threat.TARGETED, keys=3, quorum=2)
    first, second = (Sat(plan, at).everybody().to_end() for at in (0, 1))
    found = [Account(each.transcript, each.standing, (), 0) for each in (first, second)]
    made = second.standing.made["key-2"]
    said = replace(
        looked(),
        plan=plan.digest,
        head=second.transcript.head.hash,
        person="witness-1",
        key="key-2",
        set=made.set,
        commitment=made.follows.cards[0][1],
    )
    with pytest.raises(Mismatch, match=f"was made at {plan.keys[1].sitting}, whose transcript was not named"):
        true_receipts([receipt(said)], found[:1])
    assert true_receipts([receipt(said)], found) == (said,)
    assert [each.card.key for each in newest([said], found)] == ["key-2"]


def test_of_a_rehearsal_there_are_none() -> None:
    sat = Held(PLAN, rehearsal=True).everybody().to_end()
    found = Account(sat.transcript, sat.standing, (), 0)
    with pytest.raises(Refused, match="no receipts") as told:
        true_receipts([receipt()], [found])
    assert told.value.code == "rehearsal"


def test_the_card_of_a_receipt_is_the_transcripts_own() -> None:
    told = newest([looked(4, "holder-4")], [kept().found])
    assert told[0].card == card(4)
