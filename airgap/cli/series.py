"""Which frames a message becomes: the framing, the size of a part, and how many. It draws none of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, count, islice
from math import gcd

from airgap import bbqr
from airgap.capacity import LARGEST_VERSION, characters
from airgap.catalogue import _
from airgap.errors import Usage
from airgap.message import Message
from airgap.ur import multipart
from airgap.ur.fountain import fragment_length

FRAGMENT = 200
"""Payload bytes in a frame that every device's camera and memory can take, unless told otherwise."""

SINGLE_VERSION = 13
"""The largest version shown as one still code by default: above it, several smaller codes are easier to catch."""

SMALLEST_FRAGMENT = 10

FRAGMENT_LIMIT = 2_200
"""Payload bytes in one frame: a little more than version 40 holds."""

FRAMES_LIMIT = 65_536
"""Frames of one series."""

BBQR_HEADER = 8
"""Characters that begin every BBQr frame."""

_CRC = 4


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for: a message, its framing ("ur" or "bbqr"), and None where they left the choice to us."""

    message: Message
    framing: str
    fragment: int | None
    frames: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """The frames of one message, in order, all fit for the alphanumeric mode; `parts` are needed at the least."""

    message: Message
    framing: str
    parts: int
    frames: tuple[str, ...]


def plan(request: Request, largest: int = LARGEST_VERSION) -> Series:
    """Return the series for codes of at most version `largest`.

    A fragment is in payload bytes; None means one still code where that is easy to read, else FRAGMENT, or less where
    the version holds less. Frames None means a UR's parts once and half as many mixed ones, or BBQr's parts once.
    Raises Usage when the fragment cannot be shown, Unreadable when the message is too long for the framing.
    """
    room = characters(largest)
    fragment = request.fragment or _sized(request.message, request.framing, room)
    series = (_ur if request.framing == "ur" else _bbqr)(request.message, fragment, request.frames)
    if max(map(len, series.frames)) > room:
        raise Usage(
            _("frames of {fragment} bytes do not fit the QR codes that can be shown here").format(fragment=fragment),
            hint=_("Choose a smaller --fragment, or leave it away; or make the window larger."),
        )
    return series


def passes(length: int) -> Iterator[int]:
    """Yield the positions of a series for ever: in order once, then in an order that changes with each pass.

    A camera that misses every second frame would miss the same ones for ever if the order stayed.
    """
    yield from range(length)
    for step in count(1):
        stride = _coprime(length, step)
        yield from ((position * stride + step) % length for position in range(length))


def _sized(message: Message, framing: str, room: int) -> int:
    """The whole message if it makes an easy still code, else the default, reduced to what the room holds."""
    body = len(message.cbor()) if framing == "ur" else len(message.payload)
    length = partial(_ur_length, message.type) if framing == "ur" else _bbqr_length
    if body <= FRAGMENT_LIMIT and length(body, body) <= min(room, characters(SINGLE_VERSION)):
        return body
    for fragment in range(min(FRAGMENT, room), SMALLEST_FRAGMENT - 1, -1):
        if length(body, fragment) <= room:
            return fragment
    raise Usage(
        _("the window is too small for even the smallest frames"),
        hint=_("Make it 80 columns by 24 rows, or write pictures with --to png -o FILE."),
    )


def _ur(message: Message, fragment: int, frames: int | None) -> Series:
    encoder = multipart.Encoder(message, fragment)
    if encoder.seq_len == 1:
        return Series(message, "ur", 1, (encoder.single().upper(),))
    wanted = frames or encoder.seq_len + (encoder.seq_len + 1) // 2
    return Series(message, "ur", encoder.seq_len, tuple(encoder.part(n).upper() for n in range(1, wanted + 1)))


def _bbqr(message: Message, fragment: int, frames: int | None) -> Series:
    cycle = bbqr.encode(message, part_chars=_bbqr_characters(fragment))
    wanted = frames or len(cycle)
    return Series(message, "bbqr", len(cycle), tuple(islice(chain.from_iterable(_again(cycle)), wanted)))


def _again(cycle: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    while True:
        yield cycle


def _coprime(length: int, step: int) -> int:
    """A stride that visits every position once: near the golden section of the length, another for each pass."""
    stride = max(1, int(length * 0.618) + step % max(1, length))
    while gcd(stride, length) != 1:
        stride += 1
    return stride


def _ur_length(ur_type: str, body: int, fragment: int) -> int:
    """Characters of the longest frame (BCR-2020-005): a part is CBOR [seqNum, seqLen, messageLen, checksum, data]."""
    head = len(f"ur:{ur_type}/")
    data = fragment_length(body, fragment)
    if data == body:
        return head + 2 * (body + _CRC)
    parts = -(-body // data)
    numbers = f"{FRAMES_LIMIT}-{parts}/"
    part = 1 + _cbor_length(FRAMES_LIMIT) + _cbor_length(parts) + _cbor_length(body) + 5 + _cbor_length(data) + data
    return head + len(numbers) + 2 * (part + _CRC)


def _cbor_length(value: int) -> int:
    """Bytes of a CBOR head that holds `value` (RFC 8949, section 3)."""
    return 1 if value < 24 else 2 if value < 1 << 8 else 3 if value < 1 << 16 else 5


def _bbqr_length(body: int, fragment: int) -> int:
    """Characters of the longest frame, header included; compression may make the message shorter than this says."""
    return _bbqr_characters(min(fragment, body))


def _bbqr_characters(fragment: int) -> int:
    """Characters that `fragment` bytes take in base32, in whole groups of eight, with BBQr's header."""
    return BBQR_HEADER + 8 * max(1, fragment // 5)
