"""The numbers of older and after: what they mean, when a transaction meets them, and which do not mix.

Consensus: BIP-65 and BIP-113 (after), BIP-68 and BIP-112 (older). It knows numbers, no clock and no chain.
"""

from dataclasses import dataclass

from custody.chains.bitcoin.miniscript.fragment import Fragment
from custody.chains.bitcoin.miniscript.node import K, Node

LOCKTIME_IS_TIME = 500_000_000
SEQUENCE_IS_TIME, SEQUENCE_VALUE = 1 << 22, 0xFFFF
SEQUENCE_SECONDS = 512
_SEQUENCE_DISABLED = 1 << 31
_SEQUENCE_FINAL = 0xFFFFFFFF
_LOCKS_SINCE_VERSION = 2


@dataclass(frozen=True, slots=True)
class Timing:
    """What the transaction says about time: its version, the sequence number of the input, and its lock time."""

    version: int
    sequence: int
    locktime: int

    def meets_older(self, number: int) -> bool:
        """Say whether the script may pass older(number) in this transaction (BIP-112)."""
        if self.version & 0xFFFFFFFF < _LOCKS_SINCE_VERSION or self.sequence & _SEQUENCE_DISABLED:
            return False
        mask = SEQUENCE_IS_TIME | SEQUENCE_VALUE
        asked, given = number & mask, self.sequence & mask
        return is_relative_time(asked) == is_relative_time(given) and asked <= given

    def meets_after(self, number: int) -> bool:
        """Say whether the script may pass after(number) in this transaction (BIP-65)."""
        if self.sequence == _SEQUENCE_FINAL:
            return False
        return is_absolute_time(number) == is_absolute_time(self.locktime) and number <= self.locktime


def is_relative_time(number: int) -> bool:
    """Say whether older(number) counts units of 512 seconds, and not blocks."""
    return bool(number & SEQUENCE_IS_TIME)


def is_absolute_time(number: int) -> bool:
    """Say whether after(number) is a time, and not the height of a block."""
    return number >= LOCKTIME_IS_TIME


def older_means_something(number: int) -> bool:
    """Say whether consensus gives every bit of older(number) a meaning, and asks for some age at all (BIP-68)."""
    return not number & ~(SEQUENCE_IS_TIME | SEQUENCE_VALUE) and bool(number & SEQUENCE_VALUE)


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
