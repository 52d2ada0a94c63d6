"""The evidence that closes a report, to be completed by hand: things, stubs of bags, where it lies, who got it."""

from collections.abc import Iterator, Sequence

from custody.ceremony.printed.cells import (
    PLAIN,
    SMALL,
    TINY,
    Both,
    Item,
    blank,
    both,
    heading,
    indented,
    inner,
    lines,
    named,
    row,
    space,
    stacked,
    tick,
)
from custody.ceremony.printed.page import BODY, Block, Section, gap
from custody.ceremony.printed.texts import told as role_told
from custody.ceremony.reported.blocks import introduced
from custody.ceremony.reported.people import roles
from custody.ceremony.reported.seen import Seen
from custody.ceremony.reported.texts import told
from custody.printing.canvas import Canvas
from custody.printing.face import Face

_THINGS = (166.0, 46.0, BODY - 302.0, 90.0)
_STUBS = (196.0, 120.0, 44.0, BODY - 360.0)
_WRITING = 40.0
_RECIPIENTS, _YEARS = 5, 5
"""Rows to write in."""


def evidence(face: Face, seen: Seen, heads: tuple[Block, ...]) -> Iterator[Section]:
    """Yield the list of things, the stubs, the archive, the reopenings, and the signatures."""
    about = introduced(face, "evidence", "evidence-told")
    columns = named(face, _THINGS, map(told, ("thing", "here", "serial", "lies")))
    yield Section((*heads, *about, columns), _things(face, seen))
    if stubs := list(_stubs(seen)):
        columns = named(face, _STUBS, map(told, ("thing", "bag", "here", "initials")))
        blocks = (block for each in stubs for block in _stub(face, *each))
        yield Section((*heads, heading(face, told("stubs"), 13.0), columns), blocks)
    yield Section((*heads, *introduced(face, "archive", "archive-told")), _archive(face))
    widths = (70.0, 70.0, BODY - 250.0, 110.0)
    columns = named(face, widths, map(told, ("due", "held", "found", "initials")))
    empty: tuple[list[Item], ...] = ([], [], [], [])
    rows = [block for _year in range(_YEARS) for block in row(widths, empty, least=56.0)]
    yield Section((*heads, *introduced(face, "reopening", "reopening-told"), columns), rows)
    yield _signatures(face, seen, heads)


def _things(face: Face, seen: Seen) -> Iterator[Block]:
    """Yield a row for each thing; what the program knows of it stands there already."""
    program = seen.found.standing.begun.program
    things: Sequence[tuple[Both, str]] = (
        (told("file"), seen.file_digest),
        (told("beside"), str(seen.beside)),
        (told("software", version=program), ""),
        (told("scripts"), ""),
        (told("scripts-others"), ""),
        (told("ink-sheets"), ""),
        (told("log"), ""),
        (told("photographs"), ""),
        (told("video"), ""),
        (told("spoiled"), ""),
    )
    for thing, known in things:
        cells: Sequence[Sequence[Item]] = (
            both(face, thing, inner(_THINGS[0]), SMALL),
            tick(face, "", inner(_THINGS[1])),
            lines(face, known, inner(_THINGS[2]), TINY + 0.5) if known else [],
            [],
        )
        yield from row(_THINGS, cells, least=_WRITING)


def _stubs(seen: Seen) -> Iterator[tuple[Both, str]]:
    """Yield the bag of each card that had left, by the serial that was written down."""
    standing = seen.found.standing
    for key in standing.plan.made_at(standing.sitting):
        for number in range(1, len(key.cards) + 1):
            wrote = standing.wrote.get(f"{key.sitting}/{key.id}/card-{number}/bag", {})
            if "written-serial" in wrote:
                yield told("stub", key=key.id, number=number), wrote["written-serial"]


def _stub(face: Face, thing: Both, serial: str) -> Iterator[Block]:
    cells: Sequence[Sequence[Item]] = (
        both(face, thing, inner(_STUBS[0]), SMALL),
        lines(face, serial, inner(_STUBS[1]), PLAIN, bold=True),
        tick(face, "", inner(_STUBS[2])),
        [],
    )
    yield from row(_STUBS, cells, least=30.0)


def _archive(face: Face) -> Iterator[Block]:
    for number in (1, 2):
        yield _beside(face, told("copy", number=number), told("keeper"))
    yield _beside(face, told("years"), told("ends"))
    yield gap(8)
    yield heading(face, told("recipients"), 13.0)
    widths = (BODY - 290.0, 190.0, 100.0)
    yield named(face, widths, map(told, ("recipient", "received", "words-compared"))).kept()
    for _each in range(_RECIPIENTS):
        yield from row(widths, ([], [], tick(face, "", inner(widths[2]))), least=38.0)


def _beside(face: Face, first: Both, second: Both) -> Block:
    """Return two boxes to write in, side by side."""
    half = (BODY - 12) / 2
    one, other = blank(face, first, half, 44), [indented(each, half + 12) for each in blank(face, second, half, 44)]
    left, right = stacked(one), stacked(other)

    def draw(canvas: Canvas, y: float) -> None:
        left.draw(canvas, y)
        right.draw(canvas, y)

    return Block(max(left.height, right.height) + 6, draw)


def _signatures(face: Face, seen: Seen, heads: tuple[Block, ...]) -> Section:
    """Return a line to sign on for everybody who was there."""
    widths = (170.0, 130.0, BODY - 300.0)
    columns = named(face, widths, map(told, ("person", "role", "signed-here")))
    about = introduced(face, "signatures", "signatures-told")
    return Section((*heads, *about, columns), _to_sign(face, seen, widths))


def _to_sign(face: Face, seen: Seen, widths: tuple[float, ...]) -> Iterator[Block]:
    standing = seen.found.standing
    for each in seen.found.signers:
        person = [
            *lines(face, standing.plan.people[each.name], inner(widths[0]), PLAIN, bold=True),
            *lines(face, each.name, inner(widths[0]), TINY + 1),
        ]
        called = [role_told(role) for role in roles(standing.plan, standing.sitting, each.name)]
        seats = [item for role in called for item in lines(face, " ".join(role), inner(widths[1]), SMALL)]
        yield from row(widths, (person, [*seats, space(1)], []), least=_WRITING)
