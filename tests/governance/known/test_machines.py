"""Which machines write for the treasury, and which lines are each one's part: certificates, ends and forks."""

from custody.governance.book import Book
from custody.governance.contents import Machine, Replaced
from custody.governance.entry import Entry
from custody.governance.known.fold import fold
from custody.governance.known.lines import Known, Node
from custody.governance.known.machines import Writer
from custody.governance.statement import MACHINE, Tip
from tests.governance.treasury import (
    AT,
    BOB,
    CAROL,
    DAVE,
    FIVE,
    THREE,
    A,
    B,
    C,
    D,
    Laptop,
    admitted,
    agree,
    begun,
    both,
    change,
    digest,
    ended,
    exchanged,
    exported,
    heir,
    joined,
    judged,
    rules_of,
    signed,
    taken,
)


def mended(previous: Node, text: str, laptop: Laptop = B) -> bytes:
    what = {"bytes": 1, "present": [], "sha256": digest(text).hex()}
    return laptop.sealed(Entry(previous.hash, AT, "mended", previous.number + 1, laptop.key, what))


def grown(known: Known, previous: Node, *texts: str) -> list[Node]:
    """Lines on a line, one on another."""
    found = []
    for text in texts:
        node, said = judged(known, mended(previous, text))
        known.add(node, said)
        found.append(node)
        previous = node
    return found


def writer(known: Known, laptop: Laptop) -> Writer:
    return rules_of(known).machines[laptop.key]


def part(known: Known, laptop: Laptop) -> list[int]:
    """The numbers of the lines that are a writer's own."""
    machine = writer(known, laptop)
    nodes = [node for node in known.nodes.values() if node.writer == laptop.key]
    return sorted(node.number for node in nodes if machine.owns(known, node))


def test_the_genesis_certifies_its_machine_and_names_it() -> None:
    machine = writer(begun().known, A)
    assert (machine.key, machine.name, machine.certified, machine.live) == (A.key, digest("laptop"), True, True)
    assert (machine.replaced, machine.ends, machine.forked) == (None, (), None)
    assert machine.newest == Tip(0, begun().head.hash)


def test_who_only_joined_is_known_and_has_no_part() -> None:
    two = joined(B, exported(begun()))
    machine = writer(two.known, B)
    assert (machine.certified, machine.live, machine.name) == (False, False, None)
    assert part(two.known, B) == []
    assert part(two.known, A) == [0]


def test_a_certified_machine_is_live_and_all_its_lines_are_its_own() -> None:
    one, two = both(B)
    two = signed(signed(two, "one"), "two")
    one, two = exchanged(one, two)
    for book in (one, two):
        assert writer(book.known, B).live
        assert part(book.known, B) == list(range(len(part(book.known, B))))
        assert writer(book.known, B).newest == book.known.newest(B.key)


def test_who_is_certified_before_it_began_is_known() -> None:
    book = admitted(begun(), B)
    assert writer(book.known, B).live and writer(book.known, B).newest is None


def test_a_machine_is_named_by_its_certificate_and_by_a_later_one() -> None:
    book = agree(begun(), MACHINE, Machine(B.key, digest("spare"), None).to_json(), THREE)
    assert writer(book.known, B).name == digest("spare")
    again = agree(book, MACHINE, Machine(B.key, None, None).to_json(), THREE)
    assert writer(again.known, B).name == digest("spare")  # one without a name takes none away
    assert writer(admitted(begun(), B).known, B).name is None


def test_a_certificate_that_waits_certifies_nobody() -> None:
    one, two = both(B)
    two = admitted(two, C)
    one = change(one, FIVE[2:], THREE)
    for book in exchanged(one, two):
        assert C.key not in book.state.rules.machines
    three = joined(C, exported(two))
    assert writer(three.known, C).certified
    three = taken(three, exported(one))
    assert not writer(three.known, C).certified and part(three.known, C) == []
    assert C.key not in taken(one, exported(three)).state.rules.machines


def test_an_end_leaves_what_stands_below_it() -> None:
    one, two = both(B)
    two = signed(two, "one")
    one = taken(one, exported(two))
    last = one.known.newest(B.key)
    one = ended(one, B)
    later = signed(signed(two, "two"), "three")
    known = one.known.copy()
    for line in later.journal.splitlines()[-2:]:
        known.add(*judged(known, line))
    machine = writer(known, B)
    assert machine.certified and not machine.live
    assert last is not None and machine.ends == (last,)
    assert part(known, B) == list(range(last.number + 1))
    assert writer(known, A).live


def test_an_end_at_a_line_that_is_not_known_leaves_those_up_to_its_number() -> None:
    one, two = both(B)
    two = signed(signed(two, "one"), "two")
    one = taken(one, exported(two))
    one = ended(one, B, last=Tip(1, digest("unknown")))
    assert part(one.known, B) == [0, 1]


