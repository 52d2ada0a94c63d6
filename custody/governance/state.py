"""`State`: all that a journal's entries come to, a frozen value with one writing as JSON (docs/spec/journal.md).

The rules, the roster, wallets, vaults, halts, marks of what was signed, and other machines' heads. `fold` makes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance.chain import Head
from custody.governance.entry import HASH_BYTES, WRITER_BYTES
from custody.governance.fields import StrictFields
from custody.governance.records import MARK_BYTES, Sealing, identities
from custody.governance.roster import Roster

VAULT_BYTES = 16
VERSION = 1

GENERATIONS = 3
"""Generations of a vault that a home keeps, unless a change of the roster ended the older ones."""

_MOST = 2**31
_KEY = 32
_NAME_CHARACTERS = 64
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True)
class VaultRecord:
    """A vault: its identifier (16 bytes), its newest generation, and the first one since the roster last changed.

    `sha256` is that of the newest generation's file, zeros in a statement, which is signed before anything is sealed.
    `fingerprints` are hex by kind; `continuity` is an Ed25519 key (32 bytes) that only the secret's holders can use.
    """

    vault: bytes
    generation: int
    since: int
    kind: str
    fingerprints: Mapping[str, str]
    continuity: bytes
    sha256: bytes = bytes(HASH_BYTES)

    def sealed(self, sealing: Sealing, *, rekeyed: bool) -> "VaultRecord":
        """Return the record of another generation; `rekeyed` where a change of roster ends the ones before."""
        since = sealing.generation if rekeyed else self.since
        return replace(self, generation=sealing.generation, sha256=sealing.sha256, since=since)

    @property
    def kept_from(self) -> int:
        """The oldest generation that a home may still hold."""
        return max(self.since, self.generation - GENERATIONS + 1)

    def to_json(self) -> dict[str, Any]:
        """Return the record's object."""
        return {
            "continuity": self.continuity.hex(),
            "fingerprints": dict(self.fingerprints),
            "generation": self.generation,
            "kind": self.kind,
            "sha256": self.sha256.hex(),
            "since": self.since,
            "vault": self.vault.hex(),
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read a record. Raises Unreadable."""
        fields = StrictFields(value, _("a vault in the fold"))
        record = cls(
            vault=fields.hex("vault", VAULT_BYTES),
            generation=fields.number("generation", 1, _MOST),
            since=fields.number("since", 1, _MOST),
            kind=fields.text("kind"),
            fingerprints=fingerprints(fields),
            continuity=fields.hex("continuity", _KEY),
            sha256=fields.hex("sha256", HASH_BYTES),
        )
        fields.end()
        return record


@dataclass(frozen=True, slots=True)
class Halt:
    """A halt that nobody has cleared: the officer who called it, and the entry."""

    by: bytes
    number: int


@dataclass(frozen=True, slots=True)
class Backup:
    """A sealed copy: SHA-256, the commitment of where it lies, its entry, the version of the roster that opens it."""

    sha256: bytes
    label: bytes
    number: int
    roster_version: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything public that the signer believes.

    `treasury` is the digest of the genesis statement; `basis` that of the newest rule-changing one, which is entry
    `basis_number`. `marks` (hex) name the entries that signed something with them. `writers` are the newest entries
    known of other machines' journals, `identities` the SHA-256 of the sealed files of officers (by key) whom this
    machine saw enrolled, `counts` how many entries there are of each kind.
    """

    treasury: bytes
    writer: bytes
    roster: Roster
    basis: bytes
    basis_number: int
    halts: Mapping[bytes, Halt] = field(default_factory=dict)
    cleared: frozenset[bytes] = frozenset()
    wallets: Mapping[str, Any] = field(default_factory=dict)
    vaults: Mapping[str, VaultRecord] = field(default_factory=dict)
    marks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    writers: Mapping[bytes, Head] = field(default_factory=dict)
    backups: tuple[Backup, ...] = ()
    identities: Mapping[bytes, bytes] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def changed(self, **members: Any) -> "State":
        """Return this state with some members replaced."""
        return replace(self, **members)

    @property
    def halted(self) -> bool:
        """Say whether somebody called a halt that no quorum has cleared."""
        return bool(self.halts)

    def to_json(self) -> dict[str, Any]:
        """Return the object of the cached fold."""
        return {
            "backups": [
                {
                    "label": each.label.hex(),
                    "n": each.number,
                    "roster": each.roster_version,
                    "sha256": each.sha256.hex(),
                }
                for each in self.backups
            ],
            "basis": self.basis.hex(),
            "basis_number": self.basis_number,
            "cleared": sorted(digest.hex() for digest in self.cleared),
            "counts": dict(self.counts),
            "halts": {digest.hex(): {"by": halt.by.hex(), "n": halt.number} for digest, halt in self.halts.items()},
            "identities": {key.hex(): digest.hex() for key, digest in self.identities.items()},
            "marks": dict(self.marks),
            "roster": self.roster.to_json(),
            "treasury": self.treasury.hex(),
            "v": VERSION,
            "vaults": {name: record.to_json() for name, record in self.vaults.items()},
            "wallets": dict(self.wallets),
            "writer": self.writer.hex(),
            "writers": {
                writer.hex(): {"head": head.hash.hex(), "n": head.number} for writer, head in self.writers.items()
            },
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read a cached fold. Raises Unreadable."""
        fields = StrictFields(value, _("the cached fold"))
        state = cls(
            treasury=fields.hex("treasury", HASH_BYTES),
            writer=fields.hex("writer", WRITER_BYTES),
            roster=Roster.from_json(fields.take("roster")),
            basis=fields.hex("basis", HASH_BYTES),
            basis_number=fields.number("basis_number"),
            halts={digest: _halt(each) for digest, each in fields.by_bytes("halts", HASH_BYTES).items()},
            cleared=frozenset(fields.hexes("cleared", HASH_BYTES)),
            wallets=_wallets(fields.mapping("wallets")),
            vaults=_vaults(fields.mapping("vaults")),
            marks=fields.numbers_by_hex("marks", MARK_BYTES),
            writers={writer: _head(each) for writer, each in fields.by_bytes("writers", WRITER_BYTES).items()},
            backups=tuple(_backup(each) for each in fields.items("backups")),
            identities=identities(fields),
            counts=fields.numbers("counts"),
        )
        fields.number("v", VERSION, VERSION)
        fields.end()
        return state


def fingerprints(fields: StrictFields) -> dict[str, str]:
    """Take fingerprints (4 bytes, hex) by kind of secret."""
    kinds = StrictFields(fields.take("fingerprints"), _("a vault's fingerprints"))
    found = {kind: kinds.hex(kind, 4).hex() for kind in ("bip39", "slip39") if kinds.has(kind)}
    kinds.end()
    return found


def is_vault_name(name: str) -> bool:
    """Say whether this may name a vault, and its file: small letters, digits and hyphens, at most 64."""
    return 0 < len(name) <= _NAME_CHARACTERS and not set(name) - _NAME and name[0] != "-"


def _wallets(documents: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = StrictFields(documents, _("the wallets in the fold"))
    return {name: fields.mapping(name) for name in documents}


def _vaults(records: Mapping[str, Any]) -> Mapping[str, VaultRecord]:
    if not all(map(is_vault_name, records)):
        raise Unreadable(_("the name of a vault is not of small letters, digits and hyphens"))
    return {name: VaultRecord.from_json(each) for name, each in records.items()}


def _halt(value: Any) -> Halt:
    fields = StrictFields(value, _("a halt in the fold"))
    halt = Halt(fields.hex("by", _KEY), fields.number("n"))
    fields.end()
    return halt


def _head(value: Any) -> Head:
    fields = StrictFields(value, _("a head in the fold"))
    head = Head(fields.number("n"), fields.hex("head", HASH_BYTES))
    fields.end()
    return head


def _backup(value: Any) -> Backup:
    fields = StrictFields(value, _("a backup in the fold"))
    backup = Backup(
        fields.hex("sha256", HASH_BYTES),
        fields.hex("label", HASH_BYTES),
        fields.number("n"),
        fields.number("roster", 1),
    )
    fields.end()
    return backup
