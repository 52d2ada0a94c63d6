"""`custody completion SHELL`: prints the script that bash, zsh or fish sources to complete command lines."""

import click

from custody.cli.front.completing import script
from custody.cli.front.result import print_result

_VARIABLE = "_CUSTODY_COMPLETE"


def completion(context: click.Context, shell: str) -> None:
    """Print the script."""
    root = context.find_root().command
    if not isinstance(root, click.Group):
        raise TypeError(root)
    print_result({}, [script(root, "custody", _VARIABLE, shell)], as_json=False)
