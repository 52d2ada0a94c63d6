"""`Receipt`: what somebody signs of a card that was held against its commitment (docs/spec/receipt.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.ceremony.plan.document import MOST_IN_GROUP
from custody.ceremony.plan.plan import Plan
from custody.ceremony.plan.table import checked_name
from custody.ceremony.receipts.card import CardPlace, CommittedCard
from custody.errors import Alarm, Mismatch, Unreadable
from custody.governance import ed25519
from custody.governance.fields import NAME_LIMIT, StrictFields
from custody.keys.cards.randomness import IDENTIFIERS

VERSION = 1
RECEIPT_LIMIT = 8_000
"""Bytes of a receipt's file."""

_TAG = b"custody/ceremony/receipt/v1"
_DIGEST = 32
_MOST_SECONDS = 2**40
_WHAT = _("a card's receipt")


def is_serial(text: str) -> bool:
    """Say whether a bag may have this serial: a text that a plan may have, on one line."""
    return bool(text.strip()) and len(text) <= NAME_LIMIT and text.isprintable()


@dataclass(frozen=True, slots=True)
class Looked:
    """What is signed: `person` held a card against its commitment, as a transcript has it up to `head` (32 bytes).

    `from_bag` and `into_bag` are the serials of the bags that it came out of and lies in now, None for no bag. `set`
    is the number of the set, `group` and `number` the card's place, from 1; `at` is in seconds.
    """

    person: str
    plan: bytes
    head: bytes
    key: str
    set: int
    group: int
    number: int
    commitment: bytes
    from_bag: str | None
    into_bag: str | None
    at: int

    @classmethod
    def of(
        cls, card: CommittedCard, plan: Plan, head: bytes, person: str, bags: tuple[str | None, str | None], at: int
    ) -> Self:
        """Return what somebody says of a card that was looked at."""
        came, lies = bags
        place = (card.key, card.set, card.group, card.number)
        return cls(person, plan.digest, head, *place, card.commitment, came, lies, at)

    @property
    def card(self) -> CardPlace:
        """Which card it is, by the plan."""
        return self.key, self.group, self.number

    def to_json(self) -> dict[str, Any]:
        """Return it as it is signed."""
        return {
            "at": self.at,
            "bag": {"from": self.from_bag, "into": self.into_bag},
            "commitment": self.commitment.hex(),
            "group": self.group,
            "head": self.head.hex(),
            "key": self.key,
            "number": self.number,
            "person": self.person,
            "plan": self.plan.hex(),
            "set": self.set,
            "v": VERSION,
        }

    @property
    def message(self) -> bytes:
        """The bytes that Ed25519 signs: a tag, a zero byte, and the digest under the tag."""
        return ed25519.message(_TAG, ed25519.digest(_TAG, canonical.encode(self.to_json())))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody says of a card, and the Ed25519 signature (64 bytes), not yet held against a plan."""

    looked: Looked
    signature: bytes

    @classmethod
    def made(cls, looked: Looked, sign: Callable[[bytes], bytes]) -> Self:
        """Have it signed."""
        return cls(looked, sign(looked.message))

    def require(self, plan: Plan) -> None:
        """Raise Mismatch for a receipt of another plan, and Alarm unless the plan's own key of this person made it."""
        person, key = self.looked.person, plan.identities.get(self.looked.person)
        if self.looked.plan != plan.digest:
            raise Mismatch(
                _("the receipt of {name} is of another plan").format(name=person),
                hint=_("Take the transcript of the plan that it is of, or leave the receipt out."),
                code="plan-differs",
            )
        if key is None:
            raise Alarm(_("a receipt says that it is of {name}, who has no key in this plan").format(name=person))
        if not ed25519.holds(key, self.signature, self.looked.message):
            raise Alarm(
                _("the receipt of {name} is false").format(name=person),
                hint=_("It was changed, or the key of somebody else made it. Ask {name}.").format(name=person),
                code="receipt-false",
            )

    def encode(self) -> bytes:
        """Return its file."""
        return canonical.encode({**self.looked.to_json(), "signature": self.signature.hex()}) + b"\n"

    @classmethod
    def decode(cls, document: bytes) -> Self:
        """Read a file, which is exactly what `encode` gives. Raises Unreadable."""
        body, newline, rest = document.partition(b"\n")
        if len(document) > RECEIPT_LIMIT or not newline or rest:
            raise Unreadable(
                _("this is no card's receipt"),
                hint=_("custody share check --transcript FILE --identity ID writes one."),
            )
        fields = StrictFields(canonical.decode(body), _WHAT)
        if fields.number("v", VERSION) > VERSION:
            raise Unreadable(_("this receipt was made by a newer release"), hint=_("Use that release."))
        bags = StrictFields(fields.take("bag"), _WHAT)
        looked = Looked(
            checked_name(fields.text("person"), "person"),
            fields.hex("plan", _DIGEST),
            fields.hex("head", _DIGEST),
            checked_name(fields.text("key"), "key"),
            fields.number("set", 0, IDENTIFIERS - 1),
            fields.number("group", 1, MOST_IN_GROUP),
            fields.number("number", 1, MOST_IN_GROUP),
            fields.hex("commitment", _DIGEST),
            _serial(bags, "from"),
            _serial(bags, "into"),
            fields.number("at", 0, _MOST_SECONDS),
        )
        receipt = cls(looked, fields.hex("signature", ed25519.SIGNATURE_BYTES))
        bags.end()
        fields.end()
        return receipt


def _serial(fields: StrictFields, member: str) -> str | None:
    if fields.is_null(member):
        return None
    value = fields.text(member)
    if not is_serial(value):
        raise fields.strange()
    return value
