"""Rosters that could not work are refused: quorums out of reach, vaults that one opens, keys that stand twice."""

from dataclasses import replace

import pytest

from custody import canonical
from custody.errors import Refused, Unreadable, Usage
from custody.governance import ed25519
from custody.governance.roster import Officer, Role, Roster
from tests.governance.strictly import changed
from tests.governance.treasury import ALICE, BOB, CAROL, FIVE, FRANK, WORKING, Person, digest, roster

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


def test_a_quorum_counts_seats_and_only_of_its_role() -> None:
    worked = made(ONE, TWO, THREE, FRANK.officer(1, alternate=True), replace(FOUR, roles=AUDITOR))
    for few in ([], [ALICE.key], [ALICE.key, FRANK.key], [ALICE.key, FIVE[3].key], [ALICE.key, FIVE[4].key]):
        for required in (worked.require_rules_quorum, worked.require_signing_quorum):
            with pytest.raises(Refused) as told:
                required(few)
            assert told.value.code == "quorum"
            assert " of the 2 seats" in told.value.message
    for enough in ([ALICE.key, BOB.key], [FRANK.key, CAROL.key], [ALICE.key, FRANK.key, BOB.key]):
        worked.require_rules_quorum(enough)
        worked.require_signing_quorum(enough)


def test_rules_and_signatures_have_quorums_of_their_own() -> None:
    holder, approver = frozenset({Role.KEYHOLDER}), frozenset({Role.APPROVER})
    worked = made(ONE, TWO, THREE, replace(FOUR, roles=holder), replace(FIFTH, roles=approver), rules=4, unlock=3)
    holders = [ALICE.key, BOB.key, FIVE[3].key]
    worked.require_signing_quorum(holders)
    with pytest.raises(Refused, match="2 of the 4 seats that must agree"):
        worked.require_rules_quorum(holders)
    approvers = [ALICE.key, BOB.key, CAROL.key, FIVE[4].key]
    worked.require_rules_quorum(approvers)
    with pytest.raises(Refused, match="2 of the 3 seats that must be present"):
        worked.require_signing_quorum([ALICE.key, BOB.key, FIVE[4].key])


def test_where_nobody_holds_a_piece_the_rules_quorum_answers_for_signatures() -> None:
    approver = frozenset({Role.APPROVER})
    worked = made(*(replace(each, roles=approver) for each in (ONE, TWO, THREE)), rules=3, unlock=0)
    with pytest.raises(Refused, match="2 of the 3 seats that must agree"):
        worked.require_signing_quorum([ALICE.key, BOB.key])
    worked.require_signing_quorum([ALICE.key, BOB.key, CAROL.key])


def test_one_seat_may_decide_where_there_is_one() -> None:
    alone = made(replace(ONE, roles=frozenset({Role.APPROVER})), rules=1, unlock=0)
    alone.require_rules_quorum([ALICE.key])
    assert made(ONE, TWO).rules == 2


def people(count: int, roles: frozenset[Role] = WORKING) -> tuple[Officer, ...]:
    return tuple(Person(f"officer {number}").officer(number + 1, roles=roles) for number in range(count))


def test_a_roster_has_at_most_64_officers_and_16_pieces() -> None:
    approver = frozenset({Role.APPROVER})
    assert made(*people(64, approver), rules=64, unlock=0).officers
    with pytest.raises(Usage):
        made(*people(65, approver), rules=2, unlock=0)
    assert made(*people(16), rules=16, unlock=16).officers
    with pytest.raises(Usage):
        made(*people(17), rules=2, unlock=2)


def test_an_officer_is_found_by_the_key() -> None:
    assert roster().officer(BOB.key) == TWO
    assert roster().officer(FRANK.key) is None
    worked = made(ONE, TWO, replace(THREE, roles=AUDITOR))
    assert worked.holding(Role.APPROVER) == (ONE, TWO)
    assert worked.holding(Role.AUDITOR) == (replace(THREE, roles=AUDITOR),)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"version": 2}, True),
        ({"officers": tuple(reversed(roster().officers))}, True),
        ({"officers": (replace(ONE, name=digest("another name")), TWO, THREE, FOUR, FIFTH)}, True),
        ({"network": "main"}, False),
        ({"rules": 4}, False),
        ({"unlock": 4}, False),
        ({"officers": (ONE, TWO, THREE, FOUR)}, False),
        ({"officers": (replace(ONE, recipient=digest("another")), TWO, THREE, FOUR, FIFTH)}, False),
        ({"officers": (replace(ONE, seat=6), TWO, THREE, FOUR, FIFTH)}, False),
        ({"officers": (ONE, TWO, THREE, FOUR, replace(FIFTH, roles=frozenset({Role.APPROVER})))}, False),
    ],
    ids=lambda each: ",".join(each) if isinstance(each, dict) else str(each),
)
def test_a_rosters_id_is_of_all_but_names_and_version(change: dict[str, object], same: bool) -> None:
    one, other = roster(), replace(roster(), **change)  # type: ignore[arg-type]
    assert (one.identity(digest("t"), ()) == other.identity(digest("t"), ())) == same
    assert one.is_alike(other) == other.is_alike(one) == same


