"""The parts of a BBQr or pMofN series, in any order, to its message: every part is needed, versions are never mixed.

Neither framing has a checksum, so a part of another series with the same header and length cannot be told from one's
own. What can be seen is two versions of one part. Nobody knows then which of the parts before belong together, so the
series starts over from the newer one: a clean round completes it, and a contradiction after the end is kept and told.
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

    `join` makes the message of all parts in order, and raises Unreadable where they are none.
    """

    def __init__(self, first: Part, join: Callable[[list[Any]], Message]) -> None:
        self._join = join
        self._total = first.total
        self._parts: dict[int, Part] = {}
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
    def progress(self) -> Progress:
        """Parts that do not contradict each other, of all."""
        return Progress(self._total if self.message else len(self._parts), self._total)

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers, from 1, of the parts not seen."""
        return () if self.finished else tuple(index + 1 for index in range(self._total) if index not in self._parts)

    def carries(self, _message: Message) -> bool:
        """The frames say nothing of the whole, so this is never known."""
        return False

    def receive(self, part: Part) -> Receipt:
        """Take a part in."""
        known = self._parts.get(part.index)
        if known == part:
            return Receipt.KNOWN
        if self.contradictory and known is None:
            return Receipt.CONFLICT  # after a contradiction nothing can be told about the other parts
        if known is not None or not self._fits(part):
            self.disagreed += 1
            self._parts = {part.index: part}
            self.contradictory = self.finished
            return Receipt.CONFLICT
        self._parts[part.index] = part
        return self._complete() if len(self._parts) == self._total else Receipt.NEW

    def _fits(self, part: Part) -> bool:
        """All parts are equally long, and the last is not longer."""
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
