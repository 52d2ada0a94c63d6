"""A line is judged by its past alone: who must have signed what, over which heads, where; nothing counts twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from custody.errors import Refused, Unreadable
from custody.governance import records
from custody.governance.approval import Approved, Intent
from custody.governance.book import Book
from custody.governance.contents import Absence, Follows, Genesis, Machine, Replaced, identity_message
from custody.governance.entry import BEGINNING, Entry
from custody.governance.halt import NO_REASON, Halt
from custody.governance.known import judging
from custody.governance.known.judging import KINDS, NEWER, PLAIN, Missing
from custody.governance.known.lines import Known
from custody.governance.roster import Role, Roster
from custody.governance.statement import GENESIS, MACHINE, NOBODY, RESUME, ROSTER, VAULT, WALLET, Statement, Tip
from tests.governance.treasury import (
    ALICE,
    AT,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    FIVE,
    FRANK,
    THREE,
    VAULT_SAYS,
    A,
    B,
    C,
    Laptop,
    Person,
    agree,
    approved,
    begun,
    both,
    by_hand,
    change,
    digest,
    exchanged,
    exported,
    genesis,
    genesis_line,
    halt_of,
    halted,
    heir_line,
    joined,
    judged,
    line_of,
    roster,
    sealings,
    sign,
    signature,
    signed,
    statement,
    taken,
    tell,
)

WALLET_SAYS: dict[str, Any] = {"document": {"format": "x"}, "name": "treasury"}
MENDED = {"bytes": 1, "present": [], "sha256": digest("torn").hex()}


def refused(code: str, match: str, work: Callable[[], object]) -> None:
    with pytest.raises(Refused, match=match) as told:
        work()
    assert told.value.code == code


HELD = {
    "aloud": [55, digest("a line").hex()],
    "head": [63, digest("a last line").hex()],
    "keys": [],
    "sitting": "tokyo",
}


def proposals(book: Book) -> dict[str, tuple[str, dict[str, object], dict[str, object]]]:
    """Every change that takes a quorum: its kind, what it says, and what else its entry has."""
    officers = book.state.roster.officers
    fewer = Roster("regtest", officers[:4], 3, 3, 2)
    more = Roster("regtest", (*officers, FRANK.officer(6)), 3, 3, 2)
    lower = replace(book.state.roster, rules=2, unlock=2, version=2)
    return {
        "an officer leaves": (ROSTER, {"roster": fewer.to_json()}, {"vaults": {}}),
        "an officer joins": (ROSTER, {"roster": more.to_json()}, {"vaults": {}}),
        "a lower quorum": (ROSTER, {"roster": lower.to_json()}, {"vaults": {}}),
        "a wallet": (WALLET, WALLET_SAYS, {}),
        "a vault": (VAULT, VAULT_SAYS, {"vaults": {"main": 1}}),
        "a machine": (MACHINE, Machine(B.key, None, None).to_json(), {}),
        "an end": (MACHINE, Machine(None, None, Replaced(A.key, Tip(0, book.head.hash))).to_json(), {}),
        "a resumption": (RESUME, {"halts": [digest("a halt").hex()]}, {}),
        "an adoption": ("adopt", {"statements": [digest("a statement").hex()]}, {}),
        "a ceremony": ("ceremony", {"plan": digest("a plan").hex(), "sittings": [HELD], "wallets": []}, {}),
    }


CHANGES = list(proposals(begun()))


@pytest.mark.parametrize("changed", CHANGES)
def test_one_voice_too_few_is_refused_and_enough_are_accepted(changed: str) -> None:
    book = begun()
    kind, says, more = proposals(book)[changed]
    joining = (FRANK,) if changed == "an officer joins" else ()
    refused("quorum", "2 of the 3 seats", lambda: agree(book, kind, says, (ALICE, BOB, *joining), **more))
    agree(book, kind, says, (*THREE, *joining), **more)
    agree(book, kind, says, (*FIVE, *joining), **more)


@pytest.mark.parametrize("changed", [each for each in CHANGES if each != "an officer joins"])
def test_a_stranger_among_the_signers_is_refused(changed: str) -> None:
    book = begun()
    kind, says, more = proposals(book)[changed]
    refused("quorum", "no officer", lambda: agree(book, kind, says, (*THREE, FRANK), **more))


def test_who_joins_must_sign_and_counts_for_nothing_yet() -> None:
    book = begun()
    kind, says, more = proposals(book)["an officer joins"]
    refused("quorum", "2 of the 3", lambda: agree(book, kind, says, (ALICE, BOB, FRANK), **more))
    refused("quorum", "prove", lambda: agree(book, kind, says, THREE, **more))
    stranger = Person("stranger")
    refused("quorum", "no officer", lambda: agree(book, kind, says, (*THREE, FRANK, stranger), **more))


def test_who_leaves_may_sign_the_change() -> None:
    book = begun()
    kind, says, more = proposals(book)["an officer leaves"]
    agree(book, kind, says, (ALICE, BOB, ERIN), **more)


def test_two_people_of_one_seat_are_one_voice() -> None:
    officers = (*roster().officers, FRANK.officer(1, alternate=True))
    first = Genesis(Roster("regtest", officers, 3, 3, 1), digest("salt")[:16], (), (), None)
    unsigned = Statement(GENESIS, NOBODY, A.key, {}, (), NOBODY, AT, first.to_json())
    node = judged(Known(), genesis_line(sign(unsigned, (*FIVE, FRANK))))
    known = Known()
    known.add(*node)
    book = Book.verify(genesis_line(sign(unsigned, (*FIVE, FRANK))) + b"\n", lambda _digest: None)
    refused("quorum", "2 of the 3", lambda: agree(book, WALLET, WALLET_SAYS, (ALICE, FRANK, BOB)))
    agree(book, WALLET, WALLET_SAYS, (FRANK, BOB, CAROL))


def test_a_quorum_is_needed_in_each_roster_that_nothing_follows() -> None:
    one, two = both(B)
    one = change(one, (*FIVE[:4], FRANK), (*THREE, FRANK))
    two = change(two, FIVE[1:], (BOB, CAROL, DAVE), rules=4)
    one, two = exchanged(one, two)
    assert one.state.rules.contested
    refused("quorum", "of the 4", lambda: agree(one, WALLET, WALLET_SAYS, (BOB, CAROL, DAVE)))
    refused("quorum", "of the", lambda: agree(one, WALLET, WALLET_SAYS, (ALICE, BOB, CAROL, FRANK)))
    assert agree(one, WALLET, WALLET_SAYS, (ALICE, *FIVE[1:])).state.wallets
    settled = {"roster": roster(FIVE[1:4], 3, 3, 3).to_json()}
    refused("quorum", "of the 4", lambda: agree(one, ROSTER, settled, (BOB, CAROL, DAVE)))
    assert not agree(one, ROSTER, settled, FIVE[1:]).state.rules.contested


# What a statement is over


def test_an_approval_older_than_the_rules_is_refused() -> None:
    book = begun()
    old = sign(statement(book, VAULT, VAULT_SAYS), THREE).to_json() | {"vaults": {}}
    book = agree(book, WALLET, WALLET_SAYS, THREE)
    refused("stale", "before the rules last changed", lambda: tell(book, VAULT, old))


def test_a_statement_does_not_count_twice() -> None:
    book = halted(begun(), ERIN)
    resumption = sign(statement(book, RESUME, {"halts": [each.hex() for each in book.state.halts]}), THREE)
    book = tell(book, RESUME, resumption.to_json())
    refused("stale", "before", lambda: tell(halted(book, BOB), RESUME, resumption.to_json()))


@pytest.mark.parametrize("defect", ["other heads", "fewer heads", "an older head", "another basis", "no basis"])
def test_heads_are_the_frontier_and_the_basis_the_leaves(defect: str) -> None:
    one, _two = both(B)
    one = change(one, FIVE[:4], THREE)
    good = statement(one, WALLET, WALLET_SAYS)
    wrong = {
        "other heads": {"heads": {A.key: (Tip(one.head.number, digest("x")),)}},
        "fewer heads": {"heads": {}},
        "an older head": {"heads": {A.key: (Tip(0, one.head_at(0).hash),)}},
        "another basis": {"basis": (digest("x"),)},
        "no basis": {"basis": ()},
    }[defect]
    refused("stale", "last changed", lambda: tell(one, WALLET, sign(replace(good, **wrong), THREE).to_json()))
    tell(one, WALLET, sign(good, THREE).to_json())


def test_the_basis_is_the_leaves_and_not_an_older_roster() -> None:
    book = begun()
    old = book.state.basis
    book = change(book, FIVE[:4], THREE)
    for basis in (old, tuple(sorted((*old, *book.state.basis)))):
        wrong = sign(replace(statement(book, WALLET, WALLET_SAYS), basis=basis), THREE)
        refused("stale", "last changed", lambda wrong=wrong: tell(book, WALLET, wrong.to_json()))  # type: ignore[misc]


def test_a_statement_of_another_treasury_is_refused() -> None:
    book, other = begun(), begun(rules=2)
    foreign = replace(statement(book, WALLET, WALLET_SAYS), treasury=other.state.treasury)
    refused("foreign", "another treasury", lambda: tell(book, WALLET, sign(foreign, THREE).to_json()))


def test_a_statement_in_another_machines_line_is_refused() -> None:
    one, two = both(B)
    there = sign(replace(statement(two, WALLET, WALLET_SAYS), machine=A.key), THREE)
    refused("statement", "another machine", lambda: tell(two, WALLET, there.to_json()))
    elsewhere = sign(statement(one, WALLET, WALLET_SAYS), THREE)
    with pytest.raises(Refused):
        tell(two, WALLET, elsewhere.to_json())


@pytest.mark.parametrize("kind", [VAULT, RESUME, MACHINE, ROSTER])
def test_a_statement_of_another_kind_than_its_line_is_unreadable(kind: str) -> None:
    book = begun()
    more: dict[str, Any] = {VAULT: {"vaults": {}}, ROSTER: {"vaults": {}, "identities": {}}}.get(kind, {})
    wrong = sign(statement(book, WALLET, WALLET_SAYS), THREE).to_json() | more
    with pytest.raises(Unreadable, match="different kinds"):
        tell(book, kind, wrong)


@pytest.mark.parametrize("kind", [WALLET, VAULT, RESUME, MACHINE, "adopt", "absence", ROSTER])
def test_what_a_statement_says_is_read_where_it_is_judged(kind: str) -> None:
    more: dict[str, Any] = {"vaults": {}} if kind in (VAULT, ROSTER) else {}
    with pytest.raises(Unreadable):
        agree(begun(), kind, {"strange": 1}, THREE, **more)


@pytest.mark.parametrize("version", [1, 3])
def test_a_roster_has_the_next_version(version: int) -> None:
    says = {"roster": roster(FIVE[:4], version=version).to_json()}
    refused("statement", "next version", lambda: agree(begun(), ROSTER, says, THREE))


def test_a_roster_has_the_version_after_the_highest_of_its_basis() -> None:
    one, two = both(B)
    one = change(change(one, FIVE[:4], THREE), FIVE, (*THREE, ERIN))
    two = change(two, (*FIVE, FRANK), (*THREE, FRANK))
    one, _two = exchanged(one, two)
    assert sorted(each.version for each in one.state.rosters) == [2, 3]
    for version in (3, 5):
        says = {"roster": roster(FIVE, version=version).to_json()}
        refused("statement", "next version", lambda says=says: agree(one, ROSTER, says, FIVE))  # type: ignore[misc]
    assert agree(one, ROSTER, {"roster": roster(FIVE, version=4).to_json()}, FIVE).state.roster.version == 4


def test_a_roster_keeps_the_network() -> None:
    says = {"roster": replace(roster(FIVE[:4], version=2), network="main").to_json()}
    refused("statement", "network", lambda: agree(begun(), ROSTER, says, THREE))


# A genesis


@pytest.mark.parametrize("people", [FIVE[:4], (*FIVE, FRANK), (), (FRANK,)])
def test_a_genesis_is_signed_by_every_officer_and_nobody_else(people: Sequence[Person]) -> None:
    refused("quorum", "every officer", lambda: judged(Known(), genesis_line(genesis(by=people))))


@pytest.mark.parametrize(
    "changed",
    [
        {"treasury": digest("x")},
        {"state": digest("x")},
        {"basis": (digest("x"),)},
        {"heads": {A.key: (Tip(0, digest("x")),)}},
    ],
    ids=str,
)
def test_a_genesis_names_nothing_before_it(changed: dict[str, Any]) -> None:
    wrong = sign(replace(genesis().statement, **changed), FIVE)
    refused("statement", "nothing before it", lambda: judged(Known(), genesis_line(wrong)))


def test_a_genesis_has_a_roster_of_version_one() -> None:
    first = Genesis(roster(version=2), bytes(16), (), (), None)
    wrong = sign(replace(genesis().statement, says=first.to_json()), FIVE)
    refused("quorum", "first roster", lambda: judged(Known(), genesis_line(wrong)))


def test_a_genesis_is_of_the_machine_that_writes_it() -> None:
    refused("statement", "another machine", lambda: judged(Known(), genesis_line(genesis(on=A), on=B)))


@pytest.mark.parametrize("by", ["the cards", "an officer"])
def test_a_new_treasury_follows_an_old_one_only_with_the_signature_of_its_cards(by: str) -> None:
    cards = Person("the cards")
    before = Follows(digest("old"), digest("old head"), 41, digest("old journal"), cards.key, bytes(64))
    signer = cards if by == "the cards" else ALICE
    follows = replace(before, evidence=signer.private.sign(before.message(roster())))
    first = Genesis(roster(), digest("salt")[:16], (), (), follows)
    line = genesis_line(sign(replace(genesis().statement, says=first.to_json()), FIVE))
    if by == "the cards":
        assert judged(Known(), line)
    else:
        refused("continuity", "cards", lambda: judged(Known(), line))


def test_there_is_one_genesis() -> None:
    line = genesis_line(genesis(on=B), on=B)
    refused("foreign", "another treasury", lambda: judged(begun().known, line))
    again = B.sealed(Entry(BEGINNING, 0, "joined", 0, B.key, records.Joined(digest("s"), {}).to_json()))
    with pytest.raises(Unreadable, match="begins with a genesis"):
        judged(Known(), again)


def test_a_genesis_makes_the_first_roster() -> None:
    node, said = judged(Known(), genesis_line(genesis()))
    treasury = genesis().statement.digest
    assert said.roster is not None
    assert said.roster.id == roster().identity(treasury, ())
    assert node.past is not None and node.past.leaves == (said.roster.id,)
    assert said.identities == {person.key: digest(f"identity of {person.key.hex()}") for person in FIVE}


# Where a line stands


def test_a_line_stands_on_the_one_before_it_by_the_same_writer() -> None:
    one, two = both(B)
    one, two = exchanged(one, two)

    def on(after: bytes, number: int, laptop: Laptop = A) -> bytes:
        return laptop.sealed(Entry(after, AT, "mended", number, laptop.key, MENDED))

    judged(one.known, on(one.head.hash, one.head.number + 1))
    for line in (
        on(one.head.hash, one.head.number + 2),
        on(one.head.hash, one.head.number),
        on(two.head.hash, one.head.number + 1),
        on(two.head.hash, two.head.number + 1),
        on(one.head.hash, one.head.number + 1, B),
    ):
        refused("writer", "another machine", lambda line=line: judged(one.known, line))  # type: ignore[misc]
    with pytest.raises(Missing) as told:
        judged(one.known, on(digest("unknown"), 5))
    assert told.value.code == "journal-gap"


@pytest.mark.parametrize("after", [BEGINNING, digest("x")])
def test_a_writer_begins_as_there_are_ways_to_begin(after: bytes) -> None:
    book = begun()
    mended = B.sealed(Entry(after, AT, "mended", 0, B.key, MENDED))
    refused("writer", "begins with a genesis", lambda: judged(book.known, mended))
    said = records.Joined(digest("s"), book.past.heads).to_json()
    line = B.sealed(Entry(after, AT, "joined", 0, B.key, said))
    if after == BEGINNING:
        judged(book.known, line)
    else:
        refused("writer", "begins with a genesis", lambda: judged(book.known, line))


def test_a_machine_begins_only_once() -> None:
    book = begun()
    joins = records.Joined(digest("s"), book.past.heads).to_json()
    refused("writer", "only once", lambda: judged(book.known, line_of(book, "joined", joins)))
    refused("writer", "only once", lambda: tell(book, GENESIS, genesis().to_json() | {"identities": {}}))


@pytest.mark.parametrize("kind", ["imported", "joined"])
def test_heads_that_are_not_here_are_waited_for(kind: str) -> None:
    book = begun()
    there = {B.key: (Tip(3, digest("unknown")),)}
    if kind == "imported":
        line = line_of(book, kind, records.Import(digest("s"), there).to_json())
    else:
        heads = {**book.past.heads, **there}
        line = C.sealed(Entry(BEGINNING, AT, kind, 0, C.key, records.Joined(digest("s"), heads).to_json()))
    with pytest.raises(Missing, match="not here") as told:
        judged(book.known, line)
    assert told.value.code == "journal-gap"


def test_one_missing_head_of_several_is_waited_for() -> None:
    book = begun()
    tip = Tip(0, book.head.hash)
    heads = {A.key: tuple(sorted((tip, Tip(0, digest("unknown")))))}
    line = C.sealed(Entry(BEGINNING, AT, "joined", 0, C.key, records.Joined(digest("s"), heads).to_json()))
    with pytest.raises(Missing):
        judged(book.known, line)


def test_a_line_covers_what_it_stands_on() -> None:
    one, two = both(B)
    two = signed(two, "there")
    one = taken(one, exported(two))
    past = one.past
    assert past.heads == {A.key: (Tip(one.head.number, one.head.hash),), B.key: (Tip(two.head.number, two.head.hash),)}
    node, _said = judged(one.known, line_of(one, "mended", MENDED))
    assert node.past == past.beyond(A.key, node.tip, Tip(one.head.number, one.head.hash))


def test_what_a_line_needs_beside_the_one_before_it() -> None:
    one, two = both(B)
    one = taken(one, exported(signed(two, "there")))
    assert judging.needs(one.entry(one.head.number)).keys() == {B.key}
    assert judging.needs(two.entry(0)).keys() == {A.key}
    assert judging.needs(one.entry(0)) == {}
    assert judging.needs(replace(one.entry(0), kind="granted")) == {}


# Machines that a quorum admitted


def test_officers_sign_nothing_on_a_machine_that_no_quorum_admitted() -> None:
    one = begun()
    two = joined(B, exported(one))
    refused("writer", "no quorum had admitted", lambda: agree(two, WALLET, WALLET_SAYS, THREE))
    refused("writer", "no quorum had admitted", lambda: signed(two, "one"))
    declined = records.Objection("c", digest("one digest"), digest("d"), digest("one review"), (), ())
    decline = replace(declined, present=approved(two, "one", (ALICE,), Intent.DECLINE)).to_json()
    refused("writer", "no quorum had admitted", lambda: tell(two, "declined", decline))
    tell(halted(two, ALICE), "mended", MENDED)
    tell(two, "refused", declined.to_json())


def test_a_certificate_counts_only_once_it_is_in_the_past() -> None:
    one = begun()
    two = joined(B, exported(one))
    one = agree(one, MACHINE, Machine(B.key, None, None).to_json(), THREE)
    merged_known = two.known.copy()
    merged_known.add(*judged(merged_known, one.journal.splitlines()[1]))
    early = sign(statement(two, WALLET, WALLET_SAYS), THREE)
    line = line_of(two, WALLET, early.to_json())
    refused("writer", "no quorum had admitted", lambda: judged(merged_known, line))
    agree(taken(two, exported(one)), WALLET, WALLET_SAYS, THREE)


def test_a_certificate_of_another_key_admits_nobody() -> None:
    one = agree(begun(), MACHINE, Machine(C.key, None, None).to_json(), THREE)
    two = joined(B, exported(one))
    refused("writer", "no quorum had admitted", lambda: agree(two, WALLET, WALLET_SAYS, THREE))
    three = joined(C, exported(one))
    agree(three, WALLET, WALLET_SAYS, THREE)


# A machine in the place of another


def test_an_heir_begins_with_certificate_handover_and_quorum() -> None:
    book = signed(begun(), "one")
    node, said = judged(book.known, heir_line(book, B))
    assert said.signed is not None and said.signed.statement.kind == MACHINE
    assert [each.approval.officer for each in said.present] == sorted(person.key for person in THREE)
    assert node.past is not None and node.past.tips.keys() == {A.key, B.key}


HEIRS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "the certificate is another's": ("writer", "certificate of its key", {"says": "another"}),
    "the certificate replaces nobody": ("writer", "certificate of its key", {"says": "nobody"}),
    "the replaced line is unknown": ("writer", "not in its past", {"says": "unknown"}),
    "another's writer handed over": ("writer", "hand over", {"giver": C}),
    "the handover is of something else": ("writer", "hand over", {"told": {"handover": bytes(64)}}),
    "the backup is another one": ("approval", "something else", {"document": digest("another")}),
    "too few opened the backup": ("quorum", "answer for a restoration", {"present": (ALICE, BOB)}),
    "nobody opened the backup": ("quorum", "answer for a restoration", {"present": ()}),
    "a stranger opened it too": ("quorum", "no officer", {"present": (*THREE, FRANK)}),
    "it stands on nothing": ("stale", "last changed", {"stated": {"heads": {}}}),
    "the statement is of another machine": ("statement", "another machine", {"stated": {"machine": A.key}}),
}


@pytest.mark.parametrize("defect", HEIRS)
def test_an_heir_that_lacks_something_is_refused(defect: str) -> None:
    book = signed(begun(), "one")
    code, match, changed = HEIRS[defect]
    last = Replaced(A.key, Tip(book.head.number, book.head.hash))
    says = {
        "another": Machine(C.key, None, last),
        "nobody": Machine(B.key, None, None),
        "unknown": Machine(B.key, None, Replaced(A.key, Tip(7, digest("x")))),
    }
    if "says" in changed:
        changed = {"says": says[changed["says"]].to_json()}
    refused(code, match, lambda: judged(book.known, heir_line(book, B, **changed)))


def test_an_heir_takes_a_place_at_a_line_of_its_own_past_only() -> None:
    """The line is known here, but the heir does not stand on it."""
    book = begun()
    newer = signed(book, "one")
    says = Machine(B.key, None, Replaced(A.key, Tip(1, newer.head.hash))).to_json()
    line = heir_line(book, B, says=says)
    refused("writer", "not in its past", lambda: judged(newer.known, line))


def test_an_heir_where_it_stood_needs_no_backup_opened() -> None:
    book = begun()
    line = heir_line(book, B, present=(), told={"backup": None})
    assert judged(book.known, line)[1].present == ()


def test_an_heir_is_certified_by_a_quorum() -> None:
    book = begun()
    refused("quorum", "2 of the 3", lambda: judged(book.known, heir_line(book, B, (ALICE, BOB))))


def test_keyholders_of_every_leaf_open_a_backup() -> None:
    one, two = both(B)
    one = change(one, FIVE[:4], THREE)
    two = change(two, FIVE[1:], (BOB, CAROL, DAVE))
    one, _two = exchanged(one, two)
    signers = FIVE[:4]
    line = heir_line(one, C, signers, present=THREE)
    refused("quorum", "answer for a restoration", lambda: judged(one.known, line))
    judged(one.known, heir_line(one, C, signers))


# Who is present


def approving(book: Book, by: Sequence[Person] = THREE, **changed: Any) -> dict[str, Any]:
    """A `signed` line's words with one approval that says something else."""
    honest = approved(book, "one", by)
    first = replace(honest[0].approval, **changed)
    wrong = by_hand(first, next(person for person in (*FIVE, FRANK) if person.key == first.officer))
    what = signature(book, "one", by=by)
    present = sorted((wrong, *honest[1:]), key=lambda each: each.approval.officer)
    return what | {"present": [each.to_json() for each in present]}


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"intent": Intent.DECLINE}, "something else"),
        ({"intent": Intent.OPEN, "review": None, "verdict": None}, "something else"),
        ({"document": digest("x")}, "something else"),
        ({"review": digest("x")}, "something else"),
        ({"treasury": digest("x")}, "something else"),
        ({"machine": B.key}, "another machine, head or roster"),
        ({"head": None}, "another machine, head or roster"),
        ({"head": Tip(1, digest("x"))}, "another machine, head or roster"),
        ({"roster": ()}, "another machine, head or roster"),
    ],
    ids=str,
)
def test_an_approval_of_something_else_is_refused(changed: dict[str, Any], match: str) -> None:
    book = begun()
    refused("approval", match, lambda: tell(book, "signed", approving(book, **changed)))
    tell(book, "signed", approving(book))


