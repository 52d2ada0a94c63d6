"""Options that several commands of ceremonies share: of the owner of an identity, and of whoever leads a sitting."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.named_files import InputFile, Medium, ProvenFile
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


def judged_options(command: _Function) -> _Function:
    """Give a command that judges transcripts what lies beside them: signatures, rehearsals, other sittings."""
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
        click.argument("signatures", type=InputFile(), nargs=-1),
        click.argument("file", type=InputFile()),
    ):
        command = option(command)
    return command


def sitting_options(command: _Function) -> _Function:
    """Give a command that leads a sitting its name, its transcript, and the folder of what participants bring."""
    for option in (
        click.option("--medium", type=Medium(), help=_("A folder with the signatures that participants bring.")),
        click.option(
            "-o",
            "--output",
            "out",
            type=ProvenFile(),
            help=_("The transcript: a new file, or one to go on with."),
        ),
        click.option("--sitting", help=_("Which sitting, where the plan has several.")),
    ):
        command = option(command)
    return command
