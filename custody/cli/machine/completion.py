"""`custody completion`: the script that a shell sources. It knows which shells click can complete for."""

import click
from click.shell_completion import get_completion_class

from custody.catalogue import _
from custody.cli.front.options import quiet_option
from custody.cli.front.output import result

_VARIABLE = "_CUSTODY_COMPLETE"


@click.command(help=_("Print the completion script of a shell; source it from the shell's start file."))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@quiet_option
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script."""
    complete = get_completion_class(shell)
    if complete is None:
        raise LookupError(shell)
    root = context.find_root()
    result({}, [complete(root.command, {}, "custody", _VARIABLE).source()], as_json=False)
