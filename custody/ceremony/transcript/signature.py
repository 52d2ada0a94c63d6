"""`Signature`: what a participant signs of a plan or a transcript, with a key of the own (docs/spec/transcript.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.ceremony.plan.table import checked_name
from custody.errors import Alarm, Unreadable
from custody.governance import ed25519
from custody.governance.fields import StrictFields

VERSION = 1
SIGNATURE_LIMIT = 2_000
"""Bytes of a signature's file."""

_TAG = b"custody/ceremony/signature/v1"
_DIGEST = 32
_NOTHING = bytes(_DIGEST)
_MOST_SECONDS = 2**40


class Says(StrEnum):
    """What a signature means."""

    AGREED = "agreed"
    SAW = "saw"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed: `person` says it of the plan (32 bytes), and of a head (32 bytes) of one sitting's transcript.

    Who agreed to a plan names no head: it is zeros, and `rehearsal` and `sitting` are None.
    """

    person: str
    says: Says
    plan: bytes
    head: bytes
    rehearsal: bool | None
    sitting: str | None
    at: int

    def to_json(self) -> dict[str, Any]:
        """Return it as it is signed."""
        return {
            "at": self.at,
            "head": self.head.hex(),
            "person": self.person,
            "plan": self.plan.hex(),
            "rehearsal": self.rehearsal,
            "says": self.says.value,
            "sitting": self.sitting,
            "v": VERSION,
        }

    @property
    def message(self) -> bytes:
        """The bytes that Ed25519 signs: a tag, a zero byte, and the statement's digest under the tag."""
        return ed25519.message(_TAG, ed25519.digest(_TAG, canonical.encode(self.to_json())))

    @classmethod
    def agreed(cls, plan: Plan, person: str, at: int) -> Self:
        """Return the statement that somebody agrees to a plan."""
        return cls(person, Says.AGREED, plan.digest, _NOTHING, None, None, at)


@dataclass(frozen=True, slots=True)
class Signature:
    """A statement and its Ed25519 signature (64 bytes), not yet held against a plan."""

    statement: Statement
    signature: bytes

    @classmethod
    def made(cls, statement: Statement, sign: Callable[[bytes], bytes]) -> Self:
        """Have a statement signed."""
        return cls(statement, sign(statement.message))

    def require(self, plan: Plan) -> None:
        """Raise Alarm unless the plan's own key of this person made it, over this plan."""
        person, key = self.statement.person, plan.identities.get(self.statement.person)
        if self.statement.plan != plan.digest:
            raise Alarm(
                _("the signature of {name} is of another plan").format(name=person),
                hint=_("Compare the plan's words with {name}.").format(name=person),
            )
        if key is None:
            raise Alarm(_("a signature says that it is of {name}, who has no key in this plan").format(name=person))
        if not ed25519.holds(key, self.signature, self.statement.message):
            raise Alarm(
                _("the signature of {name} is false").format(name=person),
                hint=_("It was changed, or the key of somebody else made it. Ask {name}.").format(name=person),
            )

    def to_json(self) -> dict[str, Any]:
        """Return the object that a file of it is, and a line of a transcript holds."""
        return {**self.statement.to_json(), "signature": self.signature.hex()}

    def encode(self) -> bytes:
        """Return its file."""
        return canonical.encode(self.to_json()) + b"\n"

    @classmethod
    def decode(cls, document: bytes) -> Self:
        """Read a file, which is exactly what `encode` gives. Raises Unreadable."""
        body, newline, rest = document.partition(b"\n")
        if len(document) > SIGNATURE_LIMIT or not newline or rest:
            raise Unreadable(
                _("this is no participant's signature"), hint=_("custody ceremony sign FILE --identity ID writes one.")
            )
        return cls.of(StrictFields(canonical.decode(body), _("a participant's signature")))

    @classmethod
    def of(cls, fields: StrictFields) -> Self:
        """Take it from its members, and leave none. Raises Unreadable."""
        if fields.number("v", VERSION) > VERSION:
            raise Unreadable(_("this signature was made by a newer release"), hint=_("Use that release."))
        says = fields.text("says")
        if says not in list(Says):
            raise fields.strange()
        statement = Statement(
            checked_name(fields.text("person"), "person"),
            Says(says),
            fields.hex("plan", _DIGEST),
            fields.hex("head", _DIGEST),
            None if fields.is_null("rehearsal") else fields.flag("rehearsal"),
            None if fields.is_null("sitting") else checked_name(fields.text("sitting"), "sitting"),
            fields.number("at", 0, _MOST_SECONDS),
        )
        signature = cls(statement, fields.hex("signature", ed25519.SIGNATURE_BYTES))
        fields.end()
        of_plan = statement.says is Says.AGREED
        shape = (statement.head == _NOTHING, statement.rehearsal is None, statement.sitting is None)
        if shape != (of_plan,) * 3:
            raise fields.strange()
        return signature
