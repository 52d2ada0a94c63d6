"""Shows the seconds that pass while a derivation or a disk works; nothing with `--quiet` or without a terminal."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from custody.catalogue import _
from custody.cli.front import output

_TURN_SECONDS = 0.2
_START_OF_LINE = "\r\x1b[K"


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show `text` and the seconds that passed until the block ends; not with --quiet, nor where there is no terminal.

    The block must let other threads run: a derivation of `cryptography` does.
    """
    if output.is_quiet() or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    shown = threading.Thread(target=_count, args=(text, done), daemon=True)
    shown.start()
    try:
        yield
    finally:
        done.set()
        shown.join()


def _count(text: str, done: threading.Event) -> None:
    begun = time.monotonic()
    while not done.wait(_TURN_SECONDS):
        seconds = f"{time.monotonic() - begun:.1f}"
        output.draw(_START_OF_LINE + _("{text} ... {seconds} s").format(text=text, seconds=seconds))
    output.draw(_START_OF_LINE)
