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
    "key": _("Make a key, or say which key a secret is."),
    "share": _("Cut a secret into cards, check cards, and bring a quorum together."),
    "wallet": _("Register a public wallet file, and show or find its addresses."),
}
"""What each first word of a two-word command is about."""

HEADINGS = (
    Heading(
        _("Keys and cards"),
        (
            Row("key new", "custody.cli.key:new", _("Make a key from dice and this machine's randomness.")),
            Row("key show", "custody.cli.key:show", _("Say which key a secret is: fingerprints, public keys.")),
            Row("share split", "custody.cli.share:split", _("Cut a secret into SLIP-39 cards.")),
            Row("share check", "custody.cli.share:check", _("Say which set a card is of, and how many are missing.")),
            Row("share combine", "custody.cli.share:combine", _("Bring a quorum of cards together.")),
        ),
    ),
    Heading(
        _("Wallets and transactions"),
        (
            Row("wallet new", "custody.cli.wallet:new", _("Register a wallet from its descriptor.")),
            Row("wallet address", "custody.cli.wallet:address", _("Show addresses of a wallet.")),
            Row("wallet find", "custody.cli.wallet:find", _("Say where in a wallet an address lies.")),
            Row("review", "custody.cli.review:review", _("Read a transaction and say what it does.")),
            Row("sign", "custody.cli.sign:sign", _("Review a transaction, ask, and sign it.")),
        ),
    ),
    Heading(
        _("This machine"),
        (Row("completion", "custody.cli.completion:completion", _("Print the shell's completion script.")),),
    ),
)

ROWS = {row.name: row for heading in HEADINGS for row in heading.rows}
