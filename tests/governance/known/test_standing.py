"""Which rosters are leaves, and which statements stand: followed knowingly, still agreed, adopted; others wait."""

from dataclasses import replace
from typing import Any

import pytest

from custody.governance.book import Book
from custody.governance.contents import Machine
from custody.governance.known.standing import Rosters, standing
from custody.governance.roster import Officer, Role, Roster
from custody.governance.statement import ADOPT, MACHINE, ROSTER, WALLET
from tests.governance.treasury import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    FIVE,
    FRANK,
    THREE,
    B,
    C,
    Person,
    agree,
    both,
    change,
    digest,
    exchanged,
    exported,
    roster,
    taken,
)

WALLET_SAYS: dict[str, Any] = {"document": {"format": "x"}, "name": "treasury"}


def wallet(book: Book, by: tuple[Person, ...] = THREE, name: str = "treasury") -> Book:
    return agree(book, WALLET, {"document": {"format": "x"}, "name": name}, by)


def stands(book: Book, name: str = "treasury") -> bool:
    """Whether a wallet stands; if not, it waits by name and without effect."""
    does = name in book.state.wallets
    waiting = [each.kind for each in book.state.rules.waiting]
    assert does != (WALLET in waiting)
    return does


# Followed knowingly, still agreed, adopted


def test_what_everybody_knew_stands_though_its_signers_left() -> None:
    one, two = exchanged(*both(B))
    one = wallet(one)
    one = change(one, FIVE[2:], THREE)
    for book in exchanged(one, two):
        assert stands(book) and not book.state.rules.waiting


def test_what_leavers_date_back_waits() -> None:
    """The roster by which they left does not cover it, on any machine and in any order of coming."""
    one, two = both(B)
    one = change(one, FIVE[2:], THREE)
    two = wallet(two)
    for book in exchanged(one, two):
        assert not stands(book)
        (waiting,) = book.state.rules.waiting
        assert (waiting.writer, waiting.number) == (B.key, two.head.number)
        assert waiting.by == {person.key for person in THREE}
    for book in exchanged(two, one):
        assert not stands(book)


def test_an_import_before_the_next_change_of_roster_cannot_heal_it() -> None:
    one, two = both(B)
    one = change(one, FIVE[2:], THREE)
    two = wallet(two)
    one, two = exchanged(one, two)
    one = change(one, (*FIVE[2:], FRANK), (CAROL, DAVE, ERIN, FRANK))
    for book in exchanged(one, two):
        assert not stands(book)


def test_every_statement_of_one_roster_must_cover_it() -> None:
    """Leavers sign the honest change of roster again, on a machine that covers their wallet: it waits all the same."""
    one, two = both(B)
    one = change(one, FIVE[2:], THREE)
    two = change(wallet(two), FIVE[2:], THREE)
    one, two = exchanged(one, two)
    assert one.state.basis == two.state.basis
    for book in (one, two):
        assert not stands(book)


def test_what_is_still_agreed_stands_though_a_roster_did_not_know_it() -> None:
    one, two = both(B)
    one = change(one, FIVE[:4], (ALICE, BOB, DAVE))
    two = wallet(two)
    for book in exchanged(one, two):
        assert stands(book)


def test_it_is_agreed_by_a_quorum_of_today_in_each_leaf() -> None:
    one, two, three = both(B, C)
    three = wallet(three)
    one = change(one, FIVE[:4], THREE)
    two = change(two, FIVE[1:], THREE)
    one, two, three = exchanged(one, two, three)
    for book in (one, two, three):
        assert book.state.rules.contested
        assert not stands(book)  # alice is not in two's roster


def test_adopted_by_whoever_decides_today_it_stands() -> None:
    one, two = both(B)
    one = change(one, FIVE[2:], THREE)
    two = wallet(two)
    one, two = exchanged(one, two)
    (waiting,) = one.state.rules.waiting
    one = agree(one, ADOPT, {"statements": [waiting.digest.hex()]}, FIVE[2:])
    for book in exchanged(one, two):
        assert stands(book) and not book.state.rules.waiting


