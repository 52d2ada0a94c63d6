"""Options and arguments of `custody home`, `journal`, `halt`, `resume` and `status`; each calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.named_files import InputFile, NewHome, OutputFile, ProvenFile
from custody.cli.front.numbers import NumberType
from custody.cli.front.options import force_option, json_option, network_option, quiet_option
from custody.cli.people.options import secret_fd_option
from custody.cli.treasury.options import (
    RULES,
    UNLOCK,
    DayType,
    carried_option,
    head_option,
    home_option,
    medium_option,
    new_home_option,
    officers_options,
    read_home_option,
    token_option,
)

_ENTRY = NumberType(0, 2**31 - 1)
"""An entry of a journal, by its number."""


@click.command(help=_("Show how a treasury stands: officers, vaults, wallets, halts, and the head for the paper."))
@read_home_option
@json_option
@quiet_option
def status(**said: Any) -> int | None:
    """Show how it stands."""
    return job("treasury.standing:status", said)


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
        "Show the journal as a register, with what other machines wrote as far as it is known here: when, on which "
        "machine, what happened, who was there, and payees, amounts and fee of what was signed, declined or refused. "
        "Each entry stands after all that it follows. Times are UTC, by the clock of the machine that wrote."
    )
)
@read_home_option
@click.option(
    "--from",
    "first",
    type=_ENTRY,
    metavar="N",
    default=0,
    help=_("The first entry to show, counted in this machine's journal; with --machine, in that one's."),
)
@click.option("--machine", metavar="MACHINE", help=_("Only this machine's: its name, or the beginning of its key."))
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help=_("Only these: signed, refused, halt, roster ..."))
@click.option("--since", type=DayType(), metavar="DATE", help=_("From this day on, 2026-11-29; of UTC, as all times."))
@click.option("--until", type=DayType(), metavar="DATE", help=_("Up to this day, and with it."))
@click.option("--csv", "as_csv", is_flag=True, help=_("Print a table for a spreadsheet, a row for each payment."))
@click.option(
    "-o", "--output", "out", type=OutputFile(), help=_("The file for the table; standard output unless said.")
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
@read_home_option
@head_option
@json_option
@quiet_option
def verify(**said: Any) -> int | None:
    """Verify; exit 9 where something was changed or rolled back."""
    return job("treasury.journal:verify", said)


@click.command(help=_("Write the journal's entries to a file that another machine takes in, with what they signed."))
@read_home_option
@click.option(
    "-o", "--output", "out", required=True, type=OutputFile(), help=_("The file to write, - for standard output.")
)
@click.option("--from", "first", type=_ENTRY, metavar="N", default=0, help=_("The first entry to export."))
@click.option(
    "--for", "reader", metavar="MACHINE", help=_("Only what this machine lacks, as far as its own entries say.")
)
@click.option(
    "--no-documents", is_flag=True, help=_("Leave out what was signed: whoever takes it in still lacks that.")
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
        "Answer another machine that asks whether anything is newer than its head, where no paper is at hand. FILE is "
        "its question; the answer is carried back."
    )
)
@click.argument("file", type=InputFile())
@home_option
@click.option("-o", "--output", "out", required=True, type=OutputFile(), help=_("The file to write."))
@force_option
@json_option
@quiet_option
def answer(**said: Any) -> int | None:
    """Answer another machine."""
    return job("treasury.carrying:answer", said)


@click.command(
    help=_(
        "Begin a treasury in a new directory: officers choose passphrases before witnesses, and all sign the first "
        "roster.\n\nEach --officer has a seat of their own, approves, and holds a piece of the vault. With --join this "
        "is another machine of a treasury that exists: an export of its journal takes the place of officers."
    )
)
@new_home_option
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
@click.option("--machine", metavar="NAME", help=_("What this machine is called: Laptop A."))
@token_option
@secret_fd_option
@officers_options
@json_option
@quiet_option
def new(**said: Any) -> int | None:
    """Begin, or join."""
    return job("treasury.home:new", said)


@click.command(
    help=_(
        "Let another machine write for the treasury, as a quorum agrees. KEY is the machine's key, which its own "
        "screen shows: custody home new --join, or status. Compare it letter by letter."
    )
)
@click.argument("key")
@home_option
@click.option("--name", default="", help=_("What the machine is called: Laptop B."))
@head_option
@officers_options
@json_option
@quiet_option
def admit(**said: Any) -> int | None:
    """Let a machine write."""
    return job("treasury.home:admit", said)


@click.command(
    help=_(
        "End a machine that was lost or stolen, as a quorum agrees. What it wrote later and no officer signed does not "
        "count. MACHINE is its name, or the beginning of its key."
    )
)
@click.argument("machine")
@home_option
@head_option
@officers_options
@json_option
@quiet_option
def end(**said: Any) -> int | None:
    """End a machine."""
    return job("treasury.home:end", said)


@click.command(
    help=_(
        "Let what waits stand, as a quorum agrees: statements whose officers did not know of a change of the roster, "
        "and that the change did not know of. custody status names them."
    )
)
@home_option
@head_option
@officers_options
@json_option
@quiet_option
def adopt(**said: Any) -> int | None:
    """Adopt what waits."""
    return job("treasury.home:adopt", said)


@click.command(
    help=_(
        "Let a machine hold secrets of a treasury on a main network although it is unfit, as a quorum agrees: for a "
        "reason, and until a day. FINDING is an ID that doctor shows as unfit, for all things that it is about, or "
        "ID=THING for one; without any, all that is unfit is meant. A thing that comes later is not excepted. "
        "Another machine is named with --machine, and its report brought with --report."
    )
)
@click.argument("findings", nargs=-1, metavar="[FINDING]...")
@home_option
@click.option("--until", type=DayType(), required=True, metavar="DATE", help=_("The last day, 2026-12-31, of UTC."))
@click.option("--reason", required=True, help=_("Why: everybody who reads the book will read it."))
@click.option("--machine", metavar="MACHINE", help=_("Another machine: its name, or the beginning of its key."))
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=InputFile(),
    help=_("What doctor said there: the file of --json, or what airgap scan made of --qr."),
)
@head_option
@officers_options
@json_option
@quiet_option
def exception(**said: Any) -> int | None:
    """Agree to an exception."""
    return job("treasury.exception:exception", said)


@click.command(
    help=_(
        "Make a new home of one that may not write any more, in a new directory, as a quorum agrees: it was ended, "
        "copied, or an alarm is open. It gets a key of its own and takes the vaults along. --receipts takes in what "
        "other machines have seen since: a home with an alarm does not import it."
    )
)
@home_option
@click.option("--to", "new_home", required=True, metavar="DIR", type=NewHome(), help=_("The new directory."))
@head_option
@click.option("--receipts", multiple=True, metavar="EXPORT", type=InputFile(), help=_("Another machine's export."))
@officers_options
@json_option
@quiet_option
def renew(**said: Any) -> int | None:
    """Make a new home of one that may not write."""
    return job("treasury.home:renew", said)


@click.command(
    help=_(
        "Seal a copy of the treasury's directory to a file on another medium. Nobody's passphrase is needed; a quorum "
        "of those who unlock opens it. Its label is written into the book, readable here only."
    )
)
@home_option
@click.option("-o", "--output", "out", required=True, type=ProvenFile(), help=_("The file to write."))
@click.option("--label", default="", help=_("Where the copy will lie: the safe in the bank."))
@head_option
@medium_option
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
@new_home_option
@head_option
@click.option("--receipts", multiple=True, metavar="EXPORT", type=InputFile(), help=_("Another machine's export."))
@officers_options
@json_option
@quiet_option
def restore_(**said: Any) -> int | None:
    """Make a home of a backup."""
    return job("treasury.home:restore_", said)