def test_a_rosters_id_is_of_what_it_follows_and_of_its_treasury() -> None:
    one, two = digest("one"), digest("two")
    ids = {roster().identity(digest("t"), basis) for basis in ((), (one,), (two,), (one, two))}
    assert len(ids) == 4
    assert roster().identity(digest("t"), (one, two)) == roster().identity(digest("t"), (two, one))
    assert roster().identity(digest("t"), ()) != roster().identity(digest("u"), ())


def test_a_rosters_id_is_a_tagged_digest() -> None:
    officers = [each.to_json() for each in sorted(roster().officers, key=lambda each: each.key)]
    for each in officers:
        del each["name"]
    rest = {"network": "regtest", "officers": officers, "rules": 3, "unlock": 3}
    document = {"basis": [digest("one").hex()], "roster": rest, "treasury": digest("t").hex()}
    expected = ed25519.digest(b"custody/roster/v1", canonical.encode(document))
    assert roster().identity(digest("t"), (digest("one"),)) == expected


def test_every_member_of_a_roster_and_of_an_officer_is_read_strictly() -> None:
    for written in changed(roster().to_json()):
        if written.get("network") != "":
            with pytest.raises(Unreadable):
                Roster.from_json(written)
                pytest.fail(str(written))
    for officer in changed(ONE.to_json()):
        with pytest.raises(Unreadable):
            Roster.from_json(roster().to_json() | {"officers": [officer, *roster().to_json()["officers"][1:]]})
            pytest.fail(str(officer))
    for more in ({"version": 0}, {"rules": 0}, {"unlock": 6}, {"officers": []}):
        with pytest.raises(Unreadable):
            Roster.from_json(roster().to_json() | more)


@pytest.mark.parametrize("seat", [0, 65])
def test_a_seat_has_a_number_from_one(seat: int) -> None:
    with pytest.raises(Unreadable):
        Officer.from_json(ONE.to_json() | {"seat": seat})
    assert Officer.from_json(ONE.to_json() | {"seat": 64}).seat == 64


def test_an_officer_may_have_every_role_and_is_read_as_written() -> None:
    everything = replace(ONE, roles=frozenset(Role), alternate=True)
    assert Officer.from_json(everything.to_json()) == everything


def test_a_dated_alternate_counts_while_acting_only() -> None:
    worked = made(ONE, TWO, THREE, replace(FRANK.officer(1, alternate=True), dated=True), rules=2, unlock=2)
    for required in (worked.require_rules_quorum, worked.require_signing_quorum):
        with pytest.raises(Refused, match="1 of the 2"):
            required([FRANK.key, BOB.key])
        with pytest.raises(Refused, match="1 of the 2"):
            required([FRANK.key, BOB.key], [ALICE.key])
        required([FRANK.key, BOB.key], [FRANK.key])
        required([ALICE.key, BOB.key])
    with pytest.raises(Usage, match="day to day"):
        made(ONE, TWO, replace(THREE, dated=True))


def test_a_dated_alternate_is_another_roster_than_an_alternate() -> None:
    always, dated = (replace(FRANK.officer(1, alternate=True), dated=flag) for flag in (False, True))
    assert not made(ONE, TWO, always).is_alike(made(ONE, TWO, dated))
    approver = frozenset({Role.APPROVER})
    worked = made(*(replace(each, roles=approver) for each in (ONE, TWO, dated)), rules=2, unlock=0)
    worked.require_signing_quorum([FRANK.key, BOB.key], [FRANK.key])
    with pytest.raises(Refused):
        worked.require_signing_quorum([FRANK.key, BOB.key])
