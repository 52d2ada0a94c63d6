"""`Entered`, what a `ceremony` statement says: sittings, their keys' cards, and wallets that are registered.

Its form is docs/spec/journal.md's; other members, bounds or orders are Unreadable.
"""

import re
from dataclasses import dataclass
from typing import Any, Self

from custody.catalogue import _
from custody.governance.entry import HASH_BYTES
from custody.governance.fields import StrictFields
from custody.governance.statement import Statement, Tip, tip_json, tip_of

FINGERPRINT_BYTES = 4
MOST_SETS = 2**15
"""SLIP-39's numbers of sets."""

MOST_CARDS = 16
"""Groups of a set, and cards of a group."""

MOST = 64
"""Sittings and wallets of a statement, and keys of a sitting."""

_MOST_OF_A_DOCUMENT = 10_000
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CardSet:
    """The cards of a key of the plan: their number, what they open, and how many of them do.

    `fingerprint` and `other` are 4 bytes, `cards` is the digest of the commitments to all cards (32 bytes), `groups`
    are (cards needed, cards).
    """

    key: str
    number: int
    fingerprint: bytes
    other: bytes
    cards: bytes
    needed: int
    groups: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the object of a statement."""
        return {
            "cards": self.cards.hex(),
            "fingerprint": self.fingerprint.hex(),
            "groups": [list(each) for each in self.groups],
            "key": self.key,
            "needed": self.needed,
            "other": self.other.hex(),
            "set": self.number,
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the object of a statement. Raises Unreadable."""
        fields = StrictFields(value, _("a set of cards"))
        groups = tuple(_group(each, fields) for each in fields.items("groups", MOST_CARDS))
        read = cls(
            key=_id(fields, "key"),
            number=fields.number("set", most=MOST_SETS - 1),
            fingerprint=fields.hex("fingerprint", FINGERPRINT_BYTES),
            other=fields.hex("other", FINGERPRINT_BYTES),
            cards=fields.hex("cards", HASH_BYTES),
            needed=fields.number("needed", 1, len(groups)),
            groups=groups,
        )
        fields.end()
        return read


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting of a plan (its digest, 32 bytes): two lines of its transcript, and what was made there.

    `head` is the last line, `aloud` the one whose words everybody wrote down before they signed.
    """

    plan: bytes
    name: str
    head: Tip
    aloud: Tip
    keys: tuple[CardSet, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the object of the fold: a statement's own, and its plan."""
        return {"plan": self.plan.hex(), **self.says()}

    def says(self) -> dict[str, Any]:
        """Return the object of a statement."""
        return {
            "aloud": tip_json(self.aloud),
            "head": tip_json(self.head),
            "keys": [each.to_json() for each in self.keys],
            "sitting": self.name,
        }

    @classmethod
    def from_json(cls, value: Any, plan: bytes) -> Self:
        """Read the object of a statement. Raises Unreadable."""
        fields = StrictFields(value, _("a sitting in a ceremony's entry"))
        read = cls(
            plan=plan,
            name=_id(fields, "sitting"),
            head=tip_of(fields.take("head")),
            aloud=tip_of(fields.take("aloud")),
            keys=tuple(map(CardSet.from_json, fields.items("keys", MOST))),
        )
        fields.end()
        _require_set([each.key for each in read.keys], fields)
        return read


@dataclass(frozen=True, slots=True)
class Entered:
    """What a quorum enters of a ceremony: sittings of a plan (its digest), and wallets by name, each its document."""

    plan: bytes
    sittings: tuple[Sitting, ...]
    wallets: tuple[tuple[str, dict[str, Any]], ...]

    def to_json(self) -> dict[str, Any]:
        """Return what the statement says."""
        return {
            "plan": self.plan.hex(),
            "sittings": [each.says() for each in self.sittings],
            "wallets": [{"document": document, "name": name} for name, document in self.wallets],
        }

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Read what it says. Raises Unreadable, also for one that says nothing."""
        fields = StrictFields(statement.says, _("a ceremony's entry"))
        plan = fields.hex("plan", HASH_BYTES)
        entered = cls(
            plan=plan,
            sittings=tuple(Sitting.from_json(each, plan) for each in fields.items("sittings", MOST)),
            wallets=tuple(map(_wallet, fields.items("wallets", MOST))),
        )
        fields.end()
        _require_set([each.name for each in entered.sittings], fields)
        _require_set([name for name, _document in entered.wallets], fields)
        if not entered.sittings and not entered.wallets:
            raise fields.strange()
        return entered


def _wallet(value: Any) -> tuple[str, dict[str, Any]]:
    fields = StrictFields(value, _("a wallet in a ceremony's entry"))
    name, document = fields.text("name"), dict(fields.mapping("document", _MOST_OF_A_DOCUMENT))
    fields.end()
    return name, document


def _group(value: Any, fields: StrictFields) -> tuple[int, int]:
    """Read a list of two numbers: how many cards are needed, and how many there are."""
    if not isinstance(value, list) or len(value) != 2:
        raise fields.strange()
    members = StrictFields({"needed": value[0], "cards": value[1]}, _("a set of cards"))
    cards = members.number("cards", 1, MOST_CARDS)
    return members.number("needed", 1, cards), cards


def _id(fields: StrictFields, name: str) -> str:
    """Take an id of a plan."""
    value = fields.text(name)
    if not _ID.fullmatch(value):
        raise fields.strange()
    return value


def _require_set(names: list[str], fields: StrictFields) -> None:
    """Raise Unreadable unless names are in ascending order, none twice."""
    if names != sorted(set(names)):
        raise fields.strange()
