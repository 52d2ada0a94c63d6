"""The commands as data: where each is found, what it does in a line, and under which heading it stands.

A command's module is imported when the command is called and not before, so `--help` costs nothing.
"""

from dataclasses import dataclass

from custody.catalogue import _


@dataclass(frozen=True, slots=True)
class Row:
    """One command. `name` is its words ("key new"); `target` is "module:attribute"."""

    name: str
    target: str
    help: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Commands that belong together, as the first page of help shows them."""

    title: str
    rows: tuple[Row, ...]


ROOMS = {
    "home": _("Begin a treasury, seal a copy of it, go on from a copy."),
    "journal": _("The book of record: show it, verify it, carry it across."),
    "officer": _("Who decides: take officers in, show them, let them go."),
    "key": _("Make a key, say which key a secret is, put one into a vault."),
    "share": _("Cut a secret into cards, check cards, and bring a quorum together."),
    "message": _("Sign messages by an address, verify them, and prove control of coins."),
    "psbt": _("Complete, combine, finalise and extract what cosigners signed."),
    "wallet": _("Register a public wallet file, show or find its addresses, write it for other programs."),
}
"""What each first word of a two-word command is about."""

HEADINGS = (
    Heading(
        _("Keys and cards"),
        (
            Row("key new", "custody.cli.keys.key:new", _("Make a key from dice and this machine's randomness.")),
            Row("key show", "custody.cli.keys.key:show", _("Say which key a secret is: fingerprints, public keys.")),
            Row("key restore", "custody.cli.keys.restore:restore", _("Put a key from cards into a treasury's vault.")),
            Row("share split", "custody.cli.keys.share:split", _("Cut a secret into SLIP-39 cards.")),
            Row(
                "share check",
                "custody.cli.keys.share:check",
                _("Say which set a card is of, and how many are missing."),
            ),
            Row("share combine", "custody.cli.keys.share:combine", _("Bring a quorum of cards together.")),
        ),
    ),
    Heading(
        _("Wallets and transactions"),
        (
            Row(
                "wallet new", "custody.cli.wallets.register:new", _("Register a wallet from its descriptor or a file.")
            ),
            Row(
                "wallet list", "custody.cli.wallets.register:list_", _("Show wallets and the words of their policies.")
            ),
            Row("wallet address", "custody.cli.wallets.addresses:address", _("Show addresses of a wallet.")),
            Row("wallet find", "custody.cli.wallets.addresses:find", _("Say where in a wallet an address lies.")),
            Row("wallet export", "custody.cli.wallets.export:export", _("Write a wallet for another program.")),
            Row("review", "custody.cli.transactions.review:review", _("Read a transaction and say what it does.")),
            Row("sign", "custody.cli.transactions.sign:sign", _("Review a transaction, ask, and sign it.")),
            Row(
                "psbt complete",
                "custody.cli.transactions.psbt:complete",
                _("Add the transactions that a PSBT left out."),
            ),
            Row(
                "psbt combine",
                "custody.cli.transactions.psbt:combine",
                _("Put several cosigners' signatures together."),
            ),
            Row(
                "psbt finalize",
                "custody.cli.transactions.psbt:finalize",
                _("Turn signatures into what opens the coins."),
            ),
            Row(
                "psbt extract",
                "custody.cli.transactions.psbt:extract",
                _("Take the finished transaction out of a PSBT."),
            ),
            Row(
                "compare",
                "custody.cli.transactions.compare:compare",
                _("Say whether two machines read the same bytes."),
            ),
            Row("message sign", "custody.cli.messages.sign:sign", _("Sign a message for an address of a wallet.")),
            Row("message verify", "custody.cli.messages.verify:verify", _("Verify that an address signed a message.")),
            Row(
                "message prove",
                "custody.cli.messages.sign:prove",
                _("Prove control of a wallet's coins to an auditor."),
            ),
        ),
    ),
    Heading(
        _("The treasury"),
        (
            Row(
                "status",
                "custody.cli.treasury.halt:status",
                _("Show how a treasury stands, and the head for the paper."),
            ),
            Row("officer enrol", "custody.cli.treasury.officer:enrol", _("Take an officer in, as a quorum agrees.")),
            Row(
                "officer list",
                "custody.cli.treasury.officer:list_",
                _("Show who the officers are, and how many decide."),
            ),
            Row(
                "officer retire",
                "custody.cli.treasury.officer:retire",
                _("Let an officer go; every vault gets a new key."),
            ),
            Row("halt", "custody.cli.treasury.halt:halt", _("Stop everything: any one officer may.")),
            Row("resume", "custody.cli.treasury.halt:resume", _("Go on, as a quorum agrees.")),
            Row("journal show", "custody.cli.treasury.journal:show", _("Show the entries of the book of record.")),
            Row("journal verify", "custody.cli.treasury.journal:verify", _("Verify a journal, here or anywhere.")),
            Row("journal export", "custody.cli.treasury.journal:export_", _("Write entries for another machine.")),
            Row("journal import", "custody.cli.treasury.journal:import_", _("Take in another machine's entries.")),
            Row("home new", "custody.cli.treasury.home:new", _("Begin a treasury, or join one.")),
            Row("home backup", "custody.cli.treasury.home:backup", _("Seal a copy to another medium.")),
            Row("home restore", "custody.cli.treasury.home:restore_", _("Go on from a copy, on a spare machine.")),
        ),
    ),
    Heading(
        _("This machine"),
        (Row("completion", "custody.cli.machine.completion:completion", _("Print the shell's completion script.")),),
    ),
)

ROWS = {row.name: row for heading in HEADINGS for row in heading.rows}
