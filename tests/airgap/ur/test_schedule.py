"""The order in which a fountain's parts are shown: legal for every receiver, and kind to those who join late."""

import random
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from airgap.message import Message
from airgap.ur import multipart
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