def test_two_ends_leave_what_both_contain() -> None:
    one, two = both(B)
    two = signed(signed(two, "one"), "two")
    one = taken(one, exported(two))
    hashes = {node.number: node.hash for node in one.known.nodes.values() if node.writer == B.key}
    for order in ((2, 1), (1, 2)):
        book = one
        for number in order:
            book = ended(book, B, last=Tip(number, hashes[number]))
        assert part(book.known, B) == [0, 1]
        assert writer(book.known, B).ends == (Tip(1, hashes[1]), Tip(2, hashes[2]))


def test_an_end_decides_which_branch_of_a_fork_is_its_writers() -> None:
    one, two = both(B)
    known = one.known.copy()
    for line in two.journal.splitlines():
        if known.nodes.get(two.head.hash) is None:
            known.add(*judged(known, line))
    tip = known.nodes[max(node.hash for node in known.nodes.values() if node.writer == B.key)]
    here = grown(known, tip, "x1", "x2")
    there = grown(known, tip, "y1", "y2")
    machine = writer(known, B)
    assert machine.forked == tip.number + 1 and not machine.live
    assert part(known, B) == list(range(tip.number + 1))
    line = Machine(None, None, Replaced(B.key, there[0].tip)).to_json()
    decided = _with(known, one, line)
    machine = writer(decided, B)
    assert [machine.owns(decided, node) for node in (*here, *there)] == [False, False, True, False]


def _with(known: Known, book: Book, says: dict[str, object]) -> Known:
    """What is known once a quorum agreed, in a book that heard nothing of what else is known."""
    grown_ = known.copy()
    agreed = agree(book, MACHINE, says, THREE)
    grown_.add(*judged(grown_, agreed.journal.splitlines()[-1]))
    return grown_


def test_a_fork_is_a_fact_about_a_past() -> None:
    """Where only one branch is covered, the writer is honest so far."""
    one, two = both(B)
    x, y = signed(two, "x"), signed(two, "y")
    one = taken(one, exported(x))
    early = one.past
    assert writer(one.known, B).forked is None
    one = taken(one, exported(y))
    assert one.state.rules.machines[B.key].forked == two.head.number + 1
    assert fold(one.known, early).machines[B.key].forked is None
    assert fold(one.known, early).machines[B.key].newest == Tip(x.head.number, x.head.hash)


def test_a_fork_is_found_at_its_first_line_however_long_its_branches() -> None:
    one, two = both(B)
    x = signed(signed(signed(two, "x1"), "x2"), "x3")
    y = signed(two, "y1")
    one = taken(taken(one, exported(x)), exported(y))
    assert one.state.rules.machines[B.key].forked == two.head.number + 1
    assert one.state.rules.machines[B.key].newest == Tip(x.head.number, x.head.hash)
    assert part(one.known, B) == list(range(two.head.number + 1))


def test_a_writer_that_begins_twice_forked_at_its_first_line() -> None:
    first = begun()
    one = admitted(first, B)
    x = taken(joined(B, exported(first)), exported(one))
    y = joined(B, exported(one))
    one = taken(taken(one, exported(signed(x, "x"))), exported(signed(y, "y")))
    assert one.state.rules.machines[B.key].forked == 0
    assert part(one.known, B) == []


def test_two_machines_end_each_other_and_no_change_of_rules_is_unmade() -> None:
    one, two = both(B)
    one = change(one, FIVE[:4], THREE)
    one = ended(one, B)
    two = ended(two, A, (BOB, CAROL, DAVE))
    for book in exchanged(one, two):
        machines = book.state.rules.machines
        assert not machines[A.key].live and not machines[B.key].live
        assert len(book.state.roster.officers) == 4


def test_an_heir_is_live_and_the_replaced_machine_is_not() -> None:
    book = signed(begun(), "one")
    spare = heir(book, B)
    machines = spare.state.rules.machines
    assert machines[B.key].live and machines[B.key].replaced == A.key
    assert machines[A.key].ends == (Tip(book.head.number, book.head.hash),)
    assert machines[A.key].certified and not machines[A.key].live and machines[A.key].replaced is None
    signed(spare, "two")


def test_two_heirs_of_one_backup_have_each_a_part() -> None:
    book = signed(begun(), "one")
    x, y = signed(heir(book, B), "x"), signed(heir(book, C), "y")
    for each in exchanged(x, y):
        machines = each.state.rules.machines
        assert machines[B.key].live and machines[C.key].live
        assert part(each.known, B)[:2] == part(each.known, C)[:2] == [0, 1]


def test_who_was_ended_is_certified_again_only_with_a_key_of_its_own() -> None:
    one, _two = both(B)
    one = admitted(ended(one, B), B)
    assert not writer(one.known, B).live
    assert writer(admitted(one, D).known, D).live
