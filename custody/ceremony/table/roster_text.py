"""A roster to sentences: who the officers are, how many decide, and who must be present for what."""

from collections.abc import Sequence

from custody.catalogue import _
from custody.governance.roster import Officer, Role, Roster
from custody.text import safe

NAMES_OF_ROLES = {
    Role.APPROVER: _("approves"),
    Role.KEYHOLDER: _("holds a piece of the vault"),
    Role.ORIGINATOR: _("makes requests"),
    Role.AUDITOR: _("reads"),
}

_KEY_SHOWN = 8


def roster_lines(roster: Roster, names: Sequence[str], *, with_keys: bool = False) -> list[str]:
    """Return a line for each officer, whose names stand in the roster's order, and one for each quorum.

    `with_keys` adds the beginning of each officer's key, by which one may be named too.
    """
    lines = [_officer_line(officer, name) for officer, name in zip(roster.officers, names, strict=True)]
    if with_keys:
        lines = [
            _("{officer}, key {key}").format(officer=line, key=officer.key.hex()[:_KEY_SHOWN])
            for officer, line in zip(roster.officers, lines, strict=True)
        ]
    approving, holding = len(roster.seats(Role.APPROVER)), len(roster.seats(Role.KEYHOLDER))
    lines.append(
        _("Rules change when {rules} of {seats} seats agree; any one officer may halt.").format(
            rules=roster.rules, seats=approving
        )
    )
    if holding:
        lines.append(
            _("A vault opens when {unlock} of {seats} seats are present with their passphrases.").format(
                unlock=roster.unlock, seats=holding
            )
        )
    return lines


def _officer_line(officer: Officer, name: str) -> str:
    tasks = ", ".join(NAMES_OF_ROLES[role] for role in sorted(officer.roles))
    form = _("Seat {seat}, alternate: {name} ({tasks})") if officer.alternate else _("Seat {seat}: {name} ({tasks})")
    if officer.dated:
        form = _("Seat {seat}, alternate for days of absence: {name} ({tasks})")
    return form.format(seat=officer.seat, name=safe(name), tasks=tasks)
