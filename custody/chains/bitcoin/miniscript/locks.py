"""Which keys and paths of a policy a transaction can use, by its lock time and sequence numbers.

A signature commits to both numbers, so one that is made for a way that they close is worth nothing.
"""

from collections.abc import Callable, Collection, Iterator
from typing import TypeAlias

from custody.catalogue import _
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.miniscript.explanation import explain_path
from custody.chains.bitcoin.miniscript.fragment import Fragment
from custody.chains.bitcoin.miniscript.node import K, Node
from custody.chains.bitcoin.miniscript.paths import paths

_Way: TypeAlias = frozenset[K] | None
"""The keys that may sign on a way, None where it is closed."""

_EITHER = frozenset({Fragment.OR_B, Fragment.OR_C, Fragment.OR_D, Fragment.OR_I})


def usable_keys(policy: Node[K], moment: Timing) -> frozenset[K]:
    """Return the keys whose signatures can count at this time. Preimages are taken to be known."""

    def visit(node: Node[K], ways: tuple[_Way[K], ...]) -> _Way[K]:
        if node.fragment is Fragment.ANDOR:
            ways = (_open(ways[:2], 2), ways[2])
        needed = _needed(node, moment)
        if needed is None:
            return None
        found = _open(ways, needed)
        return None if found is None else found | frozenset(node.own_keys)

    return policy.fold(visit) or frozenset()


def opened_by_time(policy: Node[K], moments: Collection[Timing], name_key: Callable[[K], str]) -> Iterator[str]:
    """Tell the ways with a time lock that one of several inputs meets; of too many to tell, that there are some."""
    ways = paths(policy)
    if ways is None and any(_meets(node, moment) for node in policy.walk() for moment in moments):
        yield _("some of more ways than can be told")
    for way in ways or ():
        if way.locks and any(map(way.is_open, moments)):
            yield explain_path(way, name_key)


def _meets(node: Node[K], moment: Timing) -> bool:
    """Whether it is a time lock, and one that is met."""
    if node.fragment is Fragment.OLDER:
        return moment.meets_older(node.number)
    return node.fragment is Fragment.AFTER and moment.meets_after(node.number)


def _needed(node: Node[K], moment: Timing) -> int | None:
    """How many of the expressions within must hold; None where the fragment is closed itself."""
    match node.fragment:
        case Fragment.FALSE:
            return None
        case Fragment.OLDER | Fragment.AFTER:
            return 0 if _meets(node, moment) else None
        case Fragment.THRESH:
            return node.number
        case Fragment.ANDOR:
            return 1
    return 1 if node.fragment in _EITHER else len(node.subs)


def _open(ways: tuple[_Way[K], ...], needed: int) -> _Way[K]:
    """Every key of the open ways, if as many are open as are needed."""
    open_ways = [way for way in ways if way is not None]
    return frozenset[K]().union(*open_ways) if len(open_ways) >= needed else None
