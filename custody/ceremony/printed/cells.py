"""What stands in a table: lines of text in two languages, boxes to write in and to tick; and rows of such cells."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from custody.ceremony.printed.page import BODY, LEFT, MOST, RIGHT, Block
from custody.printing.canvas import Canvas
from custody.printing.face import Face
from custody.printing.wrap import wrap

PLAIN, SMALL, TINY, LARGE = 9.5, 8.5, 6.5, 11.0
"""Sizes of letters in points."""
LIVE = 6.0
"""Width of the bar at the side of a step at which a secret is live."""

_LEADING = 1.36
_BASE = 1.02
"""Of a letter's size: from line to line, and from a line's top to its baseline."""
_PAD = 4.0
_BAR = 3.0

Both = tuple[str, str]
"""English, and Japanese."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line, or one box, of a cell: its height, and how it is drawn from its upper left corner."""

    height: float
    draw: Callable[[Canvas, float, float], None]


def line(content: str, size: float, *, bold: bool = False, grey: float = 0.0) -> Item:
    """Return one line that was broken already."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.text(x, y + _BASE * size, content, size, bold=bold, grey=grey)

    return Item(_LEADING * size, draw)


def lines(
    face: Face, content: str, width: float, size: float = PLAIN, *, bold: bool = False, grey: float = 0.0
) -> list[Item]:
    """Return a text as lines of a width."""
    return [line(each, size, bold=bold, grey=grey) for each in wrap(face, content, size, width)]


def both(face: Face, told: Both, width: float, size: float = PLAIN, *, bold: bool = False) -> list[Item]:
    """Return a text in English, and below it in Japanese, which is as easy to read a little smaller."""
    english, japanese = told
    heavy = bold and size >= PLAIN  # ideographs in bold run together where they are small
    return [*lines(face, english, width, size, bold=bold), *lines(face, japanese, width, 0.94 * size, bold=heavy)]


def space(height: float) -> Item:
    """Return white between items."""
    return Item(height, lambda _sheet, _x, _y: None)


def blank(face: Face, label: Both, width: float, height: float) -> list[Item]:
    """Return a box to write in, with what belongs there above it."""
    told = lines(face, " ".join(label), width, 7.5)
    return [*told, Item(height + 3, lambda canvas, x, y: canvas.box(x, y + 1, width, height, 0.7))]


def tick(face: Face, label: str, width: float, size: float = SMALL) -> list[Item]:
    """Return a box to tick, and a text beside it."""
    side, indent = size - 0.5, size + 5
    first, *rest = wrap(face, label, size, width - indent)

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.box(x, y + 2, side, side, 0.8)
        canvas.text(x + indent, y + _BASE * size, first, size)

    return [Item(_LEADING * size, draw), *(indented(line(each, size), indent) for each in rest)]


def numbered(words: Sequence[str], before: int, wide: float) -> Item:
    """Return words to compare beside one another, each in a box of a width with its number; `before`: those above."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        for at, word in enumerate(words):
            canvas.text(x + at * wide + 3, y + 13, str(before + at + 1), 7.5)
            canvas.text(x + at * wide + 18, y + 14, word, 13, bold=True)
            canvas.box(x + at * wide, y, wide, 20)

    return Item(20, draw)


def indented(item: Item, by: float) -> Item:
    """Return an item further to the right."""
    return Item(item.height, lambda canvas, x, y: item.draw(canvas, x + by, y))


def barred(items: Sequence[Item]) -> list[Item]:
    """Return items beside a thick bar: what is read aloud."""

    def beside(item: Item) -> Item:
        def draw(canvas: Canvas, x: float, y: float) -> None:
            canvas.area(x, y, _BAR, item.height, 0.0)
            item.draw(canvas, x + _BAR + 5, y)

        return Item(item.height, draw)

    return [beside(each) for each in items]


BARRED = _BAR + 5
"""What a bar takes of the width."""


def inner(width: float) -> float:
    """Return what is left of a column for its text."""
    return width - 2 * _PAD


def row(
    widths: Sequence[float],
    cells: Sequence[Sequence[Item]],
    *,
    least: float = 0.0,
    live: bool = False,
    fill: float | None = None,
) -> Iterator[Block]:
    """Yield a row of a table: one block, or several where no page could hold it.

    `least` is its least height, for what is written by hand. `live` draws the bar of a secret at its side.
    """
    left = list(map(list, cells))
    while True:
        now, left = _divided(left)
        yield _row(widths, now, least, live, fill)
        if not any(left):
            return


def _divided(cells: list[list[Item]]) -> tuple[list[list[Item]], list[list[Item]]]:
    """Return what of some cells a block may hold, and the rest."""
    now, later = [], []
    for items in cells:
        height, count = 2 * _PAD, 0
        while count < len(items) and height + items[count].height <= MOST:
            height += items[count].height
            count += 1
        now.append(items[:count])
        later.append(items[count:])
    return now, later


def _row(
    widths: Sequence[float], cells: Sequence[Sequence[Item]], least: float, live: bool, fill: float | None
) -> Block:
    height = max(least, *(2 * _PAD + sum(item.height for item in items) for items in cells))
    begin = RIGHT - sum(widths)

    def draw(canvas: Canvas, y: float) -> None:
        if fill is not None:
            canvas.area(begin, y, sum(widths), height, fill)
        if live:
            canvas.area(LEFT, y, LIVE, height, 0.0)
        x = begin
        for width, items in zip(widths, cells, strict=True):
            at = y + _PAD
            for item in items:
                item.draw(canvas, x + _PAD, at)
                at += item.height
            canvas.box(x, y, width, height, 0.5)
            x += width

    return Block(height, draw)


BESIDE = BODY - LIVE - 2
"""What the columns of a table share that has a bar at its side."""


def named(face: Face, widths: Sequence[float], names: Iterable[Both]) -> Block:
    """Return the row that names the columns of a table."""
    cells = [both(face, told, inner(width), 7.5, bold=True) for width, told in zip(widths, names, strict=True)]
    return _row(widths, cells, 0.0, False, 0.88)


def heading(face: Face, told: Both, size: float = 14.0, *, keeps: bool = True) -> Block:
    """Return a heading in both languages."""
    items = [
        *lines(face, told[0], BODY, size, bold=True),
        *lines(face, told[1], BODY, 0.86 * size, bold=True),
        space(0.5 * size),
    ]
    return stacked(items, keeps=keeps)


def paragraph(face: Face, told: Both, size: float = PLAIN, *, keeps: bool = False) -> Block:
    """Return a text in both languages, over the whole width."""
    return stacked([*both(face, told, BODY, size), space(4)], keeps=keeps)


def stacked(items: Sequence[Item], *, keeps: bool = False) -> Block:
    """Return items one below the other."""

    def draw(canvas: Canvas, y: float) -> None:
        for item in items:
            item.draw(canvas, LEFT, y)
            y += item.height

    return Block(sum(item.height for item in items), draw, keeps)
