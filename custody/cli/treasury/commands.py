"""Options and arguments of `custody home`, `officer`, `journal`, `halt`, `resume` and `status`; each calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.input_file import InputFile
from custody.cli.front.loading import job
from custody.cli.front.numbers import NameType, NumberType
from custody.cli.front.options import force_option, json_option, network_option, quiet_option
from custody.cli.people.options import secret_fd_option
from custody.cli.treasury.options import (
    ROLES,
    RULES,
    UNLOCK,
    DayType,
    carried_option,
    head_option,
    home_option,
    officers_options,
    quorum_options,
)

_ENTRY = NumberType(0, 2**31 - 1)
"""An entry of a journal, by its number."""


@click.command(help=_("Show how a treasury stands: officers, vaults, wallets, halts, and the head for the paper."))
@home_option
@json_option
@quiet_option
def status(**said: Any) -> int | None:
    """Show how it stands."""
    return job("treasury.standing:status", said)


@click.command(help=_("Take an officer in: a quorum of the roster agrees, and every vault gets a new key."))
@click.argument("name")
@home_option
@click.option("--alternate-of", "principal", metavar="NAME", help=_("The officer on whose seat the new one sits too."))
@click.option(
    "--role", "roles", multiple=True, type=NameType(ROLES), help=_("What for; approver and keyholder unless said.")
)
@quorum_options
@head_option
@officers_options
@json_option
@quiet_option
def enrol(**said: Any) -> int | None:
    """Take an officer in."""
    return job("treasury.officer:enrol", said)


@click.command("list", help=_("Show who the officers are, and how many decide."))
@home_option
@json_option
@quiet_option
def list_(**said: Any) -> int | None:
    """Show the roster."""
    return job("treasury.standing:officers", said)


@click.command(
    help=_(
        "Let an officer go: a quorum of the roster agrees, every vault gets a new key and its older generations are "
        "removed. What the leaver may still hold is listed."
    )
)
@click.argument("name")
@home_option
@quorum_options
@head_option
@officers_options
@json_option
@quiet_option
def retire(**said: Any) -> int | None:
    """Let an officer go."""
    return job("treasury.officer:retire", said)


@click.command(help=_("Halt the treasury: any one officer may, at once. Only a quorum resumes."))
@home_option
@click.option("--reason", default="", help=_("Why, for those who come later; readable on this machine only."))
@officers_options
@json_option
@quiet_option
def halt(**said: Any) -> int | None:
    """Halt."""
    return job("treasury.halt:halt", said)


@click.command(help=_("Clear every halt that is open, as a quorum of officers agrees."))
@home_option
@head_option
@officers_options
@json_option
@quiet_option
def resume(**said: Any) -> int | None:
    """Go on."""
    return job("treasury.halt:resume", said)


@click.command(
    help=_(
        "Show the journal as a register, the newest entry last: when, on which machine, what happened, who was there, "
        "and payees, amounts and fee of what was signed, declined or refused. Times are UTC, by the clock of the "
        "machine that wrote."
    )
)
@home_option
@click.option("--from", "first", type=_ENTRY, metavar="N", default=0, help=_("The first entry to show."))
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help=_("Only these: signed, refused, halt, roster ..."))
@click.option("--since", type=DayType(), metavar="DATE", help=_("From this day on, 2026-11-29; of UTC, as all times."))
@click.option("--until", type=DayType(), metavar="DATE", help=_("Up to this day, and with it."))
@click.option("--csv", "as_csv", is_flag=True, help=_("Print a table for a spreadsheet, a row for each payment."))
@click.option(
    "-o", "--output", "out", type=click.Path(), help=_("The file for the table; standard output unless said.")
)
@force_option
@json_option
@quiet_option
def show(**said: Any) -> int | None:
    """Show entries."""
    return job("treasury.journal:show", said)


@click.command(
    help=_(
        "Verify a journal: every link, every rule, every officer's signature. FILE is a journal or an export of one, "
        "from any machine; without it, the treasury's own directory with its vaults is checked."
    )
)
@click.argument("file", required=False, type=InputFile())
@home_option
@head_option
@json_option
@quiet_option
def verify(**said: Any) -> int | None:
    """Verify; exit 9 where something was changed or rolled back."""
    return job("treasury.journal:verify", said)


@click.command(help=_("Write the journal's entries to a file that another machine takes in, with what they signed."))
@home_option
@click.option(
    "-o", "--output", "out", required=True, type=click.Path(), help=_("The file to write, - for standard output.")
)
@click.option("--from", "first", type=_ENTRY, metavar="N", default=0, help=_("The first entry to export."))
@click.option(
    "--no-documents", is_flag=True, help=_("Leave out what was signed; it may not be taken in, only verified.")
)
@force_option
@json_option
@quiet_option
def export_(**said: Any) -> int | None:
    """Export entries."""
    return job("treasury.carrying:export_", said)


@click.command(
    help=_(
        "Take in what another machine of this treasury has seen and decided. Gaps are named; two stories of one "
        "machine, and a rollback of this one, are an alarm."
    )
)
@click.argument("file", type=InputFile())
@home_option
@officers_options
@json_option
@quiet_option
def import_(**said: Any) -> int | None:
    """Take entries in."""
    return job("treasury.carrying:import_", said)


@click.command(
    help=_(
        "Begin a treasury in a new directory: officers choose passphrases before witnesses, and all sign the first "
        "roster.\n\nEach --officer has a seat of their own, approves, and holds a piece of the vault. With --join this "
        "is another machine of a treasury that exists: an export of its journal takes the place of officers."
    )
)
@home_option
@network_option
@click.option("--officer", "officers", multiple=True, metavar="NAME", help=_("An officer with a seat; once for each."))
@click.option(
    "--alternate", "alternates", multiple=True, metavar="NAME=PRINCIPAL", help=_("An alternate on a principal's seat.")
)
@click.option("--originator", "originators", multiple=True, metavar="NAME", help=_("One who only makes requests."))
@click.option("--auditor", "auditors", multiple=True, metavar="NAME", help=_("One who only reads."))
@click.option("--rules", type=RULES, metavar="N", help=_("Seats that change the rules. Default: a majority."))
@click.option("--unlock", type=UNLOCK, metavar="N", help=_("Seats that open a vault. Default: as --rules."))
@click.option("--witness", "witnesses", multiple=True, metavar="NAME", help=_("Who watches; once for each."))
@click.option(
    "--exception",
    "exceptions",
    multiple=True,
    metavar="TEXT",
    help=_("What is special here; kept for ever."),
)
@click.option("--join", "joined", metavar="EXPORT", type=InputFile(), help=_("An export of the treasury's journal."))
@click.option(
    "--follows",
    metavar="JOURNAL",
    type=InputFile(),
    help=_("The journal of a treasury that lost its quorum; its cards are brought together to vouch for this one."),
)
@secret_fd_option
@officers_options
@json_option
@quiet_option
def new(**said: Any) -> int | None:
    """Begin, or join."""
    return job("treasury.home:new", said)


@click.command(
    help=_(
        "Seal a copy of the treasury's directory to a file on another medium. Nobody's passphrase is needed; a quorum "
        "of those who unlock opens it. Its label is written into the book, readable here only."
    )
)
@home_option
@click.option("-o", "--output", "out", required=True, type=click.Path(), help=_("The file to write."))
@click.option("--label", default="", help=_("Where the copy will lie: the safe in the bank."))
@head_option
@carried_option
@force_option
@json_option
@quiet_option
def backup(**said: Any) -> int | None:
    """Seal a copy."""
    return job("treasury.home:backup", said)


@click.command(
    help=_(
        "Make a treasury's directory of a backup, on a spare machine. As many seats as open a vault come together. "
        "--head compares with the newest paper; --receipts takes in what other machines have seen since."
    )
)
@click.argument("file", type=InputFile())
@home_option
@head_option
@click.option("--receipts", multiple=True, metavar="EXPORT", type=InputFile(), help=_("Another machine's export."))
@officers_options
@json_option
@quiet_option
def restore_(**said: Any) -> int | None:
    """Make a home of a backup."""
    return job("treasury.home:restore_", said)
