"""The foot of a page: what it belongs to, by words and digests, its number, and a code that says the same."""

from collections.abc import Callable, Sequence

from custody.ceremony.printed.page import END, FOOT, LEFT, RIGHT
from custody.ceremony.printed.texts import told
from custody.printing.canvas import Canvas
from custody.printing.face import Face

Drawn = Callable[[str], Sequence[Sequence[bool]]]
"""A text to the modules of a code, True for dark."""

MOST_PAGES = 1000
"""More than these no two people have compared."""

_CODE = 50.0
"""Side of the code in points, some 18 mm: its modules are a third of a millimetre or more."""
_TOP = END + FOOT - _CODE
_LINE = 9.0


def foot(
    canvas: Canvas,
    face: Face,
    words: str,
    digests: Sequence[str],
    number: int,
    count: int,
    code: Sequence[Sequence[bool]],
) -> None:
    """Draw the foot of page `number` of `count`, from 1; `digests` stand one below the other."""
    y = _TOP
    canvas.line(LEFT, y - 5, RIGHT - _CODE - 10, y - 5, 0.5)
    canvas.text(LEFT, y + 12, words, 10, bold=True)
    for at, digest in enumerate(digests):
        canvas.text(LEFT, y + 26 - _LINE * (len(digests) - 1) / 2 + _LINE * at, digest, 6.5)
    canvas.text(LEFT, y + 42, "  ".join(told("page", number=number, count=count)), 9)
    which = f"{number} / {count}"
    canvas.text(RIGHT - _CODE - 14 - face.width(which, 12), y + 42, which, 12, bold=True)
    canvas.code(RIGHT - _CODE, _TOP, _CODE, code)
