"""Rosters that could not work are refused: quorums out of reach, vaults that one opens, keys that stand twice."""

from dataclasses import replace

import pytest

from custody.errors import Unreadable, Usage
from custody.governance.roster import Role, Roster
from tests.governance.treasury import ALICE, BOB, CAROL, FIVE, FRANK, WORKING, digest, roster

AUDITOR = frozenset({Role.AUDITOR})
ONE, TWO, THREE, FOUR, FIFTH = (person.officer(seat) for seat, person in enumerate(FIVE, 1))


def made(*officers: object, rules: int = 2, unlock: int = 2) -> Roster:
    return Roster("regtest", tuple(officers), rules, unlock, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("defect", "officers", "rules", "unlock"),
    [
        ("nobody", (), 1, 0),
        ("a quorum of none", (ONE, TWO, THREE), 0, 2),
        ("a quorum of one where there are three seats", (ONE, TWO, THREE), 1, 2),
        ("a quorum of more seats than there are", (ONE, TWO, THREE), 4, 2),
        ("a vault that one opens", (ONE, TWO, THREE), 2, 1),
        ("a vault that nobody opens", (ONE, TWO, THREE), 2, 4),
        ("a vault that anybody opens", (ONE, TWO, THREE), 2, 0),
        ("a vault of one seat", (ONE, replace(TWO, roles=AUDITOR)), 1, 2),
        ("pieces for nobody", (replace(ONE, roles=frozenset({Role.APPROVER})),), 1, 2),
        ("an officer twice", (ONE, TWO, replace(ONE, seat=3, name=digest("n"), recipient=digest("r"))), 2, 2),
        ("an opening key twice", (ONE, TWO, replace(THREE, recipient=ONE.recipient)), 2, 2),
        ("a name twice", (ONE, TWO, replace(THREE, name=ONE.name)), 2, 2),
        ("two principals of a seat", (ONE, TWO, replace(THREE, seat=1)), 2, 2),
        ("an alternate of nobody", (ONE, TWO, FRANK.officer(3, alternate=True)), 2, 2),
        ("an officer without a role", (ONE, TWO, replace(THREE, roles=frozenset())), 2, 2),
    ],
)
def test_a_roster_that_could_not_work_is_refused(
    defect: str, officers: tuple[object, ...], rules: int, unlock: int
) -> None:
    with pytest.raises(Usage):
        made(*officers, rules=rules, unlock=unlock)


def test_alternates_add_no_seat() -> None:
    with pytest.raises(Usage):
        made(ONE, BOB.officer(1, alternate=True), rules=2)
    worked = made(ONE, TWO, CAROL.officer(1, alternate=True))
    assert worked.seats(Role.KEYHOLDER) == {1, 2}
    assert worked.voices({ALICE.key, CAROL.key}, Role.APPROVER) == {1}


def test_auditors_and_originators_count_for_nothing() -> None:
    worked = made(ONE, TWO, replace(THREE, roles=AUDITOR))
    assert worked.voices({CAROL.key, ALICE.key}, Role.APPROVER) == {1}
    assert len(worked.seats(Role.KEYHOLDER)) == 2


def test_a_roster_reads_as_it_was_written() -> None:
    first = roster((*FIVE, FRANK))
    assert Roster.from_json(first.to_json()) == first


@pytest.mark.parametrize(
    ("defect", "change"),
    [
        ("a role that is none", {"roles": ["owner"]}),
        ("a role twice", {"roles": ["approver", "approver"]}),
        ("roles out of order", {"roles": ["keyholder", "approver"]}),
        ("roles that are no words", {"roles": [["approver"]]}),
        ("a seat that is true", {"seat": True}),
        ("a short key", {"officer": "00"}),
        ("an upper-case key", {"officer": ("ab" * 32).upper()}),
        ("something more", {"power": 1}),
    ],
)
def test_an_officer_written_otherwise_is_unreadable(defect: str, change: dict[str, object]) -> None:
    written = roster().to_json()
    written["officers"][0] |= change
    with pytest.raises(Unreadable):
        Roster.from_json(written)


def test_a_written_roster_that_could_not_work_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        Roster.from_json(roster().to_json() | {"unlock": 1})


def test_working_roles_are_two() -> None:
    assert {Role.APPROVER, Role.KEYHOLDER} == WORKING
