"""The rules are a function of what is known: halts, wallets and vaults, whatever the order in which lines came."""

from hashlib import sha256
from itertools import permutations
from typing import Any

import pytest

from custody import canonical
from custody.governance import ed25519, records
from custody.governance.book import Book
from custody.governance.contents import Absence
from custody.governance.halt import MOST_OPEN
from custody.governance.known.fold import fold, marks_in, state_digest
from custody.governance.known.ground import Ground
from custody.governance.known.lines import Known
from custody.governance.statement import RESUME, ROSTER, WALLET
from tests.governance.treasury import (
    ALICE,
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
    Person,
    agree,
    begun,
    both,
    change,
    ended,
    exchanged,
    exported,
    halt_of,
    halted,
    joined,
    known_from,
    roster,
    rules_of,
    signed,
    taken,
    tell,
    with_vault,
)


def wallet(book: Book, name: str = "treasury", by: tuple[Person, ...] = THREE, **document: Any) -> Book:
    return agree(book, WALLET, {"document": {"format": "x", **document}, "name": name}, by)


def resumed(book: Book, *halts: bytes, by: tuple[Person, ...] = THREE) -> Book:
    cleared = halts or tuple(book.state.halts)
    return agree(book, RESUME, {"halts": sorted(each.hex() for each in cleared)}, by)


# The same set, the same rules


def busy() -> tuple[Book, ...]:
    """Three machines that halted, resumed, signed and changed the roster without hearing of each other."""
    one, two, three = both(B, C)
    one = with_vault(halted(wallet(one), ERIN))
    one = resumed(one, halt_of(one, ERIN).digest)
    one = change(one, FIVE[:4], THREE)
    two = wallet(signed(two, "two", "coin:aa:0"), by=(CAROL, DAVE, ERIN), label="other")
    two = change(two, (*FIVE, FRANK), (*THREE, FRANK))
    three = halted(signed(three, "three", "coin:bb:0"), BOB)
    return one, two, three


def test_who_knows_the_same_holds_the_same_whatever_way_it_came() -> None:
    books = busy()
    rules, states = [], []
    for order in permutations(exported(book) for book in books):
        known = known_from(b"".join(order))
        ground = Ground.of(known)
        rules.append(ground.rules.to_json())
        states.append(ground.state)
    assert all(each == rules[0] for each in rules)
    assert len(set(states)) == 1
    after = exchanged(*books)
    assert all(book.state.rules.to_json() == after[0].state.rules.to_json() for book in after)


def test_a_past_folds_to_what_held_there() -> None:
    book = begun()
    before, rules = book.past, book.state.rules
    book = halted(wallet(with_vault(book)), ERIN)
    assert fold(book.known, before).to_json() == rules.to_json()
    assert fold(book.known, book.past).to_json() == book.state.rules.to_json() != rules.to_json()


def test_every_rule_is_in_the_state() -> None:
    """Whatever changes the rules changes the digest that officers sign."""
    book = begun()
    after = [
        book,
        wallet(book),
        wallet(book, "other"),
        wallet(book, more=1),
        with_vault(book),
        halted(book, ERIN),
        halted(book, FRANK),
        resumed(halted(book, ERIN)),
        change(book, FIVE[:4], THREE),
        ended(book, A),
        tell(book, "mended", {"bytes": 1, "present": [], "sha256": "00" * 32}),
        signed(book, "one", "coin:aa:0"),
        signed(book, "one", "coin:bb:0"),
        agree(book, "absence", Absence(ALICE.key, 1, 2).to_json(), THREE),
    ]
    assert len({each.digest for each in after}) == len(after)


def test_the_state_is_a_tagged_digest_of_rules_and_marks() -> None:
    book = signed(signed(begun(), "one", "coin:aa:0", "pays:1"), "two")
    rules = book.state.rules
    running = sha256(bytes(32) + records.mark("coin:aa:0") + records.mark("pays:1")).digest()
    running = sha256(running).digest()
    document = {"marks": {A.key.hex(): [[2, running.hex()]]}, "rules": rules.to_json()}
    expected = ed25519.digest(b"custody/state/v1", canonical.encode(document))
    assert state_digest(book.known, book.past, rules) == book.digest == expected


