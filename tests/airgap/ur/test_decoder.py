"""What the decoder says of each part: new, known, or in contradiction to others; and that the right parts win."""

import random
import zlib
from dataclasses import replace
from itertools import islice

import pytest

from airgap.stream import Progress, Receipt
from airgap.ur.decoder import Decoder
from airgap.ur.fountain import choose_fragments
from airgap.ur.multipart import Encoder, Part, parse
from airgap.ur.schedule import dense
from tests.airgap.frames import forged, payload, psbt

MESSAGE = psbt(1_000)
ENCODER = Encoder(MESSAGE, 100)


def part(number: int, *, is_forged: bool = False) -> Part:
    frame = ENCODER.part(number)
    found = parse(forged(frame) if is_forged else frame)
    assert isinstance(found, Part)
    return found


COUNT = part(1).seq_len


def test_a_part_is_new_once_and_known_after() -> None:
    decoder = Decoder(part(1))
    assert [decoder.receive(part(1)) for _time in range(3)] == [Receipt.NEW, Receipt.KNOWN, Receipt.KNOWN]
    assert [decoder.receive(part(number)) for number in range(2, COUNT + 1)] == [
        *[Receipt.NEW] * (COUNT - 2),
        Receipt.COMPLETE,
    ]
    assert decoder.message == MESSAGE
    assert decoder.receive(part(COUNT + 1)) is Receipt.KNOWN


def test_a_part_that_follows_from_others_is_known_and_one_that_contradicts_them_is_told() -> None:
    """Of a fragment alone there are two versions; the right one again agrees with neither's sum but its own."""
    decoder = Decoder(part(1))
    assert decoder.receive(part(1)) is Receipt.NEW
    assert decoder.receive(part(1, is_forged=True)) is Receipt.CONFLICT
    assert decoder.receive(part(2)) is Receipt.NEW
    assert decoder.receive(part(2, is_forged=True)) is Receipt.CONFLICT


@pytest.mark.parametrize("bad", range(1, COUNT + 1))
def test_one_forged_part_is_outlived_wherever_it_stands(bad: int) -> None:
    decoder = Decoder(part(1))
    for number in range(1, COUNT + 1):
        decoder.receive(part(number, is_forged=number == bad))
    assert decoder.message is None
    assert decoder.contradictory
    for number in range(COUNT + 1, 3 * COUNT):
        if decoder.receive(part(number)) is Receipt.COMPLETE:
            break
    assert decoder.message == MESSAGE
    assert decoder.disagreed >= 1


def frames_needed(fragments: int, share: float, seed: int) -> int:
    """How many frames it takes where so many of them are forged, each in another way."""
    chance = random.Random(seed)
    encoder = Encoder(psbt(40 * fragments - 8), 40)
    numbers = list(islice(dense(fragments, encoder.checksum), 20 * fragments))
    decoder = None
    for count, seq_num in enumerate(numbers, 1):
        frame = encoder.part(seq_num)
        found = parse(forged(frame, chance.randint(1, 255)) if chance.random() < share else frame)
        assert isinstance(found, Part)
        decoder = decoder or Decoder(found)
        if decoder.receive(found) is Receipt.COMPLETE:
            return count
    return len(numbers)


@pytest.mark.parametrize(("share", "most"), [(0.0, 1), (0.1, 2), (0.2, 5)])
def test_forged_frames_delay_a_message_and_do_not_stop_it(share: float, most: float) -> None:
    """Frames for each of twenty fragments, over a dozen streams; 1.6 and 3.8 by what the decoder knows today."""
    needed = [frames_needed(20, share, seed) for seed in range(12)]
    assert sum(needed) / 12 / 20 <= most


LARGE = Encoder(psbt(12 * 600 - 8), 12)
"""Of 600 fragments, so that not all that may be wrong can be tried with each frame."""


def large(seq_num: int, *, is_forged: bool = False) -> Part:
    frame = LARGE.part(seq_num)
    found = parse(forged(frame) if is_forged else frame)
    assert isinstance(found, Part)
    return found


def with_one_forged(bad: int) -> Decoder:
    """A decoder that has all fragments of the large message, and one of them wrong."""
    decoder = Decoder(large(1))
    for seq_num in range(1, LARGE.seq_len + 1):
        decoder.receive(large(seq_num, is_forged=seq_num == bad))
    assert decoder.contradictory
    assert decoder.progress == Progress(599, 600)
    return decoder


