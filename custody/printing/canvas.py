"""`Canvas`: what is drawn on one page of A4. Points from its upper left corner, downwards; greys and no colour."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595.28, 841.89
"""A4 in points (ISO 216)."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is its baseline, `grey` 0 for black."""

    x: float
    y: float
    content: str
    size: float
    bold: bool
    grey: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line, dashed for one that is to be cut along."""

    x: float
    y: float
    to_x: float
    to_y: float
    thick: float
    dashed: bool


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle that is filled."""

    x: float
    y: float
    wide: float
    high: float
    grey: float


@dataclass(frozen=True, slots=True)
class Code:
    """Rows of modules in a square, True for dark."""

    x: float
    y: float
    side: float
    modules: tuple[tuple[bool, ...], ...]


Mark = Text | Stroke | Area | Code


@dataclass(slots=True)
class Canvas:
    """A page that is being drawn: what comes later lies above."""

    marks: list[Mark] = field(default_factory=list)

    def text(self, x: float, y: float, content: str, size: float, *, bold: bool = False, grey: float = 0.0) -> None:
        """Write one line with its baseline at `y`."""
        if content:
            self.marks.append(Text(x, y, content, size, bold, grey))

    def line(self, x: float, y: float, to_x: float, to_y: float, thick: float = 0.5, *, dashed: bool = False) -> None:
        """Draw a line."""
        self.marks.append(Stroke(x, y, to_x, to_y, thick, dashed))

    def area(self, x: float, y: float, wide: float, high: float, grey: float) -> None:
        """Fill a rectangle."""
        self.marks.append(Area(x, y, wide, high, grey))

    def box(self, x: float, y: float, wide: float, high: float, thick: float = 0.5) -> None:
        """Draw a rectangle's four sides."""
        self.line(x, y, x + wide, y, thick)
        self.line(x, y + high, x + wide, y + high, thick)
        self.line(x, y, x, y + high, thick)
        self.line(x + wide, y, x + wide, y + high, thick)

    def code(self, x: float, y: float, side: float, modules: Sequence[Sequence[bool]]) -> None:
        """Draw a code; the white around it is the caller's to leave."""
        self.marks.append(Code(x, y, side, tuple(tuple(row) for row in modules)))
