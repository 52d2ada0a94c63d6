"""The set of lines: who wrote what on what, of honest writers and of one that forked."""

import pytest

from custody.governance.chain import Line, parse
from custody.governance.entry import Entry
from custody.governance.known.lines import Known, Node
from custody.governance.statement import Tip
from tests.governance.treasury import (
    AT,
    THREE,
    A,
    B,
    Laptop,
    agree,
    begun,
    both,
    digest,
    halted,
    judged,
    signed,
    tell,
)

MENDED = {"bytes": 1, "present": [], "sha256": digest("torn").hex()}


def added(known: Known, line: bytes) -> Node:
    node, said = judged(known, line)
    known.add(node, said)
    return node


def on(previous: Node, text: str, laptop: Laptop = A) -> bytes:
    """A line on another, sealed by its writer."""
    what = {**MENDED, "sha256": digest(text).hex()}
    return laptop.sealed(Entry(previous.hash, AT, "mended", previous.number + 1, laptop.key, what))


def forked() -> tuple[Known, dict[str, Node]]:
    """A genesis, one line on it, and then two branches: "x2", "x3" and "y2"."""
    book = begun()
    known, nodes = book.known.copy(), {}
    nodes["0"] = known.nodes[book.head.hash]
    nodes["1"] = added(known, on(nodes["0"], "1"))
    nodes["x2"] = added(known, on(nodes["1"], "x2"))
    nodes["y2"] = added(known, on(nodes["1"], "y2"))
    nodes["x3"] = added(known, on(nodes["x2"], "x3"))
    return known, nodes


def test_a_line_is_found_by_its_writer_its_number_and_its_hash() -> None:
    known, nodes = forked()
    node = nodes["x2"]
    assert known.at(A.key, node.tip) is node
    assert known.at(B.key, node.tip) is None
    assert known.at(A.key, Tip(3, node.hash)) is None
    assert known.at(A.key, Tip(2, digest("x"))) is None


def test_of_a_fork_the_longest_branch_has_the_newest_line() -> None:
    known, nodes = forked()
    assert known.newest(A.key) == nodes["x3"].tip
    assert known.newest(B.key) is None
    assert known.tips == {A.key: nodes["x3"].tip}


def test_a_writer_is_forked_at_the_first_number_that_stands_twice() -> None:
    known, nodes = forked()
    added(known, on(nodes["y2"], "y3"))
    assert known.forked_at(A.key) == 2
    assert known.forked_at(B.key) is None


def test_of_two_newest_lines_the_higher_hash_is_the_newest() -> None:
    known, nodes = forked()
    other = added(known, on(nodes["y2"], "y3"))
    assert known.newest(A.key) == max(nodes["x3"].tip, other.tip)


@pytest.mark.parametrize(
    ("upper", "below", "beside"),
    [
        ("x3", {"0", "1", "x2", "x3"}, {"y2"}),
        ("y2", {"0", "1", "y2"}, {"x2", "x3"}),
        ("1", {"0", "1"}, {"x2", "y2", "x3"}),
    ],
)
def test_a_line_covers_those_of_its_own_branch(upper: str, below: set[str], beside: set[str]) -> None:
    known, nodes = forked()
    assert {name for name in nodes if known.covers(A.key, nodes[upper].tip, nodes[name].tip)} == below
    assert not any(known.covers(A.key, nodes[upper].tip, nodes[name].tip) for name in beside)
    assert not known.covers(A.key, Tip(9, digest("unknown")), nodes["0"].tip)
    assert not known.covers(B.key, nodes[upper].tip, nodes["0"].tip)
    past = known.past_of(nodes[upper])
    assert {name for name in nodes if known.is_in(past, nodes[name])} == below


def test_an_ancestor_is_of_the_same_branch() -> None:
    known, nodes = forked()
    assert known.ancestor(nodes["x3"], 2) is nodes["x2"]
    assert known.ancestor(nodes["y2"], 2) is nodes["y2"]
    assert known.ancestor(nodes["y2"], 1) is nodes["1"]


def test_a_chain_is_walked_from_its_newest_line_to_the_first() -> None:
    known, nodes = forked()
    assert [node.number for node in known.chain(nodes["x3"])] == [3, 2, 1, 0]
    assert nodes["y2"] not in list(known.chain(nodes["x3"]))


def test_lines_that_say_nothing_share_the_past_of_the_last_that_did() -> None:
    book = begun()
    known = book.known.copy()
    first = known.nodes[book.head.hash]
    node = first
    for number in range(1, 4):
        judged_node, _said = judged(known, on(node, str(number)))
        plain = Node(judged_node.content, _line(judged_node), node, None)
        known.add(plain)
        node = plain
        assert known.past_of(node).tips == {A.key: {node.tip}}
        assert known.past_of(node).leaves == book.past.leaves
    assert known.past_of(first).tips == {A.key: {first.tip}}


def _line(node: Node) -> Line:
    line = parse(node.content, node.begin, node.end)
    assert line is not None
    return line


def test_what_stands_on_several_lines_covers_what_each_does() -> None:
    known, nodes = forked()
    past = known.standing_on(nodes["x3"], {A.key: (nodes["y2"].tip, nodes["1"].tip)})
    assert past.heads == {A.key: tuple(sorted((nodes["x3"].tip, nodes["y2"].tip)))}
    assert known.standing_on(nodes["1"], None).heads == {A.key: (nodes["1"].tip,)}
    assert known.standing_on(None, {A.key: (nodes["1"].tip,)}).heads == {A.key: (nodes["1"].tip,)}
    assert known.standing_on(None, {}).heads == {}


def test_a_copy_grows_on_its_own() -> None:
    book = begun()
    before = book.known
    copy = before.copy()
    node = added(copy, on(copy.nodes[book.head.hash], "more"))
    assert node.hash in copy.nodes and node.hash not in before.nodes
    assert copy.newest(A.key) == node.tip and before.newest(A.key) == Tip(0, book.head.hash)
    assert copy.treasury == before.treasury == book.state.treasury
    grown = agree(book, "wallet", {"document": {}, "name": "w"}, THREE)
    assert (len(before.statements), len(grown.known.statements)) == (1, 2)
    assert (len(before.said), len(grown.known.said)) == (1, 2)
    assert len(before.rosters) == 1


def test_what_lines_say_is_remembered_as_it_came() -> None:
    one, two = both(B)
    one = halted(signed(one, "one"), THREE[0])
    kinds = [node.kind for node, _said in one.known.said]
    assert kinds == ["genesis", "machine", "signed", "halt"]
    assert [stated.signed.statement.kind for stated in two.known.statements] == ["genesis", "machine"]
    assert one.known.statements[0].digest == one.state.treasury
    assert Known().treasury is None


def test_a_line_gives_its_bytes_and_its_entry() -> None:
    book = tell(begun(), "mended", MENDED)
    node = book.known.nodes[book.head.hash]
    assert node.line == book.journal.splitlines()[1]
    assert node.entry == book.entry(1)
    assert (node.writer, node.number, node.kind, node.at) == (A.key, 1, "mended", AT)
    assert node.tip == Tip(1, book.head.hash)
