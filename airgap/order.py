"""The order in which a series of frames is shown: pass after pass, each beginning a little before the last ended."""

from collections.abc import Iterator
from math import gcd

_LOSSES = 2 * 3 * 5


def passes(length: int) -> Iterator[int]:
    """Yield the positions of a series for ever, in order; each pass begins a little before the end of the one before.

    A camera that misses every second, third or fifth frame would miss the same ones for ever if nothing slipped. Any
    other order would show a receiver that joins late what it has seen already, or make it wait for what it missed.
    """
    begin = 0
    while True:
        yield from ((begin + position) % length for position in range(length))
        begin -= slip(length)


def slip(length: int) -> int:
    """Return how many frames are shown again, so that a pass falls in step with no loss of every 2nd, 3rd or 5th."""
    return next(again for again in range(_LOSSES) if gcd(length + again, _LOSSES) == 1)
