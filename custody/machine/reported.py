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
from custody.text import NAME_LIMIT

REPORT_LIMIT = 100_000
_MOST = 64
_ID = re.compile(r"[A-Z][A-Z0-9-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reported:
    """How each thing (ID) stood on a machine, for which subjects, by its own word; the report's SHA-256 (32 bytes)."""

    standings: Mapping[str, Standing]
    subjects: Mapping[str, tuple[str, ...]]
    digest: bytes

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a report. Raises Unreadable for anything else, and where the digest is another's."""
        report = strict_json.parse(content)
        if not isinstance(report, dict):
            raise _strange()
        findings, subjects = report.get("findings"), report.get("subjects")
        if isinstance(findings, list):  # the whole report: its digest is that of the short one
            listed = [each for each in findings if isinstance(each, dict)]
            findings = {str(each.get("id")): each.get("standing") for each in listed}
            subjects = {str(each.get("id")): each["subjects"] for each in listed if each.get("subjects")}
        short: dict[str, Any] = {name: report.get(name) for name in ("date", "fit", "system")}
        short |= {"format": report.get("format", FORMAT), "findings": findings, "subjects": subjects}
        try:
            found = digest_of(short)
        except ValueError:
            raise _strange() from None
        if short["format"] != FORMAT or found != report.get("digest"):
            raise _strange()
        standings = _standings(findings)
        return cls(standings, _subjects(subjects, standings), bytes.fromhex(found))

    @property
    def unfit(self) -> tuple[tuple[str, str], ...]:
        """What is unfit: IDs with each subject, "" for none, ascending."""
        found = sorted(id_ for id_, standing in self.standings.items() if standing is Standing.UNFIT)
        return tuple((id_, subject) for id_ in found for subject in sorted(self.subjects.get(id_, ("",))))


def _standings(findings: Any) -> dict[str, Standing]:
    if not isinstance(findings, dict) or len(findings) > _MOST:
        raise _strange()
    if not all(_ID.fullmatch(id_) and standing in tuple(Standing) for id_, standing in findings.items()):
        raise _strange()
    return {id_: Standing(standing) for id_, standing in findings.items()}


def _subjects(subjects: Any, standings: Mapping[str, Standing]) -> dict[str, tuple[str, ...]]:
    """Read what the unfit ones are about: names in printable ASCII, none twice, none of another finding."""
    if not isinstance(subjects, dict) or not all(standings.get(id_) is Standing.UNFIT for id_ in subjects):
        raise _strange()
    for names in subjects.values():
        if not isinstance(names, list) or not names or not all(map(_is_subject, names)) or len(set(names)) < len(names):
            raise _strange()
    return {id_: tuple(names) for id_, names in subjects.items()}


def _is_subject(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= NAME_LIMIT and name.isascii() and name.isprintable()


def _strange() -> Unreadable:
    return Unreadable(
        _("this is no report of a machine, or it was changed"),
        hint=_("Make one there: custody doctor --qr, then airgap scan here; or custody doctor --json."),
    )
