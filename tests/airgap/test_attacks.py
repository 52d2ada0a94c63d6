"""Every attack that killed another decoder, by its name: it is cheap, and the honest stream beside it still completes.

What a sender may do is in `test_hostile`; here is what was done to others. A frame costs bounded work and 5 MB.
"""

import base64
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache
from itertools import chain, islice, zip_longest

import pytest

from airgap import bbqr
from airgap.errors import Mismatch, Unreadable
from airgap.message import Message
from airgap.receiving.collector import Collector
from airgap.ur import fountain, multipart
from airgap.ur.fountain import SEQUENCE_LIMIT
from tests.airgap.frames import fed, forged, needed, part, payload, psbt, stream, whole
from tests.airgap.test_bbqr import deflated, frames_of
from tests.support.effort import against, operations

OPERATIONS = 300_000
"""For one frame, and 5 more for each of its characters. The honest frames of a message take 600 each."""

BYTES = 5 * 2**20

HONEST = psbt(5_900)
FRAGMENT = 100
STREAM = list(islice(stream(HONEST, FRAGMENT), 120))
CRC = zlib.crc32(HONEST.cbor())
LENGTH = len(HONEST.cbor())


@cache
def bomb() -> bytes:
    """A hundred mebibytes of nothing, packed."""
    return deflated(bytes(100 << 20))


ATTACKS: dict[str, Callable[[], list[str]]] = {
    # against the fountain
    "one frame that claims two to the 24 parts": lambda: [part(1, 2**24, LENGTH, CRC, bytes(120))],
    "one frame that claims a hundred million parts": lambda: [part(1, 10**8, LENGTH, CRC, bytes(120))],
    "one mixture of 200,000 parts": lambda: [part(10**6, 200_000, 200_000, CRC, b"\0")],
    "one fragment forged under the honest header": lambda: [forged(STREAM[0])],
    "one stray frame of another message": lambda: [next(stream(psbt(5_900, "another"), FRAGMENT))],
    "a whole other stream": lambda: list(islice(stream(psbt(5_900, "another"), FRAGMENT), 40)),
    "the last sequence numbers of the honest stream, forged": lambda: [
        forged(multipart.Encoder(HONEST, FRAGMENT).part(SEQUENCE_LIMIT - turn)) for turn in range(3)
    ],
    "as many parts as are allowed, in another number with each frame": lambda: [
        part(2**31 + turn, 4_096 - turn, (4_096 - turn) * 1_000, turn, bytes([turn + 1]) * 1_000) for turn in range(20)
    ],
    "the largest stream that is allowed, in mixtures": lambda: [
        part(2**31 + turn, 4_096, 4_096 * 1_024, 1, payload(1_024, str(turn))) for turn in range(40)
    ],
    "a length of nothing": lambda: [part(1, 1, 0, 0, b""), part(1, 0, 0, 0, b"")],
    "a message of 4 GiB": lambda: [part(1, 2**31, 2**32 - 1, CRC, b"\0\0")],
    "a fragment longer than the message": lambda: [
        part(1, 1, 5, CRC, bytes(2_000)),
        part(1, 2, 5, CRC, bytes(2_000)),
    ],
    # against the other framings
    "a hundred mebibytes in forty BBQr frames": lambda: list(frames_of(bomb())),
    "the same in one line": lambda: ["B$ZP0100" + base64.b32encode(bomb()).decode("ascii").rstrip("=")],
    "a bomb that ends below the limit of bytes, above that of its ratio": lambda: list(
        frames_of(deflated(bytes(1 << 20)))
    ),
    "BBQr parts that never become a series": lambda: [f"B$2P{total}0ZZ{'A' * 1_600}" for total in "ZYXWV"] * 4,
    "pMofN parts that never become a series": lambda: [f"p1of{total} {'c' * 2_000}" for total in range(2, 40)],
    "a phrase": lambda: ["legal winner thank year wave sausage worth useful legal winner thank yellow"],
}
"""An attack -> what makes its frames, once a test asks for them."""


@cache
def frames(attack: str) -> list[str]:
    """The frames of an attack, which nobody changes."""
    return ATTACKS[attack]()


def counted(collector: Collector, frame: str) -> int:
    """The operations that one frame takes, with no table kept from earlier ones."""
    fountain._degrees.cache_clear()
    return operations(lambda: collector.receive(frame))


