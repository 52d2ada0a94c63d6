"""`custody halt` and `resume`: one officer halts a treasury, a quorum resumes it."""

from typing import Any

from custody.catalogue import _
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.treasury.halting import halt as halt_treasury
from custody.ceremony.treasury.halting import resume as resume_treasury
from custody.cli.front import output
from custody.cli.front.arguments import refuse_secrets
from custody.cli.front.result import print_result
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers, changing
from custody.cli.treasury.screen import halts_json, head_json, head_lines
from custody.errors import Usage
from custody.governance.commitment import composed
from custody.governance.fields import NAME_LIMIT


def halt(
    home_path: str | None,
    reason: str,
    as_json: bool,
    **brought: Any,
) -> None:
    """Halt."""
    officers, kept = Officers(**brought), _kept(reason)
    with changing(home_path) as home:
        called = halt_treasury(home, officers.meeting_at(home, on_any_machine=True), kept, officers.carried_to(home))
        _tell(
            home,
            {"halt": called.encode()},
            _("The treasury is halted. Nothing is signed until a quorum resumes."),
            _("Other machines halt once they hear of it: carry an export, or this line in any file."),
            called.encode(),
            as_json=as_json,
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
        _tell(home, {}, _("The treasury goes on."), as_json=as_json)


def _tell(home: WritableHome, own: dict[str, Any], *sentences: str, as_json: bool) -> None:
    public = {**own, "halted": home.halted, "halts": halts_json(home), "head": head_json(home.book)}
    print_result(public, (*sentences, *head_lines(home.book)), as_json=as_json)
