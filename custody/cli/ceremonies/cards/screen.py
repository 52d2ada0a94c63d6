"""Cards that are the ones that were committed to, for a person and for a script; and what that does not show."""

from collections.abc import Iterator, Sequence
from typing import Any

from custody.catalogue import _
from custody.ceremony.receipts.bags import Bags
from custody.ceremony.receipts.card import CommittedCard
from custody.ceremony.receipts.receipt import Looked
from custody.ceremony.transcript.account import Account
from custody.cli.ceremonies.verifying.account_screen import verdict_lines
from custody.text import safe


def cards_json(cards: Sequence[CommittedCard], bags: Bags) -> list[dict[str, Any]]:
    """Return what is told of each card: never a salt, a holder or a word."""
    return [
        {
            "key": each.key,
            "fingerprint": each.fingerprint.hex(),
            "set": each.set,
            "group": each.group,
            "number": each.number,
            "commitment": each.commitment.hex(),
            "bag": bags[each.at],
            "medium": each.medium.value,
            "place": each.place.name,
            "city": each.place.city,
        }
        for each in cards
    ]


def card_lines(cards: Sequence[CommittedCard], bags: Bags) -> Iterator[str]:
    """Yield which cards these are, and what is written down of them."""
    for each in cards:
        yield _("This is {card} of {key}, key {fingerprint}, set {set}, as it was committed to.").format(
            card=each.name, key=each.key, fingerprint=each.fingerprint.hex(), set=each.set
        )
        yield _("  Written down: {bag}; {medium}; {place}, {city}").format(
            bag=bag_called(bags[each.at]),
            medium=each.medium.value,
            place=safe(each.place.name),
            city=safe(each.place.city),
        )
    yield _("Not shown: that nobody copied it. Look at the bag before you open it.")


def transcript_lines(found: Account, told: str | None, words: str) -> Iterator[str]:
    """Yield what the transcript comes to, which all of this stands on."""
    yield ""
    yield _("The transcript, sitting {name}:").format(name=found.standing.begun.sitting)
    yield from verdict_lines(found)
    if told is not None:
        yield _("What everybody wrote down at the end: {words}").format(words=told)
    yield _("Its last line: {words}").format(words=words)


def warnings_of(found: Account, repeated: Sequence[str]) -> list[str]:
    """Return what is not to be overlooked: cards that came twice, and a transcript that not everybody signed."""
    told = [_("{card} was given more than once, and counts once").format(card=card) for card in repeated]
    if not found.is_whole:
        told.append(
            _("this transcript is not whole: whoever wrote the file could have written other commitments into it")
        )
    return told


def looked_lines(looked: Looked, card: CommittedCard) -> Iterator[str]:
    """Yield what is to be signed."""
    yield _("{card} of {key}, set {set}: its words are those that were committed to.").format(
        card=card.name, key=card.key, set=card.set
    )
    yield _("It came out of: {bag}").format(bag=bag_called(looked.from_bag))
    yield _("It lies now in: {bag}").format(bag=bag_called(looked.into_bag))


def bag_called(bag: str | None) -> str:
    """Return a bag as people call it."""
    return _("no bag") if bag is None else _("bag {bag}").format(bag=safe(bag))
