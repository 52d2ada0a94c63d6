"""The content of a statement, `Statement.says`, to typed values and back, for each kind; another form is Unreadable.

A genesis, a roster, a wallet's registration, a vault's sealing, a halt's reason, a resumption.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance.ed25519 import KEY_BYTES, SIGNATURE_BYTES
from custody.governance.entry import HASH_BYTES
from custody.governance.fields import StrictFields
from custody.governance.roster import Roster
from custody.governance.state import VAULT_BYTES, VaultRecord, fingerprints, is_vault_name
from custody.governance.statement import Statement

SALT_BYTES = 16
_CONTINUITY_TAG = b"custody/continuity/signature/v1\x00"

_MOST = 10_000
_MOST_LISTED = 64


@dataclass(frozen=True, slots=True)
class Follows:
    """The treasury that a new one takes the place of, once too few of its officers are left.

    `treasury`, `head`, `journal` and `continuity` are 32 bytes each. `head` is entry `number` of its journal, `journal`
    the SHA-256 of its lines up to there, `continuity` the Ed25519 key that only a quorum of its cards can use, and
    `evidence` (64 bytes) that key's signature over `message`.
    """

    treasury: bytes
    head: bytes
    number: int
    journal: bytes
    continuity: bytes
    evidence: bytes

    def message(self, roster: Roster) -> bytes:
        """What the continuity key signs: which treasury ends where, and who the officers of the new one are."""
        ends = {"head": self.head.hex(), "n": self.number, "treasury": self.treasury.hex()}
        return _CONTINUITY_TAG + sha256(canonical.encode({**ends, "roster": roster.to_json()})).digest()

    def to_json(self) -> dict[str, Any]:
        """Return the object of a genesis."""
        return {
            "continuity": self.continuity.hex(),
            "evidence": self.evidence.hex(),
            "head": self.head.hex(),
            "journal": self.journal.hex(),
            "n": self.number,
            "treasury": self.treasury.hex(),
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the object of a genesis. Raises Unreadable."""
        fields = StrictFields(value, _("a genesis that follows another"))
        follows = cls(
            treasury=fields.hex("treasury", HASH_BYTES),
            head=fields.hex("head", HASH_BYTES),
            number=fields.number("n"),
            journal=fields.hex("journal", HASH_BYTES),
            continuity=fields.hex("continuity", KEY_BYTES),
            evidence=fields.hex("evidence", SIGNATURE_BYTES),
        )
        fields.end()
        return follows


@dataclass(frozen=True, slots=True)
class Genesis:
    """What a genesis says. `witnesses` are commitments of names; `exceptions` say what is special about a machine."""

    roster: Roster
    salt: bytes
    witnesses: tuple[bytes, ...]
    exceptions: tuple[str, ...]
    follows: Follows | None

    def to_json(self) -> dict[str, Any]:
        """Return what the statement says."""
        return {
            "exceptions": list(self.exceptions),
            "follows": None if self.follows is None else self.follows.to_json(),
            "roster": self.roster.to_json(),
            "salt": self.salt.hex(),
            "witnesses": [each.hex() for each in self.witnesses],
        }

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Read a genesis. Raises Unreadable."""
        fields = StrictFields(statement.says, _("a genesis"))
        follows = fields.take("follows")
        genesis = cls(
            roster=Roster.from_json(fields.take("roster")),
            salt=fields.hex("salt", SALT_BYTES),
            witnesses=fields.hexes("witnesses", HASH_BYTES, _MOST_LISTED),
            exceptions=fields.texts("exceptions", _MOST_LISTED),
            follows=None if follows is None else Follows.from_json(follows),
        )
        fields.end()
        return genesis


def roster_of(statement: Statement) -> Roster:
    """The roster that a change of the roster says. Raises Unreadable."""
    fields = StrictFields(statement.says, _("a change of the roster"))
    roster = Roster.from_json(fields.take("roster"))
    fields.end()
    return roster


def wallet_of(statement: Statement) -> tuple[str, dict[str, Any]]:
    """The name and the document of the wallet that is registered. Raises Unreadable."""
    fields = StrictFields(statement.says, _("the registration of a wallet"))
    name, document = fields.text("name"), dict(fields.mapping("document", _MOST))
    fields.end()
    return name, document


def vault_says(name: str, record: VaultRecord) -> dict[str, Any]:
    """Return what the statement that seals a vault says."""
    return {
        "continuity": record.continuity.hex(),
        "fingerprints": dict(record.fingerprints),
        "kind": record.kind,
        "name": name,
        "vault": record.vault.hex(),
    }


def vault_of(statement: Statement) -> tuple[str, VaultRecord]:
    """The name and the record, generation 1, of the vault that is sealed. Raises Unreadable."""
    fields = StrictFields(statement.says, _("the sealing of a vault"))
    record = VaultRecord(
        vault=fields.hex("vault", VAULT_BYTES),
        generation=1,
        since=1,
        kind=fields.text("kind"),
        fingerprints=fingerprints(fields),
        continuity=fields.hex("continuity", KEY_BYTES),
    )
    name = fields.text("name")
    if not is_vault_name(name):
        raise Unreadable(_("the name of a vault is not of small letters, digits and hyphens"))
    fields.end()
    return name, record


def cleared_by(statement: Statement) -> frozenset[bytes]:
    """The digests of the halts that a resumption clears. Raises Unreadable."""
    fields = StrictFields(statement.says, _("a resumption"))
    halts = frozenset(fields.hexes("halts", HASH_BYTES, _MOST))
    fields.end()
    return halts


def reason_of(statement: Statement) -> bytes | None:
    """The commitment of the reason that a halt gives, if it gives one. Raises Unreadable."""
    fields = StrictFields(statement.says, _("a halt"))
    reason = fields.hex_or_none("reason", HASH_BYTES)
    fields.end()
    return reason
