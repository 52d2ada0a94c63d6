"""What the command line does not know, to an answer: a command, an option or a value, with the nearest one there is.

Loaded when there is such a word, and never before. What may be of a secret is not repeated (`airgap.nearest`).
"""

import click

from airgap.errors import AirgapError
from airgap.nearest import no_such_command, no_such_option, no_such_value
from custody.catalogue import _
from custody.cli.front.arguments import history_hint, looks_like_a_secret_option
from custody.cli.front.numbers import UnknownName
from custody.cli.front.table import ROWS, WINDOW
from custody.errors import CustodyError, Usage
from custody.text import safe

EVERY_COMMAND = (*(f"custody {name}" for name in ROWS), *(f"airgap {name}" for name in WINDOW))
"""Whole commands of both programs: the last word of one may be all that somebody remembers."""


def command(word: str, context: click.Context, names: list[str]) -> AirgapError:
    """Return the answer to a word that is none of a group's commands."""
    return no_such_command(word, context.command_path, [*names, *_options(context)], elsewhere=EVERY_COMMAND)


def option(failure: click.NoSuchOption, front: click.Command) -> CustodyError | AirgapError:
    """Return the answer to an option that is not there; what was typed behind it is not repeated."""
    if looks_like_a_secret_option(failure.option_name):
        return Usage(_("there is no option {option}").format(option=safe(failure.option_name)), hint=history_hint())
    context = failure.ctx or click.Context(front, info_name=front.name)
    return no_such_option(failure.option_name, context.command_path, _options(context))


def name(failure: UnknownName) -> AirgapError:
    """Return the answer to a value that is none of a few names."""
    return no_such_value(failure.word, failure.option, failure.names, failure.aliases)


def _options(context: click.Context) -> list[str]:
    """Name the options of a context's command, each in its longest form."""
    return [max(each.opts, key=len) for each in context.command.get_params(context) if isinstance(each, click.Option)]
