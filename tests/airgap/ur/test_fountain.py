"""The fountain against the conformance numbers of the BCR-2020-005 reference tests, and the elimination over it."""

import random
import zlib
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airgap.errors import Unreadable
from airgap.ur import fountain
from airgap.ur.elimination import Dependency, Elimination
from airgap.ur.fountain import (
    FRAGMENTS_LIMIT,
    SEQUENCE_LIMIT,
    Fountain,
    choose_fragments,
    degree,
    doubles,
    fragment_length,
    sampler,
    xoshiro,
)

RNG_WOLF = [42, 81, 85, 8, 82, 84, 76, 73, 70, 88, 2, 74, 40, 48, 77, 54, 88, 7, 5, 88]
"""xoshiro256** seeded with SHA-256("Wolf"), modulo 100."""

INTS_WOLF = [6, 5, 8, 4, 10, 5, 7, 10, 4, 9, 10, 9, 7, 7, 1, 1, 2, 9, 9, 2, 6, 4, 5, 7, 8, 5, 4, 2, 3, 8]
"""The same generator's integers from 1 to 10."""

SAMPLES_WOLF = [3, 3, 3, 3, 3, 3, 3, 0, 2, 3, 3, 3, 3, 1, 2, 2, 1, 3, 3, 2, 3, 3, 1, 1, 2, 1, 1, 3, 1, 3]
"""Drawn with the weights 1, 2, 4, 8."""

DEGREES_WOLF = [11, 3, 6, 5, 2, 1, 2, 11, 1, 3, 9, 10, 10, 4, 2, 1, 1, 2, 1, 1, 5, 2, 4, 10, 3, 2, 1, 1, 3, 11]
"""Degrees for 11 fragments, the generator seeded with "Wolf-1", "Wolf-2", ..."""

CHOSEN_WOLF = {
    11: [10],
    12: [9],
    13: [2, 5, 6, 8, 9, 10],
    14: [8],
    15: [1, 5],
    17: [0, 2, 4, 5, 8, 10],
    21: [0, 1, 3, 4, 5, 7, 9, 10],
    22: [0, 1, 2, 3, 5, 6, 8, 9, 10],
    26: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    29: [5, 6],
}
"""Sequence number -> fragments mixed, of 11, for the 1,024 bytes that "Wolf" makes."""


def wolf(length: int) -> bytes:
    """The reference tests' message."""
    draw = doubles(xoshiro(b"Wolf"))
    return bytes(int(draw() * 256) for _ in range(length))


def test_the_generator_agrees_with_the_reference() -> None:
    assert [number % 100 for number in islice(xoshiro(b"Wolf"), 20)] == RNG_WOLF
    draw = doubles(xoshiro(b"Wolf"))
    assert [1 + int(draw() * 10) for _ in INTS_WOLF] == INTS_WOLF


def test_the_sampler_agrees_with_the_reference() -> None:
    choose, draw = sampler((1, 2, 4, 8)), doubles(xoshiro(b"Wolf"))
    assert [choose(draw) for _ in SAMPLES_WOLF] == SAMPLES_WOLF


def test_the_degrees_agree_with_the_reference() -> None:
    choose = sampler(tuple(1 / degree for degree in range(1, 12)))
    degrees = [1 + choose(doubles(xoshiro(f"Wolf-{nonce}".encode()))) for nonce in range(1, 31)]
    assert degrees == DEGREES_WOLF


def test_the_choice_of_fragments_agrees_with_the_reference() -> None:
    checksum = zlib.crc32(wolf(1024))
    assert {seq_num: sorted(choose_fragments(seq_num, 11, checksum)) for seq_num in CHOSEN_WOLF} == CHOSEN_WOLF


def test_the_mixtures_agree_with_the_reference() -> None:
    fountain = Fountain(wolf(256), 30)
    assert (len(fountain.fragments), fountain.checksum) == (9, 23570951)
    assert fountain.mixed(1).hex() == "916ec65cf77cadf55cd7f9cda1a1030026ddd42e905b77adc36e4f2d3c"
    assert fountain.mixed(9).hex() == "951e65305b56a3706e3e86eb01c803bbf915d80edcd64d4d0000000000"
    assert fountain.mixed(20).hex() == "e055c2433562184fa71b4be94f262e200f01c6f74c284b0dc6fae6673f"


@pytest.mark.parametrize(("longest", "expected"), [(1955, 1764), (30000, 12345)])
def test_fragments_are_equally_long(longest: int, expected: int) -> None:
    assert fragment_length(12345, longest) == expected


@given(st.integers(1, 20_000), st.integers(10, 3000))
def test_the_count_follows_from_the_lengths(message_length: int, longest: int) -> None:
    length = fragment_length(message_length, longest)
    assert 1 <= length <= longest
    assert -(-message_length // length) == -(-message_length // longest)


def test_more_fragments_than_the_limit_are_refused() -> None:
    assert fragment_length(FRAGMENTS_LIMIT * 10, 10) == 10
    with pytest.raises(Unreadable, match="4097"):
        fragment_length(FRAGMENTS_LIMIT * 10 + 1, 10)


@given(st.integers(1, SEQUENCE_LIMIT), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_any_sequence_number_chooses_different_fragments_that_exist(seq_num: int, seq_len: int, checksum: int) -> None:
    chosen = choose_fragments(seq_num, seq_len, checksum)
    assert 1 <= len(chosen) == len(set(chosen)) <= seq_len
    assert all(0 <= index < seq_len for index in chosen)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32))
