"""The order in which a fountain's parts are shown: legal for every receiver, and kind to those who join late."""

import random
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from airgap.message import Message
from airgap.ur import multipart
from airgap.ur import schedule as module
from airgap.ur.decoder import Decoder
from airgap.ur.fountain import SEQUENCE_LIMIT, choose_fragments, degree
from airgap.ur.multipart import Encoder
from airgap.ur.schedule import HIGHEST_DEGREE, LOWEST_DEGREE, dense, round_length, shaped

Schedule = Callable[[int, int], Iterator[int]]


@pytest.mark.parametrize("schedule", [shaped, dense])
@pytest.mark.parametrize("seq_len", [2, 3, 7, 8, 100])
def test_the_first_round_is_every_fragment_in_order(schedule: Schedule, seq_len: int) -> None:
    numbers = list(islice(schedule(seq_len, 0x12345678), 3 * seq_len))
    assert numbers[:seq_len] == list(range(1, seq_len + 1))
    assert all(1 <= number <= SEQUENCE_LIMIT for number in numbers)


@pytest.mark.parametrize("seq_len", [2, 7, 30, 100, 1_000])
def test_the_degree_is_how_many_fragments_are_drawn(seq_len: int) -> None:
    for seq_num in (1, seq_len, seq_len + 1, 12_345, SEQUENCE_LIMIT):
        assert degree(seq_num, seq_len, 99) == len(choose_fragments(seq_num, seq_len, 99))


def test_mixtures_are_of_the_degree_that_repairs_and_others_in_each_round() -> None:
    assert round_length(100) == 151
    rounds = list(islice(shaped(100, 7), 453))
    mixtures = [number for number in rounds if number > 100]
    assert len(mixtures) == len(set(mixtures)) == 153
    assert rounds[151:251] == list(range(1, 101))
    assert all(LOWEST_DEGREE <= degree(number, 100, 7) <= HIGHEST_DEGREE for number in mixtures)


def shown(schedule: Schedule, fragments: int, chance: random.Random) -> float:
    """Frames shown for each fragment until our decoder has the message, joining late and losing one in ten."""
    message = Message("bytes", chance.randbytes(40 * fragments - 5))
    encoder = Encoder(message, 40)
    assert encoder.seq_len == fragments
    decoder = None
    for count, seq_num in enumerate(
        islice(schedule(fragments, encoder.checksum), chance.randrange(4 * fragments), None)
    ):
        if chance.random() < 0.1:
            continue
        part = multipart.parse(encoder.part(seq_num))
        assert isinstance(part, multipart.Part)
        decoder = decoder or Decoder(part)
        decoder.receive(part)
        if decoder.message:
            assert decoder.message == message
            return (count + 1) / fragments
    raise AssertionError("the stream ended")


@pytest.mark.parametrize(
    ("schedule", "fragments", "trials", "bound"),
    [(shaped, 50, 40, 1.22), (shaped, 100, 30, 1.20), (dense, 100, 30, 1.20), (dense, 1_000, 3, 1.15)],
)
def test_whoever_joins_late_and_loses_one_in_ten_needs_little_more(
    schedule: Schedule, fragments: int, trials: int, bound: float
) -> None:
    """1.11 is what the losses alone cost."""
    needed = [shown(schedule, fragments, random.Random(seed)) for seed in range(trials)]
    assert sum(needed) / trials <= bound


@pytest.mark.parametrize("seq_len", [2, 3, 4, 10, 50, 100, 101, 1_000])
def test_a_round_is_odd_so_that_every_second_frame_is_enough(seq_len: int) -> None:
    assert round_length(seq_len) % 2
    seen = set(list(islice(shaped(seq_len, 99), 2 * round_length(seq_len)))[::2])
    assert set(range(1, seq_len + 1)) <= seen


def degrees(schedule: Schedule, seq_len: int, count: int) -> set[int]:
    """Of how many fragments the mixtures are that a schedule shows first."""
    return {
        degree(number, seq_len, 5)
        for number in islice((each for each in schedule(seq_len, 5) if each > seq_len), count)
    }


@pytest.mark.parametrize(
    ("seq_len", "fewest", "most"),
    [
        *[(2, 1, 2), (5, 3, 5), (6, 3, 6), (7, 4, 7), (14, 7, 14), (15, 8, 15), (16, 8, 16)],
        *[(100, 8, 30), (249, 8, 30), (250, 8, 60), (1_000, 8, 60)],
    ],
)
def test_a_repairing_mixture_is_of_8_to_30_fragments_or_60_of_many_or_of_half_of_few(
    seq_len: int, fewest: int, most: int
) -> None:
    found = degrees(shaped, seq_len, 400)
    assert (min(found), max(found)) == (fewest, most)


@pytest.mark.parametrize(("seq_len", "fewest"), [(2, 0), (3, 0), (8, 2), (40, 10), (43, 10)])
def test_a_dense_mixture_is_of_a_quarter_of_the_fragments_or_more(seq_len: int, fewest: int) -> None:
    found = degrees(dense, seq_len, 2_000)
    assert min(found) == max(fewest, 1)
    assert max(found) == seq_len


@pytest.mark.parametrize("schedule", [shaped, dense])
def test_after_the_last_sequence_number_mixtures_begin_with_the_first_again(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = [number for number in range(11, 41) if degree(number, 10, 5) >= (5 if schedule is shaped else 2)]
    monkeypatch.setattr(module, "SEQUENCE_LIMIT", once[-1])
    mixtures = [number for number in islice(schedule(10, 5), 400) if number > 10]
    assert mixtures == [once[place % len(once)] for place in range(len(mixtures))]
    assert len(mixtures) > 2 * len(once)


@pytest.mark.parametrize(("seq_len", "length"), [(1, 3), (2, 3), (3, 5), (4, 7), (5, 9), (6, 9), (7, 11), (10, 15)])
def test_a_round_has_half_as_many_mixtures_as_fragments_and_one_more_where_that_is_even(
    seq_len: int, length: int
) -> None:
    assert round_length(seq_len) == length
