"""A sitting whose cards are real ones, for tests that hold cards against it, and receipts that people sign of them."""

from dataclasses import replace
from functools import cache
from hashlib import sha256

from custody.ceremony.candidates.candidate import scheme_of
from custody.ceremony.plan.plan import Key, Plan, Threat
from custody.ceremony.receipts.card import CommittedCard, committed_cards
from custody.ceremony.receipts.receipt import Looked, Receipt
from custody.ceremony.steps.step import Evidence
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.contents import Content
from custody.ceremony.transcript.key_lines import KeyMade
from custody.keys.cards.commitment import commitment
from custody.keys.cards.randomness import SetMix
from custody.keys.cards.shares import split
from custody.keys.entropy import MachinePart
from custody.secret import Secret
from tests.ceremony.plan.plans import filled, key_of, read, wish
from tests.ceremony.transcript.sittings import Sat, with_keys

LATER = 1_830_000_000
"""A year after the sittings of tests."""

PLAN = with_keys(read(filled(wish(Threat.ACCIDENT))))


@cache
def cards_of(key: Key, number: int) -> tuple[tuple[str, ...], ...]:
    """The words of a key's cards under a number, group by group: the same each time they are asked for."""
    secret = Secret(sha256(f"{key.id} {number}".encode()).digest()[: key.bits // 8])
    made = split(secret, scheme_of(key), mix=SetMix(number, MachinePart(Secret(bytes(range(32)))), None))
    return tuple(tuple(card.reveal().decode() for card in group) for group in made.groups)


class Held(Sat):
    """A sitting that commits to real cards, of 1 candidate for each key."""

    def add(self, content: Content, evidence: Evidence | None = None) -> "Held":
        if isinstance(content, KeyMade) and not self.standing.begun.rehearsal:
            content = self.committed(content)
        super().add(content, evidence)
        return self

    def committed(self, made: KeyMade) -> KeyMade:
        key = next(each for each in self.plan.keys if each.id == made.key)
        cards = tuple(
            tuple(commitment(salt, Secret(words.encode())) for salt, words in zip(salts, group, strict=True))
            for salts, group in zip(made.salts, cards_of(key, made.set), strict=True)
        )
        return replace(made, follows=replace(made.follows, cards=cards))

    @property
    def found(self) -> Account:
        return account(self.transcript)


def whole(plan: Plan) -> Held:
    """A whole sitting, whose last words are the real ones."""
    sat = Held(plan)
    sat.aloud().everybody().to_end()
    return sat


@cache
def kept() -> Held:
    """The whole sitting of the plan."""
    return whole(PLAN)


def card(number: int, sat: Held | None = None) -> CommittedCard:
    """The card of this number of the first key, as the transcript has it."""
    return next(each for each in committed_cards((sat or kept()).standing) if each.number == number)


def words(number: int) -> str:
    """Its words."""
    return cards_of(PLAN.keys[0], 17)[0][number - 1]


def looked(number: int = 2, person: str = "holder-2", *, into: str | None = "B-2", at: int = LATER) -> Looked:
    """What somebody says who opened the bag of a card a year later."""
    of, sat = card(number), kept()
    return Looked.of(of, sat.plan, sat.transcript.head.hash, person, (of.bag, into), at)


def receipt(said: Looked | None = None, by: str | None = None) -> Receipt:
    """Its receipt; `by` somebody else's key."""
    said = said or looked()
    return Receipt.made(said, key_of(by or said.person).sign)
