"""Types of options and arguments that name files: what is read, what is written, where a treasury is.

Each remembers in the command's context what its path is for, and `loading.job` closes off every other file before the
job begins (docs/adr/0022). A path that comes by another type is of no use: the kernel keeps it closed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from airgap.door import confining
from airgap.door.landlock import Rule
from airgap.door.places import Named, Use, of_cameras, of_fitness, of_tokens
from airgap.door.shutting import shut_late
from airgap.door.standing import closes_files
from custody import store
from custody.cli.front.loading import FILES, NAMED


class NamedPath(click.Path):
    """The name of a file or folder, which its command uses in one way."""

    use = Use.READ

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, and remember it in the command's context."""
        path = str(super().convert(value, param, ctx))
        remember(ctx, self.use, path)
        return path


class InputFile(NamedPath):
    """The name of a file to read, or - for standard input. `loading.job` looks for it before it loads the job.

    Not sooner: what else is wrong with the line, a secret in the wrong place above all, is said first. With `or_folder`
    a folder may be named for the files in it.
    """

    def __init__(self, *, or_folder: bool = False) -> None:
        super().__init__()
        self.or_folder = or_folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, and remember it as one that has to be there."""
        path = super().convert(value, param, ctx)
        if ctx is not None and not (self.or_folder and store.is_folder(path)):
            ctx.meta.setdefault(FILES, []).append(path)
        return path


class InputFolder(NamedPath):
    """The name of a folder to read."""


class Token(NamedPath):
    """Whose token is to be plugged in while the command runs: devices that are not there yet may be opened."""

    use = Use.PLUGGED


class OutputFile(NamedPath):
    """The name of a file to write, or - for standard output."""

    use = Use.WRITE


class ProvenFile(NamedPath):
    """The name of a file to write and to read back."""

    use = Use.PROVE


class Medium(NamedPath):
    """The name of a folder in which files are read and written whose names are typed later."""

    use = Use.MEDIUM


class PrinterDevice(NamedPath):
    """The name of a device, or a pipe, that prints what is written to it."""

    use = Use.PRINT


class ReadHome(NamedPath):
    """A treasury's directory to look into."""


class KeptHome(NamedPath):
    """A treasury's directory to write in."""

    use = Use.KEEP


class NewHome(NamedPath):
    """A treasury's directory to make."""

    use = Use.MAKE


class FileOfSomebody(click.types.StringParamType):
    """`NAME=FILE`: somebody's file to read. What has another form is for the job to refuse."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it as it stands, and remember the file."""
        text = str(super().convert(value, param, ctx))
        remember(ctx, Use.READ, text.partition("=")[2])
        return text


class TextOrFile(click.types.StringParamType):
    """A text, or the name of a file to read; the job knows one from the other."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it as it stands, and remember it as a file."""
        text = str(super().convert(value, param, ctx))
        remember(ctx, Use.READ, text)
        return text


def remember(ctx: click.Context | None, use: Use, path: str) -> None:
    """Remember in a command's context what it will use a path for; standard input and output are open already."""
    if ctx is not None and path not in ("", store.STANDARD):
        ctx.meta.setdefault(NAMED, []).append((use, path))


def opens_what_is_typed() -> bool:
    """Say whether a file that is named at a prompt can be opened: no file is closed off, or a medium was named."""
    context = click.get_current_context(silent=True)
    named = () if context is None else context.meta.get(NAMED, ())
    return not closes_files() or any(use is Use.MEDIUM for use, _path in named)


@contextmanager
def opened(named: Sequence[Named], also: Iterable[Rule]) -> Iterator[Callable[[], None]]:
    """Close off what was not named, for good. Yield what closes off cameras, too, once what looks through them is made.

    The machine can still be measured: a secret of a main network asks for a fit one.
    A home that is to be made is made now, and goes if nothing came into it: so no rule opens the folder around it.
    """
    shut_late()
    at_home = any(use in (Use.KEEP, Use.MAKE) for use, _path in named)
    rules = (*of_fitness(), *(of_tokens() if at_home else ()), *also)
    made = [path for use, path in named if use is Use.MAKE and closes_files() and store.make_folder(path)]
    try:
        confining.to_named(named, (*rules, *of_cameras()))
        yield lambda: confining.to_named(named, rules) if any(of_cameras()) else None
    finally:
        for path in made:
            store.remove_empty(path)


def refuse_absent(paths: Sequence[str], line: Sequence[str]) -> None:
    """Raise for the first file that is not there, or is a folder, as reading it would: Usage or StorageFailed.

    The first is the one that a person named first: click reads options before arguments, wherever they stand.
    """
    for path in sorted(paths, key=lambda path: _place(path, line)):
        store.refuse_absent(path)


def _place(path: str, line: Sequence[str]) -> int:
    """Find a name in the words of a line, alone or behind an option's equals sign."""
    return next((at for at, word in enumerate(line) if word == path or word.endswith(f"={path}")), len(line))
