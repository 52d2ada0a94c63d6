"""Closing: what everybody takes home, who carries it, what becomes of the machines, and the last words of a sitting.

The machine that writes the transcript goes off after its last line: what becomes of it stands on paper.
"""

from collections.abc import Iterator
from types import MappingProxyType

from custody.ceremony.plan.plan import UNKNOWN, Plan, Sitting, Wallet
from custody.ceremony.steps.rates import Rates
from custody.ceremony.steps.seats import everybody, holding, is_watched, leading, operating, staff
from custody.ceremony.steps.sentences import Sentence, sentence
from custody.ceremony.steps.step import Chapter, Evidence, Role, Step

_WRITTEN = {
    "address": ("written-address",),
    "small": ("written-deposit", "written-withdrawal"),
    "service": ("written-words",),
}
"""What is written down at a step of a wallet's service."""


def closing(plan: Plan, sitting: Sitting, rates: Rates) -> Iterator[Step]:
    """Yield the steps of a sitting after its last key."""
    at, all_ = f"{sitting.id}/closing", everybody(plan, sitting)
    yield from _sheets(plan, sitting, rates)
    for key in plan.made_at(sitting):
        for number, card in enumerate(key.cards, 1):
            holder, place = plan.people[card.holder], plan.places[card.place].name
            yield Step(
                f"{at}/{key.id}/card-{number}",
                Chapter.CLOSING,
                Role.HOLDER,
                (leading(sitting), holding(card)),
                sentence("leave", holder=holder, place=place),
                Evidence.CLAIMED,
                rates.sheet / 2,
                None,
                (sentence("written-time"),),
            )
    there, off = (leading(sitting), operating(sitting)), Evidence.CLAIMED
    yield Step(f"{at}/printer", Chapter.CLOSING, Role.OPERATOR, there, sentence("printer"), off, rates.sheet)
    if sitting.second_machine is not None:
        does = sentence("wipe", machine=plan.machines[sitting.second_machine].name)
        yield Step(f"{at}/{sitting.second_machine}", Chapter.CLOSING, Role.OPERATOR, there, does, off, rates.said)
    told = sentence("exceptions")
    yield Step(f"{at}/exceptions", Chapter.CLOSING, Role.ADMINISTRATOR, all_, told, Evidence.CLAIMED, rates.said)
    yield Step(
        f"{at}/final",
        Chapter.CLOSING,
        Role.ADMINISTRATOR,
        all_,
        sentence("final"),
        Evidence.SIGNED,
        rates.said,
        sentence("final-says") if is_watched(sitting) else None,
        (sentence("written-words"),),
    )


def _sheets(plan: Plan, sitting: Sitting, rates: Rates) -> Iterator[Step]:
    """What is public, on paper: the descriptor where the wallet is whole, else the account key that it waits with."""
    made = {key.id for key in plan.made_at(sitting)}
    for wallet in plan.wallets:
        if set(wallet.keys) <= made:
            yield _printed(sitting, rates, f"wallet-{wallet.id}", _descriptor(sitting))
            yield _printed(sitting, rates, f"wallet-{wallet.id}/if-gone", sentence("if-gone"))
        else:
            for name in wallet.keys:
                if name in made:
                    yield _printed(sitting, rates, f"wallet-{wallet.id}/{name}", sentence("descriptor-waits", key=name))


def _descriptor(sitting: Sitting) -> Sentence:
    return sentence("descriptor-alone" if sitting.second_machine is None else "descriptor")


def _printed(sitting: Sitting, rates: Rates, name: str, does: Sentence) -> Step:
    at = f"{sitting.id}/closing/{name}"
    return Step(at, Chapter.CLOSING, Role.OPERATOR, staff(sitting), does, Evidence.CLAIMED, 2 * rates.sheet)


def service(plan: Plan, rates: Rates) -> Iterator[Step]:
    """Yield what follows once every sitting is closed: cards arrive, and each wallet is proven before its service."""
    first = plan.sittings[0]
    for key in plan.keys:
        for number, card in enumerate(key.cards, 1):
            holder, place = plan.people[card.holder], plan.places[card.place].name
            if card.seal == UNKNOWN:
                does = sentence("arrive-unsealed", holder=holder, place=place)
            else:
                does = sentence("arrive", holder=holder, place=place, seal=card.seal)
            bag = {} if card.seal == UNKNOWN else {"written-serial": card.seal}
            yield Step(
                f"service/{key.id}/card-{number}",
                Chapter.SERVICE,
                Role.HOLDER,
                (leading(first), holding(card)),
                does,
                Evidence.CLAIMED,
                rates.sheet,
                None,
                (*map(sentence, bag), sentence("written-time")),
                expects=MappingProxyType(bag),
            )
    for wallet in plan.wallets:
        yield from _into_service(plan, first, wallet, rates)


def _into_service(plan: Plan, first: Sitting, wallet: Wallet, rates: Rates) -> Iterator[Step]:
    there = staff(first)
    if len({key.sitting for key in plan.keys_of(wallet)}) > 1:
        does = sentence("together", wallet=wallet.id)
        records = (sentence("written-words"),)
        at = f"service/{wallet.id}/together"
        yield Step(at, Chapter.SERVICE, Role.OPERATOR, there, does, Evidence.MEASURED, rates.said, None, records)
    for name, evidence in (
        ("address", Evidence.CLAIMED),
        ("proof", Evidence.MEASURED),
        ("small", Evidence.CLAIMED),
        ("service", Evidence.SIGNED),
    ):
        does, at = sentence(name, wallet=wallet.id), f"service/{wallet.id}/{name}"
        written = tuple(map(sentence, _WRITTEN.get(name, ())))
        yield Step(at, Chapter.SERVICE, Role.OPERATOR, there, does, evidence, rates.said, None, written)
