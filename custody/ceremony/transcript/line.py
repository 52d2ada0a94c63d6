"""`Line`: one line of a transcript, to its canonical bytes and back; it names the hash of the line before."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.ceremony.steps.step import Evidence
from custody.ceremony.transcript.contents import KINDS, Content, kind_of, read_content
from custody.errors import Unreadable
from custody.governance.fields import StrictFields

VERSION = 1
LINE_LIMIT = 2_000_000
"""Bytes of a line, without its end."""
HASH_BYTES = 32
NOTHING = bytes(HASH_BYTES)
"""What the first line names as the one before."""

_TAG = b"custody/ceremony/line/v1\x00"
_MOST_SECONDS = 2**40


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 0, the hash before it (32 bytes), seconds since 1970, who says so, and what."""

    number: int
    after: bytes
    at: int
    evidence: Evidence
    content: Content

    def encode(self) -> bytes:
        """Return the line without its end."""
        return canonical.encode(
            {
                "after": self.after.hex(),
                "at": self.at,
                "evidence": self.evidence.value,
                "kind": kind_of(self.content),
                "n": self.number,
                "v": VERSION,
                "what": self.content.to_json(),
            }
        )

    @property
    def hash(self) -> bytes:
        """SHA-256 of a tag and the line: what the next line names, and participants sign."""
        return sha256(_TAG + self.encode()).digest()

    @classmethod
    def decode(cls, document: bytes) -> Self:
        """Read a line, which is exactly what `encode` gives. Raises Unreadable."""
        if len(document) > LINE_LIMIT:
            raise Unreadable(_("a line of a transcript has at most {most} bytes").format(most=LINE_LIMIT))
        value: Any = canonical.decode(document)
        fields = StrictFields(value, _("a line of a transcript"))
        if fields.number("v", VERSION) > VERSION:
            raise Unreadable(
                _("this transcript was written by a newer release"), hint=_("Use that release; nothing was changed.")
            )
        kind = fields.text("kind")
        line = cls(
            fields.number("n"),
            fields.hex("after", HASH_BYTES),
            fields.number("at", 0, _MOST_SECONDS),
            _evidence(fields),
            read_content(kind, fields.take("what")),
        )
        fields.end()
        said = KINDS[kind][1]
        if said is not None and said is not line.evidence:
            raise fields.strange()
        if line.encode() != document:
            raise fields.strange()
        return line


def _evidence(fields: StrictFields) -> Evidence:
    value = fields.text("evidence")
    if value not in list(Evidence):
        raise fields.strange()
    return Evidence(value)
