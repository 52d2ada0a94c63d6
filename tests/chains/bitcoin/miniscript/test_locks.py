"""Which keys of a policy count under a transaction's time locks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.miniscript import Context, parse
from custody.chains.bitcoin.miniscript.locks import opened_by_time, usable_keys
from tests.support.desk import FINAL, RBF

NOW = Timing(2, RBF, 0)


def usable(text: str, timing: Timing = NOW) -> str:
    return "".join(sorted(usable_keys(parse(text, Context.P2WSH, str), timing)))


@pytest.mark.parametrize(
    ("text", "now", "later"),
    [
        ("or_d(multi(2,A,B,C),and_v(v:pkh(D),older(10)))", "ABC", "ABCD"),
        ("and_v(v:pk(A),older(10))", "", "A"),
        ("and_v(v:pk(A),or_d(pk(B),older(10)))", "AB", "AB"),
        ("andor(pk(A),older(10),pk(B))", "B", "AB"),
        ("andor(pk(A),pk(B),and_v(v:pk(C),older(10)))", "AB", "ABC"),
        ("thresh(2,pk(A),s:pk(B),sln:older(10))", "AB", "AB"),
        ("thresh(3,pk(A),s:pk(B),sln:older(10))", "", "AB"),
        ("or_i(and_v(v:pk(A),older(10)),and_v(v:pk(B),older(11)))", "", "A"),
        ("and_b(pk(A),a:or_i(0,pk(B)))", "AB", "AB"),
    ],
)
def test_keys_behind_a_lock_count_once_it_is_asked_for(text: str, now: str, later: str) -> None:
    assert usable(text) == now
    assert usable(text, Timing(2, 10, 0)) == later


@pytest.mark.parametrize(
    ("timing", "met"),
    [
        (Timing(2, 10, 0), True),
        (Timing(2, 11, 0), True),
        (Timing(-1, 10, 0), True),
        (Timing(2, 0xFFFF, 0), True),
        (Timing(2, 9, 0), False),
        (Timing(1, 10, 0), False),
        (Timing(2, 10 | 1 << 22, 0), False),
        (Timing(2, 10 | 1 << 31, 0), False),
        (Timing(2, FINAL, 0), False),
    ],
)
def test_an_age_is_asked_for_by_the_sequence_number(timing: Timing, met: bool) -> None:
    assert usable("and_v(v:pk(A),older(10))", timing) == ("A" if met else "")


@pytest.mark.parametrize(
    ("locktime", "sequence", "met"),
    [(500, 0, True), (501, RBF, True), (499, 0, False), (500, FINAL, False), (500_000_001, 0, False)],
)
def test_a_moment_is_asked_for_by_the_lock_time(locktime: int, sequence: int, met: bool) -> None:
    assert usable("and_v(v:pk(A),after(500))", Timing(2, sequence, locktime)) == ("A" if met else "")


@given(st.integers(1, 0xFFFF), st.integers(1, 0xFFFF))
def test_who_waits_longer_can_do_no_less(first: int, second: int) -> None:
    text = f"or_i(and_v(v:pk(A),older({first})),or_i(and_v(v:pk(B),older({second})),pk(C)))"
    early, late = sorted((first, second))
    assert set(usable(text, Timing(2, early, 0))) <= set(usable(text, Timing(2, late, 0))) == set("ABC")


def opened(text: str, *moments: Timing) -> list[str]:
    return list(opened_by_time(parse(text, Context.P2WSH, str), moments, str))


def test_the_ways_that_a_time_lock_opens_are_told_and_no_others() -> None:
    decaying = "or_d(multi(2,A,B,C),or_i(and_v(v:pk(D),older(100)),and_v(v:pk(E),after(700000))))"
    assert opened(decaying, NOW) == opened(decaying, Timing(2, 99, 0), Timing(1, 100, 0)) == []
    (late,) = opened(decaying, NOW, Timing(2, 100, 0))
    assert late.startswith("D alone after 100 blocks")
    assert len(opened(decaying, Timing(2, 100, 700_000))) == 2
    assert opened("multi(2,A,B,C)", Timing(2, 100, 700_000)) == []


def test_of_too_many_ways_it_is_told_that_time_opens_some() -> None:
    parts = ",a".join(f"nl:and_v(v:pk(A{each}),after({each + 1}))" for each in range(12))
    text = f"thresh(6,{parts})"
    assert opened(text, Timing(2, RBF, 0)) == []
    assert opened(text, Timing(2, RBF, 6)) == ["some of more ways than can be told"]