def test_an_approval_does_not_count_twice() -> None:
    book = begun()
    what = signature(book, "one")
    book = tell(book, "signed", what)
    refused("approval", "head", lambda: tell(book, "signed", what))


@pytest.mark.parametrize("by", [(), (ALICE,), (ALICE, BOB)])
def test_too_few_who_are_present_sign_nothing(by: Sequence[Person]) -> None:
    refused("quorum", "of the 3 seats that must be present", lambda: signed(begun(), "one", by=by))


def test_a_stranger_is_not_present() -> None:
    refused("quorum", "no officer", lambda: signed(begun(), "one", by=(*THREE, FRANK)))


def test_an_officer_who_left_is_not_present() -> None:
    book = change(begun(), FIVE[:4], THREE)
    refused("quorum", "no officer", lambda: signed(book, "one", by=(ALICE, BOB, CAROL, ERIN)))
    signed(book, "one")


def test_nothing_is_signed_while_the_roster_is_contested() -> None:
    one, two = both(B)
    one, two = exchanged(change(one, FIVE[:4], THREE), change(two, FIVE[1:], FIVE[1:4]))
    refused("contested", "contested", lambda: signed(one, "one", by=FIVE))
    declined = records.Objection("c", digest("one digest"), digest("d"), digest("one review"), (), ())
    decline = replace(declined, present=approved(one, "one", (ALICE,), Intent.DECLINE)).to_json()
    tell(one, "declined", decline)


