"""BBQr (Coinkite): a message to at most 1,295 frames of text, and the parts of one series back to the message.

A frame is `B$`, the encoding (H hex, 2 Base32, Z raw DEFLATE with a window of 1 KiB, then Base32), the file's type, and
in two base-36 digits each the number of parts and the part's own, from 0. There is no checksum of the whole. Raises
Unreadable for a header that the specification does not have, a part beyond the last, and what inflates beyond 8 MiB.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from airgap.catalogue import _
from airgap.content import psbt, texts
from airgap.errors import Unreadable, Usage
from airgap.message import Message

SCHEME = "B$"

PARTS_LIMIT = 36**2 - 1

INFLATED_LIMIT = 8 * 1024 * 1024
"""Bytes of a message in whichever encoding, and of what its parts together carry."""
RATIO_LIMIT = 100
"""How many times longer the inflated bytes may be."""

_PORTION = 256 * 1024
"""Bytes inflated at once while nobody knows yet how many there will be."""

PART_CHARACTERS = 428
"""Of a frame, by default, its header included: about 260 bytes, what version 10 holds less a reserve."""

HEADER_LENGTH = 8

FILE_TYPES = {
    "P": "crypto-psbt",
    "T": "transaction",
    "J": "json",
    "C": "cbor",
    "U": "text",
    "B": "bytes",
    "X": "executable",
}
"""The file types of the specification -> our messages' types. All others are reserved and refused."""

_CODES = {name: code for code, name in FILE_TYPES.items()} | {"psbt": "P"}

_FRAME = re.compile(r"B\$([HZ2])([PTJCUBX])([0-9A-Z]{2})([0-9A-Z]{2})([0-9A-Z]+)")

_WINDOW = 10
_MULTIPLE = {"H": 2, "2": 8, "Z": 8}
"""Encoding -> characters of a frame come in multiples of this, so that each is whole bytes."""
_BITS = {"H": 4, "2": 5, "Z": 5}
"""Encoding -> bits that a character carries."""


@dataclass(frozen=True, slots=True)
class Part:
    """One frame: `index` counts from 0, `data` is decoded from its characters but not inflated."""

    encoding: str
    file_type: str
    total: int
    index: int
    data: bytes = field(repr=False)

    @property
    def stream(self) -> tuple[str, str, int]:
        """What all frames of one message share; two messages may share it too."""
        return self.encoding, self.file_type, self.total


def encode(message: Message, part_chars: int = PART_CHARACTERS, encoding: str = "Z") -> tuple[str, ...]:
    """Return the frames of a message, each at most `part_chars` characters with its header, about equally long.

    Encoding Z becomes 2 where compression does not help, as the specification asks, or would be refused as a bomb.
    A UR type that BBQr has no letter for goes as C, and must be CBOR. Raises Unreadable when it is not, or when the
    message is empty or over a limit; Usage when a frame would be empty or the encoding is none.
    """
    if encoding not in _MULTIPLE:
        raise Usage(_("BBQr has the encodings Z, 2 and H"), hint=_("Leave the encoding away."))
    if not 0 < len(message.payload) <= INFLATED_LIMIT:
        raise Unreadable(_("BBQr carries 1 to {limit} bytes").format(limit=INFLATED_LIMIT))
    if message.type not in _CODES:
        message.cbor()  # goes as C, so it must be CBOR
    data, encoding = _packed(message.payload, encoding)
    text = data.hex().upper() if encoding == "H" else base64.b32encode(data).decode("ascii").rstrip("=")
    length = _part_length(len(text), part_chars - HEADER_LENGTH, _MULTIPLE[encoding])
    pieces = [text[at : at + length] for at in range(0, len(text), length)]
    if len(pieces) > PARTS_LIMIT:
        raise Unreadable(
            _("the message would take {count} frames, more than the {limit} that are allowed").format(
                count=len(pieces), limit=PARTS_LIMIT
            ),
            hint=_("Choose larger frames."),
        )
    header = f"{SCHEME}{encoding}{_CODES.get(message.type, 'C')}{_base36(len(pieces))}"
    return tuple(f"{header}{_base36(index)}{piece}" for index, piece in enumerate(pieces))