def test_an_adoption_of_what_it_did_not_know_adopts_nothing() -> None:
    one, two = both(B)
    one = change(one, FIVE[2:], THREE)
    two = wallet(two)
    unheard = two.known.statements[-1].digest
    one = agree(one, ADOPT, {"statements": [unheard.hex()]}, FIVE[2:])
    for book in exchanged(one, two):
        assert [each.digest for each in book.state.rules.waiting] == [unheard]


def test_a_waiting_adoption_adopts_nothing() -> None:
    one, two, three = both(B, C)
    two = wallet(two)
    three = taken(three, exported(two))
    digest_of = two.known.statements[-1].digest
    three = agree(three, ADOPT, {"statements": [digest_of.hex()]}, THREE)
    one = change(one, FIVE[2:], THREE)
    one, two, three = exchanged(one, two, three)
    assert sorted(each.kind for each in one.state.rules.waiting) == [ADOPT, WALLET]
    adoption = next(each for each in one.state.rules.waiting if each.kind == ADOPT)
    one = agree(one, ADOPT, {"statements": [adoption.digest.hex()]}, FIVE[2:])
    for book in exchanged(one, two, three):
        assert stands(book) and not book.state.rules.waiting


def test_a_statement_that_names_itself_of_no_use_waits() -> None:
    """Adoption of what nobody knows lets nothing stand, and breaks nothing."""
    one, _two = both(B)
    one = agree(one, ADOPT, {"statements": [digest("nothing").hex()]}, THREE)
    assert not one.state.rules.waiting


def test_statements_are_in_the_order_of_their_digests() -> None:
    one, _two = both(B)
    one = wallet(wallet(one, name="a"), name="b")
    rosters = Rosters(one.known, one.past)
    stand, waits = standing(rosters)
    digests = [each.digest for each in stand]
    assert digests == sorted(digests) and len(digests) == 3 and waits == ()


def test_the_past_of_a_line_knows_nothing_of_what_came_later() -> None:
    one, _two = both(B)
    early = one.past
    one = change(wallet(one), FIVE[2:], THREE)
    stand, waits = standing(Rosters(one.known, early))
    assert [each.signed.statement.kind for each in (*stand, *waits)] == [MACHINE]
    rosters = Rosters(one.known, early)
    assert [each.roster.version for each in rosters.leaves] == [1]
    assert [each.signed.statement.kind for each in rosters.stated] == ["genesis"]


# Two rosters that follow one


def contested() -> tuple[Book, Book]:
    """One machine removed Erin and added Frank, the other removed Alice; both have heard of each other."""
    one, two = both(B)
    one = change(one, (*FIVE[:4], FRANK), (BOB, CAROL, DAVE, FRANK))
    two = change(two, FIVE[1:], (BOB, CAROL, DAVE), rules=4)
    found = exchanged(one, two)
    return found[0], found[1]


def quorum(book: Book, *people: Person) -> bool:
    return Rosters(book.known, book.past).agreed(frozenset(person.key for person in people))


def test_two_rosters_that_follow_one_are_both_leaves_on_every_machine() -> None:
    one, two = contested()
    assert one.state.basis == two.state.basis
    assert len(one.state.basis) == 2 and list(one.state.basis) == sorted(one.state.basis)
    assert one.state.rules.contested and two.state.rules.contested
    assert one.state.rules.to_json() == two.state.rules.to_json()


def test_removals_of_both_apply_additions_wait_and_the_higher_threshold_holds() -> None:
    one, _two = contested()
    assert not quorum(one, ALICE, BOB, CAROL, FRANK)  # alice and frank count for one roster only
    assert not quorum(one, BOB, CAROL, DAVE)  # of the four that the other asks for
    assert not quorum(one, BOB, CAROL, ERIN, ALICE)
    assert not quorum(one, ALICE, FRANK, ERIN)
    assert quorum(one, BOB, CAROL, DAVE, ERIN)


def test_quorums_of_both_settle_it() -> None:
    one, two = contested()
    settled = agree(one, ROSTER, {"roster": roster(FIVE[1:4], 3, 3, 3).to_json()}, FIVE[1:])
    for book in exchanged(settled, two):
        assert not book.state.rules.contested
        assert len(book.state.basis) == 1
        assert book.state.roster.version == 3
        assert {officer.key for officer in book.state.roster.officers} == {person.key for person in FIVE[1:4]}


