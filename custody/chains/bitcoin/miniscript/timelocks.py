"""Time locks of a miniscript: which kinds it holds, and whether some of them mix (BIP-379)."""

from dataclasses import dataclass

from custody.chains.bitcoin.consensus.timelocks import is_absolute_time, is_relative_time
from custody.chains.bitcoin.miniscript.fragment import Fragment
from custody.chains.bitcoin.miniscript.node import K, Node


@dataclass(frozen=True, slots=True)
class LockTypes:
    """The kinds of timelock in an expression (BIP-379's g h i j), and whether some are mixed (not k)."""

    relative_time: bool = False
    relative_height: bool = False
    absolute_time: bool = False
    absolute_height: bool = False
    mixed: bool = False

    def either(self, other: "LockTypes") -> "LockTypes":
        """Return the kinds of two expressions that need not both hold."""
        return LockTypes(
            self.relative_time or other.relative_time,
            self.relative_height or other.relative_height,
            self.absolute_time or other.absolute_time,
            self.absolute_height or other.absolute_height,
            self.mixed or other.mixed,
        )

    def both(self, other: "LockTypes") -> "LockTypes":
        """Return the kinds of two expressions that may have to hold at once."""
        union = self.either(other)
        clash = (
            (self.relative_time and other.relative_height)
            or (self.relative_height and other.relative_time)
            or (self.absolute_time and other.absolute_height)
            or (self.absolute_height and other.absolute_time)
        )
        return LockTypes(
            union.relative_time,
            union.relative_height,
            union.absolute_time,
            union.absolute_height,
            union.mixed or clash,
        )


def has_mixed_timelocks(node: Node[K]) -> bool:
    """Say whether heights and times stand in one way to spend, which nobody could then ever take."""
    return node.fold(_lock_types).mixed


def _lock_types(node: Node[K], subs: tuple[LockTypes, ...]) -> LockTypes:
    match node.fragment:
        case Fragment.OLDER:
            of_time = is_relative_time(node.number)
            return LockTypes(relative_time=of_time, relative_height=not of_time)
        case Fragment.AFTER:
            of_time = is_absolute_time(node.number)
            return LockTypes(absolute_time=of_time, absolute_height=not of_time)
        case Fragment.ANDOR:
            x, y, z = subs
            return x.both(y).either(z)
    together = node.fragment in (Fragment.AND_V, Fragment.AND_B) or (
        node.fragment is Fragment.THRESH and node.number > 1
    )
    found = LockTypes()
    for sub in subs:
        found = found.both(sub) if together else found.either(sub)
    return found
