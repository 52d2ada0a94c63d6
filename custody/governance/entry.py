"""`Entry`: one line of a journal, canonical JSON that names the line before it and is sealed by its writer's key.

To bytes and back; bytes that are not exactly what is written raise Unreadable. What each kind says is in `contents` and
`records` (docs/spec/journal.md).
"""

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance import ed25519
from custody.governance.fields import StrictFields

VERSION = 2
HASH_BYTES = 32
WRITER_BYTES = ed25519.KEY_BYTES
LINE_LIMIT = 1_000_000
"""Bytes of a line without its end."""

BEGINNING = bytes(HASH_BYTES)
"""What the first entry of a writer names as the line before it."""

LATEST = 2**40
"""Seconds since 1970 that no clock reaches; the time of an entry is advisory anyway."""

UNSEALED = bytes(ed25519.SIGNATURE_BYTES)

_TAG = b"custody/journal/line/v2"
_HASHING = sha256(b"custody/journal/hash/v2\x00")
_KIND = re.compile(r"[a-z]{2,20}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its place in its writer's chain, its kind, and `what` it says.

    `after` is the hash of the line before (32 bytes); `at` seconds since 1970, 0 where unknown; `number` counts from 0;
    `writer` (32 bytes) is the Ed25519 key of the machine that writes this journal, `seal` (64 bytes) its signature.
    """

    after: bytes
    at: int
    kind: str
    number: int
    writer: bytes
    what: dict[str, Any]
    seal: bytes = UNSEALED

    def encode(self) -> bytes:
        """Return the line, without its end. Raises Unreadable above LINE_LIMIT."""
        line = canonical.encode(self._unsealed() | {"seal": self.seal.hex()})
        if len(line) > LINE_LIMIT:
            raise Unreadable(
                _("an entry of the journal would be over the limit of {limit} bytes").format(limit=LINE_LIMIT)
            )
        return line

    @property
    def to_seal(self) -> bytes:
        """The message that the writer's key signs: of the line without its seal."""
        return ed25519.message(_TAG, ed25519.digest(_TAG, canonical.encode(self._unsealed())))

    @property
    def is_sealed(self) -> bool:
        """Say whether the seal is the writer's."""
        return ed25519.holds(self.writer, self.seal, self.to_seal)

    def sealed(self, seal: bytes) -> Self:
        """Return the entry under a seal."""
        return replace(self, seal=seal)

    @classmethod
    def decode(cls, line: bytes) -> "Entry":
        """Read a line, strictly: the bytes must be those that `encode` writes. Raises Unreadable."""
        fields = StrictFields(canonical.decode(line), _("an entry of the journal"))
        entry = cls(
            after=fields.hex("after", HASH_BYTES),
            at=fields.number("at", most=LATEST),
            kind=fields.text("kind"),
            number=fields.number("n"),
            writer=fields.hex("writer", WRITER_BYTES),
            what=dict(fields.mapping("what", most=64)),
            seal=fields.hex("seal", ed25519.SIGNATURE_BYTES),
        )
        fields.number("v", VERSION, VERSION)
        fields.end()
        if not _KIND.fullmatch(entry.kind):
            raise Unreadable(_("the kind of an entry of the journal is not a word"))
        return entry

    def _unsealed(self) -> dict[str, Any]:
        return {
            "after": self.after.hex(),
            "at": self.at,
            "kind": self.kind,
            "n": self.number,
            "v": VERSION,
            "what": self.what,
            "writer": self.writer.hex(),
        }


def digest(line: bytes) -> bytes:
    """Return the hash of a line (without its end), 32 bytes: what the next one names, and what the head is."""
    hashing = _HASHING.copy()
    hashing.update(line)
    return hashing.digest()