def test_two_rosters_that_differ_in_names_alone_are_signed_under() -> None:
    one, two = both(B)
    renamed = tuple(replace(officer, name=digest(f"new {officer.seat}")) for officer in roster(FIVE[:4]).officers)
    one = agree(one, ROSTER, {"roster": Roster("regtest", renamed, 3, 3, 2).to_json()}, THREE)
    two = change(two, FIVE[:4], THREE)
    one, two = exchanged(one, two)
    assert one.state.basis == two.state.basis and len(one.state.basis) == 1
    signed(one, "one")


def objection(book: Book, kind: str, present: tuple[Approved, ...]) -> Book:
    what = records.Objection("c", digest("one digest"), digest("d"), digest("one review"), (), (), None, present)
    return tell(book, kind, what.to_json())


@pytest.mark.parametrize("kind", ["refused", "alarm"])
def test_what_a_machine_writes_alone_names_nobody(kind: str) -> None:
    book = begun()
    objection(book, kind, ())
    for intent in (Intent.DECLINE, Intent.SIGN):
        present = approved(book, "one", (ALICE,), intent)
        with pytest.raises(Refused) as told:
            objection(book, kind, present)
        assert told.value.code == "approval"


def test_an_officer_declines_what_was_reviewed() -> None:
    book = begun()
    objection(book, "declined", approved(book, "one", (ALICE,), Intent.DECLINE))
    for present in (approved(book, "one", (ALICE,)), approved(book, "two", (ALICE,), Intent.DECLINE)):
        refused("approval", "something else", lambda present=present: objection(book, "declined", present))  # type: ignore[misc]


