"""Who opens what: cards a person or a place meets, to keys and wallets. Everybody is taken for the worst.

Docs/spec/ceremony.md, "Who reaches what". A person meets the cards held, and those for whose holder he stands in.
"""

from collections.abc import Callable, Iterator
from functools import partial
from operator import is_not

from custody.ceremony.plan.plan import Card, Key, Plan, Wallet

Meets = Callable[[Card], bool]


def opens(key: Key, meets: Meets) -> bool:
    """Say whether the cards that are met open a key."""
    complete = [group for group in key.groups if sum(map(meets, group.cards)) >= group.needed]
    return len(complete) >= key.groups_needed


def opens_wallet(plan: Plan, wallet: Wallet, meets: Meets) -> bool:
    """Say whether the cards that are met sign for a wallet."""
    return sum(opens(key, meets) for key in plan.keys_of(wallet)) >= wallet.needed


def by_person(person: str) -> Meets:
    """Meet what a person may meet."""
    return lambda card: person in card.people


def by_place(place: str) -> Meets:
    """Meet what rests at a place."""
    return lambda card: card.place == place


def by_city(plan: Plan, city: str) -> Meets:
    """Meet what rests in a city."""
    return lambda card: plan.places[card.place].city == city


def without(meets: Meets) -> Meets:
    """Meet all but what is met: what is left once that is lost."""
    return lambda card: not meets(card)


def cards_without_spare(key: Key) -> Iterator[Card]:
    """Return the cards of a key of which none may be lost."""
    return (lost for lost in key.cards if not opens(key, partial(is_not, lost)))
