"""Prints a command's result, or its error as JSON, on standard output: what a script reads."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from airgap.errors import AirgapError
from custody.catalogue import _
from custody.cli.front import output
from custody.cli.front.layout import columns, fold, weighed
from custody.errors import CustodyError, StorageFailed


def print_result(public: Mapping[str, Any], lines: Iterable[str], *, as_json: bool, as_it_stands: bool = False) -> None:
    """Print the result: exactly one JSON object, or the lines that a person reads. Raises StorageFailed.

    Where a person reads, the result's "warnings" are said on standard error, before it, and the banner of a main
    network heads the lines. Lines that a script takes `as_it_stands`, an address say, stay alone: it is said beside.
    """
    if not as_json:
        if as_it_stands:
            output.announce()
        for warning in public.get("warnings", ()):
            output.warn(warning)
    elif (context := click.get_current_context(silent=True)) is not None:
        context.meta[output.RESULT] = True
    heading = () if as_it_stands else output.banner()
    text = json.dumps(public, indent=2, ensure_ascii=True) if as_json else "\n".join(_fitted((*heading, *lines)))
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError:
        raise StorageFailed(
            _("the result could not be written to standard output"),
            hint=_("Check the disk or the program that reads it, and run the command again."),
        ) from None


def _fitted(lines: Iterable[str]) -> Iterator[str]:
    """Fit what a person reads to standard output; a long word stays whole, for whoever copies it."""
    if not (is_terminal := sys.stdout.isatty()):
        yield from (weighed(line, is_terminal=False) for line in lines)
        return
    width = columns(sys.stdout)
    for line in lines:
        yield from fold(weighed(line, is_terminal=is_terminal), width, cut=False)


def print_error(failure: CustodyError | AirgapError) -> None:
    """Print `{"error": ...}`. Whoever is not there to read it changes nothing: the exit code says the same."""
    answer = {"code": failure.code, "message": failure.message, "hint": failure.hint}
    try:
        sys.stdout.write(json.dumps({"error": answer}, indent=2, ensure_ascii=True) + "\n")
        sys.stdout.flush()
    except OSError:
        return