def test_approvers_alone_open_no_backup() -> None:
    approver = frozenset({Role.APPROVER})
    officers = tuple(
        person.officer(seat, roles=frozenset(Role) if seat < 3 else approver) for seat, person in enumerate(FIVE, 1)
    )
    first = Genesis(Roster("regtest", officers, 3, 2, 1), digest("salt")[:16], (), (), None)
    line = genesis_line(sign(replace(genesis().statement, says=first.to_json()), FIVE))
    book = Book.verify(line + b"\n", lambda _digest: None)
    wrong = heir_line(book, B, THREE, present=FIVE[2:])
    refused("quorum", "restoration", lambda: judged(book.known, wrong))
    judged(book.known, heir_line(book, B, THREE, present=FIVE[:2]))


# Halts, and kinds of lines


def test_a_halt_is_of_this_treasury() -> None:
    book = begun()
    unsigned = Halt(digest("another"), ALICE.key, AT, bytes(16), NO_REASON)
    foreign = replace(unsigned, signature=ALICE.private.sign(unsigned.to_sign))
    what = records.HaltCalled(foreign).to_json()
    refused("foreign", "another treasury", lambda: tell(book, "halt", what))


@pytest.mark.parametrize("person", [*FIVE, FRANK])
def test_whose_halt_counts_is_not_judged_where_it_stands(person: Person) -> None:
    book = halted(begun(), person)
    assert (halt_of(begun(), person).digest in book.state.halts) == (person in FIVE)


