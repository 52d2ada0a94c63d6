"""Files that a command will read, looked for once its whole line was read: before any library is loaded for them."""

from collections.abc import Sequence
from typing import Any

import click

from custody import store
from custody.cli.front.loading import FILES


class InputFile(click.Path):
    """The name of a file to read, or - for standard input. `loading.job` looks for it before it loads the job.

    Not sooner: what else is wrong with the line, a secret in the wrong place above all, is said first. With `or_folder`
    a folder may be named for the files in it.
    """

    def __init__(self, *, or_folder: bool = False) -> None:
        super().__init__()
        self.or_folder = or_folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, and remember it in the command's context."""
        path = str(super().convert(value, param, ctx))
        if ctx is not None and not (self.or_folder and store.is_folder(path)):
            ctx.meta.setdefault(FILES, []).append(path)
        return path


def refuse_absent(paths: Sequence[str], line: Sequence[str]) -> None:
    """Raise for the first file that is not there, or is a folder, as reading it would: Usage or StorageFailed.

    The first is the one that a person named first: click reads options before arguments, wherever they stand.
    """
    for path in sorted(paths, key=lambda path: _place(path, line)):
        store.refuse_absent(path)


def _place(path: str, line: Sequence[str]) -> int:
    """Find a name in the words of a line, alone or behind an option's equals sign."""
    return next((at for at, word in enumerate(line) if word == path or word.endswith(f"={path}")), len(line))
