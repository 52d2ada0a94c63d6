"""Gaussian elimination over GF(2): mixtures of fragments, added one at a time, to the fragments that follow from them.

Every equation is one integer: from the low end a bit for each fragment that it mixes, a bit for each frame that it
is made of, and the mixture's bytes. So one XOR adds an equation to another with everything that belongs to it.
The rows are kept fully reduced: work is spread evenly over the frames, and at full rank each row is a fragment.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dependency:
    """Frames, as a set of bits, whose mixtures cancel out; `residue` is what is left of their bytes, 0 if all agree."""

    frames: int
    residue: int


class Elimination:
    """A system of at most `frames` equations in `fragments` unknowns."""

    def __init__(self, fragments: int, frames: int) -> None:
        self._fragments = fragments
        self._data_at = fragments + frames
        self._mask = (1 << fragments) - 1
        self._frames_mask = (1 << frames) - 1
        self._pivots = 0  # the set of fragments that have a row
        self._rows: dict[int, int] = {}  # the fragment's bit -> its row

    @property
    def rank(self) -> int:
        """How many equations are independent."""
        return len(self._rows)

    def add(self, mixed: int, data: int, frame: int) -> Dependency | None:
        """Add the equation of frame number `frame`: the set of fragments that it mixes, and their XOR.

        Return None when it is independent of those before it, else what it depends on. At most one reduction by each
        row, and one of each row.
        """
        row = data << self._data_at | 1 << self._fragments + frame | mixed
        for bit in bits(mixed & self._pivots):
            row ^= self._rows[bit]
        unsolved = row & self._mask
        if not unsolved:
            return Dependency(row >> self._fragments & self._frames_mask, row >> self._data_at)
        pivot = unsolved & -unsolved
        for bit, other in self._rows.items():
            if other & pivot:
                self._rows[bit] = other ^ row
        self._rows[pivot] = row
        self._pivots |= pivot
        return None

    def unknown(self) -> tuple[int, ...]:
        """Return the fragments that do not follow yet, by index."""
        return tuple(
            index for index in range(self._fragments) if self._rows.get(1 << index, 0) & self._mask != 1 << index
        )

    def fragments(self) -> list[int]:
        """Return every fragment, at full rank."""
        return [self._rows[1 << index] >> self._data_at for index in range(self._fragments)]

    def dependents(self, frame: int) -> list[int]:
        """Return the fragments, by index, whose value would change if that frame's data did. At full rank."""
        made_of = 1 << self._fragments + frame
        return [index for index in range(self._fragments) if self._rows[1 << index] & made_of]


def bits(mask: int) -> Iterator[int]:
    """Yield the bits of a set, the lowest first, each as a set of one."""
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest
