"""Time locks as consensus counts them: when a transaction meets the numbers of older and after, and what these mean.

Absolute ones: BIP-65 and BIP-113. Relative ones: BIP-68 and BIP-112.
"""

from dataclasses import dataclass
from typing import Self

from custody.chains.bitcoin.consensus.transaction import Transaction

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

    @classmethod
    def of(cls, transaction: Transaction, index: int) -> Self:
        """Take what a transaction says to the script of one of its inputs."""
        return cls(transaction.version, transaction.inputs[index].sequence, transaction.locktime)

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
