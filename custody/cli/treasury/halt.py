"""`custody halt` and `resume`: one officer halts a treasury, a quorum resumes it."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from custody.catalogue import _
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.table.carried import bring_usable
from custody.ceremony.table.stakes import network_of
from custody.ceremony.treasury.at_once import Unread, unread
from custody.ceremony.treasury.halting import Called, keep, open_halts, require_heard, to_carry
from custody.ceremony.treasury.halting import halt as halt_treasury
from custody.ceremony.treasury.halting import resume as resume_treasury
from custody.cli.front import output
from custody.cli.front.arguments import refuse_secrets
from custody.cli.front.hardened import harden, require_door
from custody.cli.front.result import print_result
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers, changing
from custody.cli.treasury.options import require_home
from custody.cli.treasury.screen import halts_json, head_json, head_lines
from custody.errors import Alarm, CustodyError, Usage
from custody.governance.commitment import composed
from custody.governance.fields import NAME_LIMIT
from custody.governance.halt import Halt
from custody.keys.vaults.parameters import Network

_KEY_SHOWN = 8


def halt(
    home_path: str | None,
    reason: str,
    as_json: bool,
    **brought: Any,
) -> None:
    """Halt: first beside the journal, whatever that is, and then in the book.

    An officer's file that is unusable bars nothing beside one that is not. Where none is usable, a book that can be
    read says what is wrong with them, before anybody is asked.
    """
    officers, kept = Officers(**brought), _kept(reason)
    carried, unreadable = officers.usable
    for each in unreadable:
        output.warn(each.message)
    with unread(require_home(home_path), carried) as before, ExitStack() as stack:
        first: Called | None = None
        refusal: CustodyError | None = None
        if before is not None and before.is_current and (not officers.officer_files or before.brought):
            try:
                first = _at_once(before, officers, kept)
            except CustodyError as failure:
                refusal = failure  # that of a note which says other than the book: the alarm comes first
        try:
            home = stack.enter_context(changing(home_path))
        except CustodyError as failure:
            if first is None and refusal is None and before is not None:
                first = _at_once(before, officers, kept)
            if first is None:
                raise
            raise _although(first, failure) from None
        if refusal is not None:
            raise refusal
        identities, strange = bring_usable(home, carried)
        if first is None:
            if officers.officer_files and not identities:
                raise (*unreadable, *strange)[0]
            meeting = officers.meeting(network_of(home.book.state))  # a halt has to be possible on any machine
            called = halt_treasury(home, meeting, kept, identities)
        else:
            called = first.halt
            keep(home, called, first.names)
        require_heard(home, called)
        _tell_strange(strange, called)
        _tell(
            home,
            {"halt": called.encode()},
            _("The treasury is halted. Nothing is signed until a quorum resumes."),
            _("Other machines halt once they hear of it: carry an export, or this line in any file."),
            called.encode(),
            as_json=as_json,
        )


def _at_once(home: Unread, officers: Officers, reason: str) -> Called:
    """Let an officer halt a home whose book was not read, and say what holds from now on."""
    harden()
    network = home.note.network if home.stakes is Network.TEST else "main"
    output.about(network)
    require_door(network)
    for each in home.strangers:
        output.warn(
            _("the file of officer {key} is of nobody whom this home notes: it is not used").format(
                key=each.identity.public.officer.hex()[:_KEY_SHOWN]
            )
        )
    called = home.halt(officers.meeting(home.stakes), reason)
    if called.barred is None:
        output.say(
            _("This machine is halted. The book is read now, to write the halt into it; other machines hear it by:")
        )
    else:
        output.warn(_("the halt does not lie beside the journal: {reason}").format(reason=called.barred.message))
        output.say(_("The book is read now, to write the halt into it; whatever comes of it, carry this line:"))
    output.say(called.halt.encode())
    return called


def _tell_strange(failures: Sequence[CustodyError], called: Halt) -> None:
    """Warn of files that the book does not take. Raises the Alarm that is among them, now that it is halted."""
    for failure in failures:
        if isinstance(failure, Alarm):
            output.say(_("The treasury is halted; other machines hear it by:"))
            output.say(called.encode())
            raise failure
        output.warn(failure.message)


def _although(called: Called, failure: CustodyError) -> CustodyError:
    """Return what is wrong with a book, said beside what holds although it could not be written into."""
    if called.barred is None:
        return type(failure)(
            _("this machine is halted, and its book does not tell of it: {reason}").format(reason=failure.message),
            hint=failure.hint,
            code=failure.code,
        )
    return type(failure)(
        _("the halt could not be written down, neither beside the journal ({beside}) nor into it: {reason}").format(
            beside=called.barred.message, reason=failure.message
        ),
        hint="\n".join((to_carry(called.halt), failure.hint)),
        code=failure.code,
    )


def _kept(reason: str) -> str:
    """Return what is kept of a reason: no reason bars a halt, however long it is and whatever it looks like."""
    reason = composed(reason.encode(errors="replace").decode())
    try:
        refuse_secrets([reason])
    except Usage as refusal:
        output.warn(_("the reason is left out: {why}").format(why=refusal.message))
        output.say(refusal.hint)
        return ""
    if len(reason) > NAME_LIMIT:
        output.warn(_("of the reason only the first {limit} characters are kept").format(limit=NAME_LIMIT))
    return reason[:NAME_LIMIT].strip()


def resume(
    home_path: str | None,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Go on."""
    officers = Officers(**brought)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        officers.meet_at(home, lambda meeting: resume_treasury(home, meeting, carried))
        told = (
            [_("The halts that were shown are cleared. The treasury is still halted:"), *open_halts(home)]
            if home.halted
            else [_("The treasury goes on.")]
        )
        _tell(home, {}, *told, as_json=as_json)


def _tell(home: WritableHome, own: dict[str, Any], *sentences: str, as_json: bool) -> None:
    public = {**own, "halted": home.halted, "halts": halts_json(home), "head": head_json(home.book)}
    print_result(public, (*sentences, *head_lines(home.book)), as_json=as_json)
