"""`Halt`: one officer's call to stop, a line of ASCII that stands alone and is found in any bytes that carry it.

The format is frozen (docs/spec/journal.md): a later one would be written beside it, never instead. Nothing else is
needed to judge a halt, so no gap, fork, damage or newer format of a file that carries it can silence it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance import ed25519
from custody.governance.commitment import COMMITMENT_BYTES, SALT_BYTES
from custody.governance.entry import HASH_BYTES

PREFIX = "custody-halt-1:"
NO_REASON = bytes(COMMITMENT_BYTES)
MOST_OPEN = 16
"""Halts of one officer that are open at a time: he halts already, and nobody floods."""

_TAG = b"custody/halt/v1"
_FORMAT = 1
_SIZES = (1, HASH_BYTES, ed25519.KEY_BYTES, 8, SALT_BYTES, COMMITMENT_BYTES, ed25519.SIGNATURE_BYTES)
_SIZE = sum(_SIZES)
_TOKEN = re.compile(rb"custody-halt-1:([0-9a-f]{%d})" % (2 * _SIZE))


@dataclass(frozen=True, slots=True)
class Halt:
    """A halt: whose treasury (32 bytes) and officer's key (32), when (seconds since 1970, told and never judged), why.

    `reason` is a commitment, zeros for none; `signature` the officer's, over everything before it.
    """

    treasury: bytes
    officer: bytes
    time: int
    salt: bytes
    reason: bytes
    signature: bytes = bytes(ed25519.SIGNATURE_BYTES)

    @property
    def to_sign(self) -> bytes:
        """The message that the officer's Ed25519 key signs."""
        return ed25519.message(_TAG, self._body)

    @property
    def digest(self) -> bytes:
        """What the halt is: SHA-256 of the tag and the 121 bytes that are signed. Signed again, it is the same halt."""
        return ed25519.digest(_TAG, self._body)

    @property
    def holds(self) -> bool:
        """Say whether the officer signed it."""
        return ed25519.holds(self.officer, self.signature, self.to_sign)

    def encode(self) -> str:
        """Return the line of ASCII, without an end."""
        return PREFIX + (self._body + self.signature).hex()

    @property
    def _body(self) -> bytes:
        return b"".join((bytes([_FORMAT]), self.treasury, self.officer, self.time.to_bytes(8), self.salt, self.reason))

    @classmethod
    def decode(cls, token: str) -> "Halt":
        """Read one, with its signature verified. Raises Unreadable."""
        found = _TOKEN.fullmatch(token.encode(errors="replace"))
        halt = None if found is None else _parsed(bytes.fromhex(found[1].decode()))
        if halt is None or not halt.holds:
            raise Unreadable(_("this is no halt, or its signature does not hold"))
        return halt


def found_in(content: bytes, treasury: bytes) -> Iterator[Halt]:
    """Yield each halt of a treasury that stands anywhere in these bytes and whose signature holds, once."""
    seen = set()
    for token in _TOKEN.finditer(content):
        halt = _parsed(bytes.fromhex(token[1].decode()))
        if halt is not None and halt.treasury == treasury and halt.digest not in seen and halt.holds:
            seen.add(halt.digest)
            yield halt


def at_most_open(halts: Iterable[Halt]) -> tuple[Halt, ...]:
    """Return of each officer the sixteen of lowest digest: no file makes him halt more, or a home write without end."""
    kept: dict[bytes, list[Halt]] = {}
    for halt in sorted(halts, key=lambda each: each.digest):
        kept.setdefault(halt.officer, []).append(halt)
    return tuple(halt for each in kept.values() for halt in each[:MOST_OPEN])


def _parsed(content: bytes) -> Halt | None:
    parts, at = [], 0
    for size in _SIZES:
        parts.append(content[at : at + size])
        at += size
    form, treasury, officer, time, salt, reason, signature = parts
    if form != bytes([_FORMAT]):
        return None
    return Halt(treasury, officer, int.from_bytes(time), salt, reason, signature)
