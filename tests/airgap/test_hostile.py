"""What killed other decoders: forged fragments, false counts, floods. All cheap, and the honest stream completes."""

import random
import tracemalloc
import zlib
from functools import partial
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airgap.errors import Mismatch, Unreadable
from airgap.message import MESSAGE_LIMIT
from airgap.receiving.collector import Collector, Progress, Receipt
from airgap.ur import multipart
from tests.airgap.frames import fed, forged, needed, part, payload, psbt, stream
from tests.support.effort import against, operations

LONG = psbt(5000)
CRC = zlib.crc32(LONG.cbor())


@pytest.mark.parametrize("position", [0, 3, 49])
@pytest.mark.parametrize("fragments", [3, 10, 50])
def test_a_forged_fragment_is_found_and_dropped(fragments: int, position: int) -> None:
    message = psbt(100 * fragments - 10)
    frames = list(islice(stream(message, 100), fragments + 30))
    frames.insert(min(position, fragments - 1), forged(frames[min(position, fragments - 1)]))
    collector = fed(*frames)
    assert collector.require() == message
    assert collector.disagreed == 1


def test_a_forged_fragment_then_sixty_good_frames() -> None:
    message = psbt(5000 - 10)
    honest = list(islice(stream(message, 100), 61))
    collector = fed(forged(honest[0]), *honest[1:])
    assert collector.require() == message
    assert collector.disagreed == 1


def test_a_forged_mixture_is_found_and_dropped() -> None:
    message = psbt(2000)
    frames = list(islice(stream(message, 100, first=40), 50))
    frames[0] = forged(frames[0])
    assert fed(*frames).require() == message


@pytest.mark.parametrize("count", [2, 5, 10])
def test_several_forged_fragments_are_outlived(count: int) -> None:
    message = psbt(5000 - 10)
    honest = list(islice(stream(message, 100), 150))
    frames = [forged(frame, flip=17 * number + 1) for number, frame in enumerate(honest[:count])] + honest
    collector = fed(*frames)
    assert collector.require() == message
    assert collector.disagreed == count


def test_forged_and_honest_versions_of_the_same_parts_by_turns() -> None:
    message = psbt(800)
    collector = Collector()
    for number, frame in enumerate(islice(stream(message, 100), 60)):
        if number % 6 == 0:
            collector.receive(forged(frame))
        collector.receive(frame)
    assert collector.require() == message


def test_one_frame_in_twenty_forged_without_end_is_outlived() -> None:
    message, rng, collector = psbt(5000 - 10), random.Random(5), Collector()
    frames = (forged(frame, rng.randint(1, 255)) if rng.random() < 0.05 else frame for frame in stream(message, 100))
    needed(frames, collector, 150)
    assert collector.require() == message


def test_a_poisoned_stream_is_not_shown_as_complete() -> None:
    frames = list(islice(stream(psbt(500), 100), 6))
    collector = fed(forged(frames[0]), *frames[1:])
    assert collector.progress == Progress(5, 6)
    with pytest.raises(Unreadable, match="contradict"):
        collector.require()
    assert collector.receive(frames[0]) is Receipt.COMPLETE


def test_a_stream_of_forgeries_starts_over_and_the_honest_end_completes() -> None:
    message = psbt(500)
    forgeries = [forged(frame, flip=1 + number % 255) for number, frame in enumerate(islice(stream(message, 100), 300))]
    collector = fed(*forgeries)
    assert not collector.messages
    needed(stream(message, 100, first=1000), collector, 200)
    assert collector.require() == message


def test_padding_that_is_not_zero_is_not_accepted() -> None:
    body = psbt(94).cbor()  # 96 bytes: five fragments of 20, four bytes of padding
    crc = zlib.crc32(body)
    padded = body + b"\0\0\0\1"
    frames = [part(number + 1, 5, 96, crc, padded[20 * number : 20 * number + 20]) for number in range(5)]
    collector = fed(*frames)
    assert not collector.messages
    assert collector.receive(part(5, 5, 96, crc, body[80:] + bytes(4))) is Receipt.COMPLETE


def test_a_whole_stream_that_is_no_cbor_says_so_and_locks_nothing() -> None:
    body = payload(100, "no byte string")
    frames = [part(n + 1, 5, 100, zlib.crc32(body), body[20 * n : 20 * n + 20]) for n in range(5)]
    collector = fed(*frames)
    with pytest.raises(Unreadable, match="arrived whole, but"):
        collector.require()
    needed(stream(psbt(500), 100), collector, 6)


