"""Blocks to pages: none is cut in two, a heading stands with what follows, and what is repeated stands on each page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from custody.printing.canvas import HEIGHT, WIDTH, Canvas

LEFT, RIGHT = 42.0, WIDTH - 42.0
TOP, BOTTOM = 40.0, HEIGHT - 40.0
"""What printers can reach, in points; everything that is drawn lies within."""
BODY = RIGHT - LEFT
FOOT = 58.0
"""Height of the foot, in which the page says what it is."""
END = BOTTOM - FOOT
MOST = 460.0
"""No block is higher: with what is repeated above it, it has a place on a page."""


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a height, drawn from a place downwards. `keeps`: it stands on the page of what follows."""

    height: float
    draw: Callable[[Canvas, float], None]
    keeps: bool = False

    def kept(self) -> "Block":
        """Return it as one that stands on the page of what follows."""
        return Block(self.height, self.draw, keeps=True)


@dataclass(frozen=True, slots=True)
class Section:
    """What begins on a page of its own. `heads` stand at the top of each of its pages."""

    heads: tuple[Block, ...]
    blocks: Iterable[Block]


def gap(height: float) -> Block:
    """Return white."""
    return Block(height, lambda _sheet, _y: None)


def pages(sections: Iterable[Section]) -> Iterator[Canvas]:
    """Yield the pages of sections. Raises ValueError for a block that no page could hold: nothing is ever cut off."""
    for section in sections:
        begin = TOP + sum(each.height for each in section.heads)
        canvas, y = _begun(section), begin
        for together in _together(section.blocks):
            height = sum(each.height for each in together)
            if y + height > END and y > begin:
                yield canvas
                canvas, y = _begun(section), begin
            if y + height > END:
                raise ValueError("a block is higher than a page")
            for each in together:
                each.draw(canvas, y)
                y += each.height
        yield canvas


def _begun(section: Section) -> Canvas:
    canvas, y = Canvas(), TOP
    for each in section.heads:
        each.draw(canvas, y)
        y += each.height
    return canvas


def _together(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield blocks, each with those before it that keep to it."""
    waiting: list[Block] = []
    for each in blocks:
        waiting.append(each)
        if not each.keeps:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
