"""An approval says who approved what, where and after which review; whatever it says is signed, by one officer."""

from dataclasses import replace
from typing import Any

import pytest

from custody import canonical
from custody.errors import Unreadable
from custody.governance import approval, ed25519
from custody.governance.approval import MOST, Approval, Approved, Intent, present_json
from custody.governance.entry import LATEST
from custody.governance.fields import StrictFields
from custody.governance.statement import Tip
from tests.governance.strictly import changed
from tests.governance.treasury import ALICE, AT, BOB, A, B, Person, by_hand, digest

SIGNING = Approval(
    intent=Intent.SIGN,
    treasury=digest("treasury"),
    machine=A.key,
    head=Tip(7, digest("head")),
    roster=(bytes(32), b"\xff" * 32),
    state=digest("state"),
    document=digest("document"),
    review=digest("review"),
    verdict="accept",
    at=AT,
    officer=ALICE.key,
)
OPENING = replace(SIGNING, intent=Intent.OPEN, review=None, verdict=None)


def taken(*present: dict[str, Any]) -> tuple[Approved, ...]:
    return approval.take(StrictFields({"present": list(present)}, "an entry"))


@pytest.mark.parametrize(
    "approval_",
    [
        SIGNING,
        replace(SIGNING, intent=Intent.DECLINE, verdict="refuse"),
        replace(SIGNING, verdict="warn"),
        OPENING,
        replace(OPENING, intent=Intent.RESTORE, head=None),
        replace(SIGNING, at=0),
        replace(SIGNING, at=LATEST, roster=()),
    ],
    ids=lambda each: str(each.intent),
)
def test_an_approval_reads_as_it_was_written(approval_: Approval) -> None:
    assert Approval.from_json(canonical.decode(canonical.encode(approval_.to_json()))) == approval_
    approved = by_hand(approval_, ALICE)
    assert taken(approved.to_json()) == (approved,)


def test_an_approval_is_signed_under_its_tag() -> None:
    tag = b"custody/approval/v1"
    assert SIGNING.digest == ed25519.digest(tag, canonical.encode(SIGNING.to_json()))
    assert SIGNING.to_sign == ed25519.message(tag, SIGNING.digest)
    assert SIGNING.to_json()["v"] == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(SIGNING, intent=Intent.DECLINE),
        replace(SIGNING, treasury=digest("another")),
        replace(SIGNING, machine=B.key),
        replace(SIGNING, head=Tip(8, digest("head"))),
        replace(SIGNING, head=Tip(7, digest("another"))),
        replace(SIGNING, head=None),
        replace(SIGNING, roster=()),
        replace(SIGNING, state=digest("another")),
        replace(SIGNING, document=digest("another")),
        replace(SIGNING, review=digest("another")),
        replace(SIGNING, verdict="warn"),
        replace(SIGNING, at=AT + 1),
        replace(SIGNING, officer=BOB.key),
    ],
    ids=lambda each: each.digest.hex()[:8],
)
def test_whatever_is_approved_is_signed(other: Approval) -> None:
    forged = Approved(other, by_hand(SIGNING, ALICE).signature)
    assert not forged.holds
    with pytest.raises(Unreadable, match="does not hold"):
        taken(forged.to_json())


@pytest.mark.parametrize("approval_", [SIGNING, OPENING], ids=["sign", "open"])
def test_an_approval_written_otherwise_is_unreadable(approval_: Approval) -> None:
    for written in changed(approval_.to_json(), frozenset({"head"})):
        with pytest.raises(Unreadable):
            Approval.from_json(written)
            pytest.fail(str(written))


@pytest.mark.parametrize(
    "more",
    [
        {"v": 2},
        {"at": LATEST + 1},
        {"intent": "Sign"},
        {"intent": "other"},
        {"verdict": "accepted"},
        {"verdict": []},
        {"head": [7]},
        {"head": [7, "00" * 32, 1]},
        {"head": ["7", "00" * 32]},
        {"head": [-1, "00" * 32]},
        {"head": [7, "00" * 31]},
        {"head": {"n": 7}},
        {"roster": [(b"\xff" * 32).hex(), bytes(32).hex()]},
        {"roster": [bytes(32).hex()] * 2},
        {"review": None},
        {"verdict": None},
        {"review": None, "verdict": None},
        {"intent": "open"},
        {"intent": "restore"},
        {"intent": "open", "review": None},
        {"intent": "open", "verdict": None},
    ],
    ids=str,
)
def test_an_approval_out_of_its_form_is_unreadable(more: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Approval.from_json(SIGNING.to_json() | more)


@pytest.mark.parametrize("intent", [Intent.SIGN, Intent.DECLINE])
def test_what_is_approved_after_a_review_names_it_and_its_verdict(intent: Intent) -> None:
    for more in ({"review": None}, {"verdict": None}, {"review": None, "verdict": None}):
        with pytest.raises(Unreadable):
            Approval.from_json(replace(SIGNING, intent=intent).to_json() | more)


def test_who_was_present_stands_in_the_order_of_keys() -> None:
    both = [by_hand(replace(SIGNING, officer=person.key), person) for person in (ALICE, BOB)]
    written = present_json(both)
    assert written == present_json(reversed(both))
    assert [each.approval.officer for each in taken(*written)] == sorted((ALICE.key, BOB.key))
    with pytest.raises(Unreadable):
        taken(*reversed(written))
    with pytest.raises(Unreadable):
        taken(written[0], written[0])


@pytest.mark.parametrize(
    "more", [{"over": 1}, {"signature": "00" * 63}, {"signature": ...}, {"approval": ...}], ids=str
)
def test_who_was_present_is_read_strictly(more: dict[str, Any]) -> None:
    written = by_hand(SIGNING, ALICE).to_json() | more
    with pytest.raises(Unreadable):
        taken({name: each for name, each in written.items() if each is not ...})


def test_at_most_so_many_are_present() -> None:
    people = [Person(f"officer {number}") for number in range(MOST + 1)]
    written = present_json(by_hand(replace(SIGNING, officer=person.key), person) for person in people)
    assert len(taken(*written[:MOST])) == MOST == 64
    with pytest.raises(Unreadable):
        taken(*written)


def test_what_may_be_approved_is_written_in_these_words() -> None:
    assert {each.value for each in Intent} == {"sign", "decline", "open", "restore"}
