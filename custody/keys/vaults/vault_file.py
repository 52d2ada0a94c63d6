"""The bytes of a vault's file, "CUSTVLT1" or "2" (docs/spec/vault.md), to header, slots and sealed payload, and back.

Nothing is opened here, and what is read is not authenticated before the vault is opened: anybody can write such a file
with public keys alone. What breaks the format or a limit raises Unreadable.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.cards.shares import MOST
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.primitives import ENCAPSULATED, TAG
from custody.keys.vaults.sealed import MOST_OF_OFFICER_FILE, SEALED, SealedIdentity

MAGIC = b"CUSTVLT1"
MAGIC_WITH_TOKENS = b"CUSTVLT2"
"""A vault with a slot whose identity needs a token, which an earlier release cannot read."""
MOST_SLOTS = 64
MOST_SEATS = MOST
"""A seat is a member of a SLIP-39 group."""
MOST_BYTES = 512_000_000
HIGHEST_GENERATION = 99_999_999
"""Eight digits, as a vault's file name has them."""
MOST_OF_KEY = 3 + 64
"""Bytes of the longest key payload."""

PIECE_WORDS = 33
"""Words of a SLIP-39 share of 32 bytes."""
PIECE = ENCAPSULATED + 2 * PIECE_WORDS + TAG

_HEADER = struct.Struct(">8sBB32s16sI32sQ32sBB")
HEADER = _HEADER.size
SLOT = 1 + SEALED + PIECE
"""Bytes of a slot whose identity needs no token."""
LENGTH = 8
SMALLEST = HEADER + 2 * SLOT + LENGTH + TAG


class Purpose(IntEnum):
    """What the payload is."""

    KEY = 1
    HOME_BACKUP = 2


@dataclass(frozen=True, slots=True)
class Header:
    """What a vault is, and what it remembers of the journal.

    `treasury` (32 bytes), `vault` (16), `head` (32) and its entry number `n`, `basis` (32); `threshold` counts seats.
    """

    purpose: Purpose
    network: Network
    treasury: bytes
    vault: bytes
    generation: int
    head: bytes
    n: int
    basis: bytes
    threshold: int

    def encode(self, members: "Sequence[Member]") -> bytes:
        """Return the 136 bytes before the slots of these members."""
        return _HEADER.pack(
            magic_for(members),
            self.purpose,
            self.network,
            self.treasury,
            self.vault,
            self.generation,
            self.head,
            self.n,
            self.basis,
            self.threshold,
            len(members),
        )


@dataclass(frozen=True, slots=True)
class Member:
    """Who holds a seat's piece: the seat, 1 to 255, and his sealed identity. A seat may have alternates."""

    seat: int
    identity: SealedIdentity

    @property
    def order(self) -> tuple[int, bytes]:
        """Slots stand in this order."""
        return self.seat, self.identity.public.officer

    def encode(self) -> bytes:
        """Return the bytes of a slot before its piece: 139, more where tokens are needed."""
        return bytes([self.seat]) + bytes(self.identity)


@dataclass(frozen=True, slots=True)
class Slot:
    """A member and the seat's piece, sealed to him."""

    member: Member
    piece: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file taken apart. `before_payload` and `payload` are views of the one copy of its bytes."""

    header: Header
    slots: tuple[Slot, ...]
    before_payload: memoryview = field(repr=False)
    payload: memoryview = field(repr=False)

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Take a file apart. Raises Unreadable: over a limit, cut short, with bytes left over, against the format."""
        header, count = _header(content)
        slots, start = _slots(content, count, header.network)
        members = [slot.member for slot in slots]
        flaw = what_is_wrong(header, members)
        if flaw is not None:
            raise Unreadable(flaw, hint=_NOT_OURS)
        if content[: len(MAGIC)] != magic_for(members):
            raise Unreadable(_("a vault says otherwise than its slots whether a token is needed"), hint=_NOT_OURS)
        start += LENGTH
        length = int.from_bytes(content[start - LENGTH : start])
        if length != len(content) - start:
            raise _cut()
        if header.purpose is Purpose.KEY and length > MOST_OF_KEY + TAG:
            raise Unreadable(_("the vault's payload is longer than any key"), hint=_NOT_OURS)
        whole = memoryview(content)
        return cls(header, slots, whole[:start], whole[start:])


