"""One card on a sheet of its own, for a printer: in text and as a code, and with no person's name.

What is returned holds a card: it goes to a printer, and nowhere else (docs/spec/ceremony.md, "Cards on a printer").
"""

from collections.abc import Callable, Sequence

from custody.ceremony.plan.plan import Key
from custody.ceremony.printed.cards import Filled, form
from custody.ceremony.printed.cells import SMALL, heading, paragraph, stacked
from custody.ceremony.printed.page import LEFT, Block, Section, pages
from custody.ceremony.printed.texts import told
from custody.printing.canvas import Canvas
from custody.printing.face import Face

Drawn = Callable[[str], Sequence[Sequence[bool]]]
"""A text to the modules of a code, True for dark."""

_CODE, _QUIET = 150.0, 12.0
"""Side of the code in points, some 53 mm, and the white around it."""


def card_sheet(
    face: Face, key: Key, place: tuple[int, int], filled: Filled, sheet: int, drawn: Drawn, *, rehearsal: bool
) -> Canvas:
    """Return the page of a card at a `place`: its group and its number there, from 1. `sheet` is the sheet's number."""
    group, index = place
    card = key.groups[group - 1].cards[index - 1]
    modules = drawn(" ".join(filled.words))
    blocks = [
        *([heading(face, told("rehearsal-card"), 16.0)] if rehearsal else []),
        heading(face, told("card-sheet", sheet=sheet), 16.0),
        paragraph(face, told("card-sheet-told"), SMALL),
        stacked(form(face, key, card, group, index, filled)),
        paragraph(face, told("card-sheet-code"), SMALL, keeps=True),
        Block(_CODE + 2 * _QUIET, lambda canvas, y: canvas.code(LEFT + _QUIET, y + _QUIET, _CODE, modules)),
    ]
    (canvas,) = pages([Section((), blocks)])
    return canvas
