"""What the lines of a transcript say, kind by kind, to JSON and back. Raises Unreadable for what no kind has."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol

from custody import canonical
from custody.catalogue import _
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.plan.document import MOST_CANDIDATES, MOST_IN_GROUP, plan_of_json
from custody.ceremony.plan.plan import Plan
from custody.ceremony.steps.step import Evidence, Role
from custody.ceremony.transcript.signature import Says, Signature
from custody.errors import Unreadable
from custody.governance.fields import StrictFields
from custody.keys.cards.commitment import SALT_BYTES

RUN_BYTES = 16
MOST_LINES = 20_000
"""Lines of a transcript."""

_WHAT = _("a line of a transcript")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_STEP = re.compile(r"[a-z0-9/-]{1,200}", re.ASCII)
_HASH = 32
_MOST_PEOPLE = 64
_MOST_CARDS = 256
_MOST_WRITTEN = 8
_MOST_SET = 2**15 - 1

Salts = tuple[tuple[bytes, ...], ...]


class Content(Protocol):
    """What a line says. `KIND` and `EVIDENCE` stand in the line; `EVIDENCE` is None where the step decides it."""

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sitting begins: its plan, whether it is a rehearsal, 16 random bytes, and the program's version."""

    plan: Plan
    sitting: str
    rehearsal: bool
    run: bytes
    program: str

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {
            "plan": self.plan.to_json(),
            "sitting": self.sitting,
            "rehearsal": self.rehearsal,
            "run": self.run.hex(),
            "program": self.program,
        }

    @classmethod
    def of(cls, fields: StrictFields) -> "Begun":
        """Take it from its members."""
        plan = plan_of_json(fields.take("plan"))
        return cls(
            plan,
            _name(fields, "sitting"),
            fields.flag("rehearsal"),
            fields.hex("run", RUN_BYTES),
            _text(fields, "program"),
        )


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A rehearsal of this plan and sitting that passed: its last line, by number and hash, and who signed all of it."""

    line: int
    head: bytes
    people: frozenset[str]

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"line": self.line, "head": self.head.hex(), "people": sorted(self.people)}

    @classmethod
    def of(cls, fields: StrictFields) -> "Rehearsed":
        """Take it from its members."""
        people = _people(fields)
        if not people:
            raise fields.strange()
        return cls(fields.number("line", 1, MOST_LINES - 1), fields.hex("head", _HASH), people)


@dataclass(frozen=True, slots=True)
class Here:
    """Everybody who is there now, by the plan's names."""

    people: frozenset[str]

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"people": sorted(self.people)}

    @classmethod
    def of(cls, fields: StrictFields) -> "Here":
        """Take it from its members."""
        return cls(_people(fields))


@dataclass(frozen=True, slots=True)
class Handover:
    """`to` acts in a role instead of `from_`, from now on."""

    role: Role
    from_: str
    to: str

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"role": self.role.value, "from": self.from_, "to": self.to}

    @classmethod
    def of(cls, fields: StrictFields) -> "Handover":
        """Take it from its members."""
        role = fields.text("role")
        if role not in list(Role):
            raise fields.strange()
        return cls(Role(role), _name(fields, "from"), _name(fields, "to"))


@dataclass(frozen=True, slots=True)
class Done:
    """A step is done: by whom, and what was written down, by the names of what the step writes down."""

    step: str
    by: str
    wrote: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"step": self.step, "by": self.by, "wrote": dict(self.wrote)}

    @classmethod
    def of(cls, fields: StrictFields) -> "Done":
        """Take it from its members."""
        step = fields.text("step")
        if not _STEP.fullmatch(step):
            raise fields.strange()
        wrote = StrictFields(fields.mapping("wrote", _MOST_WRITTEN), _WHAT)
        names = list(wrote.names())
        return cls(step, _name(fields, "by"), MappingProxyType({name: _text(wrote, name) for name in names}))