def mixture_of(bad: int) -> int:
    """The first mixture of more than two hundred fragments that the bad one is in."""
    return next(
        seq_num
        for seq_num in dense(LARGE.seq_len, LARGE.checksum)
        if bad - 1 in (mixed := choose_fragments(seq_num, LARGE.seq_len, LARGE.checksum)) and len(mixed) > 200
    )


@pytest.mark.parametrize("bad", [1, 77, 300])
def test_one_forged_part_of_a_large_message_is_found_with_the_first_mixtures(bad: int) -> None:
    decoder = with_one_forged(bad)
    mixtures = islice(dense(LARGE.seq_len, LARGE.checksum), LARGE.seq_len, LARGE.seq_len + 4)
    assert Receipt.COMPLETE in [decoder.receive(large(seq_num)) for seq_num in mixtures]
    assert decoder.disagreed == 1


@pytest.mark.parametrize("bad", [2, 300, 600])
def test_each_suspect_is_tried_in_turn_even_where_nothing_new_comes(bad: int) -> None:
    """One mixture accuses all that it is made of; then the sender shows one and the same frame."""
    decoder = with_one_forged(bad)
    frames = [mixture_of(bad), *[1] * 8]
    assert Receipt.COMPLETE in [decoder.receive(large(seq_num)) for seq_num in frames]


def test_as_many_frames_as_are_kept_and_one_more_begin_anew() -> None:
    """Twice as many as fragments, and 64; of so many bad ones, nothing is left that could hold up the honest ones."""
    decoder = Decoder(part(1))
    kept = 2 * COUNT + 64
    for number in range(kept):
        seq_num = 1 + number % COUNT
        frame = multipart_of(seq_num, payload(100, f"bad {number}"))
        assert decoder.receive(frame) in {Receipt.NEW, Receipt.CONFLICT}
    assert decoder.contradictory
    assert [decoder.receive(part(number)) for number in range(1, COUNT + 1)] == [
        *[Receipt.NEW] * (COUNT - 1),
        Receipt.COMPLETE,
    ]
    assert decoder.disagreed == 0


def multipart_of(seq_num: int, data: bytes) -> Part:
    """A part under the honest header."""
    honest = part(seq_num)
    return replace(honest, data=data[: len(honest.data)].ljust(len(honest.data), b"\1"))


def test_what_arrives_whole_and_is_no_cbor_is_told_and_nothing_more_is_wanted() -> None:
    body = payload(100, "no byte string")
    parts = [
        Part("bytes", number, 5, 100, zlib.crc32(body), body[20 * number - 20 : 20 * number]) for number in range(1, 6)
    ]
    decoder = Decoder(parts[0])
    receipts = [decoder.receive(each) for each in parts]
    assert receipts == [Receipt.NEW] * 5
    assert decoder.fault.startswith("the message arrived whole, but it is not what its type says: ")
    assert decoder.finished
    assert not decoder.contradictory
    assert decoder.message is None
    assert decoder.missing == ()
    assert decoder.receive(parts[2]) is Receipt.KNOWN
    assert decoder.progress.fraction < 1


@pytest.mark.parametrize("bad", [(1,), (1, 2), (2, 5, 7)])
def test_as_many_frames_as_were_forged_are_told_to_disagree(bad: tuple[int, ...]) -> None:
    decoder = Decoder(part(1))
    for number in bad:
        decoder.receive(part(number, is_forged=True))
    for number in range(1, 4 * COUNT):
        if decoder.receive(part(number)) is Receipt.COMPLETE:
            break
    assert decoder.message == MESSAGE
    assert decoder.disagreed == len(bad)


def test_progress_is_the_rank_and_a_contradiction_is_never_complete() -> None:
    decoder = Decoder(part(1))
    for number in range(1, COUNT):
        assert decoder.progress == Progress(number - 1, COUNT)
        assert not decoder.contradictory
        assert decoder.missing == tuple(range(number, COUNT + 1))
        decoder.receive(part(number))
    decoder.receive(part(COUNT, is_forged=True))
    assert decoder.progress == Progress(COUNT - 1, COUNT)
    assert decoder.contradictory
    assert not decoder.finished
    assert decoder.missing == ()
    assert decoder.receive(part(COUNT)) is Receipt.COMPLETE
    assert decoder.progress == Progress(COUNT, COUNT)
    assert decoder.finished
    assert not decoder.contradictory
    assert not decoder.fault
