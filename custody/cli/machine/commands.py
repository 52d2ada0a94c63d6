"""The argument of `custody completion`, which then calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.numbers import NameType
from custody.cli.front.options import quiet_option


@click.command(help=_("Print the completion script of a shell; source it from the shell's start file."))
@click.argument("shell", type=NameType(["bash", "zsh", "fish"]))
@quiet_option
@click.pass_context
def completion(context: click.Context, /, **said: Any) -> int | None:
    """Print the script."""
    return job("machine.completion:completion", {"context": context, **said})
