"""What may be answered at a step, and `Host`, which asks. Every answer but `Cleared` becomes one line or several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from custody.ceremony.conduct.page import Page
from custody.ceremony.steps.step import Role
from custody.ceremony.transcript.signature import Says, Signature
from custody.errors import CustodyError


@dataclass(frozen=True, slots=True)
class Did:
    """The step is done; what was written down at it, by the names of the step's records."""

    wrote: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AreHere:
    """These people are there, by the plan's names, and nobody else."""

    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class TakesOver:
    """Somebody stands in, in a role, for somebody who is not there."""

    role: Role
    from_: str
    to: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something was otherwise than planned, says somebody."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Attaches:
    """A file that is kept elsewhere: what it is, says somebody, its SHA-256 and its bytes."""

    text: str
    by: str
    digest: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Brought:
    """Signatures that participants made on devices of their own."""

    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class SignedInInk:
    """People signed on paper."""

    people: frozenset[str]
    says: Says


@dataclass(frozen=True, slots=True)
class Stops:
    """The sitting stops here, and goes on later: the command ends."""

    reason: str


@dataclass(frozen=True, slots=True)
class GivesUp:
    """The key that is being made is given up, and made again."""

    reason: str


@dataclass(frozen=True, slots=True)
class SawDestroyed:
    """The cards of the first set that was given up, and whose cards are still there, were destroyed before them."""

    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Checks:
    """A card was typed, and is this one by its commitment: of which key, and its number there."""

    key: str
    card: int


@dataclass(frozen=True, slots=True)
class Spoils:
    """Paper of a sheet was destroyed before these people. `remains`: a whole sheet of its number is left."""

    sheet: int
    remains: bool
    people: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Proves:
    """A signature was brought that proves a wallet from its cards: a file of it, or its text."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Fails:
    """The sitting ends without having passed. Somebody sees to what is left, until a day."""

    owner: str
    due: date


Answer = (
    Did
    | AreHere
    | TakesOver
    | Noted
    | Attaches
    | Brought
    | SignedInInk
    | Stops
    | GivesUp
    | SawDestroyed
    | Checks
    | Spoils
    | Proves
    | Fails
)


class Host(Protocol):
    """Shows a page to whoever sits there, and asks. Every method may raise Declined: a person may always stop."""

    def answer(self, page: Page) -> Answer:
        """Show a page and return what is answered."""

    def refused(self, failure: CustodyError) -> None:
        """Tell why an answer was not taken. Returns where there is somebody who may answer again; raises it else."""

    def shown(self, page: Page) -> None:
        """Show a page at which the machine asks by itself, before it does."""

    def told(self, text: str) -> None:
        """Say what the program did by itself, or took."""

    def acknowledged(self, lines: Sequence[str]) -> None:
        """Say what nobody may overlook, on a page of its own, and wait until somebody has read it."""
