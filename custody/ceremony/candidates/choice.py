"""Which candidate is kept, by dice without a bias; and how often a machine that cheats is caught.

What was said of each candidate before the dice chose is part of a choice: nothing else can be opened, or kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from custody.catalogue import _, ngettext
from custody.ceremony.candidates.follows import Follows
from custody.errors import Alarm, Refused, Unreadable, Usage
from custody.keys.entropy import FACES
from custody.words import POLICY_BYTES

STOP = _("Stop: this machine, or somebody at it, cheats. Keep everything, and give none of these keys any money.")


def rolls_to_choose(count: int) -> int:
    """Return the least number of rolls that tell so many candidates apart: none for one, 1 up to 6, 2 up to 36."""
    if count < 1:
        raise Usage(_("there is at least one candidate"))
    rolls = 0
    while len(FACES) ** rolls < count:
        rolls += 1
    return rolls


def choose(count: int, rolls: str) -> int:
    """Return which of `count` candidates is kept, from 1, by the rolls in their order, digits 1 to 6.

    A throw of `rolls_to_choose` dice is a number in base 6, the first die its highest digit, a face one more than its
    digit. From the largest multiple of `count` on it is thrown again; below, its remainder and one is the candidate.
    Raises Refused while no throw counts, and Unreadable for a throw that is not whole, for what is no roll, and for
    rolls after the throw that decided: whoever could add some would choose.
    """
    size = rolls_to_choose(count)
    if any(face not in FACES for face in rolls) or (len(rolls) % size if size else rolls):
        raise Unreadable(
            ngettext(
                "a throw is {size} roll of a die, from 1 to 6", "a throw is {size} rolls of a die, from 1 to 6", size
            ).format(size=size)
        )
    throws = [rolls[start : start + size] for start in range(0, len(rolls), size)] if size else [""]
    for place, throw in enumerate(throws, 1):
        number = _in_base_six(throw)
        if number < len(FACES) ** size // count * count:
            if place < len(throws):
                raise Unreadable(
                    _("throw {place} has decided, and no later one counts").format(place=place),
                    hint=_("Type the throws in their order, up to the first that counts."),
                )
            return number % count + 1
    raise Refused(
        _("this throw decides nothing, so that each candidate has the same chance"),
        hint=_("Throw again, and type the new rolls behind the others."),
        code="throw",
    )


def caught(count: int, cheating: int) -> Fraction:
    """Return the chance that a machine that cheats in `cheating` of `count` candidates is caught.

    All but one are opened. Who cheats in one escapes only if that one is kept; who cheats in more never does. Raises
    Usage for numbers that cannot be.
    """
    if not 0 <= cheating <= count or count < 1:
        raise Usage(_("a machine cheats in some of the candidates, at most in all of them"))
    if cheating == 0:
        return Fraction(0)
    return Fraction(count - 1, count) if cheating == 1 else Fraction(1)


def escapes(counts: Sequence[int]) -> Fraction:
    """Return the best chance to cheat unseen in one candidate of each of several keys: of the counts of candidates."""
    chance = Fraction(1)
    for count in counts:
        chance *= 1 - caught(count, 1)
    return chance


@dataclass(frozen=True, slots=True)
class Choice:
    """What was said of each candidate, 16 bytes of a digest, before the dice chose; and the one that is kept."""

    said: tuple[bytes, ...]
    kept: int

    @classmethod
    def by(cls, said: Sequence[bytes], rolls: str) -> Self:
        """Choose among what was said. Raises Alarm for two candidates that are one, and what `choose` raises."""
        beginnings = tuple(digest[:POLICY_BYTES] for digest in said)
        if len(set(beginnings)) != len(beginnings):
            raise Alarm(_("two candidates were committed to by the same words, so they are one"), hint=STOP)
        return cls(beginnings, choose(len(beginnings), rolls))

    @property
    def opened(self) -> tuple[int, ...]:
        """The candidates that are opened, from 1: all others."""
        return tuple(number for number in range(1, len(self.said) + 1) if number != self.kept)

    def require_said(self, follows: Follows) -> None:
        """Raise Alarm for what was not said of this candidate before the dice chose."""
        number = follows.candidate
        if not 1 <= number <= len(self.said) or self.said[number - 1] != follows.digest[:POLICY_BYTES]:
            raise Alarm(
                _("what is shown of candidate {number} is not what was committed to before the dice chose").format(
                    number=number
                ),
                hint=STOP,
            )


def _in_base_six(throw: str) -> int:
    number = 0
    for face in throw:
        number = number * len(FACES) + FACES.index(face)
    return number
