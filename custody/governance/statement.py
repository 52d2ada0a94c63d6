"""`Statement`, what officers sign when rules change, and `Signed`, with the signatures, each verified when it is read.

A statement names the rule-changing statement before it (`basis`) and the head that its signers saw, so that no
signature counts twice (docs/spec/journal.md). Who must have signed is decided in `acceptance`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance import ed25519
from custody.governance.entry import HASH_BYTES
from custody.governance.fields import StrictFields

VERSION = 1
NOBODY = bytes(HASH_BYTES)
"""The treasury and the basis that a genesis names: there is nothing before it."""

MOST_SIGNATURES = 64

_TAG = b"custody/statement/v1\x00"
_SIGNATURE_TAG = b"custody/statement/signature/v1\x00"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is agreed. `treasury`, `basis` and `head` are 32 bytes each; `says` is of the kind's own form."""

    kind: str
    treasury: bytes
    basis: bytes
    head: bytes
    says: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the object that is hashed."""
        return {
            "basis": self.basis.hex(),
            "head": self.head.hex(),
            "kind": self.kind,
            "says": self.says,
            "treasury": self.treasury.hex(),
            "v": VERSION,
        }

    @classmethod
    def from_json(cls, value: Any) -> "Statement":
        """Read a statement. Raises Unreadable."""
        fields = StrictFields(value, _("a statement"))
        statement = cls(
            kind=fields.text("kind"),
            treasury=fields.hex("treasury", HASH_BYTES),
            basis=fields.hex("basis", HASH_BYTES),
            head=fields.hex("head", HASH_BYTES),
            says=dict(fields.mapping("says", most=64)),
        )
        fields.number("v", VERSION, VERSION)
        fields.end()
        return statement

    @property
    def digest(self) -> bytes:
        """SHA-256 of the tag and the canonical writing, 32 bytes."""
        return sha256(_TAG + canonical.encode(self.to_json())).digest()

    @property
    def to_sign(self) -> bytes:
        """The message that an officer's Ed25519 key signs."""
        return _SIGNATURE_TAG + self.digest


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement and whose signatures stand under it: officer's key (32 bytes) -> signature (64 bytes)."""

    statement: Statement
    signatures: dict[bytes, bytes]

    @property
    def by(self) -> frozenset[bytes]:
        """The keys that signed."""
        return frozenset(self.signatures)

    def to_json(self) -> dict[str, Any]:
        """Return the members "statement" and "signatures", the signatures in the order of their keys."""
        listed = [{"by": by.hex(), "signature": made.hex()} for by, made in sorted(self.signatures.items())]
        return {"statement": self.statement.to_json(), "signatures": listed}

    @classmethod
    def take(cls, fields: StrictFields) -> "Signed":
        """Take both members out of an entry's object, and verify every signature. Raises Unreadable."""
        statement = Statement.from_json(fields.take("statement"))
        signatures = _signatures(fields.items("signatures", MOST_SIGNATURES))
        if not all(ed25519.holds(by, made, statement.to_sign) for by, made in signatures.items()):
            raise Unreadable(_("a signature under a statement does not hold"))
        return cls(statement, signatures)


def _signatures(values: Sequence[Any]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for value in values:
        fields = StrictFields(value, _("a signature"))
        by = fields.hex("by", ed25519.KEY_BYTES)
        if found and by <= max(found):
            raise Unreadable(_("the signatures under a statement are not in their order"))
        found[by] = fields.hex("signature", ed25519.SIGNATURE_BYTES)
        fields.end()
    return found
