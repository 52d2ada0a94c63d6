"""Command lines as a person reads them, parsed as the programs would, and not run."""

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile

import click

from docs.command_line import PROGRAMS

_SHELLS = {"<", ">", "|", "&&"}
"""What a shell takes for itself."""

_CONTINUED = re.compile(r"\\\n\s*")


def commands_in(text: str) -> Iterator[str]:
    """Yield the lines of a text that call one of our programs, in its own lines; a backslash goes on in the next."""
    for line in _CONTINUED.sub("", text).splitlines():
        if line.strip().split(" ")[0] in PROGRAMS:
            yield line.strip()


def parse(line: str) -> click.Context:
    """Parse a line and return its command's context. Raises what the command line would be refused with."""
    program, *words = takewhile(lambda word: word not in _SHELLS, shlex.split(line, comments=True))
    command: click.Command = PROGRAMS[program]
    context = click.Context(command, info_name=program)
    while isinstance(command, click.Group):
        word = words.pop(0)
        found = command.get_command(context, word)
        if found is None:
            raise LookupError(line)
        command, parent = found, context
        if not isinstance(command, click.Group):
            return command.make_context(word, words, parent=parent)
        context = click.Context(command, info_name=word, parent=parent)
    raise LookupError(line)