def magic_for(members: Sequence[Member]) -> bytes:
    """Return what a vault with these members begins with."""
    return MAGIC if all(member.identity.tokens is None for member in members) else MAGIC_WITH_TOKENS


def what_is_wrong(header: Header, members: Sequence[Member]) -> str | None:
    """Say what no vault may be, as a sentence; None where all is well. Readers and writers ask the same."""
    seats = {member.seat for member in members}
    if not 1 <= header.generation <= HIGHEST_GENERATION:
        return _("a vault's generation lies between 1 and {highest}").format(highest=HIGHEST_GENERATION)
    if not 2 <= header.threshold <= len(seats) <= MOST_SEATS or len(members) > MOST_SLOTS:
        return _(
            "a vault has 2 to {seats} seats and at most {slots} slots, and opens with at least two seats and no more "
            "than it has"
        ).format(seats=MOST_SEATS, slots=MOST_SLOTS)
    if 0 in seats or [member.order for member in members] != sorted({member.order for member in members}):
        return _("a vault's slots are not in the order of their seats and keys, each once")
    officers = {member.identity.public.officer for member in members}
    recipients = {member.identity.public.recipient for member in members}
    if not len(officers) == len(recipients) == len(members):
        return _("two slots of a vault have one key")
    return None


_NOT_OURS = _("No release of ours writes such a file. Take another copy, and keep this one as it is.")


def _header(content: bytes) -> tuple[Header, int]:
    if len(content) > MOST_BYTES:
        raise Unreadable(_("a vault has at most {most} bytes").format(most=MOST_BYTES))
    newest = MAGIC_WITH_TOKENS
    if content[:7] == newest[:7] and content[7:8].isdigit() and content[7:8] > newest[7:8]:
        raise Unreadable(
            _("this vault was written by a newer release"), hint=_("Use that release; nothing was changed.")
        )
    if not content.startswith((MAGIC, MAGIC_WITH_TOKENS)):
        raise Unreadable(_("this is no vault of ours"), hint=_('Its first bytes are "CUSTVLT1", or "CUSTVLT2".'))
    if len(content) < SMALLEST:
        raise _cut()
    __, purpose, network, treasury, vault, generation, head, n, basis, threshold, count = _HEADER.unpack_from(content)
    if purpose not in iter(Purpose):
        raise Unreadable(_("the vault has a purpose that this release does not know"), hint=_NOT_OURS)
    if not 2 <= count <= MOST_SLOTS:
        raise Unreadable(_("a vault has 2 to {most} slots").format(most=MOST_SLOTS), hint=_NOT_OURS)
    place = Purpose(purpose), Network.read(network)
    return Header(*place, treasury, vault, generation, head, n, basis, threshold), count


def _slots(content: bytes, count: int, network: Network) -> tuple[tuple[Slot, ...], int]:
    """Read the slots, and say where they end: a length and a tag at least come after them."""
    slots, at = [], HEADER
    for _number in range(count):
        if len(content) - at < SLOT:
            raise _cut()
        identity, size = SealedIdentity.begun(content[at + 1 : at + 1 + MOST_OF_OFFICER_FILE], network)
        end = at + 1 + size + PIECE
        slots.append(Slot(Member(content[at], identity), content[end - PIECE : end]))
        at = end
    if len(content) < at + LENGTH + TAG:
        raise _cut()
    return tuple(slots), at


def _cut() -> Unreadable:
    return Unreadable(
        _("the vault's file is cut short, or bytes are left over at its end"),
        hint=_("Take another copy: an older generation, or a backup."),
    )
