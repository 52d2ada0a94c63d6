"""Wallets that are shown, to a script whole or to a person page by page."""

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from custody.cli.front.result import print_result
from custody.cli.people.terminal import standard_terminal
from custody.cli.wallets import screen


def show(public: Mapping[str, Any], lines: Callable[[bool], Iterable[str]], *, as_json: bool) -> None:
    """Print a result; to a person at a terminal page by page, so that nothing is below the fold."""
    terminal = standard_terminal()
    if as_json or not (terminal.present and sys.stdout.isatty()):
        print_result(public, lines(False), as_json=as_json)
        return
    terminal.page((*screen.warnings(public["warnings"]), *lines(True)))
