"""`WriterKey`: the Ed25519 key by which a machine seals the lines of its journal; it lies open in the machine's home.

It binds couriers, and not a thief of the laptop: officers' signatures do (docs/spec/journal.md). A backup carries it,
sealed to the quorum, so that a spare can prove whose place it takes.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.entropy import MachinePart
from custody.keys.vaults import primitives
from custody.secret import Secret

MAGIC = b"custody/writer/1\n"
WRITER_FILE = len(MAGIC) + 2 * primitives.KEY
"""Bytes of the file: the magic, 32 secret bytes, and the public key."""


@dataclass(frozen=True, slots=True)
class WriterKey:
    """A machine's key. `public` (32 bytes) is the `writer` of its lines."""

    public: bytes
    _seed: Secret = field(repr=False)

    @classmethod
    def new(cls, source: Callable[[int], bytes] = os.urandom) -> Self:
        """Draw a key. Raises Unfit where the source of randomness is not healthy."""
        with MachinePart.draw(source).secret as seed:
            return cls._of(seed.reveal())

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read the file of a key. Raises Unreadable for what is none, and for one that was damaged."""
        seed, public = content[len(MAGIC) : -primitives.KEY], content[-primitives.KEY :]
        if len(content) != WRITER_FILE or not content.startswith(MAGIC) or (key := cls._of(seed)).public != public:
            raise Unreadable(
                _("the file of this machine's key is damaged, or is none"),
                hint=_("Without it this home writes nothing. Make a spare of the newest backup: custody home restore."),
            )
        return key

    def encode(self) -> bytes:
        """Return the file of the key."""
        return MAGIC + self._seed.reveal() + self.public

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes. The caller separates domains."""
        return primitives.sign(self._seed, message)

    @classmethod
    def _of(cls, seed: bytes) -> Self:
        secret = Secret(seed)
        return cls(primitives.signing_key(secret), secret)
