"""Options that several commands of ceremonies share: what the owner of an identity brings."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.named_files import InputFile
from custody.cli.people.options import passphrase_fd_option

_Function = TypeVar("_Function", bound=Callable[..., Any])


def owner_options(command: _Function) -> _Function:
    """Give a command what the owner of an identity brings: a passphrase, and perhaps a key file."""
    for option in (
        click.option("--yes", is_flag=True, help=_("Ask nobody. Test networks only.")),
        click.option(
            "--key-file",
            type=InputFile(),
            metavar="FILE",
            help=_("A second factor: a file on a medium of its own, of 32 bytes or more."),
        ),
        passphrase_fd_option,
    ):
        command = option(command)
    return command
