"""The collector: any order, losses, strangers, several streams, forged frames; always bounded, never locked."""

import base64
import random
import zlib
from collections.abc import Iterable
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airgap import bbqr
from airgap.errors import Mismatch, Unreadable
from airgap.message import Message
from airgap.receiving import collector as module
from airgap.receiving.collector import FINISHED_LIMIT, LIVE_LIMIT, Collector, Progress, Receipt
from airgap.ur import multipart
from airgap.ur.decoder import Decoder
from airgap.ur.elimination import Elimination
from airgap.ur.fountain import choose_fragments
from tests.airgap.frames import fed, needed, part, psbt, stream


def rank(seq_nums: Iterable[int], seq_len: int, checksum: int) -> int:
    """The rank of some parts, found independently of the decoder: by the masks alone."""
    basis: list[int] = []
    for seq_num in seq_nums:
        mixed = sum(1 << index for index in choose_fragments(seq_num, seq_len, checksum))
        for row in basis:
            mixed = min(mixed, mixed ^ row)
        if mixed:
            basis.append(mixed)
    return len(basis)


# --- One honest stream


@settings(max_examples=60, deadline=None)
@given(st.integers(30, 2000), st.integers(10, 120), st.randoms(use_true_random=False))
def test_any_parts_of_full_rank_are_the_message_and_fewer_are_not(
    length: int, fragment: int, rng: random.Random
) -> None:
    message = psbt(length)
    encoder = multipart.Encoder(message, fragment)
    checksum = zlib.crc32(message.cbor())
    collector, seen = Collector(), []
    for _ in range(3 * encoder.seq_len + 20):
        seen.append(rng.choice((rng.randint(1, 2 * encoder.seq_len), rng.randint(1, 2**32 - 1))))
        collector.receive(encoder.part(seen[-1]))
        found = rank(seen, encoder.seq_len, checksum)
        assert collector.progress == Progress(found, encoder.seq_len)
        assert bool(collector.messages) == (found == encoder.seq_len)
        if collector.messages:
            assert collector.require() == message
            return


@pytest.mark.parametrize("first", [2, 51, 60, 1000, 2**31, 2**32 - 200])
def test_joining_late_completes(first: int) -> None:
    message = psbt(2500)
    collector = Collector()
    assert needed(stream(message, 51, first), collector, 75) >= 50
    assert collector.require() == message


@pytest.mark.parametrize("fragments", [100, 1000])
def test_joining_late_at_ten_percent_loss_takes_few_frames(fragments: int) -> None:
    rng = random.Random(7)
    message = psbt(20 * fragments - 10)
    frames = stream(message, 20, first=fragments + fragments // 3)
    shown = 0

    def seen() -> Iterable[str]:
        nonlocal shown
        for frame in frames:
            shown += 1
            if rng.random() >= 0.1:
                yield frame

    needed(seen(), Collector(), 2 * fragments)
    assert shown <= {100: 1.25, 1000: 1.15}[fragments] * fragments


def test_a_message_whose_crc_begins_with_zeros_survives() -> None:
    message = next(
        trial for number in range(1 << 16) if zlib.crc32((trial := psbt(300, f"Wolf {number}")).cbor()) < 1 << 24
    )
    for fragment in (50, 400):
        collector = Collector()
        needed(multipart.encode(message, fragment), collector, 20)
        assert collector.require() == message


def test_a_camera_that_sees_every_second_frame_completes() -> None:
    message = psbt(1000)
    needed(islice(stream(message, 51), 0, None, 2), Collector(), 80)


def test_frames_seen_again_change_nothing() -> None:
    frames = list(islice(stream(psbt(500), 100), 6))
    collector = fed(frames[0])
    assert [collector.receive(frames[0]) for _ in range(5)] == [Receipt.KNOWN] * 5
    assert (collector.seen, collector.used, collector.foreign) == (6, 1, 0)
    assert collector.progress == Progress(1, 6)


def test_receipts_tell_what_each_frame_did() -> None:
    frames = list(islice(stream(psbt(250), 100), 3))
    collector = Collector()
    lines = [frames[0].upper(), f"  {frames[1]}\r\n", "hello", frames[0], frames[2], frames[1]]
    assert [collector.receive(line) for line in lines] == [
        Receipt.NEW,
        Receipt.NEW,
        Receipt.FOREIGN,
        Receipt.KNOWN,
        Receipt.COMPLETE,
        Receipt.KNOWN,
    ]
    assert (collector.seen, collector.used, collector.foreign) == (6, 3, 1)
    assert collector.progress == Progress(3, 3)
    assert collector.progress.fraction == 1.0


@pytest.mark.parametrize("kind", ["ur", "bbqr", "hex", "base64"])
def test_a_message_of_one_frame_is_complete_at_once(kind: str) -> None:
    message = psbt(120)
    frame = {
        "ur": next(multipart.encode(message, 200)),
        "bbqr": bbqr.encode(message, 428)[0],
        "hex": message.payload.hex(),
        "base64": base64.b64encode(message.payload).decode(),
    }[kind]
    collector = Collector()
    assert collector.receive(frame) is Receipt.COMPLETE
    assert collector.receive(frame) is Receipt.KNOWN
    assert collector.require() == message
    assert collector.progress == Progress(1, 1)


# --- What is missing


def test_nothing_seen_is_unreadable() -> None:
    collector = Collector()
    assert collector.progress == Progress(0, 0)
    assert collector.progress.fraction == 0.0
    with pytest.raises(Unreadable, match="no frame was seen"):
        collector.require()


def test_only_strangers_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="none of the 2 frames"):
        fed("hello", "ur:bytes/aeae").require()