def test_the_marks_of_each_branch_run_by_themselves() -> None:
    one, two = both(B)
    x, y = signed(two, "x", "coin:x:0"), signed(two, "y", "coin:y:0")
    one = taken(taken(one, exported(x)), exported(y))
    tips = sorted(one.past.tips[B.key])
    marks = {x.head.hash: "coin:x:0", y.head.hash: "coin:y:0"}
    runs = [[tip.number, sha256(bytes(32) + records.mark(marks[tip.hash])).hexdigest()] for tip in tips]
    nothing = [[one.head.number, bytes(32).hex()]]
    document = {"marks": {A.key.hex(): nothing, B.key.hex(): runs}, "rules": one.state.rules.to_json()}
    assert one.digest == ed25519.digest(b"custody/state/v1", canonical.encode(document))


def test_marks_are_read_where_they_stand() -> None:
    for names in ((), ("one",), ("one", "two", "three")):
        book = signed(begun(), "it", *names)
        line = book.journal.splitlines()[-1]
        assert list(marks_in(line)) == list(map(records.mark, names))


# Halts


def test_any_officer_halts_and_a_quorum_resumes() -> None:
    for person in FIVE:
        book = halted(begun(), person)
        (told,) = book.state.halts.values()
        assert (told.halt.officer, told.writer, told.number) == (person.key, A.key, 1)
        book = resumed(book)
        assert not book.state.halted and book.state.rules.cleared == {halt_of(book, person).digest}


def test_a_halt_cleared_and_called_again_stays_cleared_and_a_new_one_is_open() -> None:
    book = resumed(halted(begun(), ERIN))
    assert not halted(book, ERIN).state.halted
    assert halted(book, ERIN, "another").state.halted


def test_two_resumptions_are_the_union() -> None:
    one, two = exchanged(*both(B))
    one = halted(halted(one, ERIN, "1"), ERIN, "2")
    one, two = exchanged(one, two)
    first, second = sorted(one.state.halts)
    one, two = resumed(one, first), resumed(two, second)
    assert one.state.halted and two.state.halted
    for book in exchanged(one, two):
        assert not book.state.halted and book.state.rules.cleared == {first, second}


def test_a_resumption_clears_what_it_names_and_nothing_else() -> None:
    book = halted(halted(begun(), ERIN), BOB)
    book = resumed(book, halt_of(book, ERIN).digest)
    assert set(book.state.halts) == {halt_of(book, BOB).digest}


def test_of_one_officer_the_sixteen_of_lowest_digest_are_open() -> None:
    book = begun()
    digests = []
    for number in range(MOST_OPEN + 2):
        book = halted(book, ERIN, str(number))
        digests.append(halt_of(book, ERIN, str(number)).digest)
    book = halted(book, BOB)
    kept = sorted(digests)[:MOST_OPEN]
    assert set(book.state.halts) == {*kept, halt_of(book, BOB).digest}
    cleared = resumed(book, kept[0])
    assert set(cleared.state.halts) == {*sorted(digests)[1 : MOST_OPEN + 1], halt_of(book, BOB).digest}


def test_a_halt_that_several_lines_hold_is_told_by_the_lowest_of_them() -> None:
    one, two = both(B)
    one, two = halted(one, ERIN), halted(two, ERIN)
    for book in exchanged(one, two):
        (told,) = book.state.halts.values()
        assert told.writer == min(A.key, B.key)
    again = halted(halted(begun(), ERIN), ERIN)
    assert [each.number for each in again.state.halts.values()] == [1]


def test_a_strangers_halt_does_not_count_and_is_told() -> None:
    book = halted(begun(), FRANK)
    assert not book.state.halted
    assert set(book.state.rules.mute) == {halt_of(book, FRANK).digest}


def test_a_former_officers_halt_counts_where_he_was_one_when_it_was_written() -> None:
    book = change(halted(begun(), ERIN), FIVE[:4], THREE)
    assert book.state.halted and not book.state.rules.mute
    late = halted(change(begun(), FIVE[:4], THREE), ERIN)
    assert not late.state.halted and set(late.state.rules.mute) == {halt_of(late, ERIN).digest}


def test_a_former_officers_halt_on_a_machine_that_had_not_heard_counts() -> None:
    one, two = both(B)
    one = change(one, FIVE[:4], THREE)
    two = halted(two, ERIN)
    for book in exchanged(one, two):
        assert book.state.halted


def test_a_former_officers_halt_beyond_his_machines_end_does_not_count() -> None:
    one, two = exchanged(*both(B))
    one = ended(change(one, FIVE[:4], THREE), B)
    two = halted(two, ERIN)
    for book in exchanged(one, two):
        assert not book.state.halted
    today = halted(two, BOB)
    for book in exchanged(one, today):
        assert {each.halt.officer for each in book.state.halts.values()} <= {BOB.key}


