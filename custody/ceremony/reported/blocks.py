"""What several parts of a report are made of: a heading with sentences, a fact in a table, and a code."""

from collections.abc import Iterator, Sequence

from custody.ceremony.printed.cells import SMALL, Both, Item, both, heading, inner, lines, paragraph, row
from custody.ceremony.printed.page import BODY, Block
from custody.ceremony.reported.texts import told
from custody.printing.canvas import Canvas
from custody.printing.face import Face

_FACTS = (150.0, BODY - 150.0)
_MODULE = 1.6
"""Side of a code's module in points: three dots and a third, at 150 dots an inch."""
_QUIET = 8.0
"""White around a code: four modules and more (ISO/IEC 18004, 6.3.8)."""


def introduced(face: Face, name: str, *sentences: str) -> Iterator[Block]:
    """Yield a heading, and sentences under it that stand on the same page."""
    yield heading(face, told(name), 13.0)
    for each in sentences:
        yield paragraph(face, told(each), SMALL, keeps=True)


def fact(face: Face, label: Both, values: Sequence[str], *, bold: bool = False) -> Iterator[Block]:
    """Yield a row with what something is, and its values, each on lines of its own."""
    wide = inner(_FACTS[1])
    value = [item for each in values for item in lines(face, each, wide, SMALL + 0.5, bold=bold)]
    yield from row(_FACTS, (both(face, label, inner(_FACTS[0]), SMALL, bold=True), value))


def coded(face: Face, label: Both, modules: Sequence[Sequence[bool]]) -> Iterator[Block]:
    """Yield a row with what a code is of, and the code."""
    yield from row(_FACTS, (both(face, label, inner(_FACTS[0]), SMALL, bold=True), [_code(modules)]))


def _code(modules: Sequence[Sequence[bool]]) -> Item:
    """Return a code with the white that it needs around it."""
    side = _MODULE * len(modules)

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.code(x + _QUIET, y + _QUIET, side, modules)

    return Item(side + 2 * _QUIET, draw)
