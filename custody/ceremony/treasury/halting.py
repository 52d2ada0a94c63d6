"""Halts a treasury, which any one officer may, and resumes it, which takes a quorum."""

from collections.abc import Sequence

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.treasury.attendance import Attendance
from custody.errors import Refused
from custody.governance import acceptance
from custody.governance.commitment import Opening
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe


def halt(home: WritableHome, meeting: Meeting, reason: str, carried: Sequence[SealedIdentity] = ()) -> None:
    """Let one officer halt the treasury, now. Raises Declined, Refused where no identity is here, StorageFailed."""
    words = Opening.fresh(reason) if reason else None
    says = {"reason": None if words is None else words.commitment.hex()}
    statement = home.statement(acceptance.HALT, says)
    with Attendance(home, meeting, carried) as table:
        officer = table.one(_("Any one officer halts"))
        signed = table.signed(statement, (officer,))
    home.commit(Step(acceptance.HALT, signed.to_json(), names=() if words is None else (words,)))


def resume(home: WritableHome, meeting: Meeting, carried: Sequence[SealedIdentity] = ()) -> None:
    """Let a quorum clear every halt that is open. Raises Refused where there is none, Declined, StorageFailed."""
    halts = home.book.state.halts
    if not halts:
        raise Refused(_("the treasury is not halted"), code="not-halted")
    meeting.confirm(open_halts(home), _("Clear all of these, and go on?"), _("resume"))
    statement = home.statement(acceptance.RESUME, {"halts": sorted(digest.hex() for digest in halts)})
    with Attendance(home, meeting, carried) as table:
        signed = table.agree(statement)
    home.commit(Step(acceptance.RESUME, signed.to_json()))


def open_halts(home: Home) -> list[str]:
    """Say of each halt that is open who called it, in which entry and why."""
    lines = []
    for digest, called in home.book.state.halts.items():
        officer = home.book.state.roster.officer(called.by)
        by = _("an officer who left since") if officer is None else home.name_of(officer)
        reason = home.reason_of(digest)
        lines.append(
            _("Halted by {name} (entry {number}): {reason}").format(
                name=safe(by), number=called.number, reason=safe(reason or _("no reason was given"))
            )
        )
    return lines
