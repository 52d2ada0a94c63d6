"""Admits a machine to write for the treasury, ends one that was lost, and adopts what waits: each by a quorum.

A machine that was admitted still has to take in an export that tells of it. One that was ended keeps what its officers
signed; lines of it that nobody signed count up to the last one that is named (docs/spec/journal.md).
"""

from collections.abc import Sequence
from typing import Any

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.attendance import Attendance
from custody.errors import Mismatch, Refused
from custody.governance.commitment import Opening
from custody.governance.contents import Machine, Replaced
from custody.governance.known.machines import Writer
from custody.governance.roster import officer_of
from custody.governance.statement import ADOPT, MACHINE
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe

_LEAST_OF_KEY = 8


def admit(home: WritableHome, meeting: Meeting, key: bytes, name: str, carried: Sequence[SealedIdentity] = ()) -> None:
    """Let a quorum certify a machine's key (32 bytes). Raises Refused where it is admitted already, Declined."""
    home.require_sound()
    known = home.book.state.rules.machines.get(key)
    if known is not None and known.live:
        raise Refused(
            _("this machine is admitted already"),
            hint=_("Carry an export there: custody journal export --home DIR -o FILE"),
            code="taken",
        )
    if known is not None and known.certified:
        raise Refused(
            _("this machine was ended, and its key writes no more"),
            hint=_("A quorum gives its home a new key, there: custody home renew."),
            code="taken",
        )
    opening = Opening.fresh(name) if name else None
    meeting.confirm(
        [
            _("The machine with the key {key}").format(key=key.hex()),
            _("Compare the key with the one on that machine's own screen, letter by letter."),
            *([_("It will be called {name}.").format(name=safe(name))] if name else []),
        ],
        _("Let this machine write for the treasury?"),
        _("admit"),
    )
    says = Machine(key, None if opening is None else opening.commitment, None)
    names = () if opening is None else (opening,)
    _agree(home, meeting, MACHINE, says.to_json(), carried, names, signs=_("I let this machine write"))


def end(home: WritableHome, meeting: Meeting, machine: Writer, carried: Sequence[SealedIdentity] = ()) -> None:
    """Let a quorum end a machine at the newest entry that is known of it. Raises Refused for this one, Declined."""
    home.require_sound()
    if machine.key == home.book.writer:
        raise Refused(
            _("this machine does not end itself"), hint=_("Another machine of the treasury does."), code="own-machine"
        )
    if machine.newest is None:
        raise Refused(
            _("nothing was ever heard of this machine"), hint=_("There is nothing of it to end."), code="absent"
        )
    meeting.confirm(
        [
            _("{machine}: its newest entry that is known here is {number}.").format(
                machine=safe(home.machine_name(machine.key)), number=machine.newest.number
            ),
            _("What it wrote later and nobody signed will not count. It signs nothing more once it has heard of this."),
        ],
        _("End this machine?"),
        _("end"),
    )
    says = Machine(None, None, Replaced(machine.key, machine.newest))
    _agree(home, meeting, MACHINE, says.to_json(), carried, signs=_("I agree that this machine ends"))


def adopt(home: WritableHome, meeting: Meeting, carried: Sequence[SealedIdentity] = ()) -> int:
    """Let a quorum adopt all that waits, and return how much that is. Raises Refused where nothing does, Declined."""
    home.require_sound()
    waiting = home.book.state.rules.waiting
    if not waiting:
        raise Refused(
            _("nothing waits"),
            hint=_("custody status --home DIR says so where something does. There is nothing to adopt."),
            code="nothing-waits",
        )
    meeting.confirm(waiting_lines(home), _("Let all of these stand?"), _("adopt"))
    statements = {"statements": sorted(each.digest.hex() for each in waiting)}
    _agree(home, meeting, ADOPT, statements, carried, signs=_("I let stand what waits"))
    return len(waiting)


def find(home: Home, name: str) -> Writer:
    """Return the machine that is called so, or whose key begins so. Raises Mismatch where none is, or several are."""
    machines = home.book.state.rules.machines
    found = [each for key, each in machines.items() if home.machine_name(key) == name] or [
        each for key, each in machines.items() if len(name) >= _LEAST_OF_KEY and key.hex().startswith(name.lower())
    ]
    if len(found) != 1:
        raise Mismatch(
            _("no machine is called {name}").format(name=safe(name))
            if not found
            else _("several machines are called {name}").format(name=safe(name)),
            hint=_("custody status --home DIR names them, with the beginnings of their keys."),
        )
    return found[0]


def waiting_lines(home: Home) -> list[str]:
    """Say of each statement that waits what it is, where it stands and who signed it."""
    lines = []
    for each in home.book.state.rules.waiting:
        by = [_name(home, key) for key in sorted(each.by)]
        lines.append(
            _("Waits: {kind}, entry {number} of {machine}, signed by {names}").format(
                kind=each.kind,
                number=each.number,
                machine=safe(home.machine_name(each.writer)),
                names=", ".join(map(safe, by)),
            )
        )
    return lines


def _name(home: Home, key: bytes) -> str:
    officer = officer_of((known.roster for known in home.book.known.rosters.values()), key)
    return key.hex()[:_LEAST_OF_KEY] if officer is None else home.name_of(officer)


def _agree(
    home: WritableHome,
    meeting: Meeting,
    kind: str,
    says: dict[str, Any],
    carried: Sequence[SealedIdentity],
    names: Sequence[Opening] = (),
    *,
    signs: str,
) -> None:
    statement = home.statement(kind, says)
    with Attendance(home, meeting, carried, signs=signs) as table:
        signed = table.agree(statement)
    home.commit(Step(kind, signed.to_json(), names=tuple(names)))
