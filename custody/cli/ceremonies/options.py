"""Options that several commands of ceremonies share: of whoever leads a sitting."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.named_files import InputFile, Medium, PrinterDevice, ProvenFile

_Function = TypeVar("_Function", bound=Callable[..., Any])


def judged_options(command: _Function) -> _Function:
    """Give a command that judges transcripts what lies beside: signatures, rehearsals, sittings, the service."""
    for option in (
        click.option(
            "--with",
            "others",
            multiple=True,
            metavar="FILE",
            type=InputFile(),
            help=_("The transcript of another sitting of the plan; once for each."),
        ),
        click.option(
            "--rehearsal",
            "rehearsals",
            multiple=True,
            metavar="FILE",
            type=InputFile(),
            help=_("A rehearsal that a ceremony says it stands on, to be held against it; once for each."),
        ),
        click.option(
            "--service",
            "service_file",
            metavar="FILE",
            type=InputFile(),
            help=_("What ceremony service wrote: once it is whole, the wallets are in service."),
        ),
        click.argument("signatures", type=InputFile(), nargs=-1),
        click.argument("file", type=InputFile()),
    ):
        command = option(command)
    return command


def led_options(command: _Function) -> _Function:
    """Give a command that leads people its transcript, and the folder of what participants bring."""
    for option in (
        click.option("--medium", type=Medium(), help=_("A folder with the signatures that participants bring.")),
        click.option(
            "-o",
            "--output",
            "out",
            type=ProvenFile(),
            help=_("The transcript: a new file, or one to go on with."),
        ),
    ):
        command = option(command)
    return command


def sitting_options(command: _Function) -> _Function:
    """Give a command that leads a sitting what `led_options` gives, which sitting, and a printer for its cards."""
    for option in (
        click.option(
            "--printer",
            type=PrinterDevice(),
            metavar="DEVICE",
            help=_(
                "A printer that takes PDF, or a pipe to one: cards are printed as their holders wish. Never a file."
            ),
        ),
        click.option("--sitting", help=_("Which sitting, where the plan has several.")),
    ):
        command = option(command)
    return led_options(command)
