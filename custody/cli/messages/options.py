"""Options of `message sign`, `prove` and `verify`: the message, the address of a wallet that signs it, who answers."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.named_files import InputFile, OutputFile
from custody.cli.front.numbers import NumberType
from custody.cli.front.options import force_option, json_option, quiet_option
from custody.cli.people.options import secret_fd_option, set_option
from custody.cli.treasury.options import head_option, officers_options
from custody.cli.wallets.options import wallet_or_home_options

_LAST_INDEX, _LAST_NUMBER = 2**31 - 1, 2**32 - 1
SEARCHED = 200

_Function = TypeVar("_Function", bound=Callable[..., Any])


def message_options(command: _Function) -> _Function:
    """Give a command `--message TEXT` and `--file FILE`."""
    told = _("The message, as it stands.")
    file = _("A file that holds the message, taken byte for byte, line ends included; - for standard input.")
    command = click.option("--file", "message_file", type=InputFile(), metavar="FILE", help=file)(command)
    return click.option("--message", metavar="TEXT", help=told)(command)


def lock_options(command: _Function) -> _Function:
    """Give a command `--time` and `--age`."""
    time = _("Sign as if at this lock time, for a way of the wallet that opens later.")
    age = _("Sign as if the coins were this old (a sequence number), for a way that opens later.")
    command = click.option("--age", type=NumberType(0, _LAST_NUMBER), default=0, metavar="S", help=age)(command)
    return click.option("--time", type=NumberType(0, _LAST_NUMBER), default=0, metavar="T", help=time)(command)


def place_options(command: _Function) -> _Function:
    """Give a command `--address`, `--index`, `--change` and `--limit`."""
    for option in (
        click.option(
            "--limit",
            type=NumberType(1, 1_000_000),
            default=SEARCHED,
            show_default=True,
            metavar="N",
            help=_("Look for addresses among the first N of each branch."),
        ),
        click.option("--change", is_flag=True, help=_("The index is one of the change branch.")),
        click.option(
            "--index", type=NumberType(0, _LAST_INDEX), metavar="I", help=_("The wallet's address that signs.")
        ),
        click.option("--address", metavar="ADDRESS", help=_("The wallet's address that signs.")),
    ):
        command = option(command)
    return command


def answering_options(command: _Function) -> _Function:
    """Give a command the options that say who answers and what is written where."""
    for option in (
        quiet_option,
        json_option,
        force_option,
        click.option(
            "-o",
            "--output",
            "out",
            required=True,
            type=OutputFile(),
            help=_("The file to write, - for standard output."),
        ),
        click.option(
            "--request", "only_request", is_flag=True, help=_("Sign nothing: write what cosigners will sign.")
        ),
        officers_options,
        secret_fd_option,
        set_option,
        head_option,
        click.option("--vault", metavar="NAME", help=_("The vault that holds the key, where several could.")),
        wallet_or_home_options,
    ):
        command = option(command)
    return command
