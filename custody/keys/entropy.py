"""The machine's randomness and rolls of dice to 128 or 256 bits, by a mixture that a person can recompute.

The machine commits to its part before the dice are typed, so neither side chooses the result: the machine cannot suit
its part to the dice, and whoever rolls cannot suit the dice to a part not yet seen. docs/dice.py is the recomputation.

A sick source raises Unfit, poor dice raise Refused. The health tests catch a source that is stuck, repeats or is
replaced by a stub. No test can tell a good generator from a seeded one that an attacker knows: that is what the dice
are for.
"""

import hmac
import math
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Self

from custody.catalogue import _
from custody.errors import Refused, Unfit, Unreadable, Usage
from custody.secret import Secret

CONTEXT = b"custody/entropy/v1"

PART = 32
"""Bytes of the machine's part, whatever the size of the result."""

DRAWS = 64
LONGEST_REPEAT = 5
"""Equal bytes in a row that a health test allows; one more has a chance of 64 * 32 / 256**5, below 2e-9."""
MOST_OF_ONE_BYTE = 34
"""Times that one value may come in 2048 bytes; 8 are expected, and 35 have a chance below 1e-8."""

FACES = "123456"
MOST_ROLLS = 1_000
LONGEST_PERIOD = 100
MOST_UNEVEN = 41.0
"""Chi-square of the face counts with five degrees of freedom: fair dice exceed it in 4 of 10 million sets of 50."""
FALSE_ALARM_RUN = 2e-7
FALSE_ALARM_PERIOD = 2e-7
FALSE_ALARM_NO_REPEATS = 1e-7
FALSE_ALARM_MISSING_FACE = 1e-7


@dataclass(frozen=True, slots=True)
class MachinePart:
    """The 32 bytes that the operating system contributes."""

    secret: Secret = field(repr=False)

    @classmethod
    def draw(cls, source: Callable[[int], bytes] = os.urandom) -> Self:
        """Draw from `source`, which is asked for 32 bytes at a time, 64 times, and keep the last ones.

        Raises Unfit for a source that fails, answers with another length, or gives what a random one would not:
        an answer twice, a byte six times in a row, one value much too often, or a sequence that starts over.
        """
        try:
            draws = [source(PART) for _number in range(DRAWS)]
        except (OSError, NotImplementedError):
            raise _sick(_("it does not answer")) from None
        if any(not isinstance(drawn, bytes) or len(drawn) != PART for drawn in draws):
            raise _sick(_("it answers with another length than it was asked for"))
        _check_health(b"".join(draws))
        return cls(Secret(draws[-1]))

    @property
    def commitment(self) -> str:
        """SHA-256 of the part, in hex: shown and written down before the first die is rolled."""
        return sha256(self.secret.reveal()).hexdigest()


