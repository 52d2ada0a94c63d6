"""`Approval`: what an officer who is present signs, and sees: who approved what, on which machine, after which review.

Opening a vault, approving, declining, answering for a signing from cards: each signs that very thing with an own key
(docs/spec/journal.md). An approval from another machine is the same object, with that machine's head and state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance import ed25519
from custody.governance.entry import HASH_BYTES, LATEST, WRITER_BYTES
from custody.governance.fields import StrictFields
from custody.governance.statement import Tip, tip_of

VERSION = 1
MOST = 64

_TAG = b"custody/approval/v1"


class Intent(StrEnum):
    """What is approved: a signature, its refusal by a person, the opening of a vault, the restoration of a backup."""

    SIGN = "sign"
    DECLINE = "decline"
    OPEN = "open"
    RESTORE = "restore"


_VERDICTS = (None, "accept", "warn", "refuse")


@dataclass(frozen=True, slots=True)
class Approval:
    """What one officer approves.

    `document` (32 bytes) is the digest that the review shows, or the SHA-256 of a vault's or backup's file; `review`
    is the SHA-256 of the canonical review, None where there is none, and `verdict` its verdict. `head` is the newest
    line of `machine`, None before its first; `roster` the rosters that nothing follows there, `state` the fold.
    """

    intent: Intent
    treasury: bytes
    machine: bytes
    head: Tip | None
    roster: tuple[bytes, ...]
    state: bytes
    document: bytes
    review: bytes | None
    verdict: str | None
    at: int
    officer: bytes

    def to_json(self) -> dict[str, Any]:
        """Return the object that is hashed."""
        return {
            "at": self.at,
            "document": self.document.hex(),
            "head": None if self.head is None else [self.head.number, self.head.hash.hex()],
            "intent": str(self.intent),
            "machine": self.machine.hex(),
            "officer": self.officer.hex(),
            "review": None if self.review is None else self.review.hex(),
            "roster": [each.hex() for each in self.roster],
            "state": self.state.hex(),
            "treasury": self.treasury.hex(),
            "v": VERSION,
            "verdict": self.verdict,
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read an approval. Raises Unreadable."""
        fields = StrictFields(value, _("an approval"))
        intent, verdict, head = fields.text("intent"), fields.take("verdict"), fields.take("head")
        if intent not in set(Intent) or verdict not in _VERDICTS:
            raise fields.strange()
        approval = cls(
            intent=Intent(intent),
            treasury=fields.hex("treasury", HASH_BYTES),
            machine=fields.hex("machine", WRITER_BYTES),
            head=None if head is None else tip_of(head),
            roster=fields.ascending("roster", HASH_BYTES),
            state=fields.hex("state", HASH_BYTES),
            document=fields.hex("document", HASH_BYTES),
            review=fields.hex_or_none("review", HASH_BYTES),
            verdict=verdict,
            at=fields.number("at", most=LATEST),
            officer=fields.hex("officer", ed25519.KEY_BYTES),
        )
        fields.number("v", VERSION, VERSION)
        fields.end()
        reviewed = approval.intent in (Intent.SIGN, Intent.DECLINE)
        if reviewed != (approval.review is not None) or reviewed != (approval.verdict is not None):
            raise fields.strange()
        return approval

    @property
    def digest(self) -> bytes:
        """SHA-256 of the tag and the canonical writing, 32 bytes."""
        return ed25519.digest(_TAG, canonical.encode(self.to_json()))

    @property
    def to_sign(self) -> bytes:
        """The message that the officer's Ed25519 key signs."""
        return ed25519.message(_TAG, self.digest)


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval and its officer's signature (64 bytes)."""

    approval: Approval
    signature: bytes

    def to_json(self) -> dict[str, Any]:
        """Return the object of an entry."""
        return {"approval": self.approval.to_json(), "signature": self.signature.hex()}

    @property
    def holds(self) -> bool:
        """Say whether the officer signed it."""
        return ed25519.holds(self.approval.officer, self.signature, self.approval.to_sign)


def present_json(present: Iterable[Approved]) -> list[dict[str, Any]]:
    """Return the list of an entry: who was present, in the order of their keys."""
    return [each.to_json() for each in sorted(present, key=lambda each: each.approval.officer)]


def take(fields: StrictFields) -> tuple[Approved, ...]:
    """Take who was present out of an entry, each signature verified. Raises Unreadable."""
    found = []
    for value in fields.items("present", MOST):
        each = StrictFields(value, _("an approval"))
        approved = Approved(Approval.from_json(each.take("approval")), each.hex("signature", ed25519.SIGNATURE_BYTES))
        each.end()
        if not approved.holds:
            raise Unreadable(_("a signature under an approval does not hold"))
        found.append(approved)
    officers = [each.approval.officer for each in found]
    if officers != sorted(set(officers)):
        raise fields.strange()
    return tuple(found)
