"""A miniscript to its policy: keys, timelocks and preimages under thresholds, simplified, however its script asks.

Every fragment of BIP-379 is a conjunction, a disjunction or a threshold of what stands in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from custody.chains.bitcoin.miniscript.fragment import HASH_SIZES, WRAPPERS, Fragment
from custody.chains.bitcoin.miniscript.node import K, Node


@dataclass(frozen=True, slots=True)
class Signed(Generic[K]):
    """A signature by one key."""

    key: K


@dataclass(frozen=True, slots=True)
class Locked:
    """A timelock: `fragment` is older or after."""

    fragment: Fragment
    number: int


@dataclass(frozen=True, slots=True)
class Revealed:
    """A preimage of 32 bytes: `fragment` is the hash."""

    fragment: Fragment
    digest: bytes


@dataclass(frozen=True, slots=True)
class Threshold(Generic[K]):
    """At least so many of several conditions. 0 of none is always met, 1 of none never."""

    threshold: int
    subs: "tuple[Policy[K], ...]" = ()


Policy = Signed[K] | Locked | Revealed | Threshold[K]


def lift(node: Node[K]) -> Policy[K]:
    """Return what a script asks for."""

    def visit(node: Node[K], subs: tuple[Policy[K], ...]) -> Policy[K]:
        if node.own_keys:
            return simplified(node.number or 1, tuple(Signed(key) for key in node.own_keys))
        if node.fragment in (Fragment.OLDER, Fragment.AFTER):
            return Locked(node.fragment, node.number)
        if node.fragment in HASH_SIZES:
            return Revealed(node.fragment, node.digest)
        return _combined(node, subs)

    return node.fold(visit)


def _combined(node: Node[K], subs: tuple[Policy[K], ...]) -> Policy[K]:
    if node.fragment in WRAPPERS:
        return subs[0]
    match node.fragment:
        case Fragment.FALSE:
            return Threshold(1)
        case Fragment.TRUE:
            return Threshold(0)
        case Fragment.AND_V | Fragment.AND_B:
            return simplified(2, subs)
        case Fragment.ANDOR:
            x, y, z = subs
            return simplified(1, (simplified(2, (x, y)), z))
        case Fragment.THRESH:
            return simplified(node.number, subs)
    return simplified(1, subs)  # or_b, or_c, or_d, or_i


def simplified(threshold: int, subs: tuple[Policy[K], ...]) -> Policy[K]:
    """Return a threshold without what is always or never met, and without alternatives among alternatives."""
    threshold -= sum(is_always(sub) for sub in subs)
    subs = tuple(sub for sub in subs if not is_always(sub) and not is_never(sub))
    if threshold <= 0:
        return Threshold(0)
    if threshold > len(subs):
        return Threshold(1)
    if len(subs) == 1:
        return subs[0]
    if threshold == 1:
        return Threshold(1, _flat(subs, lambda inner: inner.threshold == 1))
    if threshold == len(subs):
        flat = _flat(subs, lambda inner: inner.threshold == len(inner.subs))
        return Threshold(len(flat), flat)
    return Threshold(threshold, subs)


def _flat(subs: tuple[Policy[K], ...], alike: Callable[[Threshold[K]], bool]) -> tuple[Policy[K], ...]:
    return tuple(each for sub in subs for each in (sub.subs if isinstance(sub, Threshold) and alike(sub) else (sub,)))


def is_always(policy: Policy[K]) -> bool:
    """Say whether it asks for nothing."""
    return isinstance(policy, Threshold) and policy.threshold == 0


def is_never(policy: Policy[K]) -> bool:
    """Say whether nobody can meet it."""
    return isinstance(policy, Threshold) and policy.threshold > len(policy.subs)
