"""`custody halt` and `resume`: one officer halts a treasury, a quorum resumes it."""

from typing import Any

from custody.catalogue import _
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.treasury.halting import halt as halt_treasury
from custody.ceremony.treasury.halting import resume as resume_treasury
from custody.cli.front.result import print_result
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers, changing
from custody.cli.treasury.screen import head_json, head_lines


def halt(
    home_path: str | None,
    reason: str,
    as_json: bool,
    **brought: Any,
) -> None:
    """Halt."""
    officers = Officers(**brought)
    with changing(home_path) as home:
        halt_treasury(home, officers.meeting_at(home), reason, officers.carried)
        _tell(home, _("The treasury is halted. Nothing is signed until a quorum resumes."), as_json=as_json)


def resume(
    home_path: str | None,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Go on."""
    officers = Officers(**brought)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        resume_treasury(home, officers.meeting_at(home), officers.carried)
        _tell(home, _("The treasury goes on."), as_json=as_json)


def _tell(home: WritableHome, sentence: str, *, as_json: bool) -> None:
    public = {"halted": home.book.state.halted, "head": head_json(home.book.head)}
    print_result(public, (sentence, *head_lines(home.book.head)), as_json=as_json)
