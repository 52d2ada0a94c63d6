"""BBQr series: there is no checksum, so two versions of a part are never mixed."""

import pytest

from airgap import bbqr, pmofn
from airgap.errors import Mismatch, Unreadable
from airgap.message import Message
from airgap.receiving.assembly import Assembly
from airgap.receiving.collector import Progress, Receipt
from tests.airgap.frames import fed, needed, payload, psbt

SERIES = bbqr.encode(psbt(900), 200, "2")
OTHER = bbqr.encode(psbt(900, "another"), 200, "2")
"""The same header and lengths, another content."""


def test_a_foreign_part_first_is_noticed_and_outlived() -> None:
    collector = fed(OTHER[2])
    receipts = [collector.receive(frame) for frame in SERIES]
    assert receipts[2] is Receipt.CONFLICT
    assert not collector.messages
    needed(iter([*SERIES, *SERIES]), collector, 2 + len(SERIES))
    assert collector.require() == psbt(900)
    assert collector.disagreed == 1


def test_parts_before_and_after_a_contradiction_are_not_mixed() -> None:
    collector = fed(*SERIES[:4], OTHER[2], *SERIES[4:])
    assert not collector.messages
    with pytest.raises(Unreadable, match="have not been seen"):
        collector.require()


def test_two_versions_seen_equally_often_are_no_message_however_long_they_are_shown() -> None:
    """Two codes side by side: after the contradiction one clean round may be half of each."""
    one, other = bbqr.encode(psbt(400), 300, "2"), bbqr.encode(psbt(400, "another"), 300, "2")
    assert len(one) == 3
    for frames in (
        [one[0], other[0], one[1], one[2]],
        [each for pair in zip(one, other, strict=True) for each in pair],
    ):
        collector = fed(*frames)
        assert not collector.messages
        with pytest.raises(Unreadable, match="not been seen") as refusal:
            collector.require()
        assert "show one code alone" in refusal.value.hint
    by_turns = fed(*[each for pair in zip(one, other, strict=True) for each in pair] * 5)
    assert not by_turns.messages
    needed(iter([*one, *one, *one]), by_turns, 3 * len(one))
    assert by_turns.require() == psbt(400)


def test_after_a_contradiction_a_part_that_stands_still_is_not_a_second_round() -> None:
    one, other = bbqr.encode(psbt(400), 300, "2"), bbqr.encode(psbt(400, "another"), 300, "2")
    collector = fed(one[0], other[0], other[0], one[1], one[1], one[2], one[2])
    assert not collector.messages
    assert collector.progress == Progress(1, 3)
    assert collector.receive(other[1]) is Receipt.CONFLICT


def test_a_series_is_confirmed_when_every_part_came_again() -> None:
    collector = fed(*SERIES)
    assert collector.messages
    assert not collector.settled
    fed_again = [collector.receive(frame) for frame in SERIES[:-1]]
    assert not collector.settled
    assert set(fed_again) == {Receipt.KNOWN}
    collector.receive(SERIES[-1])
    assert collector.settled
    assert fed(bbqr.encode(psbt(120), 428, "2")[0]).settled


def test_a_version_of_a_part_that_passes_after_the_end_is_a_mismatch() -> None:
    collector = fed(*SERIES)
    assert collector.require() == psbt(900)
    assert collector.receive(OTHER[1]) is Receipt.CONFLICT
    with pytest.raises(Mismatch, match="two versions"):
        collector.require()


def test_a_part_of_another_length_starts_the_series_over() -> None:
    longer = bbqr.encode(psbt(900 + 5 * len(SERIES)), 216, "2")
    assert longer[0][:6] == SERIES[0][:6]
    collector = fed(longer[0])
    needed(iter([*SERIES[1:], *SERIES, *SERIES]), collector, 2 * len(SERIES) + 1)
    assert collector.require() == psbt(900)


def test_the_last_part_may_come_first_and_is_not_longer() -> None:
    assert fed(*SERIES[::-1]).require() == psbt(900)
    runt = SERIES[-1][:8] + SERIES[0][8:] + "AAAAAAAA"
    collector = fed(runt)
    assert collector.receive(SERIES[0]) is Receipt.CONFLICT


def test_a_series_that_does_not_inflate_is_wanted_again() -> None:
    message = Message("bytes", payload(100) * 20)
    frames = bbqr.encode(message, 60, "Z")
    assert len(frames) > 2
    damaged = frames[1][:8] + frames[0][8:]
    collector = fed(frames[0], damaged, *frames[2:])
    with pytest.raises(Unreadable, match="compressed"):
        collector.require()
    assert fed(frames[0], damaged, *frames[2:], *frames).require() == message


@pytest.mark.parametrize("total", [1, 2, 3])
def test_another_version_after_the_end_is_a_contradiction_whatever_the_number_of_parts(total: int) -> None:
    parts = [pmofn.Part(total, index, b"aa") for index in range(total)]
    assembly = Assembly(parts[0], pmofn.join)
    for part in parts:
        assembly.receive(part)
        assert not assembly.contradictory
    for _again in range(2):
        assert assembly.receive(pmofn.Part(total, 0, b"bb")) in {Receipt.CONFLICT, Receipt.KNOWN}
        assert assembly.contradictory
    assert assembly.receive(parts[-1]) is Receipt.CONFLICT
    assert assembly.message is not None
