"""A dated alternate counts only where an absence stands: what leavers date back speaks for nobody's seat."""

from dataclasses import replace

import pytest

from custody.errors import Refused
from custody.governance.book import Book
from custody.governance.book import begun as begun_with
from custody.governance.contents import Absence, Genesis
from custody.governance.known.absences import acting
from custody.governance.records import Signature
from custody.governance.roster import Roster
from custody.governance.statement import ABSENCE, GENESIS, NOBODY, ROSTER, WALLET, Statement
from tests.governance.treasury import (
    ALICE,
    AT,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    FIVE,
    FRANK,
    A,
    B,
    Person,
    admitted,
    agree,
    approved,
    by_hand,
    digest,
    exported,
    genesis_line,
    joined,
    sign,
    signature,
    signed,
    statement,
    taken,
    tell,
)

GINA, HANK, IVAN = map(Person, ("gina", "hank", "ivan"))
FRANKS_ABSENCE = Absence(FRANK.key, AT - 10, AT + 1000).to_json()
WALLET_SAYS = {"name": "theirs", "document": {"name": "theirs", "x": 1}}


def roster(people: tuple[Person, ...], version: int) -> Roster:
    """Five principals, and Frank, who counts from day to day on the second seat."""
    officers = tuple(person.officer(seat) for seat, person in enumerate(people, 1))
    frank = replace(FRANK.officer(2, alternate=True), dated=True)
    return Roster("regtest", (*officers, frank), 3, 3, version)


def two_machines() -> tuple[Book, Book]:
    """The books of A and B, which know the same."""
    first = Genesis(roster(FIVE, 1), digest("salt")[:16], (), (), None)
    statement = Statement(GENESIS, NOBODY, A.key, {}, (), NOBODY, AT, first.to_json())
    book = admitted(begun_with(genesis_line(sign(statement, (*FIVE, FRANK)))), B)
    return book, taken(joined(B, exported(book)), exported(book))


def left(book: Book) -> Book:
    """The book after Carol, Dave and Erin left, and Gina, Hank and Ivan took their seats."""
    new = roster((ALICE, BOB, GINA, HANK, IVAN), 2)
    return agree(book, ROSTER, {"roster": new.to_json()}, (ALICE, BOB, CAROL, GINA, HANK, IVAN))


def test_an_alternate_counts_while_the_absence_stands() -> None:
    first, _second = two_machines()
    absent = agree(first, ABSENCE, FRANKS_ABSENCE, (ALICE, BOB, CAROL))
    agreed = agree(absent, WALLET, WALLET_SAYS, (ALICE, FRANK, CAROL))
    assert "theirs" in agreed.state.wallets
    assert signed(absent, "one", by=(ALICE, FRANK, CAROL)).state.counts["signed"] == 1


def test_an_absence_that_leavers_dated_back_counts_in_no_statement_and_no_signature() -> None:
    first, second = two_machines()
    backdated = agree(second, ABSENCE, FRANKS_ABSENCE, (CAROL, DAVE, ERIN))
    heard = taken(backdated, exported(left(first)))
    assert [each.kind for each in heard.state.rules.waiting] == [ABSENCE]
    assert (len(backdated.state.rules.absences), heard.state.rules.absences) == (1, ())
    with pytest.raises(Refused) as wrong:
        agree(heard, WALLET, WALLET_SAYS, (ALICE, FRANK, GINA))
    assert wrong.value.code == "quorum"
    with pytest.raises(Refused):
        signed(heard, "one", by=(ALICE, FRANK, GINA))
    assert heard.acting(AT) == frozenset()


def test_approvals_at_several_times_count_only_if_the_absence_lasts_at_all_of_them() -> None:
    first, _second = two_machines()
    absent = agree(first, ABSENCE, FRANKS_ABSENCE, (ALICE, BOB, CAROL))

    def approved_at(times: dict[Person, int]) -> Book:
        each = zip(times.values(), approved(absent, "one", times), times, strict=True)
        present = [by_hand(replace(one.approval, at=at), person) for at, one, person in each]
        listed = sorted((one.to_json() for one in present), key=lambda one: str(one["approval"]["officer"]))
        return tell(absent, Signature.KIND, signature(absent, "one", by=()) | {"present": listed})

    assert approved_at({ALICE: AT, FRANK: AT + 5, CAROL: AT + 999}).state.counts["signed"] == 1
    for early_or_late in ({ALICE: AT, FRANK: AT, CAROL: AT + 1000}, {ALICE: AT, FRANK: AT + 1000, CAROL: AT}):
        with pytest.raises(Refused) as wrong:
            approved_at(early_or_late)
        assert wrong.value.code == "quorum"


def test_what_was_approved_beyond_the_past_of_a_line_ends_no_absence() -> None:
    first, second = two_machines()
    absent = agree(first, ABSENCE, FRANKS_ABSENCE, (ALICE, BOB, CAROL))
    heard = taken(second, exported(absent))
    later = approved(heard, "one", (ALICE, BOB, CAROL))
    present = [
        by_hand(replace(one.approval, at=AT + 500), person)
        for one, person in zip(later, (ALICE, BOB, CAROL), strict=True)
    ]
    listed = sorted((one.to_json() for one in present), key=lambda one: str(one["approval"]["officer"]))
    ahead = tell(heard, Signature.KIND, signature(heard, "one", by=()) | {"present": listed})
    stood_in = agree(absent, WALLET, WALLET_SAYS, (ALICE, FRANK, CAROL))
    assert "theirs" in taken(ahead, exported(stood_in)).state.wallets
    assert taken(ahead, exported(stood_in)).acting(AT) == frozenset()


def test_only_a_time_that_is_in_the_past_of_a_line_ends_an_absence_early() -> None:
    first, second = two_machines()
    absent = agree(first, ABSENCE, FRANKS_ABSENCE, (ALICE, BOB, CAROL))
    later = statement(second, WALLET, WALLET_SAYS, at=AT + 500)
    ahead = tell(second, WALLET, sign(later, (ALICE, BOB, CAROL)).to_json())
    known, past = ahead.known.copy(), absent.past
    for node, said in absent.known.said:
        if node.hash not in known.nodes:
            known.add(node, said)
    assert acting(known, past, AT) == {FRANK.key}
    heard = taken(absent, exported(ahead))
    assert heard.acting(AT) == frozenset()
    assert heard.acting(AT + 500) == {FRANK.key}
