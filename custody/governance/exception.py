"""`MachineException`: officers let a machine be used although something on it is unfit, for a reason and up to a time.

It is about the findings that it names, each for the one thing that was found, and about one machine: another radio is
another thing (docs/spec/journal.md).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from custody.catalogue import _
from custody.governance.entry import HASH_BYTES, LATEST, WRITER_BYTES
from custody.governance.fields import StrictFields
from custody.governance.statement import Statement

LONGEST = 366 * 86_400
"""Seconds from the statement's own time: what has no end is no exception."""

MOST_FINDINGS = 64
_FINDING = re.compile(r"[A-Z][A-Z0-9-]{0,63}", re.ASCII)


class Excepted(NamedTuple):
    """A finding (its ID) for one thing: printable ASCII, or "" where the finding is about no single thing."""

    finding: str
    subject: str

    @property
    def shown(self) -> str:
        """What people read: the finding, and for what."""
        if not self.subject:
            return self.finding
        return _("{finding} for {subject}").format(finding=self.finding, subject=self.subject)


@dataclass(frozen=True, slots=True)
class MachineException:
    """Findings (ascending) that do not bar a machine (its writer's key, 32 bytes) before `ends`, and why.

    `ends` is in seconds since 1970; `report` the SHA-256 of the measurements that the officers saw, 32 bytes.
    """

    machine: bytes
    findings: tuple[Excepted, ...]
    reason: str
    ends: int
    report: bytes

    def to_json(self) -> dict[str, Any]:
        """Return what the statement says."""
        return {
            "findings": [list(each) for each in self.findings],
            "machine": self.machine.hex(),
            "reason": self.reason,
            "report": self.report.hex(),
            "to": self.ends,
        }

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Read what it says. Raises Unreadable: for one of nothing, without reason, at its end already, or too long."""
        fields = StrictFields(statement.says, _("an exception"))
        exception = cls(
            machine=fields.hex("machine", WRITER_BYTES),
            findings=tuple(_excepted(each, fields) for each in fields.items("findings", MOST_FINDINGS)),
            reason=fields.text("reason"),
            ends=fields.number("to", most=LATEST),
            report=fields.hex("report", HASH_BYTES),
        )
        fields.end()
        is_set = list(exception.findings) == sorted(set(exception.findings))
        if not exception.findings or not is_set or not exception.reason.strip():
            raise fields.strange()
        if not statement.at < exception.ends <= statement.at + LONGEST:
            raise fields.strange()
        return exception


def shown(findings: Iterable[Excepted]) -> str:
    """Return what people read of several."""
    return ", ".join(each.shown for each in findings)


def _excepted(pair: Any, fields: StrictFields) -> Excepted:
    """Read a list of two texts: an ID (capital letters, digits and hyphens, at most 64) and a subject."""
    if not isinstance(pair, list) or len(pair) != 2:
        raise fields.strange()
    members = StrictFields({"finding": pair[0], "subject": pair[1]}, _("an exception"))
    found = Excepted(members.text("finding"), members.text("subject"))
    is_plain = found.subject.isascii() and (not found.subject or found.subject.isprintable())
    if not _FINDING.fullmatch(found.finding) or not is_plain:
        raise fields.strange()
    return found
