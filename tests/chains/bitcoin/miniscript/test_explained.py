"""What a treasurer is told of a miniscript: in words that are exactly true, whatever the script."""

from collections.abc import Iterator
from itertools import product

import pytest

from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.miniscript import Context, Node, Path, count_paths, explain, explain_path, parse, paths
from tests.chains.bitcoin.miniscript.miniscripts import HASHERS, PREIMAGES, after_holds, grown, holds, older_holds

P2WSH = Context.P2WSH
H32 = "cd" * 32
TIMINGS = (
    Timing(1, 0, 0),
    Timing(2, 0, 0),
    Timing(2, 1, 1),
    Timing(2, 5, 60),
    Timing(2, 200, 500_000),
    Timing(2, 0x400001, 500_000_001),
    Timing(2, 0x40FFFF, 1_700_000_000),
    Timing(2, 0xFFFFFFFF, 600_000),
)


def explained(text: str) -> tuple[str, ...]:
    return explain(parse(text, P2WSH, str), str)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("pk(A)", ("A alone now",)),
        ("multi(2,A,B,C)", ("2 of A, B, C now",)),
        ("and_v(v:pk(A),pk(B))", ("all of A, B now",)),
        ("multi(3,A,B,C)", ("all of A, B, C now",)),
        ("or_d(pk(A),pkh(B))", ("1 of A, B now",)),
        (
            "or_d(multi(2,A,B,C),and_v(v:pk(D),older(52560)))",
            (
                "2 of A, B, C now",
                "D alone after 52,560 blocks (about 365 days) from when the coin arrived",
            ),
        ),
        (
            "or_i(and_v(v:pk(D),after(900000)),and_v(v:pk(A),older(1)))",
            (
                "A alone after 1 block (about 10 minutes) from when the coin arrived",
                "D alone after block 900,000 (on the main network about 2025-06)",
            ),
        ),
        (
            "or_i(and_v(v:pk(A),older(4194484)),and_v(v:pk(B),after(1800000000)))",
            (
                "A alone after 180 units of 512 seconds (about 26 hours) from when the coin arrived",
                "B alone after 2027-01-15 08:00:00 UTC",
            ),
        ),
        (
            "thresh(3,pk(A),s:pk(B),s:pk(C),sln:older(12960))",
            (
                "all of A, B, C now",
                "2 of A, B, C after 12,960 blocks (about 90 days) from when the coin arrived",
            ),
        ),
        ("and_v(v:pk(A),multi(2,B,C,D))", ("A and (2 of B, C, D) now",)),
        ("and_v(v:multi(1,X,Y),multi(2,B,C,D))", ("(1 of X, Y) and (2 of B, C, D) now",)),
        (f"and_v(v:pk(A),sha256({H32}))", (f"A alone with the preimage of SHA-256 {H32}",)),
        (
            "and_v(v:pk(A),and_v(v:older(12),after(500)))",
            (
                "A alone after 12 blocks (about 2 hours) from when the coin arrived"
                " and after block 500 (on the main network about 2009-01)",
            ),
        ),
        (
            "and_v(v:pk(A),and_v(v:older(10),older(4000)))",
            ("A alone after 4,000 blocks (about 28 days) from when the coin arrived",),
        ),
        (
            "or_d(pk(A),older(288))",
            ("A alone now", "anybody after 288 blocks (about 2 days) from when the coin arrived"),
        ),
        ("or_i(pk(A),1)", ("anybody now",)),
        ("or_d(pk(A),and_v(v:pk(A),older(9)))", ("A alone now",)),
        ("and_n(pk(A),0)", ("nobody, ever",)),
    ],
)
def test_each_way_to_spend_is_a_line(text: str, lines: tuple[str, ...]) -> None:
    assert explained(text) == lines


@pytest.mark.parametrize(
    ("height", "when"),
    [
        (1, "about 2009-01"),
        (840_000, "about 2024-04"),
        (840_001, "about 2024-04"),
        (1_050_000, "about 2028-04"),
        (419_000_000, "about 9974-11"),
        (499_999_999, "in thousands of years"),
    ],
)
def test_a_height_that_is_past_or_never_comes_is_told_from_one_that_is_near(height: int, when: str) -> None:
    """A stranger's key "after block 840,000" looks like a lock to whoever does not know the height of the chain."""
    (line,) = explained(f"and_v(v:pk(A),after({height}))")
    assert line == f"A alone after block {height:,} (on the main network {when})"


