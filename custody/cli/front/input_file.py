"""`InputFile`: the name of a file to read, or -; an absent one raises Usage before any library is loaded for it."""

from typing import Any

import click

from custody import store


class InputFile(click.Path):
    """The name of a file to read, or - for standard input. What is not there, or is a folder, is said at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name. Raises Usage and StorageFailed, as reading the file would."""
        path = str(super().convert(value, param, ctx))
        store.refuse_absent(path)
        return path
