"""In what order a series of frames is shown, again and again. It knows their number only."""

from collections.abc import Iterator
from math import gcd

_LOSSES = 2 * 3 * 5


def passes(length: int) -> Iterator[int]:
    """Yield the positions of a series for ever, in order; each pass begins a little further on than the one before.

    A camera that misses every second, third or fifth frame would miss the same ones for ever if nothing slipped. Any
    other order would show a receiver that joins late what it has seen already.
    """
    begin = 0
    while True:
        yield from ((begin + position) % length for position in range(length))
        begin += slip(length)


def slip(length: int) -> int:
    """The smallest step, forwards or back, after which a pass falls in step with no loss of every 2nd, 3rd or 5th."""
    steps = (step for size in range(length + 1) for step in (size, -size))
    return next(step for step in steps if gcd(length - step, _LOSSES) == 1)
