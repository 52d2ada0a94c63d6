"""Wallets that are shown, to a script whole or to a person page by page."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from custody.cli.front.result import print_result
from custody.cli.people.shown import reader
from custody.cli.wallets import screen


def show(public: Mapping[str, Any], lines: Callable[[bool], Iterable[str]], *, as_json: bool) -> None:
    """Print a result; to a person at a terminal page by page, so that nothing is below the fold."""
    terminal = None if as_json else reader()
    if terminal is None:
        print_result(public, lines(False), as_json=as_json)
        return
    terminal.page((*screen.warnings(public["warnings"]), *lines(True)), ends=True)
