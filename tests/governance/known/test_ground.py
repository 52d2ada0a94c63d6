"""What a machine stands on that begins to write: all that it knows, and nothing of its own."""

from hashlib import sha256

from custody.governance.contents import Replaced
from custody.governance.known.ground import Ground
from custody.governance.known.lines import Known
from custody.governance.known.past import NOTHING
from custody.governance.statement import Tip
from tests.governance.treasury import (
    AT,
    FIVE,
    THREE,
    A,
    B,
    C,
    agree,
    begun,
    both,
    change,
    exchanged,
    exported,
    halted,
    heir_line,
    judged,
    known_from,
    signed,
    taken,
)


def test_the_ground_is_the_frontier_of_all_that_is_known() -> None:
    one, two = both(B)
    one, two = exchanged(signed(one, "one"), signed(two, "two"))
    ground = Ground.of(one.known)
    assert ground.past.heads == one.past.heads
    assert ground.past.leaves == one.past.leaves
    assert ground.rules.to_json() == one.state.rules.to_json()
    assert ground.state == one.digest
    assert Ground.of(Known()).past == NOTHING


def test_a_fork_stands_in_it_with_both_branches() -> None:
    one, two = both(B)
    x, y = signed(two, "x"), signed(two, "y")
    one = taken(taken(one, exported(x)), exported(y))
    ground = Ground.of(one.known)
    assert len(ground.past.tips[B.key]) == 2
    for own in (Tip(x.head.number, x.head.hash), Tip(y.head.number, y.head.hash)):
        assert ground.last_of(B.key, own).last == own


def test_its_bytes_are_all_lines_each_after_what_it_covers() -> None:
    one, two = both(B)
    one, two = exchanged(signed(one, "one"), signed(two, "two"))
    segment = Ground.of(one.known).segment
    assert segment.count(b"\n") == len(one.known.nodes)
    again = known_from(segment)
    assert again.nodes.keys() == one.known.nodes.keys()
    assert list(again.nodes) == list(one.known.nodes)


def test_the_newest_proven_line_of_a_writer_ends_it() -> None:
    book = signed(begun(), "one")
    ground, first = Ground.of(book.known), book.head_at(0)
    for own in (Tip(0, first.hash), Tip(1, book.head.hash)):
        assert ground.last_of(A.key, own) == Replaced(A.key, Tip(1, book.head.hash))
    unknown = Tip(7, bytes(32))
    assert ground.last_of(C.key, unknown).last == unknown


def test_a_statement_on_it_is_well_made_for_a_new_machine() -> None:
    book = change(halted(begun(), FIVE[0]), FIVE[:4], THREE)
    ground = Ground.of(book.known)
    made = ground.statement("machine", {"key": None}, B.key, AT)
    assert (made.kind, made.says, made.machine, made.at) == ("machine", {"key": None}, B.key, AT)
    assert (made.treasury, made.basis, made.state) == (book.state.treasury, book.state.basis, book.digest)
    assert made.heads == {A.key: (Tip(2, book.head.hash),)}
    assert judged(book.known, heir_line(book, B))
    assert sha256(ground.segment).digest() == sha256(book.journal).digest()
    assert agree(book, "wallet", {"document": {}, "name": "w"}, THREE).state.wallets
