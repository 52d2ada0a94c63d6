"""Options of commands of every room: `--json`, `--quiet`, `--force`, `--network`, `--ask-passphrase`."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.chains.bitcoin.consensus.network import ALIASES, NETWORKS
from custody.cli.front.numbers import NameType
from custody.cli.front.output import QUIET

_Function = TypeVar("_Function", bound=Callable[..., Any])


NETWORK = NameType(NETWORKS, ALIASES)


def json_option(command: _Function) -> _Function:
    """Give a command `--json`."""
    text = _("Print the result as one JSON object.")
    return click.option("--json", "as_json", is_flag=True, help=text)(command)


def quiet_option(command: _Function) -> _Function:
    """Give a command `--quiet`; `output.progress` asks the command's context for it."""

    def remember(context: click.Context, _option: click.Parameter, quiet: bool) -> None:
        context.meta[QUIET] = quiet

    text = _("Do not say how far the work is, or what comes next.")
    return click.option("--quiet", is_flag=True, expose_value=False, callback=remember, help=text)(command)


def force_option(command: _Function) -> _Function:
    """Give a command `--force`."""
    return click.option("--force", is_flag=True, help=_("Replace the file if it is there."))(command)


def network_option(command: _Function) -> _Function:
    """Give a command `--network NAME`. None is taken for granted: `people.asked_network` asks where it is not said."""
    text = _("The network: {names}. There is no default: a person is asked, and a script must say it.")
    text = text.format(names=", ".join(NETWORKS))
    return click.option("--network", "network_name", metavar="NAME", type=NETWORK, help=text)(command)


def stated_network_option(command: _Function) -> _Function:
    """Give a command `--network NAME` that may be left unsaid: what the command does is the same on all of them."""
    text = _("The network: {names}. On the main one a publicly known key is refused.").format(names=", ".join(NETWORKS))
    return click.option("--network", "network_name", metavar="NAME", type=NETWORK, help=text)(command)


def new_passphrase_option(command: _Function) -> _Function:
    """Give a command `--ask-passphrase`."""
    text = _("Ask for a passphrase, twice; without it, and without a passphrase descriptor, there is none.")
    return click.option("--ask-passphrase", is_flag=True, help=text)(command)
