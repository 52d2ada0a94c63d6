"""`Row`: an entry of the book as an auditor reads it, frozen values; it knows no format of the journal and no screen.

Texts that people gave (`Person.name`, `Outcome.wallets`, `Payment.label`, `Outcome.message`) stand as they were given;
whoever shows them makes them safe. `title` and `details` are sentences of ours, in which such texts are safe already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from custody.governance.chain import Head

_LATEST = 253_402_300_799
"""The last second of the year 9999."""


def has_date(at: int) -> bool:
    """Say whether a calendar has this time: an entry's is 0 where it is unknown, and a clock may say anything."""
    return 0 < at <= _LATEST


class Presence(StrEnum):
    """Who was there, and how that is known."""

    SIGNED = "signed"
    """Officers, whose own signatures stand in the entry."""
    UNNAMED = "unnamed"
    """Somebody was there whom the entry does not name."""
    MACHINE = "machine"
    """Nobody need have been there: the machine wrote it alone."""


class Doubt(StrEnum):
    """Why an entry does not count, or not all of it."""

    WAITS = "waits"
    """What officers agreed on in it has no effect until a quorum adopts it."""
    MUTE = "mute"
    """The halt in it does not count: who called it was no officer any more where it was written."""
    NOT_ADMITTED = "not-admitted"
    """No quorum has admitted the machine that wrote it."""
    ENDED = "ended"
    """It stands beyond the last entry of a machine that officers ended."""
    FORKED = "forked"
    """The machine wrote two entries of this number, or of an earlier one: it was rolled back, or copied."""


class Kept(StrEnum):
    """Whether the review is there that an entry names."""

    HERE = "here"
    GONE = "gone"
    """It was taken away, or another machine's export did not bring it: only its SHA-256 is in the book."""
    STRANGE = "strange"
    """These are the bytes that the book names, and no review as this release reads one."""
    NONE = "none"
    """There was none: what was brought could not be judged."""


@dataclass(frozen=True, slots=True)
class Person:
    """An officer: the Ed25519 key (32 bytes), and the name, None where it was erased."""

    key: bytes
    name: str | None


@dataclass(frozen=True, slots=True)
class Payment:
    """An output to somebody else. `address` is letters and digits, `script` hex; `label` a wallet of ours."""

    index: int
    address: str | None
    script: str
    satoshi: int
    label: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was to be signed. `digest` is of the decoded bytes that were read, None where they could not be.

    Amounts are satoshi. `fee` is None where it was not proven, or where no money moves. `message` is the text of a
    signed message, None for a payment. Where the review is not `Kept.HERE`, there are no payments and no fee.
    """

    digest: bytes | None
    kept: Kept
    wallets: tuple[str, ...]
    payments: tuple[Payment, ...]
    burned: int
    fee: int | None
    message: str | None
    findings: tuple[str, ...]

    @property
    def leaving(self) -> int:
        """What leaves the wallet, without the fee."""
        return sum(payment.satoshi for payment in self.payments) + self.burned


@dataclass(frozen=True, slots=True)
class Row:
    """An entry.

    `head` is its number and hash; `at` seconds since 1970 by the clock of the machine that wrote it, 0 where unknown;
    `machine` is that machine's key (32 bytes), `called` its name, None where it has none that is known here. `title`
    says in plain words what happened, and `details` what there is to say beyond. `who` are the officers whose
    signatures stand in it. `what` is the entry as the journal has it.
    """

    head: Head
    at: int
    machine: bytes
    called: str | None
    kind: str
    title: str
    details: tuple[str, ...]
    presence: Presence
    who: tuple[Person, ...]
    outcome: Outcome | None
    doubts: tuple[Doubt, ...]
    what: Mapping[str, Any]

    @property
    def number(self) -> int:
        """The entry's number in its machine's journal."""
        return self.head.number
