"""The ten words of an entry: bytewords of a slow digest, so that nobody looks for two histories that have the same.

Ten words are 80 bits, and who can choose two histories needs 2^40 tries. With the hash of a line itself, machines made
for hashing did that at once. Each try is one pass of Argon2id (RFC 9106) over 64 MiB, and the treasury is its salt, so
that no table made for another helps (docs/spec/journal.md). The only door to Argon2id in this room.
"""

from functools import cache

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from custody import words
from custody.catalogue import _
from custody.errors import Unfit
from custody.governance.chain import Head

TAG = b"custody/head/v1"

COUNT = 10
"""Words of a head on paper."""

MEMORY = 64 * 1024
"""KiB, passed over once in one lane: about a fifth of a second, and memory that machines made for hashing lack."""

_LENGTH = 32


def words_of(treasury: bytes, head: Head) -> tuple[str, ...]:
    """Return the ten words to write on paper beside an entry's number. Raises Unfit where memory is short."""
    return words.words(beginning(treasury, head.hash))


@cache
def beginning(treasury: bytes, hash_: bytes) -> bytes:
    """Return the ten bytes that the words stand for. Both arguments are 32 bytes. Raises Unfit where memory is short.

    Kept while the process lives: what is compared at the beginning of a sitting may be asked for again, and is public.
    """
    work = Argon2id(salt=treasury, length=_LENGTH, iterations=1, lanes=1, memory_cost=MEMORY)
    try:
        return work.derive(TAG + b"\0" + hash_)[:COUNT]
    except MemoryError:
        raise Unfit(
            _("this machine has not the {count} MiB of memory that the words on paper are made with").format(
                count=MEMORY // 1024
            ),
            hint=_("Close other programs, or use a machine with more memory."),
            code="memory",
        ) from None
