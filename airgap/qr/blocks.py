"""A QR code to the lines of a terminal, two modules to a character; and the largest version that a window shows.

The colours are explicit and from the fixed part of the 256-colour palette: a theme may redefine colours 0 to 15, and
a code that is light on dark is one that many cameras do not read.
"""

from airgap.capacity import LARGEST_VERSION, modules, version_for
from airgap.qr.symbol import Matrix, matrix

QUIET = 4
"""Light modules around a symbol, as the standard asks."""

TIGHT_QUIET = 2
"""The least that cameras still read well; for a window that has no room for more."""

STATUS_ROWS = 1
"""Rows of a window that are kept for a line below the code."""

_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"
_PLAIN = "\x1b[0m"
_HALVES = {(False, False): " ", (True, False): "\u2580", (False, True): "\u2584", (True, True): "\u2588"}


def height(version: int, quiet: int = QUIET) -> int:
    """Return the rows that a version takes in a terminal."""
    return (modules(version) + 2 * quiet + 1) // 2


def width(version: int, quiet: int = QUIET) -> int:
    """Return the columns that a version takes in a terminal."""
    return modules(version) + 2 * quiet


def fits(columns: int, rows: int, quiet: int = QUIET) -> int:
    """Return the largest version that a window shows above one status line, 0 when it shows none."""
    return max(
        (
            version
            for version in range(1, LARGEST_VERSION + 1)
            if width(version, quiet) <= columns and height(version, quiet) + STATUS_ROWS <= rows
        ),
        default=0,
    )


def terminal(symbol: Matrix, quiet: int = QUIET) -> str:
    """Return the lines of the code, joined by line feeds, in half blocks with explicit colours and a quiet zone."""
    light = [False] * (len(symbol) + 2 * quiet)
    margin = [False] * quiet
    rows = [light] * quiet + [[*margin, *row, *margin] for row in symbol] + [light] * (quiet + len(symbol) % 2)
    return "\n".join(_line(upper, lower) for upper, lower in zip(rows[::2], rows[1::2], strict=True))


def one_code(text: str, columns: int, rows: int) -> str | None:
    """Return the lines of one code, with the quiet zone that a window of so many rows has room for; None where none."""
    for quiet in (QUIET, TIGHT_QUIET):
        if version_for(text) <= fits(columns, rows + STATUS_ROWS, quiet):
            return terminal(matrix(text), quiet)
    return None


def _line(upper: list[bool], lower: list[bool]) -> str:
    return _BLACK_ON_WHITE + "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) + _PLAIN
