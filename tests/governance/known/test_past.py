"""What a line covers: carried along a chain, joined where lines meet, and of each branch only its newest line."""

from custody.governance.known.past import NOTHING, Past, merged
from custody.governance.statement import Tip
from tests.governance.treasury import A, B, digest

A1, A2, A3 = (Tip(number, digest(f"a{number}")) for number in (1, 2, 3))
FORK = Tip(2, digest("another a2"))
B1 = Tip(1, digest("b1"))
BELOW = {A3: (A1, A2), A2: (A1,), FORK: (A1,)}


def covers(_writer: bytes, upper: Tip, lower: Tip) -> bool:
    return upper == lower or lower in BELOW.get(upper, ())


def past(**tips: Tip) -> Past:
    return Past({{"a": A, "b": B}[name].key: frozenset({tip}) for name, tip in tips.items()}, {})


def test_a_line_more_takes_the_place_of_the_one_below() -> None:
    grown = NOTHING.beyond(A.key, A1, None).beyond(A.key, A2, A1)
    assert grown == past(a=A2)
    assert grown.beyond(B.key, B1, None) == past(a=A2, b=B1)
    assert NOTHING.tips == {}


def test_a_line_on_an_older_one_stands_beside_the_newer() -> None:
    assert past(a=A2).beyond(A.key, FORK, A1).tips[A.key] == {A2, FORK}


def test_of_several_pasts_only_the_newest_of_each_branch_is_named() -> None:
    assert merged([past(a=A1), past(a=A3), past(a=A2)], covers) == past(a=A3)
    both = merged([past(a=A3), past(a=FORK, b=B1), past(a=A1)], covers)
    assert both.heads == {A.key: tuple(sorted((A3, FORK))), B.key: (B1,)}
    assert merged([], covers) == NOTHING


def test_the_frontier_is_named_in_its_order() -> None:
    tips = Past({A.key: frozenset({A3, FORK, A1})}, {})
    assert tips.heads[A.key] == (A1, FORK, A3)


def test_a_line_is_in_the_past_if_some_newest_line_stands_on_it() -> None:
    both = merged([past(a=A2), past(a=FORK)], covers)
    assert all(both.covers(A.key, tip, covers) for tip in (A1, A2, FORK))
    assert not both.covers(A.key, A3, covers)
    assert not both.covers(B.key, B1, covers)
    assert not NOTHING.covers(A.key, A1, covers)


def test_leaves_are_the_rosters_that_no_other_follows() -> None:
    one, two, three, four = sorted(map(digest, "1234"))
    grown = NOTHING.with_roster(two, ())
    assert grown.leaves == (two,)
    contested = grown.with_roster(four, (two,)).with_roster(three, (two,))
    assert contested.leaves == (three, four)
    assert contested.with_roster(one, (three, four)).leaves == (one,)
    assert contested.with_roster(one, (three,)).leaves == (one, four)


def test_rosters_of_all_pasts_are_known() -> None:
    one, two, three = map(digest, "123")
    first = NOTHING.with_roster(one, ())
    joined = merged([first.with_roster(two, (one,)), first.with_roster(three, (one,))], covers)
    assert joined.leaves == tuple(sorted((two, three)))
    assert joined.beyond(A.key, A1, None).rosters == joined.rosters
