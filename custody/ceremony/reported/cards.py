"""Each card of the sitting: whose, where, in which bag, its commitment; and cards of keys that were given up."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import UNKNOWN, Card, Key
from custody.ceremony.printed.cells import (
    PLAIN,
    SMALL,
    TINY,
    Item,
    both,
    heading,
    inner,
    lines,
    named,
    row,
)
from custody.ceremony.printed.page import BODY, Block, Section
from custody.ceremony.reported.blocks import introduced
from custody.ceremony.reported.seen import Seen
from custody.ceremony.reported.texts import told
from custody.ceremony.transcript.key_lines import Destroyed, Voided
from custody.printing.face import Face

_CARDS = (30.0, 46.0, 112.0, 104.0, 88.0, 98.0, BODY - 478.0)
_GIVEN_UP = (86.0, 190.0, 100.0, BODY - 376.0)


def cards(face: Face, seen: Seen, heads: tuple[Block, ...]) -> Iterator[Section]:
    """Yield the cards of each key of the sitting."""
    standing = seen.found.standing
    for key in standing.plan.made_at(standing.sitting):
        set_ = standing.set_of(key)
        title = heading(face, told("cards", key=key.id, set="-" if set_ is None else set_), 13.0)
        columns = named(face, _CARDS, map(told, ("card", "group", "holder", "place", "bag", "commitment", "line")))
        yield Section((*heads, title, columns), _of_key(face, seen, key))


def _of_key(face: Face, seen: Seen, key: Key) -> Iterator[Block]:
    standing = seen.found.standing
    made = standing.made.get(key.id)
    places = [(group, index) for group, of in enumerate(key.groups, 1) for index in range(1, len(of.cards) + 1)]
    commitments = [""] * len(places) if made is None else [each.hex() for _at, each in made.follows.places]
    for number, (card, (group, index), commitment) in enumerate(zip(key.cards, places, commitments, strict=True), 1):
        left = standing.done.get(f"{key.sitting}/{key.id}/card-{number}")
        texts = (
            str(number),
            f"{group}, {index} / {len(key.groups[group - 1].cards)}",
            standing.plan.people[card.holder],
            f"{standing.plan.places[card.place].name}, {standing.plan.places[card.place].city}",
        )
        cells = [lines(face, text, inner(wide), SMALL) for text, wide in zip(texts, _CARDS, strict=False)]
        cells[2] += lines(face, card.holder, inner(_CARDS[2]), TINY + 1)
        cells.append(_bag(face, seen, key, number, card))
        cells.append(lines(face, commitment, inner(_CARDS[5]), TINY) if commitment else [])
        told_ = both(face, told("not-left"), inner(_CARDS[6]), TINY)
        cells.append(told_ if left is None else lines(face, str(left), inner(_CARDS[6]), SMALL))
        yield from row(_CARDS, cells)


def _bag(face: Face, seen: Seen, key: Key, number: int, card: Card) -> list[Item]:
    """Return the serial that was written down, and the plan's where that is another one."""
    wrote = seen.found.standing.wrote.get(f"{key.sitting}/{key.id}/card-{number}/bag", {})
    written, wide = wrote.get("written-serial"), inner(_CARDS[4])
    items = [] if written is None else lines(face, written, wide, SMALL, bold=True)
    if card.seal not in (written, UNKNOWN):
        items += lines(face, " ".join(told("bag-planned")), wide, TINY)
        items += lines(face, card.seal, wide, TINY + 1)
    return items


def given_up(face: Face, seen: Seen, heads: tuple[Block, ...]) -> Iterator[Section]:
    """Yield keys that were given up, if any: the cards that are to be destroyed, and who says that they are."""
    if seen.found.standing.voided:
        columns = named(face, _GIVEN_UP, map(told, ("set-key", "cards-left", "reason", "state")))
        about = introduced(face, "given-up", "given-up-told")
        yield Section((*heads, *about, columns), _given_up(face, seen))


def _given_up(face: Face, seen: Seen) -> Iterator[Block]:
    standing = seen.found.standing
    keys = {key.id: key for key in standing.plan.keys}
    gone = list(standing.destroyed)
    for void in standing.voided:
        which = [
            *lines(face, void.key, inner(_GIVEN_UP[0]), PLAIN, bold=True),
            *lines(face, "-" if void.set is None else str(void.set), inner(_GIVEN_UP[0]), PLAIN),
        ]
        listed = [item for each in void.cards for item in _left(face, seen, keys[void.key], each)]
        if not void.cards:
            listed = both(face, told("no-cards"), inner(_GIVEN_UP[1]), SMALL)
        reason = lines(face, void.reason, inner(_GIVEN_UP[2]), SMALL)
        yield from row(_GIVEN_UP, (which, listed, reason, _state(face, void, gone)))


def _left(face: Face, seen: Seen, key: Key, number: int) -> list[Item]:
    card = key.cards[number - 1]
    called = seen.found.standing.plan.people[card.holder]
    bag = "" if card.seal == UNKNOWN else f", {card.seal}"
    return lines(face, f"{number}: {called} ({card.holder}){bag}", inner(_GIVEN_UP[1]), SMALL)


def _state(face: Face, void: Voided, gone: list[Destroyed]) -> list[Item]:
    """Return who says that cards were destroyed; each such line is of one set that was given up, the first left."""
    wide = inner(_GIVEN_UP[3])
    for at, each in enumerate(gone):
        if (each.key, each.set) == (void.key, void.set):
            del gone[at]
            return [
                *both(face, told("destroyed"), wide, SMALL),
                *lines(face, ", ".join(sorted(each.people)), wide, SMALL),
            ]
    return both(face, told("undestroyed"), wide, PLAIN, bold=True) if void.cards else []
