"""The arguments of commands about this machine, each of which then calls its job."""

from typing import Any

import click

from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.numbers import NameType
from custody.cli.front.options import json_option, quiet_option


@click.command(help=_("Say whether a bundle is the release that was signed, and one to install here."))
@click.argument("folder", type=click.Path())
@click.option(
    "--root",
    "root_said",
    metavar="SHA256",
    help=_("The digest of a root, compared with somebody by its words: needed where no release is installed."),
)
@json_option
@quiet_option
def verify_bundle(**said: Any) -> int | None:
    """Verify a bundle."""
    return job("machine.verify_bundle:verify_bundle", said)


@click.command(help=_("Print the completion script of a shell; source it from the shell's start file."))
@click.argument("shell", type=NameType(["bash", "zsh", "fish"]))
@quiet_option
@click.pass_context
def completion(context: click.Context, /, **said: Any) -> int | None:
    """Print the script."""
    return job("machine.completion:completion", {"context": context, **said})
