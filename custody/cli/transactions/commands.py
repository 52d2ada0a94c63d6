"""Options and arguments of `custody review`, `sign`, `psbt` and `compare`; each command then calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.lists import ListCommand, ListOption
from custody.cli.front.loading import job
from custody.cli.front.named_files import InputFile, OutputFile, TextOrFile
from custody.cli.front.options import force_option, json_option, quiet_option
from custody.cli.people.options import secret_fd_option, set_option
from custody.cli.transactions.options import before_option, labels_option, out_options, wallet_option
from custody.cli.treasury.options import head_option, officers_options
from custody.cli.wallets.options import wallet_or_home_options, wallet_or_read_home_options


@click.command(
    cls=ListCommand, help=_("Read the transaction in FILE (or several, under one total) and say what it does.")
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=InputFile())
@wallet_or_read_home_options
@before_option
@labels_option
@click.option("--explain", is_flag=True, help=_("Say of each finding what exactly was checked."))
@json_option
@quiet_option
def review(home_path: str | None, **said: Any) -> int | None:
    """Print the review; exit 0 where nothing forbids, 3 where a review refuses."""
    if home_path is None:
        return job("transactions.review:review", said)
    return job("transactions.review_home:review", {"home_path": home_path, **said})


@click.command(
    cls=ListCommand,
    help=_(
        "Review the transaction in FILE, ask, sign it and write it to OUT with the signatures added.\n\n"
        "With --home the book's wallets are used, a vault opens when enough officers are present, and what happens is "
        "written into the book before anything leaves."
    ),
)
@click.argument("file", type=InputFile())
@wallet_or_home_options
@click.option("--vault", metavar="NAME", help=_("The vault that holds the key, where several could."))
@head_option
@before_option
@labels_option
@set_option
@secret_fd_option
@officers_options
@click.option(
    "-o", "--output", "out", required=True, type=OutputFile(), help=_("The file to write, - for standard output.")
)
@force_option
@json_option
@quiet_option
def sign(**said: Any) -> int | None:
    """Sign; exit 3 where the review refuses, with the review printed and nothing written."""
    return job("transactions.sign:sign", said)


@click.command(
    cls=ListCommand,
    help=_(
        "Add the transactions that made the coins to a PSBT that came without them, as from a QR code. Each is proven "
        "by its txid; what the file says of the coin must agree."
    ),
)
@click.argument("file", type=InputFile())
@click.option(
    "--tx",
    "transactions",
    cls=ListOption,
    multiple=True,
    required=True,
    metavar="RAW",
    type=InputFile(),
    help=_("A whole transaction, in binary, hex or a node's JSON, or several."),
)
@out_options()
def complete(**said: Any) -> int | None:
    """Complete a PSBT; exit 0 even where some transactions are still missing, which it says."""
    return job("transactions.psbt:complete", said)


@click.command(
    help=_(
        "Put the signatures of several cosigners' files together. All files must hold the identical unsigned "
        "transaction; every signature is verified before it is taken in."
    )
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=InputFile())
@wallet_option
@out_options()
def combine(**said: Any) -> int | None:
    """Combine PSBTs into one, in the first one's form."""
    return job("transactions.psbt:combine", said)


@click.command(help=_("Turn the signatures of a PSBT into what opens its coins: every input, or none."))
@click.argument("file", type=InputFile())
@wallet_option
@out_options()
def finalize(**said: Any) -> int | None:
    """Finalise a PSBT; exit 3 where signatures are missing, with whose they are."""
    return job("transactions.psbt:finalize", said)


@click.command(
    help=_(
        "Take the finished transaction out of a PSBT whose every input is final, as one line of hex. Everything is "
        "verified once more. Nothing is sent: broadcasting is the desk's work."
    )
)
@click.argument("file", type=InputFile())
@click.option("--binary", is_flag=True, help=_("Write the bytes of the transaction, not hex."))
@out_options(required=False)
def extract(**said: Any) -> int | None:
    """Extract the transaction; without -o its hex is the result."""
    return job("transactions.psbt:extract", said)


@click.command(
    help=_(
        "Say whether two machines read the same bytes in FILE.\n\n"
        "By QR: one machine shows its digest with --show, the other answers SAME or DIFFERENT with --with.\n\n"
        "By voice: the other machine reads its file with --listen and asks for the salt; only then the signer draws it "
        "with --voice. Both show four words, and the people compare them."
    )
)
@click.argument("file", type=InputFile())
@click.option("--show", is_flag=True, help=_("Show the digest as a QR code, as text and as words."))
@click.option(
    "--with",
    "other",
    metavar="TEXT|PICTURE",
    type=TextOrFile(),
    help=_("Compare with the other machine's code: its text, a picture of it, or - for standard input."),
)
@click.option("--voice", is_flag=True, help=_("Draw a salt to say aloud, and show the four words that answer it."))
@click.option("--listen", is_flag=True, help=_("Read FILE, ask for the salt, and show the four words."))
@click.option("--salt", "spoken", metavar="WORDS", help=_("As --listen, for a script: the salt that was said."))
@click.option("-o", "--output", "out", type=OutputFile(), help=_("With --show: write the QR code to this PNG file."))
@force_option
@json_option
@quiet_option
def compare(**said: Any) -> int | None:
    """Read FILE once, whole, before anything is shown, asked for or drawn."""
    return job("transactions.compare:compare", said)