@pytest.mark.parametrize("framing", ["ur", "bbqr"])
def test_one_part_missing_is_named(framing: str) -> None:
    message = psbt(650)
    frames = list(islice(stream(message, 100), 7)) if framing == "ur" else list(bbqr.encode(message, 170, "2"))
    total = len(frames)
    with pytest.raises(Unreadable, match=f"part 3 of {total} has not been seen; 1 more frame is needed"):
        fed(*frames[:2], *frames[3:]).require()


def test_several_parts_missing_are_named() -> None:
    frames = list(islice(stream(psbt(650), 100), 7))
    with pytest.raises(Unreadable, match="parts 2, 4 of 7 have not been seen; 2 more frames are needed"):
        fed(frames[0], frames[2], *frames[4:]).require()


def test_many_parts_missing_are_counted() -> None:
    with pytest.raises(Unreadable, match=r"parts 2, 3, 4, 5, 6 and 44 more of 50 .*; 49 more frames are needed"):
        fed(next(stream(psbt(2500), 51))).require()


# --- Several streams


def test_streams_side_by_side_are_told_apart() -> None:
    first, second = psbt(900, "first"), psbt(900, "second")
    collector = Collector()
    for one, other in zip(islice(stream(first, 90), 11), islice(stream(second, 90), 11), strict=True):
        collector.receive(one)
        collector.receive(other)
    assert {message.sha256 for message in collector.messages} == {first.sha256, second.sha256}
    with pytest.raises(Mismatch, match="2 different messages") as refusal:
        collector.require()
    assert " ".join(first.words) in refusal.value.hint


def test_the_same_message_in_two_framings_and_densities_is_one() -> None:
    message = psbt(900)
    frames = [*islice(stream(message, 90), 11), *islice(stream(message, 200), 5), *bbqr.encode(message, 300)]
    assert fed(*frames).require() == message
    assert fed(message.payload.hex(), *frames).require() == message


def test_the_two_names_of_a_psbt_are_one_message() -> None:
    old = psbt(100)
    new = Message("psbt", old.payload)
    assert fed(next(multipart.encode(old)), next(multipart.encode(new))).require() == old


@pytest.mark.parametrize("strays", [1, 3, 4, 20])
def test_stray_frames_first_and_between_do_not_lock_it(strays: int) -> None:
    message = psbt(900)
    others = [next(stream(psbt(900, f"stray {number}"), 90)) for number in range(strays)]
    honest = list(islice(stream(message, 90), 11))
    frames = [*others, *honest[:3], *others, *honest[3:]]
    assert fed(*frames).require() == message


def test_two_streams_keep_their_place_beside_strays() -> None:
    message, other = psbt(900), psbt(800, "other")
    frames = []
    for number, (one, two) in enumerate(zip(stream(message, 90), islice(stream(other, 90), 10), strict=False)):
        frames += [one, two, next(stream(psbt(700, f"stray {number}"), 90))]
    assert {each.sha256 for each in fed(*frames, *islice(stream(message, 90), 11)).messages} == {
        message.sha256,
        other.sha256,
    }


def test_a_bare_number_beside_the_code_is_no_message() -> None:
    message = psbt(400)
    frames = list(islice(stream(message, 90), 5))
    assert fed("4006381333931234", *frames).require() == message
    assert fed(frames[0], "4006381333931234", *frames[1:]).require() == message
    assert fed("c0ffee").require() == Message("bytes", bytes.fromhex("c0ffee"))


def test_a_single_frame_cannot_pass_for_the_message_that_is_arriving() -> None:
    long, short = psbt(900), psbt(60, "another")
    collector = fed(*islice(stream(long, 90), 5), next(multipart.encode(short)))
    with pytest.raises(Mismatch, match="single frame was seen while another of 11 parts"):
        collector.require()


@pytest.mark.parametrize("arriving", [2, 3, 5])
def test_after_two_frames_of_a_series_no_single_frame_stands_for_it(arriving: int) -> None:
    long, short = psbt(900), psbt(120, "another")
    single = next(multipart.encode(short))
    for frames in (list(islice(stream(long, 90), arriving)), list(bbqr.encode(long, 170, "2"))[:arriving]):
        for order in ([*frames, single], [single, *frames], [frames[0], single, *frames[1:]]):
            with pytest.raises(Mismatch, match="single frame"):
                fed(*order).require()