def test_a_halted_treasurys_machine_may_have_been_told_late() -> None:
    """What a machine refuses to make is no reason to refuse what another made."""
    book = halted(begun(), ERIN)
    assert signed(agree(book, WALLET, WALLET_SAYS, THREE), "one").state.halted


def test_an_unknown_kind_is_of_a_newer_release() -> None:
    with pytest.raises(Unreadable, match="not known: granted") as told:
        tell(begun(), "granted", {})
    assert told.value.code == NEWER == "newer-format"
    assert "granted" not in KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_a_line_has_over_its_kind_is_unreadable(kind: str) -> None:
    book = begun()
    what: dict[str, Any] = {
        WALLET: sign(statement(book, WALLET, WALLET_SAYS), THREE).to_json(),
        "mended": MENDED,
        "signed": signature(book, "one"),
        "halt": records.HaltCalled(halt_of(book, ALICE)).to_json(),
        "backup": records.BackupMade(digest("b"), digest("l")).to_json(),
        "imported": records.Import(digest("s"), {}).to_json(),
        "refused": records.Objection("c", None, digest("d"), None, (), ()).to_json(),
    }.get(kind, {})
    with pytest.raises((Unreadable, Refused)) as told:
        judged(book.known, line_of(book, kind, what | {"over": 1}))
    assert isinstance(told.value, Unreadable) or kind in (GENESIS, "joined", "begun")


