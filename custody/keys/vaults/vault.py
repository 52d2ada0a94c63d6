"""A payload to a vault that no officer opens alone, and a vault to its payload, by enough officers of distinct seats.

Public keys suffice to seal one. Every generation has a key of its own, cut by SLIP-39 into one piece for each seat
(docs/spec/vault.md). Too few seats raise Refused, anything changed or wrong one and the same Mismatch.

A vault proves that nothing in it was changed, not who sealed it: whoever knows the officers' public keys can seal one.
So what comes out is compared with what the journal says (`payload.KeyPayload`).
"""

import os
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from custody.catalogue import _, ngettext
from custody.errors import CustodyError, Mismatch, Refused, StorageFailed, Unreadable, Usage
from custody.keys.cards.collection import UntrustedCollection
from custody.keys.cards.shares import SLIP39, Scheme, split
from custody.keys.entropy import MachinePart
from custody.keys.vaults import primitives
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.vault_file import (
    HEADER,
    LENGTH,
    MOST_BYTES,
    MOST_OF_KEY,
    PIECE,
    PIECE_WORDS,
    Header,
    Member,
    Parsed,
    Purpose,
    Slot,
    what_is_wrong,
)
from custody.secret import Secret

PIECE_CONTEXT = b"custody/vault/piece/v1"
PAYLOAD_CONTEXT = b"custody/vault/payload/v1"

IDENTIFIER = 16
"""Bytes of a vault's identifier, the same in all its generations."""

_PIECE = struct.Struct(f">{PIECE_WORDS}H")


