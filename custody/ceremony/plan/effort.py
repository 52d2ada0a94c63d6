"""What a sitting takes: cards, words, rolls, sheets and minutes, from rates a person has.

Rates are assumed until rehearsals have measured them, and are said to be.
"""

from dataclasses import asdict, dataclass
from typing import Any

from custody.ceremony.plan.plan import Plan, Sitting

WORDS = {128: 20, 256: 33}
"""Words of a SLIP-39 card, by the bits of the secret."""
LONG_MINUTES = 240
"""Beyond this people confirm what they do not read."""

_DESCRIPTORS = 2


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds that one person takes: a roll called and typed, a word read back, a sheet printed and looked at.

    `bag`: a card put into its bag, and the serial read aloud. `fixed`: opening and closing a sitting. `work` minutes
    are followed by a break of `rest` minutes.
    """

    roll: float
    word: float
    sheet: float
    bag: float
    fixed: float
    work: int
    rest: int


ASSUMED = Rates(roll=4, word=4, sheet=60, bag=90, fixed=2400, work=90, rest=15)


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
    typed = rolls * rates.roll + words * rates.word
    handled = (sheets - people) * rates.sheet + cards * rates.bag
    minutes = round((rates.fixed + typed + handled) / 60)
    return Effort(sitting.id, cards, words, rolls, sheets, people, minutes + minutes // rates.work * rates.rest)


def _people(plan: Plan, sitting: Sitting) -> frozenset[str]:
    """Who has to be there: the first of each role, the witnesses, and the holders."""
    leading = (role[0] for role in (sitting.administrator, sitting.operator, sitting.auditor) if role)
    holders = (card.holder for key in plan.made_at(sitting) for card in key.cards)
    return frozenset((*leading, *sitting.witnesses, *holders))
