"""A result to a script whole, or to a person at a terminal page by page, and no line of it scrolls away unread.

A result that fits a screen, with what comes next said under it, stays one piece on standard output.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from custody.catalogue import _
from custody.cli.front import output
from custody.cli.front.layout import fold, folded
from custody.cli.front.result import print_result
from custody.cli.people.terminal import ROWS_OF_NEXT, Terminal, standard_terminal


def reader() -> Terminal | None:
    """Return the terminal of whoever reads the result there, and could turn a page; None for a script and a pipe."""
    terminal = standard_terminal()
    return terminal if terminal.present and sys.stdout.isatty() else None


def show(public: Mapping[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """Print a result as `print_result` does, but page by page where it is longer than the reader's screen."""
    terminal = None if as_json else reader()
    if terminal is None:
        print_result(public, lines, as_json=as_json)
        return
    warnings = [_("warning: {text}").format(text=text) for text in public.get("warnings", ())]
    told = [*(part for text in warnings for part in folded(text, "")), *lines]
    if _fits(terminal, told):
        print_result({}, told, as_json=False)
    else:
        terminal.page(told, ends=True)


def _fits(terminal: Terminal, lines: Iterable[str]) -> bool:
    """Say whether all of it is seen at once, between the line that called us and the next one, with what comes next."""
    columns, rows = terminal.size
    height = rows - 2 - len(output.banner()) - ROWS_OF_NEXT
    return sum(len(fold(line, columns)) for line in lines) <= height