@dataclass(frozen=True, slots=True)
class NewVault:
    """A vault just sealed: the bytes of its file. A context manager: the key to prove them by is overwritten."""

    header: Header
    content: bytes = field(repr=False)
    _key: Secret = field(repr=False)

    def prove(self, read_back: bytes) -> None:
        """Demand that a file, read back from its medium, is this vault and decrypts. Raises StorageFailed."""
        try:
            parsed = Parsed.of(read_back)
            primitives.unseal(self._key, parsed.payload, parsed.before_payload).wipe()
        except (Unreadable, Mismatch):
            raise StorageFailed(
                _("the vault that was written does not read back as it was sealed"),
                hint=_("The older one is untouched. The medium may be failing: use another one."),
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._key.wipe()


@dataclass(frozen=True, slots=True)
class OpenedVault:
    """A vault that enough officers opened: everything in it is authentic. A context manager that wipes the payload."""

    header: Header
    members: tuple[Member, ...]
    payload: Secret = field(repr=False)

    def rekeyed(
        self,
        members: Sequence[Member],
        threshold: int,
        *,
        head: bytes,
        n: int,
        basis: bytes,
        source: Callable[[int], bytes] = os.urandom,
    ) -> NewVault:
        """Seal the next generation, under a fresh key: for other officers, or for the same. Raises Usage."""
        generation = self.header.generation + 1
        header = replace(self.header, generation=generation, head=head, n=n, basis=basis, threshold=threshold)
        return seal(header, members, self.payload, source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.payload.wipe()


@dataclass(frozen=True, slots=True)
class SealedVault:
    """A vault as its file says it. Nothing of it is authentic before it is opened."""

    header: Header
    slots: tuple[Slot, ...]
    _parsed: Parsed = field(repr=False)

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a vault's file without any key. Raises Unreadable."""
        parsed = Parsed.of(content)
        return cls(parsed.header, parsed.slots, parsed)

    def slot_of(self, officer: bytes) -> Slot:
        """Return the slot of an officer, by his Ed25519 key. Raises Mismatch where he has none."""
        for slot in self.slots:
            if slot.member.identity.public.officer == officer:
                return slot
        raise Mismatch(
            _("officer {officer} has no slot in this vault").format(officer=officer[:4].hex()),
            hint=_("He may have been enrolled after it was sealed, or retired before."),
            code="no-slot",
        )

    def open(self, officers: Iterable[OfficerKeys]) -> OpenedVault:
        """Open it with officers of at least `threshold` distinct seats; surplus pieces must fit as well.

        Raises Mismatch for an officer without a slot, and one and the same for anything changed or wrong; Refused,
        naming how many seats are missing.
        """
        present = [(keys, self.slot_of(keys.public.officer)) for keys in officers]
        missing = self.header.threshold - len({slot.member.seat for _keys, slot in present})
        if missing > 0:
            raise Refused(
                ngettext(
                    "this vault does not open yet: an officer of {count} more seat is needed",
                    "this vault does not open yet: officers of {count} more seats are needed",
                    missing,
                ).format(count=missing),
                hint=_("Two officers of one seat hold the same piece and count once."),
                code="no-quorum",
            )
        with self._key(present) as key, primitives.hkdf(key, PAYLOAD_CONTEXT) as payload_key:
            content = primitives.unseal(payload_key, self._parsed.payload, self._parsed.before_payload)
        return OpenedVault(self.header, tuple(slot.member for slot in self.slots), content)

    def _key(self, present: Sequence[tuple[OfficerKeys, Slot]]) -> Secret:
        """Open each officer's piece and put the pieces together. Raises the one Mismatch."""
        seats = sorted({slot.member.seat for slot in self.slots})
        header = self.header.encode([slot.member for slot in self.slots])
        collection = UntrustedCollection()
        for keys, slot in present:
            with keys.open(slot.piece, _piece_info(header, slot.member)) as piece:
                _take(collection, piece, seats.index(slot.member.seat), self.header.threshold)
        try:
            return collection.quorum().recover(None)
        except Mismatch:
            raise primitives.unopened() from None


def seal(
    header: Header, members: Sequence[Member], payload: Secret, source: Callable[[int], bytes] = os.urandom
) -> NewVault:
    """Seal a payload for the members' seats, under a fresh key; no officer need be present.

    The members come in any order. Raises Usage for what no vault may be, Unreadable for an opening key that nothing can
    be sealed to, Unfit for a sick source of randomness.
    """
    ordered = sorted(members, key=lambda member: member.order)
    _check(header, ordered, payload)
    encoded = header.encode(ordered)
    with MachinePart.draw(source).secret as key:
        slots = b"".join(_sealed_pieces(encoded, header.threshold, ordered, key))
        payload_key = primitives.hkdf(key, PAYLOAD_CONTEXT)
    before = encoded + slots + (len(payload) + primitives.TAG).to_bytes(LENGTH)
    try:
        return NewVault(header, before + primitives.seal(payload_key, payload, before), payload_key)
    except BaseException:  # nobody else holds it yet
        payload_key.wipe()
        raise


def new_identifier(source: Callable[[int], bytes] = os.urandom) -> bytes:
    """Draw the 16 bytes that name a new vault. Raises Unfit."""
    with MachinePart.draw(source).secret as drawn:
        return drawn.reveal()[:IDENTIFIER]


def _check(header: Header, members: Sequence[Member], payload: Secret) -> None:
    flaw = what_is_wrong(header, members)
    if flaw is not None:
        raise Usage(flaw)
    if any(member.identity.network is not header.network for member in members):
        raise Usage(_("an officer's identity is sealed for another network than the vault's"))
    sizes = (len(header.treasury), len(header.vault), len(header.head), len(header.basis))
    if sizes != (32, IDENTIFIER, 32, 32) or not 0 <= header.n < 1 << 64 or any(member.seat > 255 for member in members):
        raise ValueError("a vault's header has 32, 16, 32 and 32 bytes, a u64, and seats of a byte")
    most = MOST_OF_KEY if header.purpose is Purpose.KEY else MOST_BYTES
    slots = sum(len(member.encode()) + PIECE for member in members)
    size = HEADER + slots + LENGTH + len(payload) + primitives.TAG
    if len(payload) > most or size > MOST_BYTES:
        raise Usage(_("what the vault is to hold has more than {most} bytes").format(most=most))


def _sealed_pieces(encoded: bytes, threshold: int, members: Sequence[Member], key: Secret) -> Iterable[bytes]:
    """Cut the key, a piece for each seat in ascending order, and seal each to every member of its seat."""
    seats = sorted({member.seat for member in members})
    cut = split(key, Scheme.single(threshold, len(seats)), iteration_exponent=0).groups[0]
    pieces = dict(zip(seats, (_numbers(words) for words in cut), strict=True))
    try:
        for member in members:
            to = member.identity.public.recipient
            yield member.encode() + primitives.seal_to(to, pieces[member.seat], _piece_info(encoded, member))
    finally:
        for secret in (*cut, *pieces.values()):
            secret.wipe()


def _piece_info(encoded: bytes, member: Member) -> bytes:
    """Bind a piece to the header, its seat and its officer, so that it opens nowhere else."""
    return PIECE_CONTEXT + encoded + member.encode()


def _numbers(words: Secret) -> Secret:
    """Write a share's 33 words as 33 numbers of 16 bits."""
    return Secret(_PIECE.pack(*(SLIP39.words.index(word) for word in words.reveal().decode("ascii").split())))


def _take(collection: UntrustedCollection, piece: Secret, place: int, threshold: int) -> None:
    """Read a piece and demand that it is the one for this place. Raises the one Mismatch."""
    content = piece.reveal()
    numbers = _PIECE.unpack(content) if len(content) == _PIECE.size else ()
    if not numbers or max(numbers) >= len(SLIP39.words):
        raise primitives.unopened()
    try:
        share = collection.add(" ".join(SLIP39.words[number] for number in numbers))
    except CustodyError:
        raise primitives.unopened() from None
    if share.header[1:] != (True, 0, 0, 1, 1, place, threshold):
        raise primitives.unopened()
