"""Witnesses that a stranger cannot change: which one is chosen, and when there is none to give."""

from hashlib import sha256
from itertools import product
from random import Random

import pytest

from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.miniscript import Context, largest_satisfaction_size, parse, satisfy
from tests.chains.bitcoin.miniscript.miniscripts import HASHERS, PREIMAGES

P2WSH, TAPSCRIPT = Context.P2WSH, Context.TAPSCRIPT
NOW, LATER = Timing(2, 0, 0), Timing(2, 1000, 0)
KEYS = {name: bytes([2]) + sha256(name.encode()).digest() for name in "ABCDEFG"}


def sig(name: str, size: int = 72) -> bytes:
    return name.encode() * size


def witness(
    text: str,
    signing: str,
    timing: Timing = NOW,
    preimages: tuple[bytes, ...] = (),
    context: Context = P2WSH,
) -> tuple[bytes, ...] | None:
    return satisfy(
        parse(text, context, str),
        signatures={name: sig(name) for name in signing},
        timing=timing,
        key_bytes=lambda name: KEYS[name][33 - context.key_size :],
        preimages=preimages,
    )


@pytest.mark.parametrize(
    ("text", "signing", "timing", "expected"),
    [
        ("pk(A)", "A", NOW, (sig("A"),)),
        ("pkh(A)", "A", NOW, (sig("A"), KEYS["A"])),
        ("multi(2,A,B,C)", "CA", NOW, (b"", sig("A"), sig("C"))),
        ("multi(2,A,B,C)", "ABC", NOW, (b"", sig("A"), sig("B"))),
        ("or_d(pk(A),pkh(B))", "A", NOW, (sig("A"),)),
        ("or_d(pk(A),pkh(B))", "B", NOW, (sig("B"), KEYS["B"], b"")),
        ("or_d(pk(A),pkh(B))", "AB", NOW, (sig("A"),)),
        ("or_i(pk(A),pk(B))", "A", NOW, (sig("A"), b"\x01")),
        ("or_i(pk(A),pk(B))", "B", NOW, (sig("B"), b"")),
        ("or_i(pk(A),pk(B))", "AB", NOW, (sig("B"), b"")),
        ("and_v(v:pk(A),pk(B))", "AB", NOW, (sig("B"), sig("A"))),
        ("and_b(pk(A),s:pk(B))", "AB", NOW, (sig("B"), sig("A"))),
        ("or_b(pk(A),s:pk(B))", "A", NOW, (b"", sig("A"))),
        ("andor(pk(A),pk(B),pk(C))", "AB", NOW, (sig("B"), sig("A"))),
        ("andor(pk(A),pk(B),pk(C))", "CB", NOW, (sig("C"), b"")),
        ("thresh(2,pk(A),s:pk(B),s:pk(C))", "AC", NOW, (sig("C"), b"", sig("A"))),
        ("thresh(2,pk(A),s:pk(B),sln:older(9))", "AB", NOW, (b"\x01", sig("B"), sig("A"))),
        ("thresh(2,pk(A),s:pk(B),sln:older(9))", "B", LATER, (b"", sig("B"), b"")),
        ("j:and_v(v:pk(A),pk(B))", "AB", NOW, (sig("B"), sig("A"))),
        ("t:or_c(pk(A),v:pk(B))", "B", NOW, (sig("B"), b"")),
        ("and_v(v:pk(A),or_d(ndv:1,1))", "A", NOW, None),
        ("and_v(v:pk(A),older(9))", "A", LATER, (sig("A"),)),
    ],
)
def test_the_witness_is_the_one_of_the_table(
    text: str, signing: str, timing: Timing, expected: tuple[bytes, ...] | None
) -> None:
    assert witness(text, signing, timing) == expected


def test_in_a_leaf_every_key_of_a_quorum_takes_an_element() -> None:
    assert witness("multi_a(2,A,B,C)", "CA", context=TAPSCRIPT) == (sig("C"), b"", sig("A"))
    assert witness("multi_a(2,A,B,C)", "ABC", context=TAPSCRIPT) == (b"", sig("B"), sig("A"))
    assert witness("multi_a(2,A,B,C)", "B", context=TAPSCRIPT) is None
    assert witness("pkh(A)", "A", context=TAPSCRIPT) == (sig("A"), KEYS["A"][1:])


