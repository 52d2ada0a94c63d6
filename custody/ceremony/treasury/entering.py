"""Enters a ceremony into the book as a quorum agrees: sittings by their heads, sets of cards, and wallets.

What came to it was judged before (`ceremony.transcript`); which transcripts a treasury takes is said here
(docs/spec/transcript.md, "The book of a treasury").
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from custody.catalogue import _
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.together import Together
from custody.ceremony.treasury.named import held, is_named
from custody.errors import Mismatch, Refused
from custody.governance.ceremonies.entered import Entered
from custody.governance.contents import wallet_digest
from custody.governance.state import State
from custody.governance.statement import CEREMONY
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe


def entry_of(state: State, together: Together, *, serves: bool) -> Entered:
    """Return what is entered of sittings: those that the book does not name, and wallets that it does not have.

    A wallet is registered once it `serves`: before that nobody has shown that its cards open it.

    Raises Refused for a rehearsal, for a sitting that is not whole, where nothing is new, and where a wallet's name is
    taken; Mismatch for another network, and for a sitting of which the book says something else.
    """
    if together.is_rehearsal:
        raise Refused(
            _("this is a rehearsal: nothing of it is real, and no book takes it in"),
            hint=_("Name the transcript that custody ceremony run wrote."),
            code="rehearsal",
        )
    for each in together.sittings:
        _require_whole(each)
    ours = state.roster.network
    if together.plan.network != ours:
        raise Mismatch(
            _("the ceremony is on {theirs}, and this treasury is on {ours}").format(
                theirs=together.plan.network, ours=ours
            ),
            hint=_("A treasury has one network. Begin another one with custody home new."),
        )
    new = sorted((held(each) for each in together.sittings if not is_named(state, each)), key=lambda each: each.name)
    wallets = sorted(_new_wallets(state, together), key=lambda each: each[0]) if serves else []
    if not new and not wallets:
        raise Refused(
            _("the book names this already: nothing was entered"),
            hint=_("custody ceremony verify FILE --home DIR says so of each sitting."),
            code="entered",
        )
    return Entered(together.plan.digest, tuple(new), tuple(wallets))


def _new_wallets(state: State, together: Together) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the wallets that are whole and stand in the book under no name. Raises Refused for a name that is taken."""
    known = {each.digest for each in state.rules.wallets}
    taken = {each.name for each in state.rules.wallets}
    for wallet in together.wallets:
        document = json.loads(wallet.to_json())
        if wallet_digest(document) in known:
            continue
        if wallet.name in taken:
            raise Refused(
                _("a wallet of other keys is registered as {name} already").format(name=safe(wallet.name)),
                hint=_(
                    "Register this one under another name first: ceremony verify --records FOLDER, then wallet new "
                    "OTHER --from FOLDER/{name}.wallet.json --home DIR."
                ).format(name=safe(wallet.name)),
                code="taken",
            )
        yield wallet.name, document


def _require_whole(found: Account) -> None:
    """Raise Refused for a sitting that is not whole, with the first reason."""
    if found.is_whole:
        return
    name, step = found.standing.begun.sitting, found.standing.next
    if found.standing.closed is None:
        told = _("sitting {sitting} is not closed; its next step is {step}").format(
            sitting=name, step="-" if step is None else step.id
        )
        hint = _("Go on with it: custody ceremony run PLAN -o FILE")
    elif not found.passed:
        told = _("sitting {sitting} did not pass").format(sitting=name)
        hint = _("Hold it again, into another file, and enter that.")
    elif found.refusing:
        told = _("sitting {sitting} was refused by {names}").format(sitting=name, names=", ".join(found.refusing))
        hint = _("Find out what they saw, and hold it again.")
    else:
        told = _("sitting {sitting} is not signed, or not all of it, by {names}").format(
            sitting=name, names=", ".join(found.lacking)
        )
        hint = _("Bring what they signed beside the transcript: custody ceremony sign FILE --identity ID")
    raise Refused(told, hint=hint, code="not-whole")


def enter(
    home: WritableHome, meeting: Meeting, entered: Entered, told: Sequence[str], carried: Sequence[SealedIdentity] = ()
) -> None:
    """Let a quorum enter a ceremony. `told` is what the officers read of it before they agree.

    Raises Refused while a halt is open and where this home may not write, Declined.
    """
    home.require_sound()
    home.require_running()
    meeting.confirm(told, _("Enter this ceremony, and register its wallets?"), _("enter"))
    statement = home.statement(CEREMONY, entered.to_json())
    with Attendance(home, meeting, carried, signs=_("I agree to this ceremony")) as table:
        signed = table.agree(statement)
    home.commit(Step(CEREMONY, signed.to_json()))
