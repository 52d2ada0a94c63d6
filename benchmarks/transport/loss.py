"""Which frames a camera misses: by chance, in bursts, or every second one. The same seed gives the same losses."""

import random
from collections.abc import Iterator

BURST = 8
"""Frames that are lost in a row, on average, when a hand moves or light changes."""


def seen(model: str, share: float, chance: random.Random) -> Iterator[bool]:
    """Say of each frame whether it was seen; `share` of them is lost, of "alternate" every second."""
    if model == "alternate":
        lost = chance.random() < 0.5
        while True:
            lost = not lost
            yield not lost
    if model == "random":
        while True:
            yield chance.random() >= share
    if model == "burst":
        yield from _bursts(share, chance)
    raise ValueError(model)


def _bursts(share: float, chance: random.Random) -> Iterator[bool]:
    """Gilbert's channel: bursts of BURST frames on average, and as long between them as the share needs."""
    if share == 0:
        while True:
            yield True
    ends, begins = 1 / BURST, share / (1 - share) / BURST
    lost = chance.random() < share
    while True:
        lost = chance.random() >= ends if lost else chance.random() < begins
        yield not lost
