"""Completes a command line for the shell that asks, from the table of commands: none of them is loaded for its name."""

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem, shell_complete


def words(lines: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    """Return those of some words, each with its line of help, that begin so."""
    return [CompletionItem(word, help=line) for word, line in lines if word.startswith(incomplete)]


def answer(front: click.Group, program: str, variable: str, instruction: str) -> bool:
    """Print what may come next, and say whether the instruction was a shell's. Raises KeyError and ValueError."""
    return shell_complete(front, {}, program, variable, instruction) == 0
