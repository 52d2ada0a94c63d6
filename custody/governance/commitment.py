"""A name to a salted commitment, and the openings of a home to the names that are still known.

Names stand in the journal as commitments only: whoever erases the salt has erased the name, and no line changes.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self
from unicodedata import normalize

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable, Usage
from custody.governance.fields import NAME_LIMIT, StrictFields

SALT_BYTES = 16
COMMITMENT_BYTES = 32

_TAG = b"custody/name/v1\x00"
_MOST = 100_000
_OPENING = re.compile(rb'\{"salt":"[0-9a-f]{32}","text":"(?:[^"\\]|\\.){1,%d}"\}' % (NAME_LIMIT * 12))
"""An opening as it is kept; a character takes twelve bytes at the most, as two of \\uXXXX."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A text and its salt (16 bytes)."""

    salt: bytes
    text: str

    @classmethod
    def fresh(cls, text: str) -> Self:
        """Commit to a text, in Unicode's composed form, under a new salt. Raises Usage above NAME_LIMIT characters."""
        kept = composed(text)
        if not kept or len(kept) > NAME_LIMIT:
            raise Usage(_("a name or label has 1 to {limit} characters").format(limit=NAME_LIMIT))
        return cls(secrets.token_bytes(SALT_BYTES), kept)

    @property
    def commitment(self) -> bytes:
        """SHA-256 of the tag, the salt and the text in UTF-8."""
        return sha256(_TAG + self.salt + self.text.encode()).digest()


def composed(text: str) -> str:
    """Return a name as it is kept: in Unicode's composed form (NFC), without spaces around it."""
    return normalize("NFC", text).strip()


def alike(text: str) -> str:
    """Return what is equal for two names that look the same to people: case, width and composition do not count."""
    return normalize("NFKC", normalize("NFKC", text).strip().casefold())


class Names:
    """The openings that a home still has, by their commitment."""

    def __init__(self, openings: Mapping[bytes, Opening]) -> None:
        self._openings = dict(openings)

    def text(self, commitment: bytes) -> str | None:
        """Return the text behind a commitment; None where it was erased."""
        opening = self._openings.get(commitment)
        return None if opening is None else opening.text

    def opening(self, commitment: bytes) -> Opening | None:
        """Return the text and the salt behind a commitment; None where they were erased."""
        return self._openings.get(commitment)

    def with_(self, *more: Opening) -> "Names":
        """Return these and others."""
        return Names({**self._openings, **{opening.commitment: opening for opening in more}})

    def encode(self) -> bytes:
        """Return names.json."""
        return canonical.encode(
            {
                commitment.hex(): {"salt": opening.salt.hex(), "text": opening.text}
                for commitment, opening in self._openings.items()
            }
        )

    @classmethod
    def decode(cls, document: bytes) -> "Names":
        """Read names.json; every opening must open what it stands for. Raises Unreadable."""
        openings = {}
        for name, value in (
            StrictFields({"names": canonical.decode(document)}, _("the file of names")).mapping("names", _MOST).items()
        ):
            opening = _read(value)
            if opening.commitment.hex() != name:
                raise Unreadable(_("the file of names opens a commitment that is not its own"))
            openings[opening.commitment] = opening
        return cls(openings)

    @classmethod
    def some(cls, document: bytes, wanted: Iterable[bytes]) -> "Names":
        """Read the openings of some commitments out of names.json, however many others it has, and whatever they are.

        An opening that is not there, or does not open what it stands for, is passed over.
        """
        openings = {}
        for commitment in wanted:
            name = b'"%s":' % commitment.hex().encode()
            found = _OPENING.match(document, document.find(name) + len(name)) if name in document else None
            with suppress(Unreadable):
                opening = None if found is None else _read(canonical.decode(found[0]))
                if opening is not None and opening.commitment == commitment:
                    openings[commitment] = opening
        return cls(openings)


def _read(value: Any) -> Opening:
    fields = StrictFields(value, _("the file of names"))
    opening = Opening(fields.hex("salt", SALT_BYTES), fields.text("text"))
    fields.end()
    return opening