def test_a_former_officers_halt_on_a_machine_that_nobody_admitted_does_not_count() -> None:
    first = begun()
    two = halted(joined(B, exported(first)), ERIN)
    assert two.state.halted  # an officer of today
    one = change(first, FIVE[:4], THREE)
    two = taken(two, exported(one))
    assert not two.state.halted and len(two.state.rules.mute) == 1


def test_a_mute_halt_that_was_cleared_or_counts_elsewhere_is_not_told() -> None:
    one, two = both(B)
    one = halted(change(one, FIVE[:4], THREE), ERIN)
    two = halted(two, ERIN)
    assert one.state.rules.mute
    one, two = exchanged(one, two)
    assert one.state.halted and not one.state.rules.mute
    cleared = resumed(halted(change(begun(), FIVE[:4], THREE), ERIN), halt_of(begun(), ERIN).digest)
    assert not cleared.state.rules.mute


def test_a_waiting_resumption_clears_nothing() -> None:
    one, two = exchanged(*both(B))
    one = halted(one, DAVE)
    one, two = exchanged(one, two)
    one = change(one, FIVE[2:], THREE)
    two = resumed(two)
    for book in exchanged(one, two):
        assert book.state.halted and [each.kind for each in book.state.rules.waiting] == [RESUME]


# Wallets, vaults, absences


def test_one_content_may_have_several_names() -> None:
    book = wallet(wallet(begun()), "cold")
    assert set(book.state.wallets) == {"treasury", "cold"}
    assert len({each.digest for each in book.state.rules.wallets}) == 1


def test_a_content_is_the_document_without_its_name() -> None:
    one, two = both(B)
    one, two = wallet(one, name="a"), wallet(two, "a")
    for book in exchanged(one, two):
        assert list(book.state.wallets) == ["a"]
        (record,) = book.state.rules.wallets
        assert record.digest == sha256(canonical.encode({"format": "x"})).digest()
    named = agree(begun(), WALLET, {"document": {"format": "x", "name": "inside"}, "name": "a"}, THREE)
    assert named.state.rules.wallets[0].digest == record.digest


def test_one_name_of_two_contents_is_unclear_and_digits_say_which() -> None:
    one, two = both(B)
    one, two = wallet(one), wallet(two, label="other")
    for book in exchanged(one, two):
        names = {f"treasury~{each.digest.hex()[:8]}" for each in book.state.rules.wallets}
        assert set(book.state.wallets) == names and len(names) == 2
        for name, document in book.state.wallets.items():
            assert document["name"] == name
    assert wallet(begun()).state.wallets == {"treasury": {"format": "x"}}


def test_vaults_are_a_machines_own() -> None:
    one, two = both(B)
    one, two = with_vault(one), agree(two, "vault", VAULT_SAYS | {"vault": "00" * 16}, THREE, vaults={"main": 1})
    for book in exchanged(one, two):
        assert {(writer, name) for writer, name, _record in book.state.rules.vaults} == {
            (A.key, "main"),
            (B.key, "main"),
        }


def test_absences_that_stand_are_told() -> None:
    absence = Absence(ALICE.key, 1, 2)
    assert agree(begun(), "absence", absence.to_json(), THREE).state.rules.absences == (absence,)


def test_what_waits_is_named_with_its_line_and_its_signers() -> None:
    one, two = both(B)
    one = change(one, FIVE[2:], THREE)
    two = wallet(two)
    one, two = exchanged(one, two)
    (waiting,) = one.state.rules.waiting
    stated = next(each for each in one.known.statements if each.signed.statement.kind == WALLET)
    assert (waiting.digest, waiting.kind, waiting.writer) == (stated.digest, WALLET, B.key)
    assert (waiting.number, waiting.by) == (stated.node.number, {person.key for person in THREE})
    assert not one.state.wallets


@pytest.mark.parametrize("known", [Known(), begun().known])
def test_the_treasury_is_the_genesis(known: Known) -> None:
    if known.treasury is None:
        assert not known.tips
    else:
        assert rules_of(known).treasury == begun().known.statements[0].digest


def test_a_roster_that_settles_is_the_only_leaf() -> None:
    one, two = both(B)
    one, two = exchanged(change(one, FIVE[:4], THREE), change(two, FIVE[1:], (BOB, CAROL, DAVE)))
    book = agree(one, ROSTER, {"roster": roster(FIVE[1:4], version=3).to_json()}, FIVE)
    assert [id_ for id_, _roster in book.state.rules.leaves] == [
        roster(FIVE[1:4]).identity(book.state.treasury, one.state.basis)
    ]
