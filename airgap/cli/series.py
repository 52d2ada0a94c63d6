"""A message and what a person asked for to the frames of a series: the framing, the size of a part, and how many.

Every frame fits a QR code of the version allowed, in alphanumeric mode. A fragment that cannot be shown raises Usage, a
message too long for the framing Unreadable.
"""

from dataclasses import dataclass, replace
from itertools import count, islice

from airgap import bbqr
from airgap.capacity import LARGEST_VERSION, characters
from airgap.catalogue import _
from airgap.errors import Usage
from airgap.message import Message
from airgap.order import passes, slip
from airgap.presets import DEFAULT, Preset
from airgap.ur import multipart
from airgap.ur.fountain import fragment_length
from airgap.ur.schedule import dense, round_length, shaped

SINGLE_VERSION = 13
"""The largest version shown as one still code by default: above it, several smaller codes are easier to catch."""

SMALLEST_FRAGMENT = 10

FRAGMENT_LIMIT = 2_200
"""Payload bytes in one frame: a little more than version 40 holds."""

FRAMES_LIMIT = 65_536
"""Frames of one series."""

FRESH = 60
"""Frames of the shortest series for a receiver that solves: whoever looks late sees few of them twice."""

_CRC = 4


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for: a message, and None where they left the choice to us or to the receiver's preset.

    `framing` is "ur" or "bbqr"; `steady` asks for parts even where the message would make an easy still code.
    """

    message: Message
    framing: str | None = None
    fragment: int | None = None
    frames: int | None = None
    preset: Preset = DEFAULT
    steady: bool = False

    @property
    def framed(self) -> str:
        """The framing, as asked for or as the receiver reads it."""
        return self.framing or self.preset.framing

    @property
    def usual(self) -> int:
        """Payload bytes in a frame where no other number was asked for."""
        return self.preset.fragment


@dataclass(frozen=True, slots=True)
class Series:
    """The frames of one message, in order, all fit for the alphanumeric mode; `parts` are needed at the least."""

    message: Message
    framing: str
    parts: int
    frames: tuple[str, ...]


def plan(request: Request, largest: int = LARGEST_VERSION) -> Series:
    """Return the series for codes of at most version `largest`.

    A fragment is in payload bytes; None means one still code where that is easy to read, else the preset's, or less
    where the version holds less. Frames None means a UR's parts once and half as many mixed ones, or BBQr's parts once.
    Raises Usage when the fragment cannot be shown, Unreadable when the message is too long for the framing.
    """
    room = characters(largest)
    series = (_ur if request.framed == "ur" else _bbqr)(request, room)
    if max(map(len, series.frames)) > room:
        raise Usage(
            _("frames of {fragment} bytes do not fit the QR codes that can be shown here").format(
                fragment=request.fragment
            ),
            hint=_("Choose a smaller --fragment, or leave it away; or make the window larger."),
        )
    return series


def scaled(request: Request, series: Series, density: float) -> Request:
    """Return the request for codes that carry more or fewer bytes than those of a series: it becomes another series."""
    body = len(series.message.payload)
    carried = -(-body // series.parts)
    fragment = min(max(SMALLEST_FRAGMENT, int(carried * density)), FRAGMENT_LIMIT)
    return replace(request, fragment=None, preset=replace(request.preset, fragment=fragment), steady=fragment < body)


def _ur(request: Request, room: int) -> Series:
    encoder = multipart.Encoder(request.message, request.fragment or _ur_fragment(request, room))
    parts = encoder.seq_len
    if parts == 1:
        return Series(request.message, "ur", 1, (encoder.single().upper(),))
    schedule, usual = (dense, _dense_length(parts)) if request.preset.solves else (shaped, round_length(parts))
    order = islice(schedule(parts, encoder.checksum), request.frames or min(usual, FRAMES_LIMIT))
    return Series(request.message, "ur", parts, tuple(encoder.part(seq_num).upper() for seq_num in order))


def _dense_length(parts: int) -> int:
    """Twice as many frames as parts, or as many as keep a short message fresh, in a number that needs no slip."""
    return next(length for length in count(max(2 * parts, FRESH)) if not slip(length))


def _ur_fragment(request: Request, room: int) -> int:
    """The whole message if it makes an easy still code, else the usual, reduced to what the room holds."""
    message = request.message
    body = len(message.cbor())
    if (
        not request.steady
        and body <= FRAGMENT_LIMIT
        and _ur_length(message.type, body, body) <= min(room, characters(SINGLE_VERSION))
    ):
        return body
    for fragment in range(min(request.usual, room), SMALLEST_FRAGMENT - 1, -1):
        if _ur_length(message.type, body, fragment) <= room:
            return fragment
    raise Usage(
        _("the window is too small for even the smallest frames"),
        hint=_("Make it 80 columns by 24 rows, or write pictures with --to png -o FILE."),
    )


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


def _bbqr(request: Request, room: int) -> Series:
    message = request.message
    part_chars = _bbqr_characters(request.fragment) if request.fragment else _bbqr_room(request, room)
    cycle = bbqr.encode(message, part_chars=part_chars)
    order = islice(passes(len(cycle)), request.frames or len(cycle))
    return Series(message, "bbqr", len(cycle), tuple(cycle[index] for index in order))


def _bbqr_room(request: Request, room: int) -> int:
    """The same choice for BBQr, whose compression only an attempt can tell."""
    message = request.message
    default = min(room, _bbqr_characters(request.usual))
    easy = min(room, characters(SINGLE_VERSION))
    small = not request.steady and len(message.payload) <= FRAGMENT_LIMIT
    return easy if small and len(bbqr.encode(message, part_chars=easy)) == 1 else default


def _bbqr_characters(fragment: int) -> int:
    """Characters that `fragment` bytes take in Base32, with BBQr's header."""
    return bbqr.HEADER_LENGTH + -(-fragment * 8 // 5)
