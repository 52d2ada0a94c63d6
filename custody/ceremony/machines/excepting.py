"""Lets a quorum agree that a machine is used although something on it is unfit: named things, a reason, an end."""

from collections.abc import Mapping, Sequence

from custody.catalogue import _
from custody.ceremony.home.beside import shown_date
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.attendance import Attendance
from custody.governance.exception import Excepted, MachineException
from custody.governance.statement import EXCEPTION
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe


def except_(
    home: WritableHome,
    meeting: Meeting,
    exception: MachineException,
    seen: Mapping[Excepted, str],
    carried: Sequence[SealedIdentity] = (),
) -> None:
    """Let a quorum agree to an exception. `seen` says what was measured, of each of its findings.

    Raises Refused where this home may not write, Declined.
    """
    home.require_sound()
    last = shown_date(exception.ends - 1)
    meeting.confirm(
        [
            _("{machine} may hold secrets of the treasury although it is unfit:").format(
                machine=safe(home.machine_name(exception.machine))
            ),
            *(
                _("Except {finding} until {last}: {seen}").format(finding=each.shown, last=last, seen=seen[each])
                for each in exception.findings
            ),
            _("Reason: {reason}").format(reason=safe(exception.reason)),
            _(
                "The last day is {last} (UTC). Nothing else that is unfit is excepted by this: no other thing, either."
            ).format(last=last),
        ],
        _("Agree to this exception?"),
        _("agree"),
    )
    statement = home.statement(EXCEPTION, exception.to_json())
    with Attendance(home, meeting, carried, signs=_("I agree to this exception")) as table:
        signed = table.agree(statement)
    home.commit(Step(EXCEPTION, signed.to_json()))
