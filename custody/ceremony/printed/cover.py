"""The first pages: what the plan is for, its words, its sittings and wallets, and everybody's signature under it."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import Plan
from custody.ceremony.printed.cells import (
    LARGE,
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
    numbered,
    paragraph,
    row,
    space,
    stacked,
)
from custody.ceremony.printed.page import BODY, Block, Section, gap
from custody.ceremony.printed.texts import told
from custody.ceremony.steps.effort import effort
from custody.printing.face import Face

_WORDS_IN_A_ROW = 4
_SIGNING = 34.0
"""Height of a line to sign on, in points."""


def cover(face: Face, plan: Plan) -> Iterator[Section]:
    """Yield the cover, and the page of signatures."""
    yield Section((), _cover(face, plan))
    widths = (150.0, 128.0, BODY - 278.0)
    columns = (told("person"), told("roles"), told("signature"))
    heads = (
        heading(face, told("people")),
        paragraph(face, told("people-told")),
        named(face, widths, columns),
    )
    yield Section(heads, _people(face, plan, widths))


def _cover(face: Face, plan: Plan) -> Iterator[Block]:
    yield heading(face, told("title"), 22.0)
    threat = told(f"threat-{plan.threat.value}")
    facts = (
        (told("purpose"), (plan.purpose,)),
        (told("network"), (plan.network,)),
        (told("threat"), threat),
    )
    widths = (120.0, BODY - 120.0)
    for label, values in facts:
        size = LARGE if len(values) == 1 else PLAIN
        value = [item for each in values for item in lines(face, each, inner(widths[1]), size)]
        yield from row(widths, ([*both(face, label, inner(widths[0]), SMALL, bold=True)], value))
    yield gap(10)
    yield heading(face, told("words"), 12.0)
    yield _words(face, plan)
    yield paragraph(face, told("words-told"))
    for name in ("follow", "aloud-told", "live-told"):
        yield paragraph(face, told(name))
    yield gap(6)
    yield from _sittings(face, plan)
    yield gap(10)
    yield from _wallets(face, plan)


def _words(face: Face, plan: Plan) -> Block:
    """The words to compare, four in a row, and the digest that they stand for."""
    wide = BODY / _WORDS_IN_A_ROW
    rows = [plan.words[at : at + _WORDS_IN_A_ROW] for at in range(0, len(plan.words), _WORDS_IN_A_ROW)]
    items = [numbered(group, at * _WORDS_IN_A_ROW, wide) for at, group in enumerate(rows)]
    return stacked([*items, space(4), *lines(face, plan.digest.hex(), BODY, 8.0), space(6)])


def _sittings(face: Face, plan: Plan) -> Iterator[Block]:
    widths = (110.0, 130.0, 76.0, 120.0, BODY - 436.0)
    yield heading(face, told("sittings"), 12.0)
    yield named(face, widths, (("ID", ""), told("city"), told("date"), told("machine"), told("minutes"))).kept()
    for sitting in plan.sittings:
        texts = (
            sitting.id,
            sitting.city,
            sitting.date.isoformat(),
            sitting.machine,
            str(effort(plan, sitting).minutes),
        )
        yield from row(widths, _cells(face, widths, texts))


def _wallets(face: Face, plan: Plan) -> Iterator[Block]:
    widths = (120.0, 96.0, 130.0, BODY - 346.0)
    yield heading(face, told("wallets"), 12.0)
    yield named(face, widths, (told("wallet"), told("quorum"), told("key"), told("cards-needed"))).kept()
    for wallet in plan.wallets:
        quorum = " ".join(told("needed", needed=wallet.needed, count=len(wallet.keys)))
        for key in plan.keys_of(wallet):
            groups = ", ".join(f"{group.needed}/{len(group.cards)}" for group in key.groups)
            texts = (f"{wallet.id} ({wallet.script})", quorum, key.id, f"{groups}; {key.bits} bits")
            yield from row(widths, _cells(face, widths, texts))


def _cells(face: Face, widths: tuple[float, ...], texts: tuple[str, ...]) -> list[list[Item]]:
    return [lines(face, text, inner(width), SMALL) for width, text in zip(widths, texts, strict=True)]


def _people(face: Face, plan: Plan, widths: tuple[float, ...]) -> Iterator[Block]:
    for name, called in plan.people.items():
        person = [
            *lines(face, called, inner(widths[0]), PLAIN, bold=True),
            *lines(face, name, inner(widths[0]), TINY + 1),
        ]
        roles = [item for each in _roles(plan, name) for item in lines(face, " ".join(each), inner(widths[1]), SMALL)]
        own = lines(face, " ".join(told("device")), inner(widths[2]), 7.5) if name in plan.identities else []
        yield from row(widths, (person, roles, own), least=_SIGNING)


def _roles(plan: Plan, name: str) -> list[Both]:
    """Return what somebody may come to be at any sitting, each once."""
    found = [role for sitting in plan.sittings for role, people in sitting.roles.items() if name in people]
    if any(name in card.people for _key, card in plan.cards):
        found.append("holder")
    if any(name in sitting.attested_by for sitting in plan.sittings):
        found.append("attests")
    return [told(each) for each in dict.fromkeys(found)]