def test_the_kinds_of_lines() -> None:
    officers = {GENESIS, ROSTER, WALLET, VAULT, RESUME, MACHINE, "adopt", "absence", "exception", "ceremony"}
    machines = {"imported", "joined", "begun", "backup", "halt", "identity"}
    assert {"signed", "refused", "declined", "alarm", "mended"} == PLAIN
    assert officers | machines | PLAIN == KINDS


def test_a_vault_line_seals_one_vault_and_a_roster_line_many() -> None:
    book = begun()
    assert agree(book, VAULT, VAULT_SAYS, THREE, vaults={"main": 1}).known.said[-1][1].sealings.keys() == {"main"}
    with pytest.raises(Unreadable):
        agree(book, VAULT, VAULT_SAYS, THREE, vaults={"main": 1, "other": 1})
    says = {"roster": roster(FIVE[:4], version=2).to_json()}
    said = agree(book, ROSTER, says, THREE, vaults={"main": 2, "other": 2}).known.said[-1][1]
    assert said.sealings == sealings({"main": 2, "other": 2}, book.state.basis)


def test_what_a_line_says_is_told() -> None:
    book = begun()
    said = judged(book.known, line_of(book, "signed", signature(book, "one", vaults={"main": 2})))[1]
    assert said.sealings.keys() == {"main"} and len(said.present) == 3 and said.signed is None
    backup = records.BackupMade(digest("b"), digest("l"))
    assert judged(book.known, line_of(book, "backup", backup.to_json()))[1].backup == backup
    halt = halt_of(book, ALICE)
    assert judged(book.known, line_of(book, "halt", records.HaltCalled(halt).to_json()))[1].halt == halt
    what = sign(statement(book, ROSTER, {"roster": roster(FIVE[:4], version=2).to_json()}), THREE).to_json()
    more = {"identities": {ALICE.key.hex(): digest("i").hex()}, "vaults": {}}
    node, told = judged(book.known, line_of(book, ROSTER, what | more))
    assert told.identities == {ALICE.key: digest("i")}
    assert told.roster is not None and told.roster.basis == book.state.basis
    assert told.roster.id == roster(FIVE[:4]).identity(book.state.treasury, book.state.basis)
    assert node.past is not None and node.past.leaves == (told.roster.id,)
    assert sha256(node.line).digest() != node.hash


