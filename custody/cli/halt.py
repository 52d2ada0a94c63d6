"""`custody halt`, `resume` and `status`: stopping, going on, and how things stand."""

import click

from custody.catalogue import _
from custody.ceremony.halting import halt as halt_treasury
from custody.ceremony.halting import resume as resume_treasury
from custody.ceremony.home import reading
from custody.ceremony.writing import WritableHome
from custody.cli import output
from custody.cli.options import json_option, quiet_option
from custody.cli.treasury import changing, meeting_at
from custody.cli.treasury_options import (
    carried_identities,
    home_option,
    officers_options,
    require_home,
)
from custody.cli.treasury_screen import head_json, head_lines, status_json, status_lines


@click.command(help=_("Halt the treasury: any one officer may, at once. Only a quorum resumes."))
@home_option
@click.option("--reason", default="", help=_("Why, for those who come later; readable on this machine only."))
@officers_options
@json_option
@quiet_option
def halt(
    home_path: str | None,
    reason: str,
    yes: bool,
    officer_files: tuple[str, ...],
    key_files: tuple[str, ...],
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    """Halt."""
    carried = carried_identities(officer_files)
    with changing(home_path) as home:
        halt_treasury(home, meeting_at(home, passphrase_fd, key_files, yes=yes), reason, carried)
        _tell(home, _("The treasury is halted. Nothing is signed until a quorum resumes."), as_json=as_json)


@click.command(help=_("Clear every halt that is open, as a quorum of officers agrees."))
@home_option
@officers_options
@json_option
@quiet_option
def resume(
    home_path: str | None,
    yes: bool,
    officer_files: tuple[str, ...],
    key_files: tuple[str, ...],
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    """Go on."""
    carried = carried_identities(officer_files)
    with changing(home_path) as home:
        resume_treasury(home, meeting_at(home, passphrase_fd, key_files, yes=yes), carried)
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
