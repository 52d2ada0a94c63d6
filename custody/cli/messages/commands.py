"""Options and arguments of `custody message sign`, `prove` and `verify`; each command then calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.named_files import InputFile
from custody.cli.front.numbers import NameType
from custody.cli.front.options import json_option, quiet_option
from custody.cli.messages.options import answering_options, lock_options, message_options, place_options


@click.command(
    help=_(
        "Sign a message for an address of a wallet (BIP-322). OUT is the finished signature, one line of text; while "
        "cosigners are missing it is a PSBT, which they sign with: custody message sign FILE.\n\n"
        "FILE is such a PSBT, or a device's request: Coldcard's JSON or its lines of message, path and form, or "
        "signmessage PATH ascii:TEXT. A file that is itself the message is given with --file.\n\n"
        "Several FILEs of one request, signed by several cosigners, are put together first; with --combine nothing is "
        "signed beyond that."
    )
)
@click.argument("files", nargs=-1, type=InputFile(), metavar="[FILE]...")
@message_options
@place_options
@lock_options
@click.option(
    "--format",
    "form",
    type=NameType(["simple", "full", "legacy"]),
    help=_(
        "The form of the finished signature: simple where the address allows it, unless said. legacy (BIP-137) is the "
        "weaker form, for services that take no other."
    ),
)
@click.option("--armour", is_flag=True, help=_("Write the finished signature in armour, with message and address."))
@click.option("--combine", "only_combine", is_flag=True, help=_("Sign nothing: put together what cosigners signed."))
@answering_options
def sign(**said: Any) -> int | None:
    """Sign a message, or continue what cosigners have begun."""
    return job("messages.sign:sign", said)


@click.command(
    help=_(
        "Verify that an address signed a message: BIP-322 (simple, full, proof of funds) and the legacy form.\n\n"
        "The signature is given as --signature TEXT or in a FILE, alone or in armour; what stands in it must be what "
        "is asked for. Exit 0: it is valid. Exit 5: it is not. Exit 3: its "
        "script is not understood, so nobody can say. Exit 4: it is malformed."
    )
)
@click.argument("file", required=False, type=InputFile())
@click.option("--signature", metavar="TEXT", help=_("The signature's text."))
@click.option("--address", required=True, metavar="ADDRESS", help=_("The address that is said to have signed."))
@message_options
@json_option
@quiet_option
def verify(**said: Any) -> int | None:
    """Verify a signature."""
    return job("messages.verify:verify", said)


@click.command(
    help=_(
        "Prove that a wallet's keys control coins (BIP-322 proof of funds), with a message that says for whom, when. "
        "Nothing is spent. Coins come from a PSBT that spends them (--coins), or from whole transactions (--tx).\n\n"
        "The address that answers for the message is the first coin's, unless said. A wallet of several cosigners "
        "goes on with: custody message sign FILE."
    )
)
@message_options
@place_options
@lock_options
@click.option(
    "--coins", type=InputFile(), metavar="FILE", help=_("A PSBT that spends the coins, as the desk makes it.")
)
@click.option(
    "--tx", "transactions", multiple=True, type=InputFile(), metavar="FILE", help=_("A transaction that made coins.")
)
@click.option(
    "--utxo", "outpoints", multiple=True, metavar="TXID:N", help=_("A coin to show; all in --tx unless said.")
)
@click.option("--date", metavar="YYYY-MM-DD", help=_("Add a line with the date to the message."))
@click.option("--block", metavar="HASH", help=_("Add a line with a recent block's hash to the message."))
@answering_options
def prove(**said: Any) -> int | None:
    """Prove control of coins."""
    return job("messages.sign:prove", said)