@pytest.mark.parametrize(
    ("text", "signing", "timing"),
    [
        ("pk(A)", "B", NOW),
        ("multi(2,A,B,C)", "B", NOW),
        ("and_v(v:pk(A),older(9))", "A", NOW),
        ("and_v(v:pk(A),older(9))", "", LATER),
        ("older(9)", "", LATER),
        ("or_d(pk(A),older(9))", "", LATER),
        ("and_v(v:pk(A),or_i(older(8),older(9)))", "A", LATER),
        ("0", "A", NOW),
    ],
)
def test_there_is_none_without_enough_signatures_or_time_or_with_a_choice_for_strangers(
    text: str, signing: str, timing: Timing
) -> None:
    assert witness(text, signing, timing) is None


def test_what_was_chosen_for_a_stranger_at_one_time_is_no_choice_at_another() -> None:
    text = "and_v(v:pk(A),or_i(older(8),older(2000)))"
    assert witness(text, "A", LATER) == (b"\x01", sig("A"))


@pytest.mark.parametrize("name", HASHERS)
def test_a_preimage_opens_its_own_hash_alone(name: str) -> None:
    digest = HASHERS[name](PREIMAGES[0]).hex()
    text = f"and_v(v:pk(A),{name}({digest}))"
    assert witness(text, "A", preimages=PREIMAGES) == (PREIMAGES[0], sig("A"))
    assert witness(text, "A", preimages=PREIMAGES[1:]) is None
    assert witness(text, "A") is None
    assert witness(text, "", preimages=PREIMAGES) is None


def test_a_preimage_of_another_size_opens_nothing() -> None:
    for size in (0, 31, 33):
        preimage = bytes(size)
        text = f"and_v(v:pk(A),sha256({sha256(preimage).hexdigest()}))"
        assert witness(text, "A", preimages=(preimage,)) is None


def test_of_two_ways_the_shorter_one_is_taken() -> None:
    text = "or_d(multi(3,A,B,C),pk(D))"
    assert witness(text, "ABC") == (b"", sig("A"), sig("B"), sig("C"))
    assert witness(text, "ABCD") == (sig("D"), b"", b"", b"", b"")
    signatures = {"A": sig("A", 72), "B": sig("B", 71), "C": sig("C", 70)}
    node = parse("multi(2,A,B,C)", P2WSH, str)
    chosen = satisfy(node, signatures=signatures, timing=NOW, key_bytes=KEYS.__getitem__)
    assert chosen == (b"", sig("B", 71), sig("C", 70))


def test_the_largest_witness_is_never_larger_than_said_and_is_reached() -> None:
    text = "or_d(multi(2,A,B,C),and_v(v:thresh(2,pkh(D),a:pkh(E),a:pkh(F)),older(9)))"
    node = parse(text, P2WSH, str)
    sizes = set()
    for chosen in product((False, True), repeat=6):
        signing = "".join(name for name, signs in zip("ABCDEF", chosen, strict=True) if signs)
        found = witness(text, signing, LATER)
        if found is not None:
            sizes.add(sum(1 + len(item) for item in found))
    assert max(sizes) == largest_satisfaction_size(node)


def test_a_wide_threshold_is_satisfied_in_no_time() -> None:
    names = [f"K{number}" for number in range(101)]
    text = f"thresh(50,pk({names[0]})," + ",".join(f"s:pk({name})" for name in names[1:]) + ")"
    signing = set(Random(1).sample(names, 60))
    found = satisfy(
        parse(text, TAPSCRIPT, str),
        signatures={name: bytes(64) for name in signing},
        timing=NOW,
        key_bytes=lambda _name: bytes(32),
    )
    assert found is not None
    assert (len(found), sum(bool(item) for item in found)) == (101, 50)


PKH = 1 + 72 + 1 + 33
"""Bytes of a signature and a key in a witness, each with its length."""


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("pkh(C)", PKH),
        ("multi(1,A,B)", 1 + 1 + 72),
        ("multi(2,A,B,D)", 1 + 2 * (1 + 72)),
        ("or_d(multi(1,A,B),pkh(C))", 2 + PKH),
        ("or_d(thresh(1,pk(A),s:pk(B)),pkh(C))", 2 + PKH),
        ("or_d(thresh(2,pk(A),s:pk(B),s:pk(D)),pkh(C))", max(3 + PKH, 2 * (1 + 72) + 1)),
    ],
)
def test_what_is_not_satisfied_takes_room_in_the_witness_too(text: str, size: int) -> None:
    assert largest_satisfaction_size(parse(text, Context.P2WSH, str)) == size
