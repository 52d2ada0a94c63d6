"""How far cards are that were collected: which are here, of which groups, and how many are missing.

It tells people, and opens nothing: a quorum is what its cards prove (`collection`), whatever is counted here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupStatus:
    """How far a group is: the cards of it that are here, by their numbers. `threshold` is None while there is none."""

    index: int
    cards: tuple[int, ...]
    threshold: int | None

    @property
    def have(self) -> int:
        """How many cards of it are here."""
        return len(self.cards)

    @property
    def complete(self) -> bool:
        """Whether it has as many cards as it needs."""
        return self.threshold is not None and self.have >= self.threshold

    @property
    def missing(self) -> int:
        """How many cards it needs at least; 1 for a group of which nothing is known."""
        return 1 if self.threshold is None else max(0, self.threshold - self.have)


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """How far a collection is. `missing` is the least number of cards that could complete it.

    `checked` is False where one card opens all alone: it carries no digest, so a forged value cannot be told from a
    true one.
    """

    identifier: int
    extendable: bool
    iteration_exponent: int
    group_threshold: int
    groups: tuple[GroupStatus, ...]

    @property
    def missing(self) -> int:
        """The least number of cards that could make a quorum."""
        needed = self.group_threshold - sum(group.complete for group in self.groups)
        return sum(sorted(group.missing for group in self.groups if not group.complete)[: max(0, needed)])

    @property
    def complete(self) -> bool:
        """Whether a quorum is there."""
        return self.missing == 0

    @property
    def checked(self) -> bool:
        """Whether these cards can tell a forged value: somewhere two cards or two groups must fit together."""
        complete = [group for group in self.groups if group.complete]
        return self.group_threshold > 1 or len(complete) != 1 or complete[0].threshold != 1
