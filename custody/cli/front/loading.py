"""Imports a command's module once it is called, and its job once its options are read.

So `custody --help` loads no command, and a line that is wrong, or names a file that is not there, no job.
"""

import gc
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

import click

FILES = "custody.files"
"""Where a command's context keeps the names of files that it will read."""

NAMED = "custody.named"
"""Where it keeps the paths that its options name, each with what the command does with it."""

_NURSERY, _DOOR = "airgap.scanning.nursery", "airgap.door.standing"
"""Modules that are there where the job can ask for pictures, and where a door was shut."""

LINE = "custody.line"
"""Where it keeps the words of the command line, in their order."""


def command(target: str) -> click.Command:
    """Return the command at "room.module:name" of `custody.cli`. Raises TypeError where something else is."""
    found = loaded(target)
    if not isinstance(found, click.Command):
        raise TypeError(target)
    return found


def job(target: str, said: Mapping[str, Any], also: Iterable[tuple[str | int, int]] = ()) -> int | None:
    """Call the job at "room.module:function" of `custody.cli` with what was said, and return its exit code, if any.

    Before it is loaded, with the libraries that it needs, every file is closed off that its options did not name, but
    for what it may open `also`. Where it ended well, what comes next is said.

    `said` are the options and arguments by name, as click has read them; the job takes exactly these.
    """
    context = click.get_current_context(silent=True)
    meta: Mapping[str, Any] = {} if context is None else context.meta
    if FILES in meta:
        loaded("front.named_files:refuse_absent")(meta[FILES], meta.get(LINE, ()))
    with loaded("front.named_files:opened")(meta.get(NAMED, ()), also) as shut_cameras:
        found: Callable[..., int | None] = loaded(target)
        _make_nursery()
        shut_cameras()
        code = found(**said)
    if context is not None and not code:
        loaded("guide.next_steps:say")(context)
    return code


def _make_nursery() -> None:
    """Make what will read pictures, where this job can ask for it: now, before it reads any secret."""
    door = sys.modules.get(_DOOR)
    if _NURSERY in sys.modules and door is not None and door.standing().is_shut:
        sys.modules[_NURSERY].nursery()


def loaded(target: str) -> Any:
    """Return what stands at "room.module:name" of `custody.cli`.

    What is loaded stays: looking for garbage among it would take a tenth of the time.
    """
    module, _colon, name = target.partition(":")
    collecting = gc.isenabled()
    gc.disable()
    try:
        return getattr(import_module(f"custody.cli.{module}"), name)
    finally:
        if collecting:
            gc.enable()
