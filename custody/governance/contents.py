"""The content of a statement, `Statement.says`, to typed values and back, for each kind; another form is Unreadable.

A genesis, a roster, a wallet's registration, a vault's sealing, a resumption, a machine's certificate, an adoption.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance import ed25519
from custody.governance.ed25519 import KEY_BYTES, SIGNATURE_BYTES
from custody.governance.entry import HASH_BYTES, LATEST, WRITER_BYTES
from custody.governance.fields import StrictFields
from custody.governance.records import Sealing
from custody.governance.roster import Roster
from custody.governance.statement import Statement, Tip

SALT_BYTES = 16
VAULT_BYTES = 16

GENERATIONS = 3
"""Generations of a vault that a home keeps, unless a change of the roster ended the older ones."""

_VAULT_NAME_CHARACTERS = 64
_VAULT_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_CONTINUITY_TAG = b"custody/continuity/signature/v1\x00"
_HANDOVER_TAG = b"custody/handover/v1"
_IDENTITY_TAG = b"custody/identity/v1"

_MOST = 10_000
_MOST_LISTED = 64


@dataclass(frozen=True, slots=True)
class VaultRecord:
    """A vault: its identifier (16 bytes), its newest generation, and the first one since the roster last changed.

    `sha256` is that of the newest generation's file, zeros in a statement, which is signed before anything is sealed;
    `roster` are the rosters (ids) for whose officers it was sealed. `fingerprints` are hex by kind; `continuity` is an
    Ed25519 key (32 bytes) that only the secret's holders can use.
    """

    vault: bytes
    generation: int
    since: int
    kind: str
    fingerprints: Mapping[str, str]
    continuity: bytes
    sha256: bytes = bytes(HASH_BYTES)
    roster: tuple[bytes, ...] = ()

    def sealed(self, sealing: Sealing) -> "VaultRecord":
        """Return the record of another generation."""
        return replace(
            self,
            generation=sealing.generation,
            sha256=sealing.sha256,
            since=sealing.since,
            roster=sealing.roster,
        )

    @property
    def kept_from(self) -> int:
        """The oldest generation that a home may still hold."""
        return max(self.since, self.generation - GENERATIONS + 1)

    def to_json(self) -> dict[str, Any]:
        """Return what all machines know of it."""
        return {
            "continuity": self.continuity.hex(),
            "fingerprints": dict(self.fingerprints),
            "kind": self.kind,
            "vault": self.vault.hex(),
        }


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
    """What a genesis says. `witnesses` are commitments of names; `exceptions` say what is special about a machine.

    `machine` is the commitment of what the first machine is called, None where it has no name.
    """

    roster: Roster
    salt: bytes
    witnesses: tuple[bytes, ...]
    exceptions: tuple[str, ...]
    follows: Follows | None
    machine: bytes | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what the statement says."""
        return {
            "exceptions": list(self.exceptions),
            "follows": None if self.follows is None else self.follows.to_json(),
            "machine": None if self.machine is None else self.machine.hex(),
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
            machine=fields.hex_or_none("machine", HASH_BYTES),
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


def wallet_digest(document: Mapping[str, Any]) -> bytes:
    """Return what a wallet is told by, however it is called: SHA-256 of the rest of its document."""
    return sha256(canonical.encode({key: value for key, value in document.items() if key != "name"})).digest()


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


def fingerprints(fields: StrictFields) -> dict[str, str]:
    """Take fingerprints (4 bytes, hex) by kind of secret."""
    kinds = StrictFields(fields.take("fingerprints"), _("a vault's fingerprints"))
    found = {kind: kinds.hex(kind, 4).hex() for kind in ("bip39", "slip39") if kinds.has(kind)}
    kinds.end()
    return found


def is_vault_name(name: str) -> bool:
    """Say whether this may name a vault, and its file: small letters, digits and hyphens, at most 64."""
    return 0 < len(name) <= _VAULT_NAME_CHARACTERS and not set(name) - _VAULT_NAME and name[0] != "-"


def cleared_by(statement: Statement) -> frozenset[bytes]:
    """The digests of the halts that a resumption clears. Raises Unreadable."""
    return _digests(statement, "halts", _("a resumption"))


def adopted_by(statement: Statement) -> frozenset[bytes]:
    """The digests of the statements that an adoption lets stand. Raises Unreadable."""
    return _digests(statement, "statements", _("an adoption"))


@dataclass(frozen=True, slots=True)
class Replaced:
    """A writer (32 bytes) that is ended, and its last line that is its own."""

    key: bytes
    last: Tip


@dataclass(frozen=True, slots=True)
class Machine:
    """What a `machine` statement says: it certifies a writer's key, ends a writer, or both.

    `name` is the commitment of what the machine is called.
    """

    key: bytes | None
    name: bytes | None
    replaces: Replaced | None

    def to_json(self) -> dict[str, Any]:
        """Return what the statement says."""
        replaces = self.replaces
        return {
            "key": None if self.key is None else self.key.hex(),
            "name": None if self.name is None else self.name.hex(),
            "replaces": None
            if replaces is None
            else {"head": replaces.last.hash.hex(), "key": replaces.key.hex(), "n": replaces.last.number},
        }

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Read what it says. Raises Unreadable, also for one that says nothing."""
        fields = StrictFields(statement.says, _("a machine's certificate"))
        replaces = fields.take("replaces")
        machine = cls(
            key=fields.hex_or_none("key", WRITER_BYTES),
            name=fields.hex_or_none("name", HASH_BYTES),
            replaces=None if replaces is None else _replaced(replaces),
        )
        fields.end()
        if (machine.key is None and machine.replaces is None) or (machine.key is None and machine.name is not None):
            raise fields.strange()
        return machine


@dataclass(frozen=True, slots=True)
class Absence:
    """A dated alternate (an Ed25519 key) counts from one time up to another, in seconds since 1970."""

    officer: bytes
    begins: int
    ends: int

    def to_json(self) -> dict[str, Any]:
        """Return what the statement says."""
        return {"from": self.begins, "officer": self.officer.hex(), "to": self.ends}

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Read what it says. Raises Unreadable, also for one that ends before it begins."""
        fields = StrictFields(statement.says, _("an absence"))
        absence = cls(
            officer=fields.hex("officer", KEY_BYTES),
            begins=fields.number("from", most=LATEST),
            ends=fields.number("to", most=LATEST),
        )
        fields.end()
        if absence.ends <= absence.begins:
            raise fields.strange()
        return absence


def identity_message(treasury: bytes, officer: bytes, identity: bytes) -> bytes:
    """What an officer signs who sealed the own identity anew: the SHA-256 of its file, for one treasury."""
    said = {"identity": identity.hex(), "officer": officer.hex(), "treasury": treasury.hex()}
    return ed25519.message(_IDENTITY_TAG, ed25519.digest(_IDENTITY_TAG, canonical.encode(said)))


def handover_message(certificate: bytes) -> bytes:
    """What the writer that is replaced signs: the digest of the statement that certifies its heir."""
    return ed25519.message(_HANDOVER_TAG, certificate)


def _replaced(value: Any) -> Replaced:
    fields = StrictFields(value, _("a machine's certificate"))
    last = Tip(fields.number("n"), fields.hex("head", HASH_BYTES))
    replaced = Replaced(fields.hex("key", WRITER_BYTES), last)
    fields.end()
    return replaced


def _digests(statement: Statement, name: str, what: str) -> frozenset[bytes]:
    fields = StrictFields(statement.says, what)
    found = frozenset(fields.ascending(name, HASH_BYTES, _MOST))
    fields.end()
    if not found:
        raise fields.strange()
    return found
