"""`script`: a plan to the pages that people follow. At its foot each says of which plan it is, and which page."""

from collections.abc import Iterator
from itertools import islice

from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.ceremony.printed.after import after, carrier, exceptions
from custody.ceremony.printed.cards import by_hand, on_metal
from custody.ceremony.printed.course import after_all, steps
from custody.ceremony.printed.cover import cover
from custody.ceremony.printed.foot import MOST_PAGES, Drawn, foot
from custody.ceremony.printed.lacking import lacking_in
from custody.ceremony.printed.page import Section, pages
from custody.ceremony.printed.sitting import attendance, kit
from custody.errors import Unreadable
from custody.printing.canvas import Canvas
from custody.printing.face import Face

_WORDS = 4


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
        foot(canvas, face, words, (digest,), number, len(found), drawn(marked(digest, number, len(found))))
    return found


def marked(digest: str, number: int, count: int) -> str:
    """Return what the code of a page says: a scan of it belongs to this plan, and to this place in its script."""
    return f"custody-plan:{digest}:{number}:{count}"


def lacking(face: Face, plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return each place of a plan whose text has characters that the font has not, with these characters."""
    return lacking_in(face, plan.to_json())


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
