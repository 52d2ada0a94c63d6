"""`MachineException`: officers let a machine be used although something on it is unfit, for a reason and up to a time.

It is about the findings that it names and no others, and about one machine (docs/spec/journal.md).
"""

import re
from dataclasses import dataclass
from typing import Any, Self

from custody.catalogue import _
from custody.governance.entry import HASH_BYTES, LATEST, WRITER_BYTES
from custody.governance.fields import StrictFields
from custody.governance.statement import Statement

LONGEST = 366 * 86_400
"""Seconds from the statement's own time: what has no end is no exception."""

MOST_FINDINGS = 64
_FINDING = re.compile(r"[A-Z][A-Z0-9-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MachineException:
    """Findings (IDs, ascending) that do not bar a machine (its writer's key, 32 bytes) before `ends`, and why.

    `ends` is in seconds since 1970; `report` the SHA-256 of the measurements that the officers saw, 32 bytes.
    """

    machine: bytes
    findings: tuple[str, ...]
    reason: str
    ends: int
    report: bytes

    def to_json(self) -> dict[str, Any]:
        """Return what the statement says."""
        return {
            "findings": list(self.findings),
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
            findings=fields.texts("findings", MOST_FINDINGS),
            reason=fields.text("reason"),
            ends=fields.number("to", most=LATEST),
            report=fields.hex("report", HASH_BYTES),
        )
        fields.end()
        is_named = exception.findings and all(map(is_finding, exception.findings))
        if not is_named or list(exception.findings) != sorted(exception.findings) or not exception.reason.strip():
            raise fields.strange()
        if not statement.at < exception.ends <= statement.at + LONGEST:
            raise fields.strange()
        return exception


def is_finding(text: str) -> bool:
    """Say whether this may be the ID of a finding: capital letters, digits and hyphens, at most 64."""
    return _FINDING.fullmatch(text) is not None
