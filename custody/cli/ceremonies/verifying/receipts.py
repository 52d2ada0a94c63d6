"""Receipts of cards, read from files; the newest of each card, for a person and for a script."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from custody import store
from custody.catalogue import _
from custody.ceremony.conduct.page import called
from custody.ceremony.plan.plan import Plan
from custody.ceremony.receipts.receipt import RECEIPT_LIMIT, Receipt
from custody.ceremony.receipts.record import Newest
from custody.machine.clock import written
from custody.text import safe


def read_receipts(files: Iterable[str]) -> list[Receipt]:
    """Read receipts, which nobody has held against anything yet. Raises Unreadable and StorageFailed."""
    return [Receipt.decode(store.read(each, RECEIPT_LIMIT + 1)) for each in files]


def receipts_json(cards: Sequence[Newest]) -> list[dict[str, Any]]:
    """Return the newest receipt of each card, as a script is told it."""
    return [
        {
            "key": each.card.key,
            "set": each.card.set,
            "group": each.card.group,
            "number": each.card.number,
            "person": each.looked.person,
            "at": each.looked.at,
            "bag": each.looked.into_bag,
            "unbroken": each.unbroken,
        }
        for each in cards
    ]


def newest_lines(cards: Sequence[Newest], plan: Plan) -> Iterator[str]:
    """Yield a line for each card that has a receipt, and a warning where its bags do not follow one another."""
    if cards:
        yield ""
    for each in cards:
        bag = _("no bag") if each.looked.into_bag is None else _("bag {bag}").format(bag=safe(each.looked.into_bag))
        yield _("{card} of {key} was looked at by {name}, at {time}, and lies in {bag}").format(
            card=each.card.name,
            key=each.card.key,
            name=called(plan, each.looked.person),
            time=written(each.looked.at) or _("no time that can be"),
            bag=bag,
        )
        if not each.unbroken:
            yield _(
                "WARNING: {card} of {key} came out of a bag that nothing here put it into. A receipt is missing, or "
                "somebody opened its bag and said nothing."
            ).format(card=each.card.name, key=each.card.key)