def hostile_frames() -> dict[str, str]:
    """Frames that killed other decoders, each by its attack."""
    fragment = bytes(20)
    return {
        "a hundred million parts": part(1, 10**8, 5003, CRC, fragment),
        "two to the 24 parts": part(1, 2**24, 5003, CRC, fragment),
        "a mixture of 200,000": part(10**6, 200_000, 200_000, 5, b"\0"),
        "the most parts allowed": part(1, 4096, 4096 * 100, 5, bytes(100)),
        "the largest mixture allowed": part(2**32 - 1, 4096, 4096 * 1000, 5, bytes(1000)),
        "a line of zeros": "0" * 200_001,
        "a long line of nothing": "ur:bytes/" + "ae" * 100_000,
        "nested CBOR": "ur:envelope/" + multipart.bytewords.encode(b"\x81" * 2000 + b"\0"),
        "an array of two to the 63": "ur:envelope/" + multipart.bytewords.encode(bytes.fromhex("9b8" + "0" * 15)),
        "BBQr that claims 1,295 parts": "B$HPZZ00" + "00" * 500,
        "letters of other scripts": "ur:bytes/\u0430\u0435" * 100,
        "control characters": "\x1b[2J" * 100,
    }


@pytest.mark.parametrize("attack", hostile_frames())
def test_a_hostile_frame_is_cheap_and_the_honest_stream_beside_it_completes(attack: str) -> None:
    frame = hostile_frames()[attack]
    honest = list(islice(stream(LONG, 100), 51))
    collector = fed(*honest[:20])
    collector.receive(frame)  # tables that are computed once are not this frame's
    assert operations(lambda: collector.receive(frame.replace("5", "6", 1))) < 3_000 + len(frame)
    tracemalloc.start()
    collector.receive(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 2**20
    for line in (*honest[20:], frame):
        collector.receive(line)
    assert collector.require() == LONG


@pytest.mark.parametrize("attack", hostile_frames())
def test_a_hostile_frame_is_no_more_work_than_the_honest_stream_and_its_own_length(attack: str) -> None:
    """What C does of it, too: an honest stream beside it, and as many characters of honest frames."""
    frame = hostile_frames()[attack]
    honest = list(islice(stream(LONG, 100), 51))
    as_long = len(frame) // len("".join(honest)) + 1
    assert against(lambda: fed(frame), lambda: [fed(*honest) for _each in range(as_long)]) < 3


def test_poison_in_the_largest_stream_stays_cheap() -> None:
    """At 4,096 fragments each frame after the poison costs a bounded number of trials, not a search of all."""
    encoder = multipart.Encoder(psbt(4096 * 12 - 100), 12)
    frames = [encoder.part(number) for number in range(1, encoder.seq_len + 1)]
    frames[5], frames[6] = forged(frames[5]), forged(frames[6], flip=3)
    after = [encoder.part(5000 + turn) for turn in range(5)]
    clean, poisoned = fed(*frames[:5], *frames[7:]), fed(*frames)
    assert not poisoned.messages
    honest = max(operations(partial(clean.receive, frame)) for frame in after)
    assert max(operations(partial(poisoned.receive, frame)) for frame in after) < 5 * honest


def test_a_line_longer_than_any_frame_is_foreign() -> None:
    assert Collector().receive("ur:bytes/" + "ae" * (MESSAGE_LIMIT + 5000)) is Receipt.FOREIGN


def test_no_more_than_four_unfinished_streams_are_kept() -> None:
    collector = Collector()
    for number in range(50):
        collector.receive(next(stream(psbt(900, f"stray {number}"), 90)))
    assert len(collector._live) == 4


def test_a_flood_of_single_frames_is_bounded_and_is_a_mismatch() -> None:
    collector = Collector()
    for number in range(50):
        collector.receive(next(multipart.encode(psbt(60, f"message {number}"))))
    assert len(collector.messages) == 8
    with pytest.raises(Mismatch):
        collector.require()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"(UR:[A-Z-]{1,6}/([0-9]-[0-9]/)?|B\$[HZ2][PBU]0[0-3]0[0-3])[0-9A-Z]*"))
def test_no_line_raises(line: str) -> None:
    collector = Collector()
    assert isinstance(collector.receive(line), Receipt)
    assert isinstance(collector.progress, Progress)
    try:
        collector.require()
    except Unreadable:
        return
    assert len(collector.messages) == 1
