"""What lines of a transcript say of keys: opened candidates, the kept one, sheets, what was given up, and destroyed.

To JSON and back. Raises Unreadable for what no such line has.
"""

import re
from dataclasses import dataclass
from typing import Any

from custody import canonical
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.plan.document import MOST_CANDIDATES
from custody.ceremony.transcript import members
from custody.ceremony.transcript.members import Salts
from custody.governance.fields import StrictFields

_MOST_CARDS = 256
MOST_SHEETS = 10_000
"""Sheets that one sitting prints."""
_MOST_SET = 2**15 - 1


@dataclass(frozen=True, slots=True)
class Opened:
    """All of a candidate that was not kept: the machine's part (empty where it drew none), rolls, set number, salts.

    It is no secret any more: whoever has it recomputes what followed, down to the cards.
    """

    key: str
    candidate: int
    set: int
    part: bytes
    rolls: str
    salts: Salts

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {
            "key": self.key,
            "candidate": self.candidate,
            "set": self.set,
            "part": self.part.hex(),
            "rolls": self.rolls,
            "salts": [[each.hex() for each in group] for group in self.salts],
        }

    @classmethod
    def of(cls, fields: StrictFields) -> "Opened":
        """Take it from its members."""
        key, part, rolls = members.name(fields, "key"), fields.take("part"), fields.take("rolls")
        if not isinstance(part, str) or not re.fullmatch("(?:[0-9a-f]{64})?", part):
            raise fields.strange()
        if not isinstance(rolls, str) or not re.fullmatch("[1-6]{0,10000}", rolls):
            raise fields.strange()
        candidate, number = fields.number("candidate", 1, MOST_CANDIDATES), fields.number("set", 0, _MOST_SET)
        return cls(key, candidate, number, bytes.fromhex(part), rolls, members.salts(fields))


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A key was made: all that follows from the candidate that was kept, and the salt of each card, group by group."""

    follows: Follows
    salts: Salts

    @property
    def key(self) -> str:
        """The plan's name of the key."""
        return self.follows.key

    @property
    def set(self) -> int:
        """The number of its cards' set."""
        return self.follows.set

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {
            "follows": self.follows.to_json(),
            "salts": [[each.hex() for each in group] for group in self.salts],
        }

    @classmethod
    def of(cls, fields: StrictFields) -> "KeyMade":
        """Take it from its members."""
        try:
            follows = Follows.decode(canonical.encode(fields.take("follows")))
        except ValueError:
            raise fields.strange() from None
        return cls(follows, members.salts(fields))


@dataclass(frozen=True, slots=True)
class Checked:
    """A card was typed after its key was made: by its commitment it is this one, counted in the plan's order from 1."""

    key: str
    card: int

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"key": self.key, "card": self.card}

    @classmethod
    def of(cls, fields: StrictFields) -> "Checked":
        """Take it from its members."""
        return cls(members.name(fields, "key"), fields.number("card", 1, _MOST_CARDS))


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet with a card of the live key goes to the printer. Sheets of a sitting are numbered from 1."""

    key: str
    card: int
    sheet: int

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"key": self.key, "card": self.card, "sheet": self.sheet}

    @classmethod
    def of(cls, fields: StrictFields) -> "Printed":
        """Take it from its members."""
        return cls(
            members.name(fields, "key"), fields.number("card", 1, _MOST_CARDS), fields.number("sheet", 1, MOST_SHEETS)
        )


@dataclass(frozen=True, slots=True)
class Spoiled:
    """Paper of a sheet is destroyed before these people. `remains`: one whole sheet of this number is left."""

    sheet: int
    remains: bool
    people: frozenset[str]
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"sheet": self.sheet, "remains": self.remains, "people": sorted(self.people), "reason": self.reason}

    @classmethod
    def of(cls, fields: StrictFields) -> "Spoiled":
        """Take it from its members."""
        sheet, remains = fields.number("sheet", 1, MOST_SHEETS), fields.flag("remains")
        return cls(sheet, remains, members.people(fields), members.text(fields, "reason"))


@dataclass(frozen=True, slots=True)
class Voided:
    """A key that was being made is given up. `cards`: the numbers of those that had left, which are to be destroyed."""

    key: str
    set: int | None
    cards: tuple[int, ...]
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"key": self.key, "set": self.set, "cards": list(self.cards), "reason": self.reason}

    @classmethod
    def of(cls, fields: StrictFields) -> "Voided":
        """Take it from its members."""
        key = members.name(fields, "key")
        number = None if fields.is_null("set") else fields.number("set", 0, _MOST_SET)
        cards = tuple(
            StrictFields({"card": each}, members.WHAT).number("card", 1, _MOST_CARDS)
            for each in fields.items("cards", _MOST_CARDS)
        )
        if list(cards) != sorted(set(cards)):
            raise fields.strange()
        return cls(key, number, cards, members.text(fields, "reason"))


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The cards of a set that was given up were destroyed, counted, before these people."""

    key: str
    set: int | None
    people: frozenset[str]

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"key": self.key, "set": self.set, "people": sorted(self.people)}

    @classmethod
    def of(cls, fields: StrictFields) -> "Destroyed":
        """Take it from its members."""
        number = None if fields.is_null("set") else fields.number("set", 0, _MOST_SET)
        return cls(members.name(fields, "key"), number, members.people(fields))
