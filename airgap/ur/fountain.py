"""A message to equally long fragments, and a sequence number to the fragments that its part mixes (BCR-2020-005).

Sender and receiver draw the same choice from the sequence number and the message's CRC-32 (told again in
BCR-2024-001). More than 4,096 fragments raise Unreadable.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

from airgap.catalogue import _
from airgap.errors import Unreadable

FRAGMENTS_LIMIT = 4096
"""Fragments of one message, K: enough for 100 kB in the smallest frames that wallets draw, with room."""

SEQUENCE_LIMIT = 2**32 - 1
"""The largest sequence number. They begin at 1; a receiver that joins late sees any."""

_WORD = 2**64 - 1


def fragment_length(message_length: int, longest: int) -> int:
    """Return the nominal fragment length: of the fewest fragments of at most `longest` bytes, all are equally long.

    Raises Unreadable when there would be more than FRAGMENTS_LIMIT.
    """
    fragments = -(-message_length // longest)
    if fragments > FRAGMENTS_LIMIT:
        raise Unreadable(
            _("the message would take {count} frames, more than the {limit} that are allowed").format(
                count=fragments, limit=FRAGMENTS_LIMIT
            ),
            hint=_("Choose larger fragments."),
        )
    return -(-message_length // fragments)


class Fountain:
    """The parts of one message, by sequence number. The last fragment is padded with zeros."""

    def __init__(self, message: bytes, longest: int) -> None:
        self.checksum = zlib.crc32(message)
        self.length = fragment_length(len(message), longest)
        self.fragments = tuple(
            int.from_bytes(message[at : at + self.length].ljust(self.length, b"\0"), "big")
            for at in range(0, len(message), self.length)
        )

    def mixed(self, seq_num: int) -> bytes:
        """Return the XOR of the fragments that part `seq_num` mixes."""
        mixture = 0
        for index in choose_fragments(seq_num, len(self.fragments), self.checksum):
            mixture ^= self.fragments[index]
        return mixture.to_bytes(self.length, "big")


def choose_fragments(seq_num: int, seq_len: int, checksum: int) -> tuple[int, ...]:
    """Return the indexes that part `seq_num` mixes, from 0 to `seq_len` - 1, in the order drawn.

    The first `seq_len` parts are the plain fragments in order. Time is linear in the number drawn.
    """
    if seq_num <= seq_len:
        return (seq_num - 1,)
    draw = doubles(xoshiro(struct.pack(">II", seq_num, checksum)))
    degree = 1 + _degrees(seq_len)(draw)
    return tuple(_shuffled(seq_len, degree, draw))


def degree(seq_num: int, seq_len: int, checksum: int) -> int:
    """Return how many fragments part `seq_num` mixes, without drawing which."""
    if seq_num <= seq_len:
        return 1
    return 1 + _degrees(seq_len)(doubles(xoshiro(struct.pack(">II", seq_num, checksum))))


def xoshiro(seed: bytes) -> Iterator[int]:
    """Yield the 64-bit outputs of xoshiro256** (Blackman and Vigna), its state being the SHA-256 of `seed`."""
    s0, s1, s2, s3 = struct.unpack(">4Q", hashlib.sha256(seed).digest())
    while True:
        product = s1 * 5 & _WORD
        yield ((product << 7 | product >> 57) & _WORD) * 9 & _WORD
        shifted = s1 << 17 & _WORD
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 << 45 | s3 >> 19) & _WORD


def doubles(words: Iterator[int]) -> Callable[[], float]:
    """Return a function that draws the next number from 0 to 1."""
    return lambda: next(words) / 18446744073709551616.0


def _shuffled(length: int, wanted: int, draw: Callable[[], float]) -> Iterator[int]:
    """Yield the first `wanted` items of the Fisher-Yates shuffle; the rest of it would change none of them."""
    remaining = list(range(length))
    for left in range(length, length - wanted, -1):
        # One draw in 2**54 rounds up to 1.0, which the reference leaves undefined.
        yield remaining.pop(min(int(draw() * left), left - 1))


@lru_cache(maxsize=16)
def _degrees(seq_len: int) -> Callable[[Callable[[], float]], int]:
    """Return the sampler of degrees (less one): degree d has the weight 1/d."""
    return sampler(tuple(1 / degree for degree in range(1, seq_len + 1)))


def sampler(weights: tuple[float, ...]) -> Callable[[Callable[[], float]], int]:
    """Return Walker's alias method over `weights`, by Vose: a function that draws an index.

    Peers must agree on every bit, so the lists are worked from their ends, in the reference's order.
    """
    size = len(weights)
    total = sum(weights)
    scaled = [weight * float(size) / total for weight in weights]
    small = [index for index in reversed(range(size)) if scaled[index] < 1]
    large = [index for index in reversed(range(size)) if scaled[index] >= 1]
    chances = [1.0] * size
    aliases = [0] * size
    while small and large:
        low, high = small.pop(), large.pop()
        chances[low] = scaled[low]
        aliases[low] = high
        scaled[high] += scaled[low] - 1
        (small if scaled[high] < 1 else large).append(high)

    def choose(draw: Callable[[], float]) -> int:
        first, second = draw(), draw()
        index = min(int(float(size) * first), size - 1)
        return index if second < chances[index] else aliases[index]

    return choose


def sequence() -> Iterator[int]:
    """Yield the sequence numbers in order, from 1 to the last and again: 0, which would follow, names no fragment."""
    while True:
        yield from range(1, SEQUENCE_LIMIT + 1)
