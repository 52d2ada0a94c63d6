"""Options that name registered wallets, for every room, and what the commands of `wallet` let one choose from."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.lists import ListOption
from custody.cli.front.named_files import InputFile
from custody.cli.treasury.options import home_option, read_home_option

_Function = TypeVar("_Function", bound=Callable[..., Any])

LAST_INDEX = 2**31 - 1
"""The last index of an address: from 2**31 on numbers are hardened (BIP-32)."""

SEARCHED = 1000
"""Addresses of each branch that `find` looks at, unless said."""

TARGETS = ("core", "sparrow", "electrum", "specter", "nunchuk", "caravan", "bsms", "coldcard", "policy", "ur")
"""Whom a wallet is written for. A test holds them to the formats themselves, which take longer to load."""

UR_TYPES = ("crypto-output", "output-descriptor", "crypto-account")
"""Which UR a wallet is written as; a test holds them to the format's own."""


def wallet_or_home_options(command: _Function) -> _Function:
    """Give a command `--wallet FILE`, several times or once before several files, and `--home DIR`; one is needed."""
    return _wallet_option(home_option(command))


def wallet_or_read_home_options(command: _Function) -> _Function:
    """The same, for a command that looks into a treasury alone."""
    return _wallet_option(read_home_option(command))


def _wallet_option(command: _Function) -> _Function:
    text = _("A registered wallet's file, or a folder of them; or several.")
    option = click.option("--wallet", cls=ListOption, multiple=True, type=InputFile(or_folder=True), help=text)
    return option(command)