@dataclass(frozen=True, slots=True)
class Dice:
    """Rolls of six-sided dice, as ASCII digits 1 to 6."""

    rolls: Secret = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read digits 1 to 6; spaces and line ends between them are ignored.

        Raises Unreadable, naming the first wrong roll by its position, and above 1,000 rolls.
        """
        digits = "".join(text.split())
        if len(digits) > MOST_ROLLS:
            raise Unreadable(_("there are more than {most} rolls").format(most=MOST_ROLLS))
        for position, digit in enumerate(digits, 1):
            if digit not in FACES:
                raise Unreadable(
                    _("roll {position} is not a number from 1 to 6").format(position=position),
                    hint=_("Type what each die shows, one digit a roll."),
                )
        return cls(Secret(digits.encode()))

    def __len__(self) -> int:
        return len(self.rolls)

    def check(self, bits: int) -> None:
        """Refuse rolls that are too few for `bits`, or that fair dice would not give.

        Fair dice fail at most once in a million times, all five tests together: faces too uneven (4e-7), a face that
        never comes (1e-7), one face too often in a row (2e-7), a sequence that starts over (2e-7), neighbours that
        hardly ever agree, as in digits that a person made up (1e-7). Raises Refused.
        """
        needed = required_rolls(bits)
        if len(self) < needed:
            raise Refused(
                _("{count} rolls are too few for {bits} bits: roll {needed}").format(
                    count=len(self), bits=bits, needed=needed
                ),
                hint=_("A die gives 2.58 bits a roll. Go on rolling; none of the rolls so far is lost."),
            )
        rolls = self.rolls.reveal()
        if _unevenness(rolls) > MOST_UNEVEN:
            raise _not_random(_("some faces come up much too often"))
        if len(set(rolls)) < len(FACES) and 6 * (5 / 6) ** len(rolls) <= FALSE_ALARM_MISSING_FACE:
            raise _not_random(_("one face never comes up"))
        if len(rolls) / 6 ** (_longest_run(rolls) - 1) <= FALSE_ALARM_RUN:
            raise _not_random(_("one face comes up too many times in a row"))
        if _starts_over(rolls):
            raise _not_random(_("the sequence repeats itself"))
        agreeing = _agreements(rolls, 1)
        if agreeing * 6 < len(rolls) - 1 and _chance(agreeing, len(rolls) - 1) <= FALSE_ALARM_NO_REPEATS:
            raise _not_random(_("a face hardly ever comes up twice in a row"))


def required_rolls(bits: int) -> int:
    """Return how many rolls hold 128 bits (50) or 256 bits (100): a roll has log2(6) of them. Raises Usage."""
    return math.ceil(_checked(bits) / math.log2(6))


def mix(machine: MachinePart, dice: Dice | None, bits: int) -> Secret:
    """Return 128 or 256 bits: HMAC-SHA512("custody/entropy/v1", machine's 32 bytes || dice as ASCII), its beginning.

    Dice are checked first: raises Refused. Without dice the message is the machine's part alone.
    """
    if dice is not None:
        dice.check(bits)
    rolls = b"" if dice is None else dice.rolls.reveal()
    digest = hmac.digest(CONTEXT, machine.secret.reveal() + rolls, "sha512")
    return Secret(digest[: _checked(bits) // 8])


def _checked(bits: int) -> int:
    if bits not in (128, 256):
        raise Usage(_("a key is made from 128 or 256 bits, not {bits}").format(bits=bits))
    return bits


def _check_health(sample: bytes) -> None:
    """The repetition and proportion tests in the manner of NIST SP 800-90B 4.4, and one for a sequence that loops."""
    if _longest_run(sample) > LONGEST_REPEAT:
        raise _sick(_("a byte repeats many times in a row"))
    if max(Counter(sample).values()) > MOST_OF_ONE_BYTE:
        raise _sick(_("one byte comes much too often"))
    # sixteen bytes that come again have a chance of 256**-16 a pair: the source gave an answer twice, or started over
    if len({sample[start : start + 16] for start in range(len(sample) - 15)}) != len(sample) - 15:
        raise _sick(_("it gives the same bytes again"))


def _longest_run(values: bytes) -> int:
    longest = run = 1
    for before, after in pairwise(values):
        run = run + 1 if before == after else 1
        longest = max(longest, run)
    return longest


def _unevenness(rolls: bytes) -> float:
    """Pearson's chi-square of the six counts against equal ones."""
    counts = Counter(rolls)
    expected = len(rolls) / len(FACES)
    return sum((counts[ord(face)] - expected) ** 2 / expected for face in FACES)


def _starts_over(rolls: bytes) -> bool:
    """Say whether the rolls agree with themselves, shifted by some period, far too often."""
    periods = range(1, min(len(rolls) // 2, LONGEST_PERIOD) + 1)
    for period in periods:
        agreeing, compared = _agreements(rolls, period), len(rolls) - period
        if agreeing * 6 > compared and _chance(agreeing, compared) <= FALSE_ALARM_PERIOD / len(periods):
            return True
    return False


def _agreements(rolls: bytes, distance: int) -> int:
    return sum(a == b for a, b in zip(rolls, rolls[distance:], strict=False))


def _chance(agreeing: int, compared: int) -> float:
    """Bound the chance that fair dice agree this often, or further from one time in six, on this side.

    Chernoff's bound exp(-n * KL(k/n || 1/6)): never below the true chance, so no test alarms more often than it says.
    """
    share = agreeing / compared
    divergence = sum(p * math.log(p / q) for p, q in ((share, 1 / 6), (1 - share, 5 / 6)) if p)
    return math.exp(-compared * divergence)


def _sick(why: str) -> Unfit:
    return Unfit(
        _("this machine's source of randomness is not healthy: {why}").format(why=why),
        hint=_("Make no key here. Start the machine again from a checked system, or use another one."),
        code="randomness",
    )


def _not_random(why: str) -> Refused:
    return Refused(
        _("the rolls do not look like fair dice: {why}").format(why=why),
        hint=_("Roll real dice and type every roll. Fair dice are refused less than once in a million times."),
        code="dice",
    )
