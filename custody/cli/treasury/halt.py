"""`custody halt`, `resume` and `status`: stopping, going on, and how things stand."""

from typing import Any

import click

from custody.catalogue import _
from custody.ceremony.home.home import reading
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.treasury.halting import halt as halt_treasury
from custody.ceremony.treasury.halting import resume as resume_treasury
from custody.cli.front import output
from custody.cli.front.options import json_option, quiet_option
from custody.cli.treasury.opening import Officers, changing
from custody.cli.treasury.options import home_option, officers_options, require_home
from custody.cli.treasury.screen import head_json, head_lines, status_json, status_lines


@click.command(help=_("Halt the treasury: any one officer may, at once. Only a quorum resumes."))
@home_option
@click.option("--reason", default="", help=_("Why, for those who come later; readable on this machine only."))
@officers_options
@json_option
@quiet_option
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


@click.command(help=_("Clear every halt that is open, as a quorum of officers agrees."))
@home_option
@officers_options
@json_option
@quiet_option
def resume(
    home_path: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Go on."""
    officers = Officers(**brought)
    with changing(home_path) as home:
        resume_treasury(home, officers.meeting_at(home), officers.carried)
        _tell(home, _("The treasury goes on."), as_json=as_json)


@click.command(help=_("Show how a treasury stands: officers, vaults, wallets, halts, and the head for the paper."))
@home_option
@json_option
@quiet_option
def status(home_path: str | None, as_json: bool) -> None:
    """Show how it stands."""
    with reading(require_home(home_path)) as home:
        output.result(status_json(home), status_lines(home), as_json=as_json)


def _tell(home: WritableHome, sentence: str, *, as_json: bool) -> None:
    public = {"halted": home.book.state.halted, "head": head_json(home.book.head)}
    output.result(public, (sentence, *head_lines(home.book.head)), as_json=as_json)
