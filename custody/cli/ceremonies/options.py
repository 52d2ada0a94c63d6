"""Options that several commands of ceremonies share: of whoever leads a sitting."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.named_files import Medium, PrinterDevice, ProvenFile

_Function = TypeVar("_Function", bound=Callable[..., Any])


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
