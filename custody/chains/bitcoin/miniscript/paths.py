"""A miniscript to its spending paths, at most 32: the keys, timelocks and preimages that each takes.

A path tells whether a transaction meets its timelocks; who has signed is not looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, product
from typing import Generic

from custody.chains.bitcoin.consensus.timelocks import SEQUENCE_VALUE, Timing, is_absolute_time, is_relative_time
from custody.chains.bitcoin.miniscript.fragment import Fragment
from custody.chains.bitcoin.miniscript.node import K, Node
from custody.chains.bitcoin.miniscript.policy import Locked, Policy, Revealed, Signed, Threshold, lift

PATHS_LIMIT = 32
"""Ways that are told one by one. A person does not read more."""


@dataclass(frozen=True, slots=True)
class Quorum(Generic[K]):
    """Signatures by so many of these keys."""

    threshold: int
    keys: tuple[K, ...]

    @property
    def is_everyone(self) -> bool:
        """Whether all of the keys are needed."""
        return self.threshold == len(self.keys)


@dataclass(frozen=True, slots=True)
class Path(Generic[K]):
    """One way to spend: all of its quorums sign, all of its locks have passed, all of its preimages are known."""

    quorums: tuple[Quorum[K], ...] = ()
    locks: tuple[Locked, ...] = ()
    preimages: tuple[Revealed, ...] = ()

    def is_open(self, timing: Timing) -> bool:
        """Say whether a transaction meets its timelocks."""
        return all(_meets(timing, lock) for lock in self.locks)

    def asks_no_more(self, other: "Path[K]") -> bool:
        """Say whether whoever takes the other way could take this one, as far as one quorum each can tell."""
        return (
            all(any(_same_or_longer(lock, longer) for longer in other.locks) for lock in self.locks)
            and set(self.preimages) <= set(other.preimages)
            and all(
                any(quorum.keys == more.keys and quorum.threshold <= more.threshold for more in other.quorums)
                for quorum in self.quorums
            )
        )

    def join(self, other: "Path[K]") -> "Path[K]":
        """Return the way that asks for both. Keys that must all sign make one quorum; of locks the longer counts."""
        quorums = (*self.quorums, *other.quorums)
        everyone = tuple(key for quorum in quorums if quorum.is_everyone for key in quorum.keys)
        together = (Quorum(len(everyone), everyone),) if everyone else ()
        return Path(
            (*together, *(quorum for quorum in quorums if not quorum.is_everyone)),
            _longest((*self.locks, *other.locks)),
            tuple(dict.fromkeys((*self.preimages, *other.preimages))),
        )


def count_paths(node: Node[K]) -> int:
    """Return how many ways there are to spend, those included that ask for more than another one."""
    return _count(lift(node))


def paths(node: Node[K]) -> tuple[Path[K], ...] | None:
    """Return every way to spend, in the order of the text; None where there are more than 32.

    A way is left out where another one asks for nothing that it does not ask for too.
    """
    policy = lift(node)
    return _needed(tuple(_paths(policy))) if _count(policy) <= PATHS_LIMIT else None


def _count(policy: Policy[K]) -> int:
    """Count: a threshold is met by so many of its other conditions, and by keys for the rest."""
    if not isinstance(policy, Threshold):
        return 1
    keys, others = _parted(policy)
    ways = [1]  # ways[n]: to meet exactly n of the other conditions
    for other in others:
        count = _count(other)
        ways = [without + with_it * count for without, with_it in zip([*ways, 0], [0, *ways], strict=True)]
    return sum(ways[chosen] for chosen in _chosen(policy.threshold, len(keys), len(others)))


def _paths(policy: Policy[K]) -> Iterator[Path[K]]:
    match policy:
        case Signed(key):
            yield Path((Quorum(1, (key,)),))
        case Locked():
            yield Path(locks=(policy,))
        case Revealed():
            yield Path(preimages=(policy,))
        case Threshold(threshold):
            keys, others = _parted(policy)
            ways = [tuple(_paths(other)) for other in others]
            for count in _chosen(threshold, len(keys), len(others)):
                signing: Path[K] = Path((Quorum(threshold - count, keys),) if threshold > count else ())
                for some in combinations(ways, count):
                    for way in product(*some):
                        yield reduce(Path.join, way, signing)


def _parted(policy: Threshold[K]) -> tuple[tuple[K, ...], tuple[Policy[K], ...]]:
    """Part the keys of a threshold from its other conditions."""
    keys = tuple(sub.key for sub in policy.subs if isinstance(sub, Signed))
    return keys, tuple(sub for sub in policy.subs if not isinstance(sub, Signed))


def _chosen(threshold: int, keys: int, others: int) -> range:
    """How many of the other conditions may be met, so that the keys can do the rest and are not too many."""
    return range(max(0, threshold - keys), min(threshold, others) + 1)


def _needed(ways: tuple[Path[K], ...]) -> tuple[Path[K], ...]:
    """Leave out the ways that ask for no less than another one; of two alike the first stays."""
    return tuple(
        way
        for at, way in enumerate(ways)
        if not any(
            other.asks_no_more(way) and (number < at or not way.asks_no_more(other))
            for number, other in enumerate(ways)
            if number != at
        )
    )


def _longest(locks: tuple[Locked, ...]) -> tuple[Locked, ...]:
    """Keep, of the locks of one kind, the one that holds longest: who has met it has met the others."""
    longest: dict[tuple[Fragment, bool], Locked] = {}
    for lock in locks:
        longest[_kind(lock)] = max(longest.get(_kind(lock), lock), lock, key=_length)
    return tuple(longest.values())


def _same_or_longer(lock: Locked, other: Locked) -> bool:
    return _kind(lock) == _kind(other) and _length(lock) <= _length(other)


def _kind(lock: Locked) -> tuple[Fragment, bool]:
    counts_time = is_relative_time if lock.fragment is Fragment.OLDER else is_absolute_time
    return lock.fragment, counts_time(lock.number)


def _length(lock: Locked) -> int:
    return lock.number & SEQUENCE_VALUE if lock.fragment is Fragment.OLDER else lock.number


def _meets(timing: Timing, lock: Locked) -> bool:
    meets = timing.meets_older if lock.fragment is Fragment.OLDER else timing.meets_after
    return meets(lock.number)
