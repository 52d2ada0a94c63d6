"""The steps as a table: what is done, what is said aloud, what is written down, who acts, and columns for the pen."""

from collections.abc import Iterable, Iterator

from custody.ceremony.plan.plan import Plan, Sitting
from custody.ceremony.printed.cells import (
    BARRED,
    BESIDE,
    LARGE,
    PLAIN,
    SMALL,
    TINY,
    Item,
    barred,
    blank,
    both,
    heading,
    inner,
    lines,
    named,
    row,
    space,
)
from custody.ceremony.printed.page import Block, Section
from custody.ceremony.printed.sitting import begun
from custody.ceremony.printed.texts import told
from custody.ceremony.steps.closing import service
from custody.ceremony.steps.course import course
from custody.ceremony.steps.rates import ASSUMED
from custody.ceremony.steps.sentences import Sentence
from custody.ceremony.steps.step import Chapter, Role, Step
from custody.printing.face import Face

_WIDTHS = (26.0, 290.0, 92.0, 44.0, BESIDE - 452.0)
_LEAST = 48.0
"""Height of the least step, in points: a time and initials are written beside it."""
_BOXES = {"written-words": 44.0, "written-commitment": 44.0, "written-findings": 44.0, "written-address": 36.0}
"""Heights of what is written by hand, where a line is not enough."""
_LINE = 22.0


def steps(face: Face, plan: Plan, sitting: Sitting) -> Section:
    """Return the steps of a sitting."""
    heads = (*begun(face, sitting, "steps"), _columns(face))
    return Section(heads, _told(face, course(plan, sitting)))


def after_all(face: Face, plan: Plan) -> Section:
    """Return the steps that put the wallets into service."""
    heads = (heading(face, told("service"), 13.0), _columns(face))
    return Section(heads, _told(face, service(plan, ASSUMED)))


def _columns(face: Face) -> Block:
    return named(face, _WIDTHS, map(told, ("number", "does", "who", "time", "initials")))


def _told(face: Face, told_steps: Iterable[Step]) -> Iterator[Block]:
    """Yield the rows: a band at each chapter, and where a secret begins and ends to be live."""
    chapter: Chapter | None = None
    was_live = False
    for number, step in enumerate(told_steps, 1):
        if step.chapter is not chapter:
            chapter = step.chapter
            yield _band(face, told(chapter.value), fill=0.88).kept()
        if step.live and not was_live:
            yield _band(face, told("live-begins"), fill=None, live=True).kept()
        ends = was_live and not step.live  # the secret is there until this step is done
        rows = list(_step(face, number, step, live=step.live or ends))
        yield from (each.kept() if ends else each for each in rows)
        if ends:
            yield _band(face, told("live-ends"), fill=None)
        was_live = step.live


def _band(face: Face, about: tuple[str, str], *, fill: float | None, live: bool = False) -> Block:
    """Return a row over all columns."""
    (block,) = row((BESIDE,), (both(face, about, inner(BESIDE), PLAIN, bold=True),), fill=fill, live=live)
    return block


def _step(face: Face, number: int, step: Step, *, live: bool) -> Iterator[Block]:
    wide = inner(_WIDTHS[1])
    does = [*_done(face, step, wide), space(2), *lines(face, step.id, wide, TINY, grey=0.35)]
    cells: tuple[list[Item], ...] = (
        lines(face, str(number), inner(_WIDTHS[0]), PLAIN, bold=True),
        does,
        _who(face, step),
        [],
        [],
    )
    yield from row(_WIDTHS, cells, least=_LEAST, live=live, fill=0.88 if step.is_break else None)


def _done(face: Face, step: Step, wide: float) -> Iterator[Item]:
    if step.is_break:
        yield from both(face, told("break"), wide, LARGE + 2, bold=True)
    yield from _sentence(face, step.does, wide)
    if step.says is not None:
        english, japanese = step.says.on_paper
        label = lines(face, " ".join(told("aloud")), wide - BARRED, TINY + 0.5, bold=True)
        spoken = (f"\u201c{english}\u201d", f"\u300c{japanese}\u300d")
        yield space(4)
        yield from barred([*label, *both(face, spoken, wide - BARRED, PLAIN + 0.5, bold=True)])
    for record in step.records:
        english, japanese = record.on_paper
        if expected := step.expects.get(record.name):
            said = told("expected", value=expected)
            english, japanese = f"{english}, {said[0]}", f"{japanese}、{said[1]}"
        yield space(4)
        yield from blank(face, (english, japanese), wide, _BOXES.get(record.name, _LINE))
    if step.is_break:
        yield space(4)
        yield from blank(face, told("again-at"), wide / 3, _LINE)


def _sentence(face: Face, said: Sentence, wide: float) -> list[Item]:
    return both(face, said.on_paper, wide)


def _who(face: Face, step: Step) -> list[Item]:
    """Return who acts, who has to be there, and who says afterwards that it was done."""
    wide = inner(_WIDTHS[2])
    acts = both(face, told(step.acts.value), wide, SMALL, bold=True)
    if step.acts is Role.HOLDER:
        acts += lines(face, step.who.people[0], wide, SMALL)
    there = [" ".join(told("there")), *_there(step)]
    says = " ".join(told(step.evidence.value))
    return [
        *acts,
        space(3),
        *(item for each in there for item in lines(face, each, wide, TINY)),
        space(3),
        *lines(face, says, wide, TINY, grey=0.35),
    ]


def _there(step: Step) -> Iterator[str]:
    holders = [each for each in step.attend if each.role is Role.HOLDER]
    for each in step.attend:
        if each.role is not Role.HOLDER and (each.role is not step.acts or each.count > 1):
            count = f" \u00d7 {each.count}" if each.count > 1 else ""
            yield " ".join(told(each.role.value)) + count
    if len(holders) > 1:
        yield " ".join(told("every-holder"))
    elif holders and step.acts is not Role.HOLDER:
        yield f"{' '.join(told('holder'))} {holders[0].people[0]}"
