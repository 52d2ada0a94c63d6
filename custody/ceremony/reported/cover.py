"""The first pages: the verdict, that paper proves nothing, the words to compare, the plan, and what it stands on."""

from collections.abc import Iterator, Sequence

from custody.ceremony.printed.cells import (
    LARGE,
    PLAIN,
    SMALL,
    Both,
    Item,
    both,
    heading,
    inner,
    lines,
    named,
    numbered,
    row,
    space,
    stacked,
)
from custody.ceremony.printed.page import BODY, Block, gap
from custody.ceremony.printed.texts import told as script_told
from custody.ceremony.reported.blocks import fact
from custody.ceremony.reported.moments import moment
from custody.ceremony.reported.seen import Seen
from custody.ceremony.reported.texts import told
from custody.ceremony.reported.verdict import in_short, verdict
from custody.printing.face import Face

_WORDS_IN_A_ROW = 5


def cover(face: Face, seen: Seen) -> Iterator[Block]:
    """Yield the blocks of the first pages."""
    yield heading(face, told("title-rehearsal" if seen.together.is_rehearsal else "title"), 20.0)
    yield from verdict(face, seen.together)
    yield gap(8)
    yield from row((BODY,), ([*_paper(face)],), fill=0.88)
    yield gap(8)
    yield heading(face, told("head"), 12.0)
    yield _spoken(face, seen.words[0])
    if seen.told_at_end not in (None, seen.words[0]):
        yield heading(face, told("told-at-end"), 12.0)
        yield _spoken(face, seen.told_at_end or "")
    for label, values in _about(seen):
        yield from fact(face, label, values)
    yield from _stands_on(face, seen)
    yield from _others(face, seen)


def _paper(face: Face) -> Iterator[Item]:
    wide = inner(BODY)
    yield from both(face, told("paper"), wide, LARGE + 1, bold=True)
    for name in ("paper-told", "paper-compare"):
        yield from both(face, told(name), wide, PLAIN)


def _spoken(face: Face, spoken: str) -> Block:
    """Return the number of a line, and its words, in rows to tick off while they are read aloud."""
    number, *words = spoken.split()
    rows = [words[at : at + _WORDS_IN_A_ROW] for at in range(0, len(words), _WORDS_IN_A_ROW)]
    label = lines(face, "   ".join(told("head-number", number=number)), BODY, PLAIN, bold=True)
    items = [numbered(group, at * _WORDS_IN_A_ROW, BODY / _WORDS_IN_A_ROW) for at, group in enumerate(rows)]
    return stacked([*label, space(2), *items, space(8)])


def _about(seen: Seen) -> Iterator[tuple[Both, Sequence[str]]]:
    """Yield what the transcript is of: label and values, each on lines of its own."""
    standing, transcript = seen.found.standing, seen.found.transcript
    plan, sitting = standing.plan, standing.sitting
    machine = plan.machines[sitting.machine]
    yield told("plan-words"), (" ".join(plan.words[:8]), " ".join(plan.words[8:]))
    yield told("kind"), told("rehearsal" if standing.begun.rehearsal else "real")
    yield script_told("purpose"), (plan.purpose,)
    yield script_told("network"), (plan.network,)
    yield script_told("threat"), script_told(f"threat-{plan.threat.value}")
    yield told("sitting"), (f"{sitting.id}, {sitting.city}, {sitting.date.isoformat()}",)
    yield script_told("machine"), (f"{machine.name} ({machine.serial})",)
    yield told("program"), (standing.begun.program,)
    yield told("span"), (f"{moment(transcript.lines[0].at)} - {moment(transcript.lines[-1].at)}",)
    yield told("digest"), (plan.digest.hex(),)
    yield told("head-digest"), (transcript.head.hash.hex(),)


def _stands_on(face: Face, seen: Seen) -> Iterator[Block]:
    if seen.together.is_rehearsal:
        return
    rehearsed = seen.found.standing.rehearsed
    if not rehearsed:
        yield from fact(face, told("stands-on"), told("stands-on-none"))
    for each, words in zip(rehearsed, seen.rehearsals, strict=True):
        shown = " ".join(told("shown" if each.head in seen.shown else "not-shown"))
        yield from fact(face, told("stands-on"), (", ".join(sorted(each.people)), words, shown))


def _others(face: Face, seen: Seen) -> Iterator[Block]:
    """Yield the other sittings that were put together with this one."""
    others = list(zip(seen.together.sittings, seen.words, strict=True))[1:]
    if not others:
        return
    widths = (140.0, 150.0, BODY - 290.0)
    yield gap(8)
    yield heading(face, told("others"), 12.0)
    yield named(face, widths, (told("sitting"), told("verdict"), told("last-words"))).kept()
    for each, words in others:
        sitting = each.standing.sitting
        texts = (f"{sitting.id}, {sitting.city}", " ".join(in_short(each)), words)
        yield from row(
            widths, [lines(face, text, inner(wide), SMALL) for text, wide in zip(texts, widths, strict=True)]
        )
    yield gap(2)