def test_one_frame_of_a_series_is_a_stray_and_does_not_hold_up_the_message() -> None:
    assert fed(next(stream(psbt(900), 90)), next(multipart.encode(psbt(120)))).require() == psbt(120)


def test_a_single_frame_of_equal_length_and_other_content_is_not_the_message_that_is_arriving() -> None:
    arriving, stray = psbt(900), psbt(900, "another")
    assert len(arriving.cbor()) == len(stray.cbor())
    assert zlib.crc32(arriving.cbor()) != zlib.crc32(stray.cbor())
    frames = list(islice(stream(arriving, 90), 5))
    for single in (next(multipart.encode(stray, 2000)), base64.b64encode(stray.payload).decode()):
        with pytest.raises(Mismatch, match="single frame"):
            fed(*frames, single).require()
    parsed = multipart.parse(frames[0])
    assert isinstance(parsed, multipart.Part)
    assert not Decoder(parsed).carries(stray)
    assert Decoder(parsed).carries(arriving)
    assert not Decoder(parsed).carries(psbt(899))
    assert not Decoder(parsed).carries(Message("bytes", arriving.payload))


def test_the_sender_may_change_to_a_single_frame() -> None:
    message = psbt(900)
    assert fed(*islice(stream(message, 90), 5), next(multipart.encode(message, 2000))).require() == message


def test_the_elimination_is_what_the_rank_says() -> None:
    """The decoder's progress is the rank of the masks; here once by hand: three parts, of which two are one."""
    system = Elimination(2, 4)
    assert [system.add(mixed, 0, frame) is None for frame, mixed in enumerate((0b11, 0b01, 0b10))] == [
        True,
        True,
        False,
    ]


def begun(number: int) -> str:
    """The first frame of a message of several parts, each number another message."""
    return next(iter(multipart.encode(Message("bytes", number.to_bytes(2, "big") * 100), 20)))


def test_of_streams_that_only_began_no_more_are_kept_than_the_limit() -> None:
    collector = Collector()
    for number in range(3 * LIVE_LIMIT):
        assert collector.receive(begun(number)) is Receipt.NEW
        assert len(collector._live) <= LIVE_LIMIT
    assert collector.receive(begun(0)) is Receipt.NEW, "the oldest was forgotten"


def test_of_messages_that_are_complete_no_more_are_kept_than_the_limit() -> None:
    collector = Collector()
    whole = [next(iter(multipart.encode(Message("bytes", bytes([number]) * 9), 100))) for number in range(12)]
    receipts = [collector.receive(frame) for frame in whole]
    assert receipts == [Receipt.COMPLETE] * FINISHED_LIMIT + [Receipt.CONFLICT] * (12 - FINISHED_LIMIT)
    assert len(collector.messages) == FINISHED_LIMIT
    assert collector.receive(whole[0]) is Receipt.KNOWN


def test_a_frame_over_the_limit_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller limit stands for the real one, of megabytes."""
    (frame,) = multipart.encode(Message("bytes", bytes(9)), 100)
    monkeypatch.setattr(module, "FRAME_LIMIT", len(frame))
    assert Collector().receive(f" {frame}\n") is Receipt.COMPLETE
    monkeypatch.setattr(module, "FRAME_LIMIT", len(frame) - 1)
    collector = Collector()
    assert collector.receive(frame) is Receipt.FOREIGN
    assert (collector.seen, collector.foreign) == (1, 1)


@pytest.mark.parametrize("padding", [b"\x01\x00", b"\x00\x01", b"\x01\x01"])
def test_behind_a_message_its_last_part_holds_zeros_alone(padding: bytes) -> None:
    """The checksum is over the message, so it says nothing of what stands behind its end."""
    body = psbt(299).cbor()
    length = len(body) // 2 + 1
    halves = (body[:length], body[length:] + padding)
    assert list(map(len, halves)) == [length, length]
    whole = [part(number, 2, len(body), zlib.crc32(body), data) for number, data in enumerate(halves, 1)]
    collector = fed(*whole)
    assert not collector.messages


def test_a_stream_names_what_is_missing_until_it_is_finished() -> None:
    frames = stream(psbt(500), 100)
    parts = [found for found in map(multipart.parse, islice(frames, 6)) if isinstance(found, multipart.Part)]
    decoder = Decoder(parts[0])
    for number, each in enumerate(parts, 1):
        decoder.receive(each)
        assert decoder.missing == tuple(range(number + 1, parts[0].seq_len + 1))
    assert decoder.finished and decoder.message == psbt(500)


def test_a_fault_behind_a_code_of_text_does_not_make_its_hex_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([UnicodeDecodeError("utf-8", b"\xff", 0, 1, "something else"), False, False])

    def failing_once(_text: str) -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(module.phrase, "is_secret", failing_once)
    monkeypatch.setattr(module.phrase, "is_held_in_text", failing_once)
    collector = Collector()
    with pytest.raises(UnicodeDecodeError):
        collector.receive_code(b"UR:BYTES/GSHSCWJZJLOXRPFY")
    assert collector.messages == ()
