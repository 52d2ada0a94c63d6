"""Ceremonies in a book, for a person: the words of plans and of transcripts' last lines, sets of cards, wallets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from custody.catalogue import _
from custody.governance.ceremonies.entered import CardSet, Sitting
from custody.governance.chain import Head
from custody.governance.paper import words_of
from custody.governance.statement import Tip
from custody.text import safe
from custody.words import POLICY_BYTES, words


def ceremony_lines(
    plan: bytes, sittings: Iterable[Sitting], wallets: Sequence[tuple[str, dict[str, Any]]] = ()
) -> Iterator[str]:
    """Yield what a book says of sittings of a plan (its digest). Raises Unfit where memory is short."""
    yield _("The words of its plan: {words}").format(words=" ".join(plan_words(plan)))
    for each in sittings:
        yield _("Sitting {sitting} ended with line {words}").format(sitting=each.name, words=spoken(plan, each.head))
        yield _("What everybody wrote down at its end: {words}").format(words=spoken(plan, each.aloud))
        yield from map(card_set, each.keys)
    for name, _document in wallets:
        yield _("Registered the wallet {name}").format(name=safe(name))


def by_plan(ceremonies: Iterable[Sitting]) -> Mapping[bytes, tuple[Sitting, ...]]:
    """Return sittings by their plan (its digest), in their order."""
    found: dict[bytes, tuple[Sitting, ...]] = {}
    for each in sorted(ceremonies, key=lambda each: (each.plan, each.name, each.head)):
        found[each.plan] = (*found.get(each.plan, ()), each)
    return found


def contradicted(ceremonies: Iterable[Sitting]) -> tuple[Sitting, ...]:
    """Return the sittings of which a book says more than one thing."""
    listed = list(ceremonies)
    names = [(each.plan, each.name) for each in listed]
    return tuple(each for each, name in zip(listed, names, strict=True) if names.count(name) > 1)


def plan_words(plan: bytes) -> tuple[str, ...]:
    """Return the sixteen words of a plan, by its digest."""
    return words(plan[:POLICY_BYTES])


def spoken(plan: bytes, line: Tip) -> str:
    """Return the number and the ten words of a transcript's line. Raises Unfit where memory is short."""
    return f"{line.number} {' '.join(words_of(plan, Head(*line)))}"


def told_words(sitting: Sitting) -> dict[str, str]:
    """Return the words of both lines that a book names of a sitting, as scripts read them."""
    return {"words": spoken(sitting.plan, sitting.head), "written": spoken(sitting.plan, sitting.aloud)}


def card_set(cards: CardSet) -> str:
    """Say what a book knows of a set of cards."""
    groups = ", ".join(_("{needed} of {cards}").format(needed=needed, cards=count) for needed, count in cards.groups)
    if len(cards.groups) > 1:
        groups = _("{needed} of these groups: {groups}").format(needed=cards.needed, groups=groups)
    return _("Key {key}: fingerprint {fingerprint}, set {set}, cards {groups}").format(
        key=cards.key, fingerprint=cards.fingerprint.hex(), set=cards.number, groups=groups
    )
