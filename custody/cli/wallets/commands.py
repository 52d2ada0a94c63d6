"""Options and arguments of `custody wallet`; each command then calls its job."""

import sys
from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.named_files import InputFile, OutputFile
from custody.cli.front.numbers import NameType, NumberType, PairType
from custody.cli.front.options import force_option, json_option, network_option, quiet_option
from custody.cli.treasury.options import head_option, home_option, officers_options
from custody.cli.wallets.options import LAST_INDEX, SEARCHED, TARGETS, UR_TYPES


@click.command(
    help=_(
        "Register a wallet: check its descriptor and write the public file that every review is judged against.\n\n"
        "A descriptor may hold both branches, <0;1>; else give two, the one that receives and the one for change. "
        "--from takes a file of another wallet or device in their place.\n\n"
        "Compare every key with the cosigner who sent it before you trust the file, and read the policy words to one "
        "another: whoever was given another key has other words."
    )
)
@click.argument("name")
@click.option("--descriptor", "descriptors", multiple=True, metavar="D", help=_("The descriptor; at most two."))
@click.option(
    "--from",
    "foreign",
    type=InputFile(),
    metavar="FILE",
    help=_("A descriptor, BIP-388 policy, BSMS record, UR, or an export of another wallet or device."),
)
@click.option(
    "--account",
    metavar="NAME",
    help=_("Which account, where that file holds several: bip44, bip49, bip84, bip86, or as the error names it."),
)
@network_option
@click.option(
    "--used-to",
    type=NumberType(0, LAST_INDEX),
    metavar="I",
    help=_("The highest address index that was handed out already."),
)
@click.option(
    "--own",
    metavar="KEY",
    help=_("Our key: its master fingerprint or, better, the whole key with its origin. It must stand there once."),
)
@click.option("-o", "--output", "out", type=OutputFile(), help=_("The file to write; needed where there is no --home."))
@home_option
@head_option
@officers_options
@force_option
@json_option
@quiet_option
def new(**said: Any) -> int | None:
    """Register a wallet."""
    return job("wallets.register:new", said)


@click.command(
    name="list",
    help=_(
        "Show registered wallets: name, network, how many sign, the first address and the policy words.\n\n"
        "Read the words to the other signers whenever you doubt that all have the same wallet."
    ),
)
@click.argument("wallets", nargs=-1, required=True, type=InputFile())
@json_option
@quiet_option
def list_(**said: Any) -> int | None:
    """Show wallets."""
    return job("wallets.listing:list_", said)


@click.command(
    help=_(
        "Show addresses of a registered wallet: the first, one by its index, or a range.\n\n"
        "What was paid to an address far beyond those in use is easily overlooked: look at the warning."
    )
)
@click.argument("wallet", type=InputFile())
@click.option("--index", type=NumberType(0, LAST_INDEX), metavar="I", help=_("The address with this index."))
@click.option(
    "--range",
    "between",
    type=PairType(":", "0:20", LAST_INDEX + 1),
    metavar="A:B",
    help=_("The addresses from index A up to, and not including, B."),
)
@click.option("--change", is_flag=True, help=_("Addresses of the change branch, which nobody should pay to."))
@click.option("--qr", "as_code", is_flag=True, help=_("Show it as a QR code on the terminal, one address at a time."))
@json_option
@quiet_option
def address(as_code: bool, **said: Any) -> int | None:
    """Show addresses."""
    if as_code:
        return job("wallets.address_code:address_code", said)
    return job("wallets.addresses:address", said)


@click.command(
    help=_(
        "Say where in a registered wallet an address lies. Exit 5 where it does not.\n\n"
        "Both branches are searched, from the first address on to --limit beyond those that were used."
    )
)
@click.argument("wallet", type=InputFile())
@click.argument("address")
@click.option(
    "--limit",
    type=NumberType(1, 1_000_000),
    default=SEARCHED,
    show_default=True,
    metavar="N",
    help=_("Look at so many addresses of each branch, beyond those that were used."),
)
@json_option
@quiet_option
def find(**said: Any) -> int | None:
    """Find an address."""
    return job("wallets.addresses:find", said)


@click.command(
    help=_(
        "Write a registered wallet for another program or device. The file holds no key that can sign.\n\n"
        "It is read back before it is written, and its first addresses are compared. Compare the first address there "
        "too, on the other program's screen.\n\n"
        "On a terminal --to ur without -o shows the UR as QR codes, as airgap show does, until a key is pressed."
    )
)
@click.argument("wallet", type=InputFile())
@click.option("--to", "target", required=True, type=NameType(TARGETS), help=_("For whom."))
@click.option(
    "--ur-type",
    type=NameType(UR_TYPES),
    help=_("Which UR: crypto-output where it can hold the wallet, else output-descriptor."),
)
@click.option("-o", "--output", "out", type=OutputFile(), help=_("The file; standard output unless said."))
@force_option
@json_option
@quiet_option
def export(target: str, out: str | None, force: bool, as_json: bool, **said: Any) -> int | None:
    """Write a wallet for another program; a UR without a file is shown, where there is a window."""
    if target == "ur" and out is None and not as_json and sys.stdout.isatty():
        return job("wallets.played:play", said)
    return job("wallets.export:export", {"target": target, "out": out, "force": force, "as_json": as_json, **said})
