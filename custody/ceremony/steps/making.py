"""Making: a key from its candidates, and its cards to their holders; from the first commitment on a secret is live."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from custody.ceremony.plan.plan import UNKNOWN, Card, Key, Medium, Plan, Sitting
from custody.ceremony.steps.rates import WORDS, Rates
from custody.ceremony.steps.seats import holding, is_watched, staff
from custody.ceremony.steps.sentences import Sentence, sentence
from custody.ceremony.steps.step import Chapter, Evidence, Role, Step


def making(plan: Plan, sitting: Sitting, rates: Rates) -> Iterator[Step]:
    """Yield the steps that make each key of a sitting. Between two keys nothing is live."""
    for key in plan.made_at(sitting):
        of = _Making(plan, sitting, key, rates)
        for number in range(1, key.candidates + 1):
            yield from of.candidate(number)
        if key.candidates > 1:
            yield from of.chosen()
        for number, card in enumerate(key.cards, 1):
            yield from of.card(number, card)
        yield of.step("forget", Role.OPERATOR, sentence("forget", key=key.id), Evidence.MEASURED, live=False)
        for number, card in enumerate(key.cards, 1):
            if card.medium is Medium.METAL:
                yield of.metal(number, card)


@dataclass(frozen=True, slots=True)
class _Making:
    """The key that is made, and what its steps have in common."""

    plan: Plan
    sitting: Sitting
    key: Key
    rates: Rates

    def step(
        self,
        name: str,
        acts: Role,
        does: Sentence,
        evidence: Evidence,
        *,
        seconds: float | None = None,
        says: Sentence | None = None,
        records: tuple[Sentence, ...] = (),
        holder: Card | None = None,
        live: bool = True,
        leaves: int | None = None,
        expects: Mapping[str, str] = MappingProxyType({}),
    ) -> Step:
        there = staff(self.sitting) if holder is None else (*staff(self.sitting), holding(holder))
        takes = self.rates.said if seconds is None else seconds
        told = says if is_watched(self.sitting) else None
        at = f"{self.sitting.id}/{self.key.id}/{name}"
        return Step(at, Chapter.MAKING, acts, there, does, evidence, takes, told, records, live, leaves, expects)

    def candidate(self, number: int) -> Iterator[Step]:
        """The machine commits, dice are rolled, and the machine commits to all that follows."""
        key, at = self.key, f"candidate-{number}"
        if key.candidates == 1:
            does = sentence("commit-one", key=key.id)
        else:
            does = sentence("commit", key=key.id, number=number, count=key.candidates)
        if not key.machine_random:
            does = sentence("commit-number", key=key.id, number=number, count=key.candidates)
            records = (sentence("written-set"),)
            yield self.step(f"{at}/commit", Role.OPERATOR, does, Evidence.MEASURED, records=records)
        else:
            says, drawn = sentence("commit-says"), (sentence("written-set"), sentence("written-commitment"))
            yield self.step(f"{at}/commit", Role.OPERATOR, does, Evidence.MEASURED, says=says, records=drawn)
        if key.rolls:
            seconds, records = key.rolls * self.rates.roll, (sentence("written-rolls"),)
            does = sentence("roll", rolls=key.rolls)
            yield self.step(f"{at}/roll", self._rolling, does, Evidence.CLAIMED, seconds=seconds, records=records)
        if key.candidates > 1:
            records = (sentence("written-words"),)
            yield self.step(f"{at}/follows", Role.OPERATOR, sentence("follows"), Evidence.MEASURED, records=records)

    @property
    def _rolling(self) -> Role:
        """A witness rolls where there is one: whoever types does not throw."""
        return Role.WITNESS if self.sitting.witnesses else Role.OPERATOR

    def chosen(self) -> Iterator[Step]:
        """Dice choose the candidate that is kept; the others are recomputed on another machine."""
        count, second = self.key.candidates, self.sitting.second_machine
        yield self.step(
            "choose",
            self._rolling,
            sentence("choose", count=count),
            Evidence.CLAIMED,
            says=sentence("choose-says"),
            records=(sentence("written-throws"), sentence("written-kept")),
        )
        for number in range(1, count):
            if second is None:
                does = sentence("open-alone", number=number, count=count - 1)
            else:
                machine = self.plan.machines[second].name
                does = sentence("open", number=number, count=count - 1, machine=machine)
            yield self.step(
                f"open-{number}",
                Role.OPERATOR,
                does,
                Evidence.CLAIMED,
                seconds=self.key.rolls * self.rates.roll + self.rates.said,
                says=sentence("open-says"),
                records=(sentence("written-words"),),
            )

    def card(self, number: int, card: Card) -> Iterator[Step]:
        """One card to its holder alone, read back, and put away."""
        key, holder = self.key, self.plan.people[card.holder]
        yield self.step(
            f"card-{number}",
            Role.HOLDER,
            sentence("card", number=number, count=len(key.cards), key=key.id, holder=holder),
            Evidence.MEASURED,
            seconds=self.rates.sheet + WORDS[key.bits] * self.rates.word,
            says=sentence("card-says", holder=holder),
            holder=card,
            leaves=number,
        )
        sealed = card.seal != UNKNOWN
        does = sentence("bag", holder=holder, seal=card.seal) if sealed else sentence("bag-none", holder=holder)
        yield self.step(
            f"card-{number}/bag",
            Role.HOLDER,
            does,
            Evidence.CLAIMED,
            seconds=self.rates.bag,
            records=(sentence("written-serial"),) if sealed else (),
            expects={"written-serial": card.seal} if sealed else {},
            holder=card,
        )

    def metal(self, number: int, card: Card) -> Step:
        """A card from paper to metal, after the machine has forgotten the key."""
        holder = self.plan.people[card.holder]
        return self.step(
            f"card-{number}/metal",
            Role.HOLDER,
            sentence("metal", holder=holder),
            Evidence.CLAIMED,
            seconds=4 * WORDS[self.key.bits] * self.rates.word,
            holder=card,
            live=False,
        )
