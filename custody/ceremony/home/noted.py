"""`Note`: journal.head, what a home's newest line left to be known without reading the book.

It remembers the head, so that a journal that lacks it was rolled back; and whom to ask for a halt, which does not wait
until a long or damaged journal was read. Nothing of it is believed: whoever reads the book compares it.
"""

from dataclasses import dataclass
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.governance.book import Book
from custody.governance.chain import Head
from custody.governance.commitment import COMMITMENT_BYTES
from custody.governance.ed25519 import KEY_BYTES
from custody.governance.entry import HASH_BYTES
from custody.governance.fields import StrictFields
from custody.governance.roster import MOST_OFFICERS
from custody.governance.state import State


@dataclass(frozen=True, slots=True)
class Noted:
    """An officer: Ed25519 key, X25519 key, commitment to the name, seat, and SHA-256 of the sealed identity's file.

    The last is None where this home does not know it.
    """

    key: bytes
    recipient: bytes
    name: bytes
    seat: int
    identity: bytes | None

    def to_json(self) -> dict[str, Any]:
        """Return the officer as the note says it."""
        said = {
            "name": self.name.hex(),
            "officer": self.key.hex(),
            "recipient": self.recipient.hex(),
            "seat": self.seat,
        }
        return said if self.identity is None else {**said, "identity": self.identity.hex()}


@dataclass(frozen=True, slots=True)
class Note:
    """`size`: bytes of the journal up to the end of the head's line. `officers`: of every roster, in their order."""

    head: Head
    size: int
    treasury: bytes
    network: str
    officers: tuple[Noted, ...]

    @classmethod
    def of(cls, book: Book) -> Self:
        """Note a book's newest line."""
        return cls.after(book.head, len(book.journal), book.state)

    @classmethod
    def after(cls, head: Head, size: int, state: State) -> Self:
        """Note a line that left this state."""
        officers = {each.key: each for roster in state.rosters for each in roster.officers}
        noted = tuple(
            Noted(each.key, each.recipient, each.name, each.seat, state.identities.get(each.key))
            for each in officers.values()
        )
        return cls(head, size, state.treasury, state.roster.network, noted)

    def encode(self) -> bytes:
        """Return journal.head."""
        return canonical.encode(
            {
                "head": self.head.hash.hex(),
                "n": self.head.number,
                "network": self.network,
                "officers": [each.to_json() for each in self.officers],
                "size": self.size,
                "treasury": self.treasury.hex(),
            }
        )

    @classmethod
    def decode(cls, document: bytes) -> Self:
        """Read journal.head. Raises Unreadable."""
        fields = StrictFields(canonical.decode(document), _("the head beside the journal"))
        note = cls(
            Head(fields.number("n"), fields.hex("head", HASH_BYTES)),
            fields.number("size"),
            fields.hex("treasury", HASH_BYTES),
            fields.text("network"),
            tuple(_noted(each) for each in fields.items("officers")),
        )
        fields.end()
        return note


def _noted(value: Any) -> Noted:
    fields = StrictFields(value, _("an officer in the head beside the journal"))
    identity = fields.hex("identity", HASH_BYTES) if fields.has("identity") else None
    key, recipient = fields.hex("officer", KEY_BYTES), fields.hex("recipient", KEY_BYTES)
    noted = Noted(
        key, recipient, fields.hex("name", COMMITMENT_BYTES), fields.number("seat", 1, MOST_OFFICERS), identity
    )
    fields.end()
    return noted
