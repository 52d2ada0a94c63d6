"""A frame of UR 1.0 (BCR-2020-005 of May 2020, with BC32 of BCR-2020-004) to a part, and parts to their message.

Shown by older devices, and only read here: `UR:BYTES/1OF2/digest/piece`, or whole as `UR:BYTES/body` with or without
the digest. The pieces are joined as text; the BC32 checksum and, where it is told, the SHA-256 of the body are checked.
"""

import hashlib
import re
from dataclasses import dataclass, field

from airgap.catalogue import _
from airgap.errors import Unreadable
from airgap.message import MESSAGE_LIMIT, Message

PARTS_LIMIT = 4096
TEXT_LIMIT = 2 * MESSAGE_LIMIT
"""Characters of all pieces: the longest message takes 8 for 5 bytes."""

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
"""The values 0 to 31, as Bech32 writes them (BIP-173)."""

_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_UR = re.compile(
    rf"ur:([a-z0-9-]{{1,200}})/(?:([1-9][0-9]{{0,3}})of([1-9][0-9]{{0,3}})/)?(?:([{_LETTERS}]{{6,90}})/)?([{_LETTERS}]+)"
)
_CHECKSUM_LETTERS = 6
_CHECKSUM = 0x3FFFFFFF
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@dataclass(frozen=True, slots=True)
class Part:
    """One frame: `index` counts from 0; `digest` is the body's in BC32, or nothing where a whole one has none."""

    type: str
    total: int
    index: int
    digest: str
    data: bytes = field(repr=False)

    @property
    def stream(self) -> tuple[str, str, int, str]:
        """What all frames of one message share."""
        return "UR 1.0", self.type, self.total, self.digest


def parse(text: str) -> Part | None:
    """Read one frame in either case; None where it is none.

    Raises Unreadable for a part beyond the last, one of several without a digest, and a series over the limits.
    """
    found = _UR.fullmatch(text.lower()) if text.isascii() else None
    if found is None:
        return None
    ur_type, number, total, digest, piece = found.groups()
    if total is None:
        return Part(ur_type, 1, 0, digest or "", piece.encode())
    if digest is None or not int(number) <= int(total) <= PARTS_LIMIT:
        raise Unreadable(_("a frame says that it is part {number} of {total}").format(number=number, total=total))
    if len(piece) * (int(total) - 1) > TEXT_LIMIT:
        raise _too_long()
    return Part(ur_type, int(total), int(number) - 1, digest, piece.encode())


def join(parts: list[Part]) -> Message:
    """Return the message of all parts in order. Raises Unreadable: too long, a wrong checksum or digest, no CBOR."""
    text = b"".join(part.data for part in parts)
    if len(text) > TEXT_LIMIT:
        raise _too_long()
    body, digest = _decoded(text.decode("ascii")), parts[0].digest
    if digest and _decoded(digest) != hashlib.sha256(body).digest():
        raise _wrong()
    return Message.from_cbor(parts[0].type, body)


def _decoded(text: str) -> bytes:
    """Return the bytes that BC32 writes. Raises Unreadable where its checksum is wrong, or bits are left over."""
    values = [_VALUES[letter] for letter in text]
    if _remainder([0, *values]) != _CHECKSUM or len(values) < _CHECKSUM_LETTERS:
        raise _wrong()
    held = values[:-_CHECKSUM_LETTERS]
    bits = int("".join(f"{value:05b}" for value in held) or "0", 2)
    spare = 5 * len(held) % 8
    if spare >= 5 or bits & ((1 << spare) - 1):
        raise _wrong()
    return (bits >> spare).to_bytes(5 * len(held) // 8, "big")


def _remainder(values: list[int]) -> int:
    """The remainder of Bech32's code (BIP-173)."""
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(_GENERATOR):
            remainder ^= term if top >> place & 1 else 0
    return remainder


def _wrong() -> Unreadable:
    return Unreadable(_("the checksum of the frames is wrong, so they were not read right"))


def _too_long() -> Unreadable:
    return Unreadable(_("the message is longer than {limit} bytes").format(limit=MESSAGE_LIMIT))
