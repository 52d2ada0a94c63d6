"""`--secret-fd`, `--passphrase-fd`, `--secret-out-fd`: numbers of descriptors, and nothing that was typed is repeated.

`--set`, the public record of the cards that are meant; and what the owner of an identity brings.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.arguments import history_hint
from custody.cli.front.named_files import InputFile
from custody.errors import Usage

_Function = TypeVar("_Function", bound=Callable[..., Any])


class DescriptorType(click.types.IntParamType):
    """The number of an open file descriptor. What was typed instead may be the secret, so it is not repeated."""

    name = "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ARG002
        """Return the number. Raises Usage."""
        if isinstance(value, int):
            return value
        if not re.fullmatch(r"[0-9]{1,4}", value, re.ASCII):
            option = param.opts[0] if param is not None else _("this option")
            raise Usage(
                _("{option} takes the number of a file descriptor, never a secret").format(option=option),
                hint=history_hint(),
            )
        return int(value)


DESCRIPTOR = DescriptorType()


def secret_fd_option(command: _Function) -> _Function:
    """Give a command `--secret-fd N`."""
    text = _(
        "Read the secret from this file descriptor: a phrase, shares one per line, the digits of a SeedQR, or one "
        "picture of a SeedQR or CompactSeedQR."
    )
    return click.option("--secret-fd", type=DESCRIPTOR, help=text)(command)


def passphrase_fd_option(command: _Function) -> _Function:
    """Give a command `--passphrase-fd N`."""
    text = _("Read the passphrase from this file descriptor.")
    return click.option("--passphrase-fd", type=DESCRIPTOR, help=text)(command)


def secret_out_fd_option(command: _Function) -> _Function:
    """Give a command `--secret-out-fd N`."""
    text = _("Let the secret out to this file descriptor, a pipe, instead of the screen.")
    return click.option("--secret-out-fd", type=DESCRIPTOR, help=text)(command)


def set_option(command: _Function) -> _Function:
    """Give a command `--set FILE`."""
    text = _("The public record of the set (set.json): the cards must be of it, and open its key.")
    return click.option("--set", "record_path", metavar="FILE", type=InputFile(), help=text)(command)


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


receipts_option = click.option(
    "--receipt",
    "receipts",
    multiple=True,
    metavar="FILE",
    type=InputFile(),
    help=_("What somebody signed of a card that was looked at (share check --identity); once for each."),
)