def held(collector: Collector, frame: str) -> int:
    """The most bytes that one frame takes beside those that were there."""
    tracemalloc.start()
    collector.receive(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_frame_costs_a_bounded_count_of_operations(attack: str) -> None:
    collector = fed(*STREAM[:30])
    assert all(counted(collector, frame) < OPERATIONS + 5 * len(frame) for frame in frames(attack))


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_frame_costs_no_more_than_some_honest_streams(attack: str) -> None:
    """What C does of it, too."""
    hostile = frames(attack)

    def attacked() -> None:
        collector = Collector()
        for frame in hostile:
            fountain._degrees.cache_clear()
            collector.receive(frame)

    assert against(attacked, lambda: fed(*STREAM), 3) < 20 * len(hostile)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_frame_takes_less_than_five_megabytes(attack: str) -> None:
    collector = fed(*STREAM[:30])
    assert max(held(collector, frame) for frame in frames(attack)) < BYTES


@pytest.mark.parametrize("order", ["before", "after the first half", "by turns"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_honest_stream_beside_it_completes(attack: str, order: str) -> None:
    hostile = frames(attack)
    mixed = {
        "before": [*hostile, *STREAM],
        "after the first half": [*STREAM[:30], *hostile, *STREAM[30:]],
        "by turns": [frame for pair in zip_longest(STREAM, hostile) for frame in pair if frame],
    }[order]
    collector = fed(*mixed)
    assert HONEST in collector.messages
    assert collector.progress.fraction == 1


@pytest.mark.parametrize("attack", [name for name in ATTACKS if name != "a whole other stream"])
def test_nothing_else_than_the_honest_message_comes_out(attack: str) -> None:
    assert fed(*STREAM[:10], *frames(attack), *STREAM[10:]).require() == HONEST


def test_one_single_part_of_the_same_type_never_replaces_the_message_silently() -> None:
    single = next(multipart.encode(psbt(90, "another")))
    for place in (0, 1, 10, 120):
        collector = fed(*STREAM[:place], single, *STREAM[place:])
        assert HONEST in collector.messages
        with pytest.raises(Mismatch):
            collector.require()


@pytest.mark.parametrize("first", [1, 2**24 - 3, 2**31, SEQUENCE_LIMIT - 40])
def test_no_sequence_number_is_too_large(first: int) -> None:
    """A receiver bounded its numbers by the count of parts, and could no longer join late."""
    encoder = multipart.Encoder(HONEST, FRAGMENT)
    numbers = chain(range(first, min(first + 200, SEQUENCE_LIMIT + 1)), range(1, 200))
    collector = Collector()
    needed(map(encoder.part, numbers), collector, 120)
    assert collector.require() == HONEST


def test_a_message_whose_checksum_begins_with_zeros_keeps_its_end() -> None:
    """A receiver wrote the CRC shorter then, and lost the last byte of one message in 256."""

    def low(build: Callable[[int], Message]) -> Message:
        return next(found for trial in range(1 << 16) if zlib.crc32((found := build(trial)).cbor()) < 1 << 24)

    message = low(lambda trial: psbt(200, f"low {trial}"))
    assert fed(next(multipart.encode(message, 400))).require() == message
    assert fed(*islice(multipart.encode(message, 30), 20)).require() == message


def test_a_bbqr_part_swapped_for_another_of_equal_length_is_told_when_both_pass_by() -> None:
    """The framing has no checksum: one that alone passes by changes the message, and the digest shows it."""
    honest = bbqr.encode(Message("crypto-psbt", whole(1_000)), 408, "2")
    other = bbqr.encode(Message("crypto-psbt", whole(1_000, "another")), 408, "2")
    assert [frame[:8] for frame in honest] == [frame[:8] for frame in other]
    swapped = fed(honest[0], other[1], *honest[2:])
    assert swapped.require().sha256 != fed(*honest).require().sha256
    both = fed(*honest, other[1])
    with pytest.raises(Mismatch, match="two versions"):
        both.require()
    during = fed(honest[0], honest[1], other[1], *honest, *honest, *honest)
    assert during.disagreed >= 1
    assert during.require() == fed(*honest).require()


def test_halves_of_two_psbts_under_one_bbqr_header_do_not_pass_for_one() -> None:
    """What is cut elsewhere, or holds other counts, does not join to a PSBT that ends with the last part."""
    honest = bbqr.encode(Message("crypto-psbt", whole(990)), 408, "2")
    longer = bbqr.encode(Message("crypto-psbt", whole(982, "another")), 408, "2")
    assert [frame[:8] for frame in honest] == [frame[:8] for frame in longer]
    for at in range(1, len(honest)):
        for mixed in ([*honest[:at], *longer[at:]], [*longer[:at], *honest[at:]]):
            collector = fed(*mixed)
            assert not collector.messages
            with pytest.raises(Unreadable):
                collector.require()
