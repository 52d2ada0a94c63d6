"""`Past`: what a line covers, as much of it as judges the next line; carried along each chain, and shared by its lines.

A line covers what it stands on: the line before it, and for one that takes lines in also the heads that it names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from custody.governance.statement import Tip

Tips = frozenset[Tip]
Covers = Callable[[bytes, Tip, Tip], bool]
"""Whether, in the chain of a writer, the one line stands on the other, or is it."""


@dataclass(frozen=True, slots=True)
class Past:
    """Of each writer the newest lines, and the rosters (ids of 32 bytes, with the ids that each follows)."""

    tips: Mapping[bytes, Tips]
    rosters: Mapping[bytes, tuple[bytes, ...]]

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """The rosters that no other follows, ascending."""
        followed = {each for basis in self.rosters.values() for each in basis}
        return tuple(sorted(self.rosters.keys() - followed))

    @property
    def heads(self) -> dict[bytes, tuple[Tip, ...]]:
        """The frontier, as a statement names it."""
        return {writer: tuple(sorted(tips)) for writer, tips in self.tips.items()}

    def beyond(self, writer: bytes, line: Tip, before: Tip | None) -> Self:
        """Return the past of what stands on one more line of a writer, which stands on `before`."""
        tips = self.tips.get(writer, frozenset()) - {before} | {line}
        return replace(self, tips={**self.tips, writer: tips})

    def with_roster(self, roster: bytes, basis: tuple[bytes, ...]) -> Self:
        """Return the past once a roster was agreed on."""
        return replace(self, rosters={**self.rosters, roster: basis})

    def covers(self, writer: bytes, line: Tip, covers: Covers) -> bool:
        """Say whether a line is in this past."""
        return any(covers(writer, tip, line) for tip in self.tips.get(writer, ()))


NOTHING = Past({}, {})


def merged(pasts: Iterable[Past], covers: Covers) -> Past:
    """Return the past of what stands on several lines: of each branch of a writer only the newest line."""
    tips: dict[bytes, set[Tip]] = {}
    rosters: dict[bytes, tuple[bytes, ...]] = {}
    for past in pasts:
        rosters |= past.rosters
        for writer, each in past.tips.items():
            tips.setdefault(writer, set()).update(each)
    return Past({writer: _newest(writer, each, covers) for writer, each in tips.items()}, rosters)


def _newest(writer: bytes, tips: set[Tip], covers: Covers) -> Tips:
    if len(tips) == 1:
        return frozenset(tips)
    return frozenset(tip for tip in tips if not any(other != tip and covers(writer, other, tip) for other in tips))
