"""A report of another machine, read: the short one that a code carried, or the whole one that scripts read.

Either names the same digest, which is computed again. Nothing vouches for the machine but who carried the report.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from custody import strict_json
from custody.catalogue import _
from custody.errors import Unreadable
from custody.machine.measurement import Standing
from custody.machine.report import FORMAT, digest_of

REPORT_LIMIT = 100_000
_MOST = 64
_ID = re.compile(r"[A-Z][A-Z0-9-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reported:
    """How each thing (ID) stood on a machine, by its own word, and the report's SHA-256 (32 bytes)."""

    standings: Mapping[str, Standing]
    digest: bytes

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a report. Raises Unreadable for anything else, and where the digest is another's."""
        report = strict_json.parse(content)
        if not isinstance(report, dict):
            raise _strange()
        findings = report.get("findings")
        if isinstance(findings, list):  # the whole report: its digest is that of the short one
            findings = {str(each.get("id")): each.get("standing") for each in findings if isinstance(each, dict)}
        short: dict[str, Any] = {name: report.get(name) for name in ("date", "fit", "system")}
        short |= {"format": report.get("format", FORMAT), "findings": findings}
        try:
            found = digest_of(short)
        except ValueError:
            raise _strange() from None
        if short["format"] != FORMAT or found != report.get("digest"):
            raise _strange()
        return cls(_standings(findings), bytes.fromhex(found))

    @property
    def unfit(self) -> tuple[str, ...]:
        """What is unfit, ascending."""
        return tuple(sorted(id_ for id_, standing in self.standings.items() if standing is Standing.UNFIT))


def _standings(findings: Any) -> dict[str, Standing]:
    if not isinstance(findings, dict) or len(findings) > _MOST:
        raise _strange()
    if not all(_ID.fullmatch(id_) and standing in tuple(Standing) for id_, standing in findings.items()):
        raise _strange()
    return {id_: Standing(standing) for id_, standing in findings.items()}


def _strange() -> Unreadable:
    return Unreadable(
        _("this is no report of a machine, or it was changed"),
        hint=_("Make one there: custody doctor --qr, then airgap scan here; or custody doctor --json."),
    )