def test_a_thousand_ways_are_told_by_what_makes_them() -> None:
    parts = [f"nl:and_v(v:pk(A{each}),after({each + 1}))" for each in range(12)]
    node = parse(f"thresh(6,{',a'.join(parts)})", P2WSH, str)
    assert count_paths(node) == 924
    lines = explain(node, str)
    assert lines[:4] == (
        "there are 924 ways to spend, made of this:",
        "  at least 6 of these 12:",
        "    all 2 of these:",
        "      A0",
    )
    assert len(lines) == 2 + 3 * 12
    assert paths(node) is None


def test_nobody_is_told_a_number_of_thirty_digits() -> None:
    text = "and_v(v:pk(A)," + "and_v(v:or_i(after(1),after(2))," * 90 + "1)" + ")" * 90
    assert explained(text)[0] == "there are more than 1,000,000 ways to spend, made of this:"


def test_a_transaction_opens_the_ways_whose_locks_it_meets() -> None:
    node = parse("or_d(multi(2,A,B,C),or_i(and_v(v:pk(D),older(100)),and_v(v:pk(E),after(700000))))", P2WSH, str)
    for timing, expected in (
        (Timing(2, 0xFFFFFFFD, 699_999), [True, False, False]),
        (Timing(2, 100, 0), [True, True, False]),
        (Timing(1, 100, 0), [True, False, False]),
        (Timing(2, 100, 700_000), [True, True, True]),
        (Timing(2, 0xFFFFFFFF, 700_000), [True, False, False]),
    ):
        ways = paths(node) or ()
        assert [way.is_open(timing) for way in ways] == expected
        assert tuple(explain_path(way, str) for way in ways) == explain(node, str)


def atoms(node: Node[str]) -> Iterator[tuple[set[str], Timing, tuple[bytes, ...]]]:
    """Yield every set of signers, at every time, with all and without some preimages."""
    names = node.keys()
    known = [preimage for preimage in PREIMAGES if any(hashed(each, preimage) for each in node.walk())]
    for chosen in product((False, True), repeat=len(names)):
        signing = {name for name, signs in zip(names, chosen, strict=True) if signs}
        for timing in TIMINGS:
            for revealed in {(), tuple(known), tuple(known[:1]), tuple(known[1:])}:
                yield signing, timing, revealed


def hashed(each: Node[str], preimage: bytes) -> bool:
    hasher = HASHERS.get(each.fragment.value)
    return hasher is not None and hasher(preimage) == each.digest


def takes(path: Path[str], signing: set[str], timing: Timing, known: tuple[bytes, ...]) -> bool:
    """Say whether a way is met, by what it says and nothing else."""
    locks = {"older": older_holds, "after": after_holds}
    return (
        all(len(signing.intersection(quorum.keys)) >= quorum.threshold for quorum in path.quorums)
        and all(locks[lock.fragment](lock.number, timing) for lock in path.locks)
        and all(any(HASHERS[each.fragment](one) == each.digest for one in known) for each in path.preimages)
    )


@pytest.mark.parametrize("context", Context)
def test_the_ways_together_are_exactly_the_script(context: Context) -> None:
    compared = 0
    for seed in range(120):
        node = parse(grown(seed, context), context, str)
        ways = paths(node)
        if ways is None or len(node.keys()) > 6:
            continue
        for signing, timing, known in atoms(node):
            told = any(takes(way, signing, timing, known) for way in ways)
            assert told is holds(node, signing, timing, known), node.text(str)
        compared += 1
    assert compared > 60


@pytest.mark.parametrize("context", Context)
def test_a_way_is_open_exactly_when_its_locks_are_met(context: Context) -> None:
    for seed in range(120):
        node = parse(grown(seed, context), context, str)
        for timing in TIMINGS:
            everything = holds(node, set(node.keys()), timing, PREIMAGES)
            ways = paths(node)
            if ways is not None:
                assert any(way.is_open(timing) for way in ways) is everything


@pytest.mark.parametrize("context", Context)
def test_no_way_is_told_that_another_one_makes_needless(context: Context) -> None:
    for seed in range(120):
        ways = paths(parse(grown(seed, context), context, str)) or ()
        for way in ways:
            assert not any(other is not way and other.asks_no_more(way) for other in ways)
