"""Before the steps of a sitting: who is there, and the kit with its serials."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import UNKNOWN, Medium, Plan, Sitting
from custody.ceremony.printed.cells import (
    PLAIN,
    SMALL,
    TINY,
    Both,
    Item,
    both,
    heading,
    inner,
    lines,
    named,
    paragraph,
    row,
    tick,
)
from custody.ceremony.printed.page import BODY, Block, Section
from custody.ceremony.printed.texts import told
from custody.ceremony.steps.seats import everybody
from custody.ceremony.steps.step import Role
from custody.printing.face import Face

_WRITING = 28.0
"""Height of a row that is written in by hand, in points."""


def attendance(face: Face, plan: Plan, sitting: Sitting) -> Section:
    """Return the list of who may act in which role at a sitting, to be marked on the day."""
    widths = (78.0, 128.0, 40.0, 44.0, 58.0, 44.0, 44.0, BODY - 436.0)
    names = ("roles", "person", "acts", "papers", "telephone", "from", "until", "signature-after")
    heads = (
        *begun(face, sitting, "attendance"),
        paragraph(face, told("attendance-told")),
        named(face, widths, map(told, names)),
    )
    return Section(heads, _seats(face, plan, sitting, widths))


def begun(face: Face, sitting: Sitting, name: str) -> tuple[Block, ...]:
    """Return the head of a page of a sitting."""
    english, japanese = told("sitting", name=sitting.id)
    about = told(name)
    return (heading(face, (f"{english}: {about[0]}", f"{japanese}　{about[1]}"), 13.0),)


def _seats(face: Face, plan: Plan, sitting: Sitting, widths: tuple[float, ...]) -> Iterator[Block]:
    seats: dict[tuple[Role, str], None] = {}
    for each in everybody(plan, sitting):
        seats.update({(each.role, person): None for person in each.people})
    for role, person in seats:
        whose = [
            *lines(face, plan.people[person], inner(widths[1]), PLAIN),
            *lines(face, person, inner(widths[1]), TINY + 1),
        ]
        boxes = [tick(face, "", inner(width)) for width in widths[2:5]]
        cells = (both(face, told(role.value), inner(widths[0]), SMALL), whose, *boxes, [], [], [])
        yield from row(widths, cells, least=_WRITING)


def kit(face: Face, plan: Plan, sitting: Sitting) -> Section:
    """Return the list of things, each with its serial as planned and a place for the one that is seen."""
    widths = (206.0, 112.0, 112.0, 34.0, BODY - 464.0)
    names = ("thing", "serial-planned", "serial-seen", "here", "initials")
    heads = (*begun(face, sitting, "kit"), named(face, widths, map(told, names)))
    return Section(heads, _things(face, plan, sitting, widths))


def _things(face: Face, plan: Plan, sitting: Sitting, widths: tuple[float, ...]) -> Iterator[Block]:
    for thing, called, serial in _listed(plan, sitting):
        what = both(face, thing, inner(widths[0]), SMALL)
        what += lines(face, called, inner(widths[0]), SMALL, bold=True) if called else []
        planned: list[Item] = lines(face, serial, inner(widths[1]), PLAIN) if serial else []
        yield from row(widths, (what, planned, [], tick(face, "", inner(widths[3])), []), least=_WRITING)


def _listed(plan: Plan, sitting: Sitting) -> Iterator[tuple[Both, str, str]]:
    """Yield each thing, what it is called, and its serial as the plan has it."""
    keys = plan.made_at(sitting)
    machine = plan.machines[sitting.machine]
    yield told("machine"), machine.name, machine.serial
    if sitting.second_machine is not None:
        second = plan.machines[sitting.second_machine]
        yield told("second-machine"), second.name, second.serial
    for name in ("medium", "printer"):
        yield told(name), "", ""
    if any(key.rolls for key in keys):
        yield told("dice"), "", ""
    for name in ("box", "clock", "pens"):
        yield told(name), "", ""
    if metal := sum(card.medium is Medium.METAL for key in keys for card in key.cards):
        yield told("metal-kit", count=metal), "", ""
    for key in keys:
        for number, card in enumerate(key.cards, 1):
            if card.seal != UNKNOWN:
                yield told("bag", key=key.id, number=number), "", card.seal
    yield told("spare-bags"), "", ""