# Absences, and identities that are sealed anew


def with_alternate(dated: bool = True) -> Book:
    """The book with Frank as alternate of Alice, who counts from day to day only."""
    book = begun()
    frank = replace(FRANK.officer(1, alternate=True), dated=dated)
    says = {"roster": Roster("regtest", (*book.state.roster.officers, frank), 3, 3, 2).to_json()}
    return agree(book, ROSTER, says, (*THREE, FRANK))


def absent(book: Book, begins: int, ends: int, at: int = AT) -> Book:
    """The book after a quorum agreed that Frank counts for a time."""
    says = Absence(FRANK.key, begins, ends).to_json()
    return tell(book, "absence", sign(statement(book, "absence", says, at), THREE).to_json())


def agreed_at(book: Book, at: int, by: Sequence[Person]) -> Book:
    return tell(book, WALLET, sign(statement(book, WALLET, WALLET_SAYS, at), by).to_json())


ACTING = (FRANK, BOB, CAROL)


@pytest.mark.parametrize(("at", "counts"), [(9, False), (10, True), (19, True), (20, False), (21, False)])
def test_a_dated_alternate_counts_from_one_time_up_to_another(at: int, counts: bool) -> None:
    book = absent(with_alternate(), AT + 10, AT + 20)
    if counts:
        assert agreed_at(book, AT + at, ACTING).state.wallets
    else:
        refused("quorum", "2 of the 3", lambda: agreed_at(book, AT + at, ACTING))
    agreed_at(book, AT + at, THREE)


