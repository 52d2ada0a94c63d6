"""Enrols or retires an officer: a quorum of the old roster signs the new one, and every vault is sealed again for it.

Every vault gets a new key. A leaver's passphrase opens nothing that is sealed afterwards, and the older generations are
removed. What he still holds or could still open is listed, because no program can take it from him.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256

from custody.catalogue import _
from custody.ceremony.home import home as paths
from custody.ceremony.home.home import Home
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.table.enrolment import Candidate, Enrolled, enrolled
from custody.ceremony.table.roster_text import roster_lines
from custody.ceremony.table.stakes import network_of
from custody.ceremony.treasury.vaults import opened_all, rekey
from custody.governance.roster import Officer, Role, Roster
from custody.governance.statement import ROSTER
from custody.keys.vaults.sealed import SealedIdentity, read_officer_file
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Quorums:
    """How many seats are to change the rules and to unlock; None leaves a number as it is."""

    rules: int | None = None
    unlock: int | None = None


def enrol(
    home: WritableHome,
    meeting: Meeting,
    candidate: Candidate,
    quorums: Quorums,
    carried: Sequence[SealedIdentity] = (),
) -> None:
    """Take an officer in. Raises Usage for a roster that could not work, Refused, Declined, StorageFailed."""
    home.require_sound()
    old = settled(home.book.state.rosters)
    stand_in = Officer(
        bytes(32), bytes(32), bytes(32), candidate.seat, candidate.alternate, candidate.roles, candidate.dated
    )
    sketch = next_roster(old, (*old.officers, stand_in), quorums)
    meeting.confirm(_told(home, sketch, candidate.name), _("Propose this roster?"), _("propose"))
    with enrolled([candidate], network_of(home.book.state), meeting) as (new,):
        roster = next_roster(old, (*old.officers, new.officer), quorums)
        change(home, meeting, roster, carried, new)


def retire(
    home: WritableHome, meeting: Meeting, leaver: Officer, quorums: Quorums, carried: Sequence[SealedIdentity] = ()
) -> list[str]:
    """Let an officer go, and return what he still holds or could still open, a sentence each.

    Raises Usage for a roster that could not work without him, Refused, Declined, StorageFailed.
    """
    home.require_sound()
    old = settled(home.book.state.rosters)
    stay = tuple(officer for officer in old.officers if officer.key != leaver.key)
    if not leaver.alternate and any(officer.seat == leaver.seat for officer in stay):
        stay = _succeeded(stay, leaver.seat)
    roster = next_roster(old, stay, quorums)
    shown = safe(home.name_of(leaver))
    question = _("Propose this roster, without {name}?").format(name=shown)
    meeting.confirm(_told(home, roster, None), question, _("propose"))
    left = _left_with(home, leaver, shown)
    change(home, meeting, roster, carried)
    return left


def settled(rosters: Sequence[Roster]) -> Roster:
    """Return the roster that a change starts from: where several are contested, what is left of all of them.

    The removals of all apply, additions wait, and the higher thresholds hold. Raises Usage where that could not work.
    """
    first, *others = rosters
    stay = tuple(each for each in first.officers if all(other.officer(each.key) for other in others))
    return Roster(
        first.network,
        stay,
        max(each.rules for each in rosters),
        max(each.unlock for each in rosters),
        max(each.version for each in rosters),
    )


def change(
    home: WritableHome,
    meeting: Meeting,
    roster: Roster,
    carried: Sequence[SealedIdentity],
    new: Enrolled | None = None,
) -> None:
    """Let the old roster's quorum sign, open every vault, and seal each again for the new roster's officers.

    Raises Declined, Refused where too few can come or an identity is not here; StorageFailed.
    """
    state = home.book.state
    statement = home.statement(ROSTER, {"roster": roster.to_json()})
    sealed_for = roster.identity(state.treasury, state.basis)
    brought = {each.public.officer: each for each in carried}
    if new is not None:
        brought[new.officer.key] = read_officer_file(new.file)
    with ExitStack() as stack:
        table = stack.enter_context(Attendance(home, meeting, carried, signs=_("I agree to this roster")))
        signed = table.agree(statement)
        if new is not None:
            signed = replace(
                signed, signatures={**signed.signatures, new.officer.key: new.keys.sign(statement.to_sign)}
            )
        opened = stack.enter_context(opened_all(home, table))
        members = home.members(roster, brought) if opened else []
        home.commit(
            Step(
                ROSTER,
                signed.to_json() | {"identities": {} if new is None else _made(new), "vaults": {}},
                files={} if new is None else {paths.officer_path(new.officer.key): new.file},
                vaults={name: rekey(each, members, roster, sealed_for) for name, each in opened.items()},
                names=() if new is None else (new.name,),
                sealed_for=(sealed_for,),
            )
        )


def _made(new: Enrolled) -> dict[str, str]:
    """Name the sealed identity that comes with the entry, so that a damaged one is told from it."""
    return {new.officer.key.hex(): sha256(new.file).hexdigest()}


def next_roster(old: Roster, officers: Sequence[Officer], quorums: Quorums) -> Roster:
    """Return the roster that follows an old one. Raises Usage for one that could not work."""
    return Roster(
        old.network,
        tuple(officers),
        old.rules if quorums.rules is None else quorums.rules,
        old.unlock if quorums.unlock is None else quorums.unlock,
        old.version + 1,
    )


def _succeeded(officers: Sequence[Officer], seat: int) -> tuple[Officer, ...]:
    """Let the first alternate of a seat become its principal; one who counts for some days only comes last."""
    heir = min((officer for officer in officers if officer.seat == seat), key=lambda each: each.dated)
    return tuple(replace(officer, alternate=False, dated=False) if officer is heir else officer for officer in officers)


def _told(home: WritableHome, roster: Roster, newcomer: str | None) -> list[str]:
    known = {officer.key for officer in home.book.state.roster.officers}
    names = [home.name_of(each) if each.key in known else newcomer or "" for each in roster.officers]
    return roster_lines(roster, names)


def _left_with(home: WritableHome, leaver: Officer, shown: str) -> list[str]:
    """Say what a leaver still holds or could still open. `shown`: the name, made safe."""
    state = home.book.state
    lines = [
        _("{name} may still hold cards of shares and keys on a desk: collect them, or replace the keys."),
        _("Approvals of {name} that were not used are void now: ask again for what still waits."),
    ]
    if state.vaults and Role.KEYHOLDER in leaver.roles:
        lines += [
            _("Whoever copied this directory before now has vaults that {name} can help to open."),
            _("If nobody can rule that out, move the money to a new key."),
        ]
    return [line.format(name=shown) for line in lines] + older_backups(home)


def older_backups(home: Home) -> list[str]:
    """Say of each backup that it opens for an older roster, a sentence each."""
    return [
        _("The backup made in entry {number} ({label}) opens for officers of an older roster: destroy it.").format(
            number=backup.number, label=safe(home.names.text(backup.label) or _("a medium whose name is not here"))
        )
        for backup in home.book.state.backups
    ]
