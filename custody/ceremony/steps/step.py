"""`Step`: one thing that somebody does at a ceremony, and what it leaves behind as evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from custody.ceremony.steps.sentences import Sentence


class Chapter(StrEnum):
    """The parts of a ceremony, in their order."""

    BEFORE = "before"
    MAKING = "making"
    CLOSING = "closing"
    SERVICE = "service"


class Evidence(StrEnum):
    """Who says that a step was done: the machine by a measurement, a person by typing it, or people by signatures."""

    MEASURED = "measured"
    CLAIMED = "claimed"
    SIGNED = "signed"


class Role(StrEnum):
    """What somebody is at a ceremony. A step names who acts by it, or by the name of a holder."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    WITNESS = "witness"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who has to be there: in this role `count` of these people, named as the plan names them."""

    role: Role
    people: tuple[str, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `id` is unique in its plan; `acts` is one of `attend`; `seconds` is how long it takes.

    `live`: while it is done, and until the next step that is not, a secret is in the machine. Between two steps of
    which neither is live, a ceremony can stop and go on. `records`: what is written by hand or typed at it. `card`: the
    number of the card that leaves at it, from 1. `expects`: what the plan says will be written down, by its record.
    """

    id: str
    chapter: Chapter
    acts: Role
    attend: tuple[Attendance, ...]
    does: Sentence
    evidence: Evidence
    seconds: float
    says: Sentence | None = None
    records: tuple[Sentence, ...] = field(default=())
    live: bool = False
    card: int | None = None
    expects: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_break(self) -> bool:
        """Whether people only rest: it may be left out."""
        return self.does.name == "break"

    @property
    def who(self) -> Attendance:
        """Who acts."""
        return next(each for each in self.attend if each.role is self.acts)
