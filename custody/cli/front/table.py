"""The commands as data: the words that call each, where it is found, a line of help, and the heading it stands under.

Help pages and completion are made of it, so neither imports a command.
"""

from typing import NamedTuple

from custody.catalogue import _


class Row(NamedTuple):
    """One command. `name` is its words ("key new"); `target` is "room.module:attribute" within `custody.cli`."""

    name: str
    target: str
    help: str


class Heading(NamedTuple):
    """Commands that belong together, as the first page of help shows them."""

    title: str
    rows: tuple[Row, ...]


ROOMS = {
    "ceremony": _("Make keys before witnesses, as everybody agreed beforehand."),
    "home": _("Begin a treasury, seal a copy of it, go on from a copy."),
    "journal": _("The book of record: show it, verify it, carry it across."),
    "officer": _("Who decides: take officers in, show them, let them go, change the rules."),
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
            Row("key new", "keys.commands:new", _("Make a key from dice and this machine's randomness.")),
            Row("key show", "keys.commands:show", _("Say which key a secret is: fingerprints, public keys.")),
            Row("key restore", "keys.commands:restore", _("Put a key from cards into a treasury's vault.")),
            Row("share split", "keys.commands:split", _("Cut a secret into SLIP-39 cards.")),
            Row(
                "share check",
                "keys.commands:check",
                _("Say which set a card is of, and how many are missing."),
            ),
            Row("share combine", "keys.commands:combine", _("Bring a quorum of cards together.")),
        ),
    ),
    Heading(
        _("Wallets and transactions"),
        (
            Row("wallet new", "wallets.commands:new", _("Register a wallet from its descriptor or a file.")),
            Row("wallet list", "wallets.commands:list_", _("Show wallets and the words of their policies.")),
            Row("wallet address", "wallets.commands:address", _("Show addresses of a wallet.")),
            Row("wallet find", "wallets.commands:find", _("Say where in a wallet an address lies.")),
            Row("wallet export", "wallets.commands:export", _("Write a wallet for another program.")),
            Row("review", "transactions.commands:review", _("Read a transaction and say what it does.")),
            Row("sign", "transactions.commands:sign", _("Review a transaction, ask, and sign it.")),
            Row(
                "psbt complete",
                "transactions.commands:complete",
                _("Add the transactions that a PSBT left out."),
            ),
            Row(
                "psbt combine",
                "transactions.commands:combine",
                _("Put several cosigners' signatures together."),
            ),
            Row(
                "psbt finalize",
                "transactions.commands:finalize",
                _("Turn signatures into what opens the coins."),
            ),
            Row(
                "psbt extract",
                "transactions.commands:extract",
                _("Take the finished transaction out of a PSBT."),
            ),
            Row(
                "compare",
                "transactions.commands:compare",
                _("Say whether two machines read the same bytes."),
            ),
            Row("message sign", "messages.commands:sign", _("Sign a message for an address of a wallet.")),
            Row("message verify", "messages.commands:verify", _("Verify that an address signed a message.")),
            Row(
                "message prove",
                "messages.commands:prove",
                _("Prove control of a wallet's coins to an auditor."),
            ),
        ),
    ),
    Heading(
        _("The treasury"),
        (
            Row(
                "status",
                "treasury.commands:status",
                _("Show how a treasury stands, and the head for the paper."),
            ),
            Row("officer enrol", "officers.commands:enrol", _("Take an officer in, as a quorum agrees.")),
            Row(
                "officer list",
                "officers.commands:list_",
                _("Show who the officers are, and how many decide."),
            ),
            Row(
                "officer retire",
                "officers.commands:retire",
                _("Let an officer go; every vault gets a new key."),
            ),
            Row("officer passphrase", "officers.commands:passphrase", _("Change an officer's passphrase.")),
            Row("officer absence", "officers.commands:absence", _("Let an alternate count for some days.")),
            Row(
                "officer rules",
                "officers.commands:rules",
                _("Change quorums, seats and roles."),
            ),
            Row(
                "officer carry",
                "officers.commands:carry",
                _("Take an officer to another machine."),
            ),
            Row("halt", "treasury.commands:halt", _("Stop everything: any one officer may.")),
            Row("resume", "treasury.commands:resume", _("Go on, as a quorum agrees.")),
            Row("journal show", "treasury.commands:show", _("Show the entries of the book of record.")),
            Row("journal verify", "treasury.commands:verify", _("Verify a journal, here or anywhere.")),
            Row("journal export", "treasury.commands:export_", _("Write entries for another machine.")),
            Row("journal import", "treasury.commands:import_", _("Take in another machine's entries.")),
            Row("journal answer", "treasury.commands:answer", _("Answer another machine: what is newest here.")),
            Row("journal adopt", "treasury.commands:adopt", _("Let stand what waits, as a quorum agrees.")),
            Row("home new", "treasury.commands:new", _("Begin a treasury, or join one.")),
            Row("home backup", "treasury.commands:backup", _("Seal a copy to another medium.")),
            Row("home restore", "treasury.commands:restore_", _("Go on from a copy, on a spare machine.")),
            Row("home admit", "treasury.commands:admit", _("Let another machine write, as a quorum agrees.")),
            Row("home end", "treasury.commands:end", _("End a lost or stolen machine, as a quorum agrees.")),
            Row("home exception", "treasury.commands:exception", _("Use an unfit machine, as a quorum agrees.")),
            Row("home renew", "treasury.commands:renew", _("Give a home that may not write a new beginning.")),
        ),
    ),
    Heading(
        _("Ceremonies and drills"),
        (
            Row(
                "ceremony plan",
                "ceremonies.commands:plan",
                _("Write the plan of a ceremony, or judge one."),
            ),
            Row(
                "ceremony identity",
                "ceremonies.commands:identity",
                _("Make a key to sign ceremonies with."),
            ),
            Row("ceremony sign", "ceremonies.commands:sign", _("Sign a plan or a transcript, with a key of your own.")),
            Row("ceremony rehearse", "ceremonies.commands:rehearse", _("Rehearse a sitting, with test cards.")),
            Row("ceremony run", "ceremonies.commands:run", _("Hold a sitting, after a rehearsal that passed.")),
            Row(
                "ceremony service",
                "ceremonies.commands:service",
                _("Put wallets into service: cards, proof, a small sum."),
            ),
            Row("ceremony verify", "ceremonies.commands:verify", _("Replay the transcript of a sitting.")),
            Row("ceremony enter", "ceremonies.commands:enter", _("Enter a ceremony into a treasury's book.")),
            Row("ceremony print", "ceremonies.commands:print_", _("Print the script of a ceremony, for paper.")),
        ),
    ),
    Heading(
        _("This machine"),
        (
            Row("doctor", "machine.commands:doctor", _("Say whether this machine is fit for secrets.")),
            Row("selftest", "machine.commands:selftest", _("Say whether this installation is sound.")),
            Row("verify-bundle", "machine.commands:verify_bundle", _("Say whether a release arrived whole.")),
            Row("completion", "machine.commands:completion", _("Print the shell's completion script.")),
        ),
    ),
)

ROWS = {row.name: row for heading in HEADINGS for row in heading.rows}

WINDOW = ("show", "scan", "encode", "decode")
"""Commands of `airgap`, which somebody may ask `custody` for; a test holds them to its own table."""