def test_independent_equations_solve_in_any_order(size: int, seed: int) -> None:
    rng = random.Random(seed)
    fragments = [rng.getrandbits(64) for _ in range(size)]
    system = Elimination(size, 10 * size + 60)
    frame = 0
    while system.rank < size:
        mixed = rng.getrandbits(size)
        data = 0
        for index in range(size):
            data ^= fragments[index] * (mixed >> index & 1)
        before = system.rank
        dependency = system.add(mixed, data, frame)
        assert system.rank - before == (dependency is None)
        assert dependency is None or dependency.residue == 0
        frame += 1
        if frame == 10 * size + 60:
            return
    assert system.fragments() == fragments
    assert system.unknown() == ()


def test_a_dependency_names_its_frames_and_what_is_left() -> None:
    system = Elimination(3, 8)
    assert system.add(0b011, 0xA ^ 0xB, 0) is None
    assert system.add(0b001, 0xA, 1) is None
    assert system.unknown() == (2,)
    assert system.add(0b010, 0xB, 2) == Dependency(0b111, 0)
    assert system.add(0b010, 0xB ^ 0x7, 3) == Dependency(0b1011, 0x7)
    assert system.add(0b100, 0xC, 4) is None
    assert system.fragments() == [0xA, 0xB, 0xC]
    assert system.dependents(0) == [1]
    assert system.dependents(1) == [0, 1]


def test_as_many_fragments_as_are_allowed_are_made_and_one_more_is_told_with_the_limit() -> None:
    assert FRAGMENTS_LIMIT == 4_096
    assert len(Fountain(bytes(4_096), 1).fragments) == 4_096
    with pytest.raises(Unreadable, match="take 4097 frames, more than the 4096") as told:
        Fountain(bytes(4_097), 1)
    assert "larger fragments" in told.value.hint


def test_sequence_numbers_count_to_the_last_and_begin_again_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the last of four thousand million; a smaller one stands for it."""
    assert SEQUENCE_LIMIT == 2**32 - 1
    assert list(islice(fountain.sequence(), 5)) == [1, 2, 3, 4, 5]
    monkeypatch.setattr(fountain, "SEQUENCE_LIMIT", 3)
    assert list(islice(fountain.sequence(), 7)) == [1, 2, 3, 1, 2, 3, 1]


@pytest.mark.parametrize("seq_len", [1, 2, 5, 11])
def test_the_first_parts_are_the_fragments_and_from_the_next_on_they_are_drawn(seq_len: int) -> None:
    assert [choose_fragments(number, seq_len, 1) for number in range(1, seq_len + 1)] == [
        (index,) for index in range(seq_len)
    ]
    assert [degree(number, seq_len, 1) for number in range(1, seq_len + 1)] == [1] * seq_len
    if seq_len > 1:
        later = range(seq_len + 1, seq_len + 40)
        assert {degree(number, seq_len, 1) for number in later} > {1}
        assert len({choose_fragments(number, seq_len, 1) for number in later}) > 1
        one, other = ([choose_fragments(number, seq_len, checksum) for number in later] for checksum in (1, 2))
        assert one != other


def test_a_draw_that_rounds_up_to_one_is_the_last_and_no_more() -> None:
    """One in 2**54 does, which the reference leaves undefined."""
    for size in (1, 2, 4):
        assert sampler((1,) * size)(iter([1.0, 0.5]).__next__) == size - 1
    assert list(fountain._shuffled(4, 4, lambda: 1.0)) == [3, 2, 1, 0]
    assert list(fountain._shuffled(4, 2, lambda: 0.0)) == [0, 1]


@pytest.mark.parametrize("weights", [(1, 2, 4, 8), (1, 1, 1), (5, 1), (0.1, 0.2, 0.3, 0.4, 5)])
def test_an_index_is_drawn_as_often_as_its_weight_says(weights: tuple[float, ...]) -> None:
    """Over a grid of draws, which is every place of the table and a thousand of each chance."""
    choose, size, steps = sampler(weights), len(weights), 1_000
    found = [
        choose(iter([(place + 0.5) / size, (step + 0.5) / steps]).__next__)
        for place in range(size)
        for step in range(steps)
    ]
    for index, weight in enumerate(weights):
        assert found.count(index) / len(found) == pytest.approx(weight / sum(weights), abs=2 / steps)


def test_what_does_not_follow_yet_is_told_by_its_index() -> None:
    system = Elimination(4, 6)
    assert system.unknown() == (0, 1, 2, 3)
    for frame, (mixed, unknown) in enumerate(
        [(0b0110, (0, 1, 2, 3)), (0b0010, (0, 3)), (0b1001, (0, 3)), (0b1000, ())]
    ):
        assert system.add(mixed, 1 << frame, frame) is None
        assert system.unknown() == unknown
        assert system.rank == frame + 1
