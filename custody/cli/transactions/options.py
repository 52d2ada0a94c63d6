"""Options that `review`, `sign` and `psbt` share: earlier transactions, labels, wallets, the file to write."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.named_files import InputFile, OutputFile
from custody.cli.front.options import force_option, json_option, quiet_option

_Function = TypeVar("_Function", bound=Callable[..., Any])


def before_option(command: _Function) -> _Function:
    """Give a command `--before FILE`, which may come several times."""
    text = _("An earlier transaction (PSBT) to compare with; say it once for each file.")
    return click.option("--before", multiple=True, metavar="FILE", type=InputFile(), help=text)(command)


def labels_option(command: _Function) -> _Function:
    """Give a command `--labels FILE`."""
    text = _("The desk's labels (BIP-329), shown as what nobody checked.")
    return click.option("--labels", "labels_file", metavar="FILE", type=InputFile(), help=text)(command)


def out_options(*, required: bool = True) -> Callable[[_Function], _Function]:
    """Give a command `-o`, `--force`, `--json` and `--quiet`."""

    def decorate(command: _Function) -> _Function:
        text = _("The file to write, - for standard output.")
        out = click.option("-o", "--output", "out", required=required, type=OutputFile(), help=text)
        for option in (quiet_option, json_option, force_option, out):
            command = option(command)
        return command

    return decorate


def wallet_option(command: _Function) -> _Function:
    """Give a command `--wallet FILE`, which may be left away: the file's own scripts are proven by their hashes."""
    text = _("A registered wallet's file, or a folder of them: coins must be theirs, and cosigners have their numbers.")
    return click.option("--wallet", multiple=True, type=InputFile(or_folder=True), help=text)(command)
