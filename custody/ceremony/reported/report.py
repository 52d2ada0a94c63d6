"""`report`: what transcripts come to, as pages. At its foot each says of which plan and transcript, and which page."""

from collections.abc import Iterator
from itertools import islice

from custody.catalogue import _
from custody.ceremony.printed.foot import MOST_PAGES, Drawn, foot
from custody.ceremony.printed.lacking import lacking_in
from custody.ceremony.printed.page import Section, pages
from custody.ceremony.reported.cards import cards, given_up
from custody.ceremony.reported.cover import cover
from custody.ceremony.reported.evidence import evidence
from custody.ceremony.reported.keys import keys
from custody.ceremony.reported.lines import every, exceptions
from custody.ceremony.reported.people import people
from custody.ceremony.reported.seen import Seen
from custody.ceremony.reported.verdict import band
from custody.ceremony.reported.wallets import wallets
from custody.ceremony.transcript.contents import Begun
from custody.errors import Unreadable
from custody.printing.canvas import Canvas
from custody.printing.face import Face

_WORDS = 4


def report(face: Face, seen: Seen, drawn: Drawn) -> tuple[Canvas, ...]:
    """Return the pages. The same transcripts and signatures have the same pages.

    Raises Unreadable for a transcript of more than anybody reads: nothing of it is left out.
    """
    found = tuple(islice(pages(_sections(face, seen, drawn)), MOST_PAGES + 1))
    if len(found) > MOST_PAGES:
        raise Unreadable(
            _("the report of this transcript has more than {most} pages").format(most=MOST_PAGES),
            hint=_("Nobody reads so many, and nothing is left out of it. Leave --report out: the screen tells it all."),
        )
    plan, head = seen.together.plan, seen.found.transcript.head.hash.hex()
    digest, words = plan.digest.hex(), " ".join(seen.words[0].split()[: _WORDS + 1])
    for number, canvas in enumerate(found, 1):
        code = drawn(marked(digest, head, number, len(found)))
        foot(canvas, face, words, (digest, head), number, len(found), code)
    return found


def marked(digest: str, head: str, number: int, count: int) -> str:
    """Return what the code of a page says, in capitals, of which a code holds more: plan, transcript, page."""
    return f"custody-report:{digest}:{head}:{number}:{count}".upper()


def lacking(face: Face, seen: Seen) -> tuple[tuple[str, str], ...]:
    """Return each place of a plan or a line whose text has characters that the font has not, with these characters."""
    found = lacking_in(face, seen.together.plan.to_json(), "plan")
    lines = [line for line in seen.found.transcript.lines if not isinstance(line.content, Begun)]
    more = (each for line in lines for each in lacking_in(face, line.content.to_json(), f"line {line.number}"))
    return (*found, *more)


def _sections(face: Face, seen: Seen, drawn: Drawn) -> Iterator[Section]:
    heads = tuple(band(face, seen.together))
    yield Section(heads, cover(face, seen))
    yield people(face, seen, heads)
    yield keys(face, seen, heads)
    yield from cards(face, seen, heads)
    yield from given_up(face, seen, heads)
    yield from exceptions(face, seen, heads)
    yield wallets(face, seen, drawn, heads)
    yield every(face, seen, heads)
    yield from evidence(face, seen, heads)
