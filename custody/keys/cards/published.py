"""`Published`: the randomness of a set of cards that nobody keeps, given away so that all of it can be recomputed.

A candidate that the dice did not keep is opened: its part and its rolls are no secret any more (docs/spec/ceremony.md).
"""

from dataclasses import dataclass
from typing import Self

from custody.keys.cards.randomness import SetMix
from custody.keys.entropy import Dice, MachinePart
from custody.secret import Secret


@dataclass(frozen=True, slots=True)
class Published:
    """The number of a set, the machine's part (32 bytes) and the rolls, as digits 1 to 6."""

    identifier: int
    part: bytes
    rolls: str

    @classmethod
    def of(cls, mix: SetMix) -> Self:
        """Give a set's randomness away. Whoever calls this has seen the dice choose another one."""
        rolls = "" if mix.dice is None else mix.dice.rolls.reveal().decode("ascii")
        return cls(mix.identifier, mix.machine.secret.reveal(), rolls)

    def mix(self) -> SetMix:
        """Return what the set's cards are made of. Raises Unreadable for what are no rolls."""
        dice = Dice.parse(self.rolls) if self.rolls else None
        return SetMix(self.identifier, MachinePart(Secret(self.part)), dice)


def forget(mix: SetMix) -> None:
    """Overwrite what a set was made of, as far as that goes."""
    mix.machine.secret.wipe()
    if mix.dice is not None:
        mix.dice.rolls.wipe()