def test_a_roster_on_one_of_them_settles_nothing() -> None:
    one, two = both(B)
    one = change(change(one, FIVE[:4], THREE), (*FIVE[:4], FRANK), (*THREE, FRANK))
    two = change(two, FIVE[1:], (BOB, CAROL, DAVE))
    for book in exchanged(one, two):
        assert book.state.rules.contested
        assert sorted(each.version for each in book.state.rosters) == [2, 3]


def test_one_change_that_two_machines_make_is_one_roster() -> None:
    one, two = both(B)
    one, two = change(one, FIVE[:4], THREE), change(two, FIVE[:4], (BOB, CAROL, DAVE))
    for book in exchanged(one, two):
        assert len(book.state.basis) == 1 and not book.state.rules.contested


def renamed(people: tuple[Person, ...], names: dict[str, str], version: int) -> Roster:
    officers = tuple(
        replace(officer, name=digest(names.get(person.name, f"name {person.name}")))
        for person, officer in zip(people, roster(people).officers, strict=True)
    )
    return Roster("regtest", officers, 3, 3, version)


def test_an_officer_is_called_as_he_joined() -> None:
    one, _two = both(B)
    changed = renamed(FIVE[:4], {"alice": "somebody else"}, 2)
    one = agree(one, ROSTER, {"roster": changed.to_json()}, THREE)
    officer = one.state.roster.officer(ALICE.key)
    assert officer is not None and officer.name == digest("name alice")


def test_of_two_names_under_which_one_joined_the_lower_is_kept() -> None:
    one, two = both(B)
    people = (*FIVE, FRANK)
    names = sorted((digest("frank here"), digest("frank there")))
    for order in (("frank here", "frank there"), ("frank there", "frank here")):
        books = [
            agree(book, ROSTER, {"roster": renamed(people, {"frank": name}, 2).to_json()}, (*THREE, FRANK))
            for book, name in zip((one, two), order, strict=True)
        ]
        for book in exchanged(*books):
            officer = book.state.roster.officer(FRANK.key)
            assert officer is not None and officer.name == names[0]
            assert not book.state.rules.contested


def test_rosters_that_differ_in_version_alone_are_not_contested() -> None:
    one, two = both(B)
    one = change(one, FIVE[:4], THREE)
    two = change(change(two, FIVE[1:4], (BOB, CAROL, DAVE)), FIVE[:4], (BOB, CAROL, DAVE, ALICE))
    for book in exchanged(one, two):
        assert len(book.state.basis) == 2
        assert not book.state.rules.contested


def test_what_a_basis_did_not_know_is_found_through_any_number_of_rosters() -> None:
    one, _two = both(B)
    first = one.state.basis
    one = change(one, FIVE[:4], THREE)
    second = one.state.basis
    one = change(one, FIVE[:3], THREE)
    third = one.state.basis
    rosters = Rosters(one.known, one.past)
    assert rosters.unknown_to(first) == {*second, *third}
    assert rosters.unknown_to(second) == set(third)
    assert rosters.unknown_to(third) == frozenset()
    assert rosters.unknown_to(()) == {*first, *second, *third}


def test_auditors_agree_on_nothing() -> None:
    one, _two = both(B)
    officers: tuple[Officer, ...] = roster(FIVE[:4]).officers
    officers = (*officers, FRANK.officer(5, roles=frozenset({Role.AUDITOR})))
    says = {"roster": Roster("regtest", officers, 3, 3, 2).to_json()}
    one = agree(one, ROSTER, says, (*THREE, FRANK))
    assert not quorum(one, ALICE, BOB, FRANK)
    assert quorum(one, ALICE, BOB, DAVE)


@pytest.mark.parametrize("certified", [True, False])
def test_a_certificate_may_wait_as_anything_may(certified: bool) -> None:
    one, two = both(B)
    two = agree(two, MACHINE, Machine(C.key, None, None).to_json(), THREE)
    one = change(one, FIVE[:4] if certified else FIVE[2:], THREE)
    one, two = exchanged(one, two)
    assert (C.key in one.state.rules.machines) == certified
    assert [each.kind for each in one.state.rules.waiting] == ([] if certified else [MACHINE])
