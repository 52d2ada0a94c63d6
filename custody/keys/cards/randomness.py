"""`SetMix`: what the random values of one set of cards are made of, so that dice protect the cards as they do the key.

The set's number and the machine's part are drawn, and the part committed to, before the dice are rolled. Every value is
an HMAC of its own over all of it (docs/spec/share-set.md); docs/cards.py is the recomputation.
"""

import hmac
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Self

from custody.catalogue import _
from custody.errors import Usage
from custody.keys.cards import rehearsal
from custody.keys.entropy import Dice, MachinePart
from custody.secret import Secret

CONTEXT = b"custody/shares/v1"
"""The key's mix has another (`keys.entropy`): one throw serves both, and neither says anything of the other."""

IDENTIFIERS = 1 << 15
OF_GROUPS = 255
"""The polynomial that cuts the secret into groups; 0 to 15 are those that cut a group's secret into its cards."""

Values = Callable[[int, int, int], bytes]
"""(polynomial, index of the share in it, count) to so many bytes, at most 64. The same places give the same bytes."""


@dataclass(frozen=True, slots=True)
class SetMix:
    """The number of a set that is to be cut, the machine's part, drawn for it or for its key too, and the dice."""

    identifier: int
    machine: MachinePart
    dice: Dice | None = None

    @classmethod
    def draw(cls, used: Collection[int] = frozenset(), *, for_rehearsal: bool = False) -> Self:
        """Draw a number that is not `used`, and the machine's part. Raises Usage where none is free, and Unfit.

        A rehearsal's number is one of those that are kept for rehearsals, and a real set's is not.
        """
        return cls(_fresh_identifier(used, for_rehearsal=for_rehearsal), MachinePart.draw())

    @property
    def is_for_rehearsal(self) -> bool:
        """Whether what it cuts must be a rehearsal's key."""
        return self.identifier in rehearsal.NUMBERS

    def rolled(self, dice: Dice | None) -> Self:
        """The same with the dice that were rolled after it was drawn."""
        return replace(self, dice=dice)

    def values(self, secret: Secret, parameters: bytes) -> Values:
        """Return the random values of a set that cuts `secret`; the beginning of `parameters` tells their length.

        HMAC-SHA512(CONTEXT, number || parameters || polynomial || index || machine's part || secret || dice). With the
        secret among it, two secrets never get related cards, even where a part or a throw comes again. Raises Refused
        for dice that are too few for the secret, or that fair dice would not give.
        """
        if self.dice is not None:
            self.dice.check(bits_of(secret))
        set_of_it = self.identifier.to_bytes(2, "big") + parameters
        drawn = self.machine.secret.reveal() + secret.reveal()
        rolls = b"" if self.dice is None else self.dice.rolls.reveal()

        def value(polynomial: int, index: int, count: int) -> bytes:
            return hmac.digest(CONTEXT, set_of_it + bytes((polynomial, index)) + drawn + rolls, "sha512")[:count]

        return value


def bits_of(secret: Secret) -> int:
    """Return how many bits of dice cards of this secret want: as many as a key has, 128 for 16 bytes, 256 above."""
    return 128 if len(secret) <= 16 else 256


def _fresh_identifier(used: Collection[int], *, for_rehearsal: bool) -> int:
    of_its_own = rehearsal.NUMBERS if for_rehearsal else range(rehearsal.NUMBERS.start)
    if len(set(used).intersection(of_its_own)) == len(of_its_own):
        raise Usage(_("every set number is in use"))
    while (identifier := secrets.choice(of_its_own)) in used:
        pass
    return identifier
