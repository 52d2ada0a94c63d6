"""The parts of a series without a checksum, in any order, to its message: all are needed, versions are never mixed.

A part of another series with the same header and length cannot be told from one's own. What can be seen is two versions
of one part. Nobody knows then which of the parts before belong together, so the series starts over from the newer one,
and is taken only when every part came a second time with no contradiction between: one clean round could be half of
each. A contradiction after the end is kept and told.
"""

from collections.abc import Callable
from typing import Any, Protocol

from airgap.errors import Unreadable
from airgap.message import Message
from airgap.stream import Progress, Receipt


class Part(Protocol):
    """One frame of a series that has no checksum; `index` counts from 0."""

    @property
    def total(self) -> int:
        """How many parts there are."""

    @property
    def index(self) -> int:
        """Which one it is."""

    @property
    def data(self) -> bytes:
        """What it carries."""


class Assembly:
    """A series that begins with `first`; give it only parts of the same `stream`, `first` among them.

    `join` makes the message of all parts in order, and raises Unreadable where they are none. `even` says that the
    framing makes all parts equally long, and the last not longer.
    """

    def __init__(self, first: Part, join: Callable[[list[Any]], Message], *, even: bool = True) -> None:
        self._join = join
        self._even = even
        self._total = first.total
        self._parts: dict[int, Part] = {}
        self._again: set[int] = set()
        self.message: Message | None = None
        self.fault = ""
        self.disagreed = 0
        self.contradictory = False
        """Whether the message is there, and a part of another version of it came by."""

    @property
    def finished(self) -> bool:
        """Whether nothing more is wanted. A later part may still contradict."""
        return self.message is not None

    @property
    def confirmed(self) -> bool:
        """Whether every part of the message was seen again after the last of them, or one part is all there is."""
        return self.finished and (self._total == 1 or not self._again)

    @property
    def progress(self) -> Progress:
        """Parts that do not contradict each other, of all; after a contradiction those of the second round."""
        return Progress(self._total - len(self.missing), self._total)

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers, from 1, of the parts not seen, or after a contradiction not seen again."""
        if self.finished:
            return ()
        wanted = self._again if self._is_full else set(range(self._total)) - self._parts.keys()
        return tuple(index + 1 for index in sorted(wanted))

    def carries(self, _message: Message) -> bool:
        """The frames say nothing of the whole, so this is never known."""
        return False

    def receive(self, part: Part) -> Receipt:
        """Take a part in."""
        known = self._parts.get(part.index)
        if known == part:
            return self._confirm(part.index)
        if self.contradictory and known is None:
            return Receipt.CONFLICT  # after a contradiction nothing can be told about the other parts
        if known is not None or not self._fits(part):
            self.disagreed += 1
            self._parts = {part.index: part}
            self.contradictory = self.finished
            return Receipt.CONFLICT
        self._parts[part.index] = part
        if not self._is_full:
            return Receipt.NEW
        self._again = set(range(self._total))
        return Receipt.NEW if self.disagreed else self._complete()

    @property
    def _is_full(self) -> bool:
        return len(self._parts) == self._total

    def _confirm(self, index: int) -> Receipt:
        """Take note that a part came again as it was."""
        wanted = self._is_full and index in self._again
        self._again.discard(index)
        if self.finished or not wanted:
            return Receipt.KNOWN
        return Receipt.NEW if self._again else self._complete()

    def _fits(self, part: Part) -> bool:
        """Say whether the lengths are as they should be."""
        if not self._even:
            return True
        last = self._total - 1
        if part.index == last:
            return all(len(part.data) <= len(other.data) for other in self._parts.values())
        return all(
            len(part.data) >= len(other.data) if other.index == last else len(part.data) == len(other.data)
            for other in self._parts.values()
        )

    def _complete(self) -> Receipt:
        """Join the parts; where that fails, one of them is wrong without a sign of which, so all are wanted again."""
        try:
            self.message = self._join([self._parts[index] for index in range(self._total)])
        except Unreadable as problem:
            self.fault = problem.message
            self._parts = {}
            return Receipt.CONFLICT
        self.fault = ""
        return Receipt.COMPLETE
