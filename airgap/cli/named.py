"""Names of files on a command line, and the commands that close off every other file once their line is read.

See docs/adr/0022. A command of another kind is not called at all.
"""

from typing import Any

import click

from airgap import files
from airgap.door import confining, places
from airgap.door.places import Use
from airgap.door.shutting import shut_late

_NAMED = "airgap.named"
"""Where a command's context keeps the paths that its line names, each with what the command does with it."""

_CAMERA = "airgap.camera"


class Opening(click.Command):
    """A command that opens what its line names, and nothing else."""

    def invoke(self, ctx: click.Context) -> Any:
        """Close off what was not named, for good, and do what the command does."""
        shut_late()
        confining.to_named(ctx.meta.get(_NAMED, ()), places.of_cameras() if _CAMERA in ctx.meta else ())
        return super().invoke(ctx)


class NamedFile(click.types.StringParamType):
    """The name of a file, or - for standard input or output."""

    def __init__(self, use: Use) -> None:
        self.use = use

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, and remember what it is for."""
        name = str(super().convert(value, param, ctx))
        if ctx is not None and name not in ("", files.STANDARD):
            ctx.meta.setdefault(_NAMED, []).append((self.use, name))
        return name


def remember_camera(ctx: click.Context | None) -> None:
    """Remember that the command looks through a camera."""
    if ctx is not None:
        ctx.meta[_CAMERA] = True


INPUT, OUTPUT = NamedFile(Use.READ), NamedFile(Use.WRITE)
