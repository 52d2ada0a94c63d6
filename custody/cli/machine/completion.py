"""`custody completion SHELL`: prints the script that bash, zsh or fish sources to complete command lines."""

import click
from click.shell_completion import get_completion_class

from custody.cli.front.result import print_result

_VARIABLE = "_CUSTODY_COMPLETE"


def completion(context: click.Context, shell: str) -> None:
    """Print the script."""
    complete = get_completion_class(shell)
    if complete is None:
        raise LookupError(shell)
    root = context.find_root()
    print_result({}, [complete(root.command, {}, "custody", _VARIABLE).source()], as_json=False)
