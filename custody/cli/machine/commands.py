"""The options and arguments of commands about this machine, each of which then calls its job."""

from typing import Any

import click

from airgap.door.places import of_machine
from custody.catalogue import _
from custody.cli.front.loading import job
from custody.cli.front.named_files import InputFolder
from custody.cli.front.numbers import NameType
from custody.cli.front.options import json_option, quiet_option


@click.command(
    help=_(
        "Measure this machine: what makes keys unsafe here, what to know, and what to do about each. Exit 7 where "
        "something is unfit. Nothing is changed, and no program is started."
    )
)
@click.option("--all", "show_all", is_flag=True, help=_("Show what is fit, too."))
@click.option("--qr", "as_code", is_flag=True, help=_("Show the report as QR codes, for another machine."))
@json_option
@quiet_option
def doctor(as_code: bool, **said: Any) -> int | None:
    """Measure this machine."""
    if as_code:
        return job("machine.doctor_code:play", said, of_machine())
    return job("machine.doctor:doctor", said, of_machine())


@click.command(
    help=_(
        "Check this installation before a ceremony: its files against the release that was signed, published answers "
        "of every primitive, two engines against each other, the source of randomness. Exit 9 where a file is not as "
        "it was signed, 7 where something computes wrongly. Nothing is changed."
    )
)
@json_option
@quiet_option
def selftest(**said: Any) -> int | None:
    """Check this installation."""
    return job("machine.selftest:selftest", said)


@click.command(help=_("Say whether a bundle is the release that was signed, and one to install here."))
@click.argument("folder", type=InputFolder())
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
