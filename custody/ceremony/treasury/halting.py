"""Halts a treasury, which any one officer may, on any machine, and resumes it, which takes a quorum."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from custody.catalogue import _
from custody.ceremony.home.home import Home, note_changed
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.attendance import Attendance
from custody.errors import Alarm, CustodyError, Refused, StorageFailed
from custody.governance.commitment import SALT_BYTES, Opening
from custody.governance.halt import NO_REASON, Halt
from custody.governance.records import HaltCalled
from custody.governance.roster import officer_of
from custody.governance.state import OpenHalt
from custody.governance.statement import RESUME
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Called:
    """A halt, and the opening of its reason, if it has one. `barred` says why it does not lie beside the journal."""

    halt: Halt
    names: tuple[Opening, ...]
    barred: CustodyError | None = None

    @classmethod
    def by(cls, keys: OfficerKeys, treasury: bytes, at: int, reason: str) -> Self:
        """Let an officer sign a halt of a treasury."""
        words = Opening.fresh(reason) if reason else None
        why = NO_REASON if words is None else words.commitment
        unsigned = Halt(treasury, keys.public.officer, at, secrets.token_bytes(SALT_BYTES), why)
        return cls(replace(unsigned, signature=keys.sign(unsigned.to_sign)), () if words is None else (words,))


def halt(home: WritableHome, meeting: Meeting, reason: str, carried: Sequence[SealedIdentity] = ()) -> Halt:
    """Let one officer halt the treasury, now, and return the halt, which stands alone.

    Where the journal cannot be written, it is kept beside it. Raises Declined, Refused where no identity is here;
    StorageFailed where even that fails: then the halt has to be carried, and this machine signs nothing.
    """
    with Attendance(home, meeting, carried, signs=to_halt()) as table:
        called = Called.by(table.one(who_halts()), home.book.state.treasury, home.time(), reason)
    keep(home, called.halt, called.names)
    return called.halt


def who_halts() -> str:
    """Say who is asked for."""
    return _("Any one officer halts")


def to_halt() -> str:
    """Say what the officer's key signs."""
    return _("I halt this treasury")


def keep(home: WritableHome, called: Halt, names: Sequence[Opening] = ()) -> None:
    """Write a halt into the book, and beside it where the book takes it not. Raises StorageFailed where neither does.

    One that lies beside it already is written into the book, unless a line has it.

    Raises Refused for an officer who left meanwhile, and Alarm, once it is beside it, where the book was rolled back.
    One of an officer who has sixteen open already is no news: he halts.
    """
    if called.treasury != home.book.state.treasury:
        raise note_changed()
    try:
        home.require_unbarred()
    except CustodyError:  # an alarm, or what lies beside the journal is damaged
        _beside(home, called)
        return
    if called.digest in home.book.state.halts:  # whoever opened the home wrote it, and did not know its reason
        home.keep_names(names)
        return
    if called.digest in home.book.state.rules.cleared or not home.book.state.has_room(called.officer):
        return
    step = Step(HaltCalled.KIND, HaltCalled(called).to_json(), names=tuple(names))
    try:
        try:
            home.commit(step)
        except StorageFailed as failure:
            if failure.code == _LOCKED:
                raise
            try:
                home.free_reserve()  # perhaps the disk is full: room is kept for this
                home.commit(step)
            except StorageFailed:
                raise failure from None
    except CustodyError as failure:
        if failure.code == _LOCKED:  # another program holds the directory: nothing of it can be written
            raise not_written(called, failure) from None
        if isinstance(failure, Refused) and officer_of(home.book.state.rosters, called.officer) is None:
            raise
        _beside(home, called, failure)
        if isinstance(failure, Alarm):
            raise


def _beside(home: WritableHome, called: Halt, before: CustodyError | None = None) -> None:
    """Keep a halt beside the journal. What failed `before` is what has to be said, if that fails too."""
    try:
        home.keep_halt(called)
    except CustodyError as failure:
        raise not_written(called, before if isinstance(before, StorageFailed) else failure) from None


def require_heard(home: Home, called: Halt) -> None:
    """Raise Refused where a halt does not hold: a quorum that resumed meanwhile cleared it, knowing of it."""
    if called.digest in home.book.state.rules.cleared:
        raise Refused(
            _("a quorum resumed meanwhile, and cleared this halt with all that were open"),
            hint=_("custody status says whether another one is open. If the treasury has to stop, halt it again."),
            code="resumed",
        )


def not_written(called: Halt, failure: CustodyError) -> StorageFailed:
    """Return the failure of a halt that no file took: it has to be carried."""
    return StorageFailed(
        _("the halt could not be written down here: {reason}").format(reason=failure.message),
        hint=to_carry(called),
        code=failure.code,
    )


def to_carry(called: Halt) -> str:
    """Say what becomes of a halt that no file took."""
    return _("Sign nothing on this machine, and carry this line to the others, in any file:\n{halt}").format(
        halt=called.encode()
    )


_LOCKED = "locked"


def resume(home: WritableHome, meeting: Meeting, carried: Sequence[SealedIdentity] = ()) -> None:
    """Let a quorum clear every halt that is open. Raises Refused where there is none, Declined, StorageFailed."""
    home.require_sound()
    beside, before = home.halts_beside, home.book.state.halts
    for each in beside:  # what was kept beside the book is written into it, so that it can be cleared
        home.commit(Step(HaltCalled.KIND, HaltCalled(each).to_json()))
    # of one officer sixteen are open at a time: those that came now may have taken the place of others
    halts = {*before, *home.book.state.halts, *(each.digest for each in beside)}
    if not halts:
        raise Refused(_("the treasury is not halted"), code="not-halted")
    meeting.confirm(open_halts(home), _("Clear all of these, and go on?"), _("resume"))
    statement = home.statement(RESUME, {"halts": sorted(digest.hex() for digest in halts)})
    with Attendance(home, meeting, carried, signs=_("I agree that it goes on")) as table:
        signed = table.agree(statement)
    home.commit(Step(RESUME, signed.to_json()))


def open_halts(home: Home) -> list[str]:
    """Say of each halt that is open who called it, in which entry and why."""
    lines = [_told(home, called) for called in home.book.state.halts.values()]
    return lines + [
        _("Halted by {name} (beside the journal): {reason}").format(
            name=safe(_name(home, each)), reason=safe(home.reason_of(each) or _("no reason was given"))
        )
        for each in home.halts_beside
    ]


def mute_halts(home: Home) -> list[str]:
    """Say of each halt that does not count where it stands, and who called it: somebody who had left when it came."""
    return [
        _(
            "A halt by {name} does not count: no officer any more where it was written ({machine}, entry {number})"
        ).format(name=safe(_name(home, each.halt)), machine=safe(home.machine_name(each.writer)), number=each.number)
        for each in home.book.state.rules.mute.values()
    ]


def _told(home: Home, called: OpenHalt) -> str:
    reason = safe(home.reason_of(called.halt) or _("no reason was given"))
    if called.writer == home.book.writer:
        return _("Halted by {name} (entry {number}): {reason}").format(
            name=safe(_name(home, called.halt)), number=called.number, reason=reason
        )
    return _("Halted by {name} (entry {number} of {machine}): {reason}").format(
        name=safe(_name(home, called.halt)),
        number=called.number,
        machine=safe(home.machine_name(called.writer)),
        reason=reason,
    )


def _name(home: Home, called: Halt) -> str:
    officer = officer_of(home.book.state.rosters, called.officer)
    return _("an officer who left since") if officer is None else home.name_of(officer)
