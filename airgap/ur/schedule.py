"""The sequence numbers of a fountain's parts in the order in which a sender shows them, without end.

Any sequence number is legal, so a sender may choose. The stream of BCR-2020-005 counts upwards, so a plain fragment is
never seen again after the first round: whoever joins late has mixtures alone. Most receivers take mixtures apart one
fragment at a time and need plain ones to begin with (`shaped`); ours solves them all together, and is served best by
mixtures of very many (`dense`).
"""

from collections.abc import Iterator

from airgap.ur.fountain import SEQUENCE_LIMIT, degree

LOWEST_DEGREE, HIGHEST_DEGREE = 8, 30
"""Fragments of a repairing mixture: where one in ten frames was lost, about one of them is missing."""

_MANY = 250
"""From so many fragments on, mixtures of 30 no longer reach every gap."""


def shaped(seq_len: int, checksum: int) -> Iterator[int]:
    """Yield sequence numbers for any receiver, without end: all plain fragments, half as many mixtures, again.

    The mixtures are others in each round. A round has an odd length: whoever sees every second frame sees all in two.
    """
    highest = HIGHEST_DEGREE if seq_len < _MANY else 2 * HIGHEST_DEGREE
    mixtures = mixed(seq_len, checksum, LOWEST_DEGREE, highest)
    while True:
        yield from range(1, seq_len + 1)
        for _part in range(round_length(seq_len) - seq_len):
            yield next(mixtures)


def round_length(seq_len: int) -> int:
    """Return how many parts a round of `shaped` has: half as many mixtures as fragments, and an odd number in all."""
    length = seq_len + (seq_len + 1) // 2
    return length if length % 2 else length + 1


def dense(seq_len: int, checksum: int) -> Iterator[int]:
    """Yield sequence numbers for a receiver that solves: all plain fragments, then only mixtures of a quarter or more.

    Any K of them and a few give the message, so it does not matter when such a receiver joins.
    """
    yield from range(1, seq_len + 1)
    yield from mixed(seq_len, checksum, seq_len // 4, seq_len)


def mixed(seq_len: int, checksum: int, lowest: int, highest: int) -> Iterator[int]:
    """Yield the sequence numbers of mixtures of so many fragments, upwards, and at the end from the first again.

    Of fewer fragments than `lowest`, mixtures of half of them or more.
    """
    fewest = min(lowest, (seq_len + 1) // 2)
    while True:
        for seq_num in range(seq_len + 1, SEQUENCE_LIMIT + 1):
            if fewest <= degree(seq_num, seq_len, checksum) <= highest:
                yield seq_num
