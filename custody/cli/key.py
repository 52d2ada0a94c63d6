"""`custody key new` and `custody key show`: making a key, and saying which key a secret is. The jobs are `ceremony`'s."""

from typing import Any

import click

from custody import guard, store
from custody.catalogue import _
from custody.ceremony.create import Created, KeyWish, create
from custody.chains.bitcoin.network import Network, network
from custody.cli import output
from custody.cli.operators import front_operator
from custody.cli.options import force_option, json_option, network_option, new_passphrase_option, quiet_option
from custody.cli.schemes import SchemeOptions, scheme_options
from custody.cli.secrets import passphrase_fd_option, read_given, secret_fd_option, secret_out_fd_option
from custody.cli.terminal import standard_terminal
from custody.cli.typed_secret import new_passphrase, obtain_secret
from custody.keys import known
from custody.keys.hd import MasterKey, format_path, parse_path
from custody.keys.kinds import Kind

_BITS = {"12": 128, "24": 256}


@click.command(
    help=_(
        "Make a key from this machine's randomness and from dice, and hand it over.\n\n"
        "It leaves as one SLIP-39 card, as a BIP-39 phrase (--kind bip39), or at once as the cards of a quorum "
        "(--threshold and --shares). The SHA-256 of the machine's part is shown before the dice are typed; a script "
        "gives them as a line dice: 3161... on --secret-fd."
    )
)
@click.option(
    "--kind",
    "kind_name",
    type=click.Choice([str(kind) for kind in Kind]),
    default=str(Kind.SLIP39),
    show_default=True,
    help=_("What the secret is: slip39, the BIP-32 seed itself; bip39, the entropy of a phrase."),
)
@click.option(
    "--words",
    type=click.Choice(list(_BITS)),
    default="24",
    show_default=True,
    help=_("Its size, in words of a phrase: 12 for 128 bits, 24 for 256. Cards have 20 and 33 words."),
)
@click.option("--dice/--no-dice", "with_dice", default=True, show_default=True, help=_("Ask for rolls of dice."))
@scheme_options
@network_option
@click.option("--show-machine-part", is_flag=True, help=_("Hand the machine's part over too, for docs/dice.py."))
@secret_fd_option
@passphrase_fd_option
@new_passphrase_option
@secret_out_fd_option
@click.option("-o", "--output", "record_path", type=click.Path(), help=_("Write the cards' public record to this file."))
@force_option
@quiet_option
@json_option
def new(
    kind_name: str,
    words: str,
    with_dice: bool,
    network_name: str,
    show_machine_part: bool,
    secret_fd: int | None,
    passphrase_fd: int | None,
    ask_passphrase: bool,
    secret_out_fd: int | None,
    record_path: str | None,
    force: bool,
    quiet: bool,
    as_json: bool,
    **cards: Any,
) -> None:
    """Make a key."""