def test_without_an_absence_a_dated_alternate_never_counts() -> None:
    book = with_alternate()
    refused("quorum", "2 of the 3", lambda: agreed_at(book, AT, ACTING))
    agreed_at(with_alternate(dated=False), AT, ACTING)


def test_a_clock_put_back_revives_no_absence() -> None:
    book = absent(with_alternate(), AT, AT + 20)
    later = agreed_at(book, AT + 30, THREE)
    refused("quorum", "2 of the 3", lambda: agreed_at(later, AT + 10, ACTING))
    agreed_at(agreed_at(book, AT + 10, THREE), AT + 10, ACTING)


def test_what_was_approved_over_a_signature_is_a_time_that_officers_signed() -> None:
    book = absent(with_alternate(), AT, AT + 20)

    def signed_at(book: Book, at: int, by: Sequence[Person]) -> Book:
        approvals = [by_hand(replace(each.approval, at=at), _person(each)) for each in approved(book, "one", by)]
        what = signature(book, "one", by=by) | {"present": [each.to_json() for each in approvals]}
        return tell(
            book,
            "signed",
            what | {"present": sorted(what["present"], key=lambda each: str(each["approval"]["officer"]))},
        )

    assert signed_at(book, AT + 5, ACTING).head.number == book.head.number + 1
    refused("quorum", "2 of the 3", lambda: signed_at(book, AT + 20, ACTING))
    later = signed_at(book, AT + 15, THREE)
    refused("quorum", "2 of the 3", lambda: signed_at(later, AT + 10, ACTING))
    signed_at(later, AT + 15, ACTING)


def _person(approved_: Approved) -> Person:
    return next(person for person in (*FIVE, FRANK) if person.key == approved_.approval.officer)


def test_an_absence_counts_where_it_is_in_the_past() -> None:
    one = with_alternate()
    one = agree(one, MACHINE, Machine(B.key, None, None).to_json(), THREE)
    two = joined(B, exported(one))
    elsewhere = absent(one, AT, AT + 20)
    known = two.known.copy()
    known.add(*judged(known, elsewhere.journal.splitlines()[-1]))
    line = line_of(two, WALLET, sign(statement(two, WALLET, WALLET_SAYS), ACTING).to_json())
    refused("quorum", "2 of the 3", lambda: judged(known, line))
    agree(taken(two, exported(elsewhere)), WALLET, WALLET_SAYS, ACTING)


def identity_line(book: Book, person: Person, by: Person | None = None, file: str = "new") -> bytes:
    message = identity_message(book.state.treasury, person.key, digest("new"))
    sealed = records.IdentitySealed(person.key, digest(file), (by or person).private.sign(message))
    return line_of(book, "identity", sealed.to_json())


def test_an_officer_of_today_seals_the_own_identity_anew() -> None:
    book = change(begun(), FIVE[:4], THREE)
    assert judged(book.known, identity_line(book, ALICE))[1].identities == {ALICE.key: digest("new")}
    refused("quorum", "no officer", lambda: judged(book.known, identity_line(book, ERIN)))
    refused("quorum", "no officer", lambda: judged(book.known, identity_line(book, FRANK)))
    refused("approval", "did not sign", lambda: judged(book.known, identity_line(book, ALICE, BOB)))
    refused("approval", "did not sign", lambda: judged(book.known, identity_line(book, ALICE, file="another")))
    two = joined(B, exported(begun()))
    refused("writer", "no quorum had admitted", lambda: judged(two.known, identity_line(two, ALICE)))


def test_nobody_takes_the_place_of_a_machine_that_no_quorum_admitted() -> None:
    two = joined(B, exported(begun()))
    refused("writer", "no quorum had admitted", lambda: judged(two.known, heir_line(two, C)))


def test_a_dated_alternate_opens_a_backup_while_acting() -> None:
    book = with_alternate()
    refused("quorum", "restoration", lambda: judged(book.known, heir_line(book, B, THREE, present=ACTING)))
    book = absent(book, AT, AT + 20)
    judged(book.known, heir_line(book, B, THREE, present=ACTING))
