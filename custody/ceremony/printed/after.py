"""What ends a sitting: the log of exceptions, what becomes of things, and the form for a card that somebody carries."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import Plan, Sitting
from custody.ceremony.printed.cells import (
    SMALL,
    Both,
    Item,
    blank,
    both,
    heading,
    indented,
    inner,
    lines,
    named,
    paragraph,
    row,
    space,
    stacked,
    tick,
)
from custody.ceremony.printed.page import BODY, Block, Section, gap
from custody.ceremony.printed.sitting import begun
from custody.ceremony.printed.texts import told
from custody.printing.canvas import Canvas
from custody.printing.face import Face

_EXCEPTIONS = 8
"""Rows of the log on its one page."""


def exceptions(face: Face, sitting: Sitting) -> Section:
    """Return the page for whatever was not as it is written."""
    widths = (44.0, 50.0, BODY - 254.0, 90.0, 70.0)
    names = ("time", "step", "what", "says-so", "two-initials")
    heads = (
        *begun(face, sitting, "exceptions"),
        paragraph(face, told("exceptions-told")),
        named(face, widths, map(told, names)),
    )
    empty: tuple[list[Item], ...] = ([], [], [], [], [])
    return Section(heads, [each for _row in range(_EXCEPTIONS) for each in row(widths, empty, least=64.0)])


def after(face: Face, plan: Plan, sitting: Sitting) -> Section:
    """Return what becomes of each thing that worked with a secret, or could have."""
    widths = (160.0, 236.0, 44.0, BODY - 440.0)
    heads = (
        *begun(face, sitting, "after"),
        paragraph(face, told("after-told")),
        named(face, widths, map(told, ("thing", "becomes", "time", "two-initials"))),
    )
    return Section(heads, _fates(face, plan, sitting, widths))


def _fates(face: Face, plan: Plan, sitting: Sitting, widths: tuple[float, ...]) -> Iterator[Block]:
    choices = [item for name in ("sealed", "kept", "destroyed") for item in _choice(face, told(name), inner(widths[1]))]
    for thing, called in _things(plan, sitting):
        what = [*both(face, thing, inner(widths[0]), SMALL), *lines(face, called, inner(widths[0]), SMALL, bold=True)]
        yield from row(widths, (what, choices, [], []))


def _choice(face: Face, label: Both, wide: float) -> list[Item]:
    return [*tick(face, " ".join(label), wide), space(7)]


def _things(plan: Plan, sitting: Sitting) -> Iterator[tuple[Both, str]]:
    for label, name in (("machine", sitting.machine), ("second-machine", sitting.second_machine)):
        if name is not None:
            machine = plan.machines[name]
            yield told(label), f"{machine.name} ({machine.serial})"
    for label in ("medium", "printer", "scraps", "unused-bags"):
        yield told(label), ""


def carrier(face: Face) -> Section:
    """Return the form that goes with a card whose holder cannot come."""
    heads = (heading(face, told("carrier"), 13.0), paragraph(face, told("carrier-told")))
    half = (BODY - 12) / 2
    pairs = (
        ("for-holder", "card-of"),
        ("carrier-name", "bag-serial"),
        ("route", ""),
        ("handed", ""),
        ("gives", "takes"),
        ("witnesses-it", ""),
        ("received", ""),
        ("gives", "takes"),
    )
    return Section(heads, _form(face, pairs, half))


def _form(face: Face, pairs: tuple[tuple[str, str], ...], half: float) -> Iterator[Block]:
    for number, (first, second) in enumerate(pairs):
        left = blank(face, told(first), half if second else BODY, 38)
        right = blank(face, told(second), half, 38) if second else []
        yield _beside(left, right, half + 12)
        yield gap(5)
        if number in (3, 6):
            yield stacked([*tick(face, " ".join(told("flap")), BODY), space(6)], keeps=True)
        if number == len(pairs) - 1:
            yield stacked(tick(face, " ".join(told("called")), BODY))


def _beside(left: list[Item], right: list[Item], at: float) -> Block:
    """Return two columns of items."""
    one, other = stacked(left), stacked([indented(each, at) for each in right])

    def draw(canvas: Canvas, y: float) -> None:
        one.draw(canvas, y)
        other.draw(canvas, y)

    return Block(max(one.height, other.height), draw)
