"""Forms for cards that are written by hand or stamped into metal, or filled: all about a card but whose it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from custody.ceremony.plan.plan import UNKNOWN, Card, Key, Medium, Plan
from custody.ceremony.printed.cells import (
    LARGE,
    PLAIN,
    SMALL,
    Both,
    Item,
    heading,
    lines,
    paragraph,
    space,
    stacked,
)
from custody.ceremony.printed.page import BODY, LEFT, RIGHT, Block, Section
from custody.ceremony.printed.texts import told
from custody.ceremony.steps.rates import WORDS
from custody.printing.canvas import Canvas
from custody.printing.face import Face

_FIELD = 25.0
_HALF = 300.0
"""Height of a form: two stand on a page, with a line to cut along."""
_COLUMNS = 4
_ROW = 20.0
_LETTERS = 4
"""Letters of a word that tell it from all others of its list (SLIP-39)."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands on a card once it is made: its kind, the set's number, the key's fingerprint, its words."""

    kind: str
    set: str
    fingerprint: str
    words: tuple[str, ...] = field(default=(), repr=False)


EMPTY = Filled("", "", "")


def by_hand(face: Face, key: Key) -> Section:
    """Return a form for each card of a key, to be written on with a pen."""
    heads = (heading(face, told("hand"), 13.0), paragraph(face, told("hand-told"), SMALL))
    return Section(heads, (_form(face, *each, metal=False) for each in _cards(key)))


def on_metal(face: Face, plan: Plan) -> Iterator[Section]:
    """Yield, for each key that has any, a form for each card that is to be metal."""
    for key in plan.keys:
        forms = [_form(face, *each, metal=True) for each in _cards(key) if each[1].medium is Medium.METAL]
        if forms:
            yield Section((heading(face, told("metal"), 13.0),), forms)


def _cards(key: Key) -> Iterator[tuple[Key, Card, int, int]]:
    """Yield a key's cards, each with its group and its place there, from 1."""
    for group, of in enumerate(key.groups, 1):
        for index, card in enumerate(of.cards, 1):
            yield key, card, group, index


def _form(face: Face, key: Key, card: Card, group: int, index: int, *, metal: bool) -> Block:
    block = stacked(form(face, key, card, group, index, EMPTY, metal=metal))

    def draw(canvas: Canvas, y: float) -> None:
        block.draw(canvas, y)
        canvas.line(LEFT, y + block.height, RIGHT, y + block.height, 0.5, dashed=True)

    return Block(max(_HALF, block.height + 10), draw)


def form(
    face: Face, key: Key, card: Card, group: int, index: int, filled: Filled, *, metal: bool = False
) -> list[Item]:
    """Return a card's boxes and its words, or places for them. `group` and `index` count from 1."""
    of = key.groups[group - 1]
    seal = card.seal if card.seal != UNKNOWN else " ".join(told("none"))
    needed = told("group-needed", cards=of.needed, count=len(of.cards), groups=key.groups_needed, all=len(key.groups))
    rows: tuple[tuple[tuple[Both, str, float], ...], ...] = (
        (
            (told("key"), key.id, 0.34),
            (told("group"), f"{group} / {len(key.groups)}", 0.16),
            (told("index"), f"{index} / {len(of.cards)}", 0.16),
            (told("kind"), filled.kind, 0.34),
        ),
        ((told("threshold"), " ".join(needed), 1.0),),
        ((told("set"), filled.set, 0.3), (told("fingerprint"), filled.fingerprint, 0.7)),
        ((told("seal"), seal, 1.0),),
    )
    count = WORDS[key.bits]
    words = [_words(first, count, metal, filled.words) for first in range(1, _rows(count) + 1)]
    return [*(item for fields in rows for item in _fields(face, fields)), space(6), *words, space(5)]


def _rows(count: int) -> int:
    return -(-count // _COLUMNS)


def _fields(face: Face, fields: tuple[tuple[Both, str, float], ...]) -> list[Item]:
    """Return boxes beside one another: a label, and what the plan knows already."""
    filled = [
        lines(face, value, share * BODY - 8, PLAIN, bold=True) if value else [] for _label, value, share in fields
    ]
    high = max(_FIELD, *(12 + sum(each.height for each in items) + 2 for items in filled))

    def draw(canvas: Canvas, x: float, y: float) -> None:
        for (label, _value, share), items in zip(fields, filled, strict=True):
            canvas.box(x, y, share * BODY, high, 0.7)
            canvas.text(x + 4, y + 8.5, " ".join(label), 7)
            at = y + 10.5
            for item in items:
                item.draw(canvas, x + 4, at)
                at += item.height
            x += share * BODY

    return [Item(high, draw)]


def _words(first: int, count: int, metal: bool, words: Sequence[str]) -> Item:
    """Return a row of words: numbers run downwards, column by column."""
    wide = BODY / _COLUMNS

    def draw(canvas: Canvas, x: float, y: float) -> None:
        for number in range(first, count + 1, _rows(count)):
            canvas.text(x, y + 14, f"{number:>2}", PLAIN, bold=True)
            if words:
                canvas.text(x + 20, y + 14, words[number - 1], LARGE)
            elif metal:
                for letter in range(_LETTERS):
                    canvas.box(x + 20 + letter * 19, y + 2, 19, _ROW - 3, 0.7)
            else:
                canvas.line(x + 20, y + _ROW - 2, x + wide - 8, y + _ROW - 2, 0.7)
            x += wide

    return Item(_ROW, draw)
