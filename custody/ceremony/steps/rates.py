"""`Rates`: how long a person takes for what is done many times; assumed until rehearsals have measured it."""

from dataclasses import dataclass

WORDS = {128: 20, 256: 33}
"""Words of a SLIP-39 card, by the bits of the secret."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds that one person takes: a roll called and typed, a word read back, a sheet printed and looked at.

    `bag`: a card put into its bag, and the serial read aloud. `said`: whatever is read, compared or answered once by
    everybody who is there. After `work` minutes there is a break of `rest` minutes, as soon as no secret is live.
    """

    roll: float
    word: float
    sheet: float
    bag: float
    said: float
    work: int
    rest: int


ASSUMED = Rates(roll=4, word=4, sheet=60, bag=90, said=180, work=90, rest=15)