@dataclass(frozen=True, slots=True)
class Ink:
    """So many people signed on paper, which is typed by one hand: `agreed` to the plan, or `saw` what stands before."""

    people: frozenset[str]
    says: Says

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"people": sorted(self.people), "says": self.says.value}

    @classmethod
    def of(cls, fields: StrictFields) -> "Ink":
        """Take it from its members."""
        people, says = _people(fields), fields.text("says")
        if not people or says not in list(Says):
            raise fields.strange()
        return cls(people, Says(says))


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something was otherwise than planned; `by` says so."""

    text: str
    by: str

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"text": self.text, "by": self.by}

    @classmethod
    def of(cls, fields: StrictFields) -> "Deviation":
        """Take it from its members."""
        return cls(_text(fields, "text"), _name(fields, "by"))


@dataclass(frozen=True, slots=True)
class Paused:
    """The sitting stops; nothing is live."""

    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"reason": self.reason}

    @classmethod
    def of(cls, fields: StrictFields) -> "Paused":
        """Take it from its members."""
        return cls(_text(fields, "reason"))


@dataclass(frozen=True, slots=True)
class Resumed:
    """The sitting goes on."""

    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"reason": self.reason}

    @classmethod
    def of(cls, fields: StrictFields) -> "Resumed":
        """Take it from its members."""
        return cls(_text(fields, "reason"))


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
        key, part, rolls = _name(fields, "key"), fields.take("part"), fields.take("rolls")
        if not isinstance(part, str) or not re.fullmatch("(?:[0-9a-f]{64})?", part):
            raise fields.strange()
        if not isinstance(rolls, str) or not re.fullmatch("[1-6]{0,10000}", rolls):
            raise fields.strange()
        candidate, number = fields.number("candidate", 1, MOST_CANDIDATES), fields.number("set", 0, _MOST_SET)
        return cls(key, candidate, number, bytes.fromhex(part), rolls, _salts(fields))


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
        return cls(follows, _salts(fields))


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
        key = _name(fields, "key")
        number = None if fields.is_null("set") else fields.number("set", 0, _MOST_SET)
        cards = tuple(
            StrictFields({"card": each}, _WHAT).number("card", 1, _MOST_CARDS)
            for each in fields.items("cards", _MOST_CARDS)
        )
        if list(cards) != sorted(set(cards)):
            raise fields.strange()
        return cls(key, number, cards, _text(fields, "reason"))


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
        return cls(_name(fields, "key"), number, _people(fields))


@dataclass(frozen=True, slots=True)
class Closed:
    """The sitting is over. Where it did not pass: who sees to it, and until when."""

    passed: bool
    owner: str | None
    due: date | None

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {
            "passed": self.passed,
            "owner": self.owner,
            "due": None if self.due is None else self.due.isoformat(),
        }

    @classmethod
    def of(cls, fields: StrictFields) -> "Closed":
        """Take it from its members."""
        passed = fields.flag("passed")
        if fields.is_null("owner") is not passed or fields.is_null("due") is not passed:
            raise fields.strange()
        if passed:
            return cls(True, None, None)
        return cls(False, _name(fields, "owner"), _day(fields))


@dataclass(frozen=True, slots=True)
class Signed:
    """A participant's signature, that was brought while the sitting went on."""

    signature: Signature

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return self.signature.to_json()

    @classmethod
    def of(cls, fields: StrictFields) -> "Signed":
        """Take it from its members."""
        return cls(Signature.of(fields))


CLAIMED, MEASURED, SIGNED = Evidence.CLAIMED, Evidence.MEASURED, Evidence.SIGNED

KINDS: Mapping[str, tuple[type, Evidence | None, Callable[[StrictFields], Content]]] = MappingProxyType(
    {
        "begun": (Begun, MEASURED, Begun.of),
        "rehearsed": (Rehearsed, MEASURED, Rehearsed.of),
        "here": (Here, CLAIMED, Here.of),
        "handover": (Handover, CLAIMED, Handover.of),
        "done": (Done, None, Done.of),
        "signed": (Signed, SIGNED, Signed.of),
        "ink": (Ink, CLAIMED, Ink.of),
        "exception": (Deviation, CLAIMED, Deviation.of),
        "paused": (Paused, MEASURED, Paused.of),
        "resumed": (Resumed, MEASURED, Resumed.of),
        "opened": (Opened, MEASURED, Opened.of),
        "key": (KeyMade, MEASURED, KeyMade.of),
        "void": (Voided, MEASURED, Voided.of),
        "destroyed": (Destroyed, CLAIMED, Destroyed.of),
        "closed": (Closed, CLAIMED, Closed.of),
    }
)
"""A line's kind -> the type of its content, who says so (None: as its step), and its reader."""


def kind_of(content: Content) -> str:
    """Return the kind of a line with this content."""
    return next(kind for kind, (type_, _evidence, _read) in KINDS.items() if isinstance(content, type_))


def read_content(kind: str, value: Any) -> Content:
    """Read what a line of a kind says. Raises Unreadable."""
    if kind not in KINDS:
        raise Unreadable(_("this release knows no line of the kind {kind}").format(kind=kind))
    fields = StrictFields(value, _WHAT)
    content = KINDS[kind][2](fields)
    fields.end()
    return content


def _name(fields: StrictFields, name: str) -> str:
    value = fields.text(name)
    if not _NAME.fullmatch(value):
        raise fields.strange()
    return value


def _text(fields: StrictFields, name: str) -> str:
    """Take a text on one line that says something."""
    value = fields.text(name)
    if not value.strip() or not value.isprintable():
        raise fields.strange()
    return value


def _salts(fields: StrictFields) -> Salts:
    """Take a salt of 16 bytes for each card, group by group."""
    groups = fields.items("salts", MOST_IN_GROUP)
    taken = [StrictFields({"group": each}, _WHAT) for each in groups]
    return tuple(each.hexes("group", SALT_BYTES, MOST_IN_GROUP) for each in taken)


def _people(fields: StrictFields) -> frozenset[str]:
    found = fields.texts("people", _MOST_PEOPLE)
    if list(found) != sorted(found) or not all(_NAME.fullmatch(each) for each in found):
        raise fields.strange()
    return frozenset(found)


def _day(fields: StrictFields) -> date:
    value = fields.text("due")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise fields.strange() from None
    if day.isoformat() != value:
        raise fields.strange()
    return day
