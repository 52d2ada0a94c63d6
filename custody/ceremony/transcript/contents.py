"""What the lines of a transcript say, kind by kind, to JSON and back. Raises Unreadable for what no kind has."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol

from custody.catalogue import _
from custody.ceremony.plan.document import plan_of_json
from custody.ceremony.plan.plan import Plan
from custody.ceremony.steps.step import Evidence, Role
from custody.ceremony.transcript import members
from custody.ceremony.transcript.key_lines import Checked, Destroyed, KeyMade, Opened, Printed, Spoiled, Voided
from custody.ceremony.transcript.service_lines import Proof, StandsOn
from custody.ceremony.transcript.signature import Says, Signature
from custody.errors import Unreadable
from custody.governance.fields import StrictFields

RUN_BYTES = 16
SERVICE = "service"
"""What stands for a sitting where wallets are put into service: no sitting of a plan is called so."""
MOST_LINES = 20_000
"""Lines of a transcript."""

_STEP = re.compile(r"[a-z0-9/-]{1,200}", re.ASCII)
_HASH = 32
_MOST_WRITTEN = 8


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

    @property
    def is_service(self) -> bool:
        """Whether it is no sitting: wallets are put into service, after all of them."""
        return self.sitting == SERVICE

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
            members.name(fields, "sitting"),
            fields.flag("rehearsal"),
            fields.hex("run", RUN_BYTES),
            members.text(fields, "program"),
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
        people = members.people(fields)
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
        return cls(members.people(fields))


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
        return cls(Role(role), members.name(fields, "from"), members.name(fields, "to"))


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
        wrote = StrictFields(fields.mapping("wrote", _MOST_WRITTEN), members.WHAT)
        names = list(wrote.names())
        return cls(
            step, members.name(fields, "by"), MappingProxyType({name: members.text(wrote, name) for name in names})
        )


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
        people, says = members.people(fields), fields.text("says")
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
        return cls(members.text(fields, "text"), members.name(fields, "by"))


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is kept elsewhere, a photograph or a film: what it is, as `by` says, its SHA-256 and its bytes."""

    text: str
    by: str
    digest: bytes
    size: int

    def to_json(self) -> dict[str, Any]:
        """Return the member `what`."""
        return {"text": self.text, "by": self.by, "sha256": self.digest.hex(), "bytes": self.size}

    @classmethod
    def of(cls, fields: StrictFields) -> "Attached":
        """Take it from its members."""
        size, digest = fields.number("bytes", 1), fields.hex("sha256", _HASH)
        return cls(members.text(fields, "text"), members.name(fields, "by"), digest, size)


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
        return cls(members.text(fields, "reason"))


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
        return cls(members.text(fields, "reason"))


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
        return cls(False, members.name(fields, "owner"), _day(fields))


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
        "attached": (Attached, CLAIMED, Attached.of),
        "paused": (Paused, MEASURED, Paused.of),
        "resumed": (Resumed, MEASURED, Resumed.of),
        "opened": (Opened, MEASURED, Opened.of),
        "key": (KeyMade, MEASURED, KeyMade.of),
        "checked": (Checked, MEASURED, Checked.of),
        "sheet": (Printed, MEASURED, Printed.of),
        "spoiled": (Spoiled, CLAIMED, Spoiled.of),
        "void": (Voided, MEASURED, Voided.of),
        "destroyed": (Destroyed, CLAIMED, Destroyed.of),
        "stands-on": (StandsOn, MEASURED, StandsOn.of),
        "proof": (Proof, MEASURED, Proof.of),
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
    fields = StrictFields(value, members.WHAT)
    content = KINDS[kind][2](fields)
    fields.end()
    return content


def _day(fields: StrictFields) -> date:
    value = fields.text("due")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise fields.strange() from None
    if day.isoformat() != value:
        raise fields.strange()
    return day