def parse(text: str) -> Part:
    """Read one frame.

    Raises Unreadable: no header, a reserved letter, a part beyond the last, no whole bytes, or a series that, with all
    its parts as long as this one, would be over the limit.
    """
    found = _FRAME.fullmatch(text)
    if found is None:
        raise Unreadable(_("this is not a BBQr frame"))
    encoding, file_type, digits, own_digits, characters = found.groups()
    total, index = int(digits, 36), int(own_digits, 36)
    if index >= total:
        raise Unreadable(
            _("a BBQr frame says that it is part {number} of {total}").format(number=index + 1, total=total)
        )
    others = total if index == total - 1 else total - 1  # which are at least as long; a last part may be shorter
    if len(characters) * _BITS[encoding] // 8 * others > INFLATED_LIMIT:
        raise Unreadable(_("the BBQr series carries more than {limit} bytes").format(limit=INFLATED_LIMIT))
    data = _hex(characters) if encoding == "H" else _base32(characters)
    return Part(encoding, file_type, total, index, data)


def join(parts: list[Part]) -> Message:
    """Return the message of all parts in order.

    Raises Unreadable where it cannot be inflated within the limits, and where several parts are to be a PSBT or
    JSON and are none: without a checksum nothing else says that they belong together.
    """
    data = b"".join(part.data for part in parts)
    payload = inflate(data) if parts[0].encoding == "Z" else data
    message = Message(FILE_TYPES[parts[0].file_type], payload)
    if len(parts) > 1 and not _vouches(message):
        raise Unreadable(_("the parts do not join to one whole message: they may be of two"))
    return message


def _vouches(message: Message) -> bool:
    """Say whether a message is from its first byte to its last what its type says, as far as that can be seen."""
    if message.type == "crypto-psbt":
        return psbt.is_whole(message.payload)
    if message.type == "json":
        return texts.is_json(message.payload.decode("utf-8", "replace"))
    return True


def inflate(data: bytes) -> bytes:
    """Inflate raw DEFLATE of a window of 1 KiB. Raises Unreadable: damage, an end too early or late, over a limit.

    It is inflated twice, and kept only the second time, so that a bomb costs no memory.
    """
    limit, length = min(INFLATED_LIMIT, RATIO_LIMIT * len(data)), 0
    for piece in _inflated(data):
        length += len(piece)
        if length > limit:
            raise Unreadable(_("the compressed bytes grow beyond {limit} bytes").format(limit=limit))
    return b"".join(_inflated(data))


def _inflated(data: bytes) -> Iterator[bytes]:
    """Yield the inflated bytes, some at a time. Raises Unreadable where they are damaged or do not end with `data`."""
    inflater = zlib.decompressobj(-_WINDOW)
    while not inflater.eof:
        try:
            piece = inflater.decompress(data, _PORTION)
        except zlib.error as problem:
            raise Unreadable(
                _("the compressed bytes are damaged, or were compressed with a larger window than BBQr has"),
                hint=_("Scan again; if it stays, send it without compression, as Base32 or hex."),
            ) from problem
        data = inflater.unconsumed_tail
        if not piece and not inflater.eof:
            raise _not_ending()
        yield piece
    if inflater.unused_data or data:
        raise _not_ending()


def _not_ending() -> Unreadable:
    return Unreadable(_("the compressed bytes do not end where the frames do"))


def _packed(payload: bytes, encoding: str) -> tuple[bytes, str]:
    """Compress where that is wanted and helps; return the bytes and the encoding that they have now."""
    if encoding != "Z":
        return payload, encoding
    deflater = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -_WINDOW)
    packed = deflater.compress(payload) + deflater.flush()
    helps = len(packed) < len(payload) <= RATIO_LIMIT * len(packed)
    return (packed, "Z") if helps else (payload, "2")


def _part_length(characters: int, room: int, multiple: int) -> int:
    """Return how many characters of the text one frame takes: as few frames as fit, filled equally."""
    fitting = room - room % multiple
    if characters <= room:
        return characters
    if fitting < multiple:
        raise Usage(
            _("a BBQr frame has at least {count} characters").format(count=HEADER_LENGTH + multiple),
            hint=_("Choose larger frames."),
        )
    frames = -(-characters // fitting)
    even = -(-characters // frames)
    return even + -even % multiple


def _base36(number: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return digits[number // 36] + digits[number % 36]


def _hex(characters: str) -> bytes:
    try:
        return binascii.unhexlify(characters)
    except binascii.Error as problem:
        raise Unreadable(_("a BBQr frame does not hold whole bytes of hex")) from problem


def _base32(characters: str) -> bytes:
    """Decode Base32 without padding (RFC 4648, section 6); bits beyond the last byte must be zero."""
    try:
        data = base64.b32decode(characters + "=" * (-len(characters) % 8))
    except binascii.Error as problem:
        raise Unreadable(_("a BBQr frame does not hold whole bytes of Base32")) from problem
    if base64.b32encode(data).decode("ascii").rstrip("=") != characters:
        raise Unreadable(_("a BBQr frame does not hold whole bytes of Base32"))
    return data
