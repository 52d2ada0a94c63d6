"""`Entry`: one line of the journal, canonical JSON that names the hash of the line before it (docs/spec/journal.md).

To bytes and back; bytes that are not exactly what is written raise Unreadable. What each kind says is in `contents` and
`records`.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance.fields import StrictFields

VERSION = 1
HASH_BYTES = 32
WRITER_BYTES = 16
LINE_LIMIT = 1_000_000
"""Bytes of a line without its end."""

BEGINNING = bytes(HASH_BYTES)
"""What the first entry names as the line before it."""

LATEST = 2**40
"""Seconds since 1970 that no clock reaches; the time of an entry is advisory anyway."""

_TAG = b"custody/journal/entry/v1\x00"
_KIND = re.compile(r"[a-z]{2,20}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its place in the chain, its kind, and `what` it says.

    `after` is the hash of the line before (32 bytes); `at` seconds since 1970, 0 where unknown; `number` counts from 0;
    `writer` (16 bytes) names the one home that may write this journal.
    """

    after: bytes
    at: int
    kind: str
    number: int
    writer: bytes
    what: dict[str, Any]

    def encode(self) -> bytes:
        """Return the line, without its end. Raises Unreadable above LINE_LIMIT."""
        line = canonical.encode(
            {
                "after": self.after.hex(),
                "at": self.at,
                "kind": self.kind,
                "n": self.number,
                "v": VERSION,
                "what": self.what,
                "writer": self.writer.hex(),
            }
        )
        if len(line) > LINE_LIMIT:
            raise Unreadable(
                _("an entry of the journal would be over the limit of {limit} bytes").format(limit=LINE_LIMIT)
            )
        return line

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
        )
        fields.number("v", VERSION, VERSION)
        fields.end()
        if not _KIND.fullmatch(entry.kind):
            raise Unreadable(_("the kind of an entry of the journal is not a word"))
        return entry


def digest(line: bytes) -> bytes:
    """Return the hash of a line (without its end), 32 bytes: what the next one names, and what the head is."""
    return sha256(_TAG + line).digest()
