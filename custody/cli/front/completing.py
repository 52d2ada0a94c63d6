"""Completes a command line for the shell that asks, from the table of commands: none of them is loaded for its name."""

from collections.abc import Iterable

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
    shell_complete,
)


class Bash(BashComplete):
    """bash, which is not asked for its version: no program is started here."""

    source = ShellComplete.source


add_completion_class(Bash)


def words(lines: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    """Return those of some words, each with its line of help, that begin so."""
    return [CompletionItem(word, help=line) for word, line in lines if word.startswith(incomplete)]


def script(front: click.Group, program: str, variable: str, shell: str) -> str:
    """Return what a shell sources to complete command lines. Raises LookupError for a shell that is not known."""
    complete = get_completion_class(shell)
    if complete is None:
        raise LookupError(shell)
    return complete(front, {}, program, variable).source()


def answer(front: click.Group, program: str, variable: str, instruction: str) -> bool:
    """Print what may come next, and say whether the instruction was a shell's. Raises KeyError and ValueError."""
    return shell_complete(front, {}, program, variable, instruction) == 0
