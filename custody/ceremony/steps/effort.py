"""What a sitting takes: cards, words, rolls, sheets and minutes, counted from its plan and its steps.

Minutes come from rates a person has. They are assumed until rehearsals have measured them, and are said to be.
"""

from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from custody.ceremony.plan.plan import Plan, Sitting
from custody.ceremony.steps.course import course
from custody.ceremony.steps.rates import ASSUMED, WORDS, Rates

LONG_MINUTES = 240
"""Beyond this people confirm what they do not read."""

_DESCRIPTORS = 2


@dataclass(frozen=True, slots=True)
class Effort:
    """What one sitting takes. `rolls` with those that are typed again for opened candidates."""

    sitting: str
    cards: int
    words: int
    rolls: int
    sheets: int
    people: int
    minutes: int

    def to_json(self) -> dict[str, Any]:
        """Return it as scripts read it."""
        return asdict(self)


def effort(plan: Plan, sitting: Sitting, rates: Rates = ASSUMED) -> Effort:
    """Return what a sitting of a plan takes."""
    keys = plan.made_at(sitting)
    cards = sum(len(key.cards) for key in keys)
    words = sum(len(key.cards) * WORDS[key.bits] for key in keys)
    rolls = sum(key.rolls * (2 * key.candidates - 1) for key in keys)
    people = len(_people(plan, sitting))
    wallets = [each for each in plan.wallets if set(each.keys) & {key.id for key in keys}]
    sheets = 2 * cards + _DESCRIPTORS * len(wallets) + people
    minutes = ceil(sum(step.seconds for step in course(plan, sitting, rates)) / 60)
    return Effort(sitting.id, cards, words, rolls, sheets, people, minutes)


def _people(plan: Plan, sitting: Sitting) -> frozenset[str]:
    """Who has to be there: the first of each role, the witnesses, and the holders."""
    leading = (role[0] for role in (sitting.administrator, sitting.operator, sitting.auditor) if role)
    holders = (card.holder for key in plan.made_at(sitting) for card in key.cards)
    return frozenset((*leading, *sitting.witnesses, *holders))
