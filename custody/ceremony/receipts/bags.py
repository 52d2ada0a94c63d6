"""Which bag each card lies in, by a transcript and the receipts since; and whose bag it is that a card came out of."""

from collections.abc import Iterable, Mapping

from custody.catalogue import _
from custody.ceremony.receipts.card import CardPlace, CommittedCard
from custody.ceremony.receipts.receipt import Looked, is_serial
from custody.errors import Alarm, Mismatch, Refused, Usage
from custody.text import safe

Bags = Mapping[CardPlace, str | None]
"""A card to the serial of its bag, None for a card that lies in none."""


def bags_of(cards: Iterable[CommittedCard], since: Iterable[Looked] = ()) -> Bags:
    """Return the bags of cards: as a transcript wrote them down, and then what receipts say, the oldest first."""
    lies: dict[CardPlace, str | None] = {card.at: card.bag for card in cards}
    lies.update({each.card: each.into_bag for each in since})
    return lies


def require_own(card: CommittedCard, came: str | None, bags: Bags, cards: Iterable[CommittedCard]) -> None:
    """Raise Alarm where a card came out of another card's bag, and Mismatch where nobody wrote this bag down."""
    written = bags[card.at]
    if came == written:
        return
    owners = [each for each in cards if came is not None and each.at != card.at and bags[each.at] == came]
    if came is not None and owners:
        raise Alarm(
            _("this is {card} of {key}, and bag {bag} was written down for {other} of {other_key}").format(
                card=card.name, key=card.key, bag=safe(came), other=owners[0].name, other_key=owners[0].key
            ),
            hint=_("Two holders have each other's cards, or somebody exchanged them. Look at the other card too."),
            code="card-swapped",
        )
    hint = _("Name the receipts of earlier checks with --receipt. If there are none, somebody opened its bag: ask who.")
    if came is None:
        told = _("{card} was put into bag {bag}, and nothing says that it came out of it").format(
            card=card.name, bag=safe(written or "-")
        )
        raise Mismatch(told, hint=_("Say the serial of the bag that you opened: --from-bag SERIAL"), code="bag-differs")
    told = _("{card} came out of bag {bag}, and the one that was written down for it is {written}").format(
        card=card.name, bag=safe(came), written=_("none") if written is None else safe(written)
    )
    raise Mismatch(told, hint=hint, code="bag-differs")


def require_new(bag: str | None, came: str | None, bags: Bags) -> None:
    """Raise Refused for a new bag whose serial one of the cards' bags has, the opened one among them."""
    if bag is not None and bag in {came, *bags.values()}:
        raise Refused(
            _("bag {bag} is written down already: a bag that was opened is closed by nothing").format(bag=safe(bag)),
            hint=_("Take a new bag, whose serial no other card has."),
            code="bag-twice",
        )


def checked_serial(text: str | None) -> str | None:
    """Return a serial as it may be written down, None where there is none. Raises Usage."""
    if text is not None and not is_serial(text):
        raise Usage(
            _("a bag's serial is 1 to 200 printable characters, as they stand on the bag"),
            hint=_("Leave the option out for a card without a bag."),
        )
    return text
