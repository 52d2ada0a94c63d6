"""The tests of randomness: their cut-offs by exact sums, sick sources that they name, a kernel that is not ready."""

import os
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from itertools import count
from math import comb

import pytest

from custody.selftest import randomness
from custody.selftest.check import NotTold, Wrong
from custody.selftest.randomness import PROPORTION_CUTOFF, REPETITION_CUTOFF, SAMPLE, WINDOW
from tests.conftest import ROOT


def at_least(times: int, tries: int) -> Fraction:
    """The chance that one value of 256 comes so often."""
    one, other = Fraction(1, 256), Fraction(255, 256)
    return 1 - sum(comb(tries, k) * one**k * other ** (tries - k) for k in range(times))


def honest(seed: bytes) -> Callable[[int], bytes]:
    """A source that is as good as random, and the same in every run."""
    numbers = count()

    def draw(size: int) -> bytes:
        begun = seed + next(numbers).to_bytes(8)
        return b"".join(sha256(begun + at.to_bytes(8)).digest() for at in range(-(-size // 32)))[:size]

    return draw


def altered(change: Callable[[bytearray], None]) -> Callable[[int], bytes]:
    """An honest source whose large draw is changed."""
    source = honest(b"altered")

    def draw(size: int) -> bytes:
        drawn = bytearray(source(size))
        if size == SAMPLE:
            change(drawn)
        return bytes(drawn)

    return draw


def test_the_cut_offs_are_those_of_the_standard() -> None:
    assert REPETITION_CUTOFF == 1 + -(-40 // 8)
    critical = next(x for x in range(WINDOW) if at_least(x + 1, WINDOW) <= Fraction(1, 2**41))
    assert 1 + critical == PROPORTION_CUTOFF


def test_false_alarms_are_as_rare_as_the_page_says() -> None:
    assert SAMPLE * Fraction(1, 256 ** (REPETITION_CUTOFF - 1)) <= Fraction(1, 2**24)
    window = at_least(PROPORTION_CUTOFF - 1, WINDOW - 1)  # the first byte is one of them
    assert window <= Fraction(1, 2**40)
    assert window * (SAMPLE // WINDOW) <= Fraction(1, 2**33)
    page = (ROOT / "docs" / "spec" / "selftest.md").read_text(encoding="utf-8")
    assert f"{REPETITION_CUTOFF} equal bytes in a row" in page
    assert f"{PROPORTION_CUTOFF} times the first byte of a window" in page
    assert f"{SAMPLE:,} bytes of `os.urandom`" in page


@pytest.mark.parametrize("seed", [b"one", b"two", b"three"])
def test_an_honest_source_passes(seed: bytes) -> None:
    assert randomness.check_health(honest(seed)).startswith("65536 bytes: repetition ")


def test_the_system_is_asked_where_nobody_else_is() -> None:
    assert "two draws differ" in randomness.check_health()
    assert randomness.check_pool() is None


def test_one_byte_less_than_the_cut_off_passes_and_one_more_fails() -> None:
    def run_of(length: int) -> Callable[[bytearray], None]:
        def change(drawn: bytearray) -> None:
            drawn[100 : 100 + length + 2] = b"\x01" + b"\x02" * length + b"\x03"

        return change

    assert "repetition 5 of 6" in randomness.check_health(altered(run_of(REPETITION_CUTOFF - 1)))
    with pytest.raises(Wrong, match="repetition count test: 6 equal"):
        randomness.check_health(altered(run_of(REPETITION_CUTOFF)))


def test_a_byte_too_often_in_any_window_fails_and_once_less_passes() -> None:
    def often(times: int) -> Callable[[bytearray], None]:
        def change(drawn: bytearray) -> None:
            start = SAMPLE - WINDOW
            window = drawn[start:].replace(b"\x07", b"\x08")
            for at in range(times):
                window[at * 4] = 7
            drawn[start:] = window

        return change

    assert "proportion 19 of 20" in randomness.check_health(altered(often(PROPORTION_CUTOFF - 1)))
    with pytest.raises(Wrong, match="adaptive proportion test: one byte 20 times in 512"):
        randomness.check_health(altered(often(PROPORTION_CUTOFF)))


def test_a_source_that_is_stuck_or_starts_over_or_answers_short_fails() -> None:
    def again(drawn: bytearray) -> None:
        drawn[SAMPLE // 2 :] = drawn[: SAMPLE // 2]

    fixed = honest(b"fixed")(32)
    with pytest.raises(Wrong, match="repetition"):
        randomness.check_health(bytes)
    with pytest.raises(Wrong, match="the same bytes again"):
        randomness.check_health(altered(again))
    with pytest.raises(Wrong, match="two draws are the same"):
        randomness.check_health(lambda size: fixed if size == 32 else honest(b"x")(size))
    with pytest.raises(Wrong, match="another length"):
        randomness.check_health(lambda size: bytes(size - 1))


def test_a_pool_that_was_never_filled_fails_and_a_system_without_the_call_is_unknown(monkeypatch) -> None:
    def waits() -> bytes:
        raise BlockingIOError

    with pytest.raises(Wrong, match="has not been filled"):
        randomness.check_pool(waits)
    monkeypatch.delattr(os, "getrandom")
    with pytest.raises(NotTold):
        randomness.check_pool()
