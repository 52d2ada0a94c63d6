"""`script`: a plan to the pages that people follow. At its foot each says of which plan it is, and which page."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.ceremony.printed.after import after, carrier, exceptions
from custody.ceremony.printed.cards import by_hand, on_metal
from custody.ceremony.printed.course import after_all, steps
from custody.ceremony.printed.cover import cover
from custody.ceremony.printed.page import END, FOOT, LEFT, RIGHT, Section, pages
from custody.ceremony.printed.sitting import attendance, kit
from custody.ceremony.printed.texts import told
from custody.errors import Unreadable
from custody.printing.canvas import Canvas
from custody.printing.face import Face

Drawn = Callable[[str], Sequence[Sequence[bool]]]
"""A text to the modules of a code, True for dark."""

_CODE = 50.0
"""Side of the code in points, some 18 mm: its modules are half a millimetre."""
_CODE_TOP = END + FOOT - _CODE
_WORDS = 4

MOST_PAGES = 1000
"""More than these no two people have compared."""


def script(face: Face, plan: Plan, drawn: Drawn) -> tuple[Canvas, ...]:
    """Return the pages. The same plan has the same pages. Raises Unreadable for a plan of more than anybody reads."""
    found = tuple(islice(pages(_sections(face, plan)), MOST_PAGES + 1))
    if len(found) > MOST_PAGES:
        raise Unreadable(
            _("the script of this plan has more than {most} pages").format(most=MOST_PAGES),
            hint=_("Nobody follows so many in a night. Make several plans of it, or shorten its texts."),
        )
    digest, words = plan.digest.hex(), " ".join(plan.words[:_WORDS])
    for number, canvas in enumerate(found, 1):
        _foot(canvas, face, words, digest, number, len(found))
        canvas.code(RIGHT - _CODE, _CODE_TOP, _CODE, drawn(marked(digest, number, len(found))))
    return found


def marked(digest: str, number: int, count: int) -> str:
    """Return what the code of a page says: a scan of it belongs to this plan, and to this place in its script."""
    return f"custody-plan:{digest}:{number}:{count}"


def lacking(face: Face, plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return each place of a plan whose text has characters that the font has not, with these characters."""
    found = ((where, "".join(face.lacking(text))) for where, text in _texts(plan.to_json(), ""))
    return tuple((where, characters) for where, characters in found if characters)


def _texts(part: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield where, part
    members = part.items() if isinstance(part, dict) else enumerate(part, 1) if isinstance(part, list) else ()
    for name, each in members:
        yield from _texts(each, f"{where}.{name}" if where else str(name))


def _sections(face: Face, plan: Plan) -> Iterator[Section]:
    yield from cover(face, plan)
    for sitting in plan.sittings:
        yield attendance(face, plan, sitting)
        yield kit(face, plan, sitting)
        yield steps(face, plan, sitting)
        yield exceptions(face, sitting)
        yield after(face, plan, sitting)
    yield after_all(face, plan)
    for key in plan.keys:
        yield by_hand(face, key)
    yield from on_metal(face, plan)
    yield carrier(face)


def _foot(canvas: Canvas, face: Face, words: str, digest: str, number: int, count: int) -> None:
    y = _CODE_TOP
    canvas.line(LEFT, y - 5, RIGHT - _CODE - 10, y - 5, 0.5)
    canvas.text(LEFT, y + 12, words, 10, bold=True)
    canvas.text(LEFT, y + 26, digest, 6.5)
    canvas.text(LEFT, y + 42, "  ".join(told("page", number=number, count=count)), 9)
    which = f"{number} / {count}"
    canvas.text(RIGHT - _CODE - 14 - face.width(which, 12), y + 42, which, 12, bold=True)
