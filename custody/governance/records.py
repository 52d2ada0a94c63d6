"""The entries that are no statements, to and from JSON: signatures, refusals, imports, beginnings, halts, backups.

The job that writes one makes the value, and the fold reads it back. Other members or shapes raise Unreadable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from custody.catalogue import _
from custody.governance import approval
from custody.governance.approval import Approved, present_json
from custody.governance.ed25519 import KEY_BYTES, SIGNATURE_BYTES
from custody.governance.entry import HASH_BYTES
from custody.governance.fields import StrictFields
from custody.governance.halt import Halt
from custody.governance.statement import Heads, heads, heads_json

MOST = 100_000
"""Of anything that an entry lists."""

MOST_VAULTS = 64
MOST_GENERATIONS = 2**31

MARK_BYTES = 16
_MARK_TAG = b"custody/mark/v1\x00"


def mark(what: str) -> bytes:
    """Return the mark of something that two transactions may have in common: a coin, or a payee and an amount."""
    return sha256(_MARK_TAG + what.encode()).digest()[:MARK_BYTES]


@dataclass(frozen=True, slots=True)
class Sealing:
    """A generation of a vault that was sealed: its number, and the SHA-256 of its file.

    `roster` are the rosters (ids of 32 bytes) for whose officers it was sealed, `since` the first generation that was.
    """

    generation: int
    sha256: bytes
    since: int
    roster: tuple[bytes, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the object of an entry."""
        return {
            "generation": self.generation,
            "roster": [each.hex() for each in self.roster],
            "sha256": self.sha256.hex(),
            "since": self.since,
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the object of an entry. Raises Unreadable."""
        fields = StrictFields(value, _("the sealing of a vault"))
        sealing = cls(
            generation=fields.number("generation", 1, MOST_GENERATIONS),
            sha256=fields.hex("sha256", HASH_BYTES),
            since=fields.number("since", 1, MOST_GENERATIONS),
            roster=fields.ascending("roster", HASH_BYTES),
        )
        fields.end()
        if sealing.since > sealing.generation:
            raise fields.strange()
        return sealing


def sealings(fields: StrictFields, most: int) -> dict[str, Sealing]:
    """Take the generations that an entry sealed, by the vault's name, at most so many. Raises Unreadable."""
    return {name: Sealing.from_json(each) for name, each in fields.mapping("vaults", most).items()}


def identities(fields: StrictFields) -> dict[bytes, bytes]:
    """Take the SHA-256 of officers' sealed files, by the officer's key. Raises Unreadable."""
    found = fields.by_bytes("identities", KEY_BYTES)
    digests = StrictFields({key.hex(): digest for key, digest in found.items()}, _("the identities of officers"))
    return {key: digests.hex(key.hex(), HASH_BYTES) for key in found}


@dataclass(frozen=True, slots=True)
class Signature:
    """Something was signed.

    `digest` is of the decoded bytes that were reviewed; `document`, `review` and `result` are of the bytes kept: what
    was read, the review as JSON, and what left. `marks` are what later transactions are looked up by; `present` the
    officers who approved it, or opened a vault for it; `vaults` the generation of each vault that was sealed again.
    """

    KIND = "signed"

    chain: str
    network: str
    digest: bytes
    document: bytes
    review: bytes
    result: bytes
    wallets: tuple[str, ...]
    marks: tuple[bytes, ...]
    findings: tuple[str, ...]
    present: tuple[Approved, ...]
    vaults: Mapping[str, Sealing]

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {
            "chain": self.chain,
            "digest": self.digest.hex(),
            "document": self.document.hex(),
            "findings": list(self.findings),
            "network": self.network,
            "present": present_json(self.present),
            "result": self.result.hex(),
            "review": self.review.hex(),
            "marks": [mark.hex() for mark in self.marks],
            "vaults": {name: sealing.to_json() for name, sealing in self.vaults.items()},
            "wallets": list(self.wallets),
        }

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(
            chain=fields.text("chain"),
            network=fields.text("network"),
            digest=fields.hex("digest", HASH_BYTES),
            document=fields.hex("document", HASH_BYTES),
            review=fields.hex("review", HASH_BYTES),
            result=fields.hex("result", HASH_BYTES),
            wallets=fields.texts("wallets", MOST),
            marks=fields.hexes("marks", MARK_BYTES, MOST),
            findings=fields.texts("findings", MOST),
            present=approval.take(fields),
            vaults=sealings(fields, MOST_VAULTS),
        )

    @property
    def kept(self) -> tuple[bytes, ...]:
        """The digests of the bytes kept."""
        return (self.document, self.review, self.result)


@dataclass(frozen=True, slots=True)
class Objection:
    """Something was not signed: the review refused it, an officer declined, or it was an alarm.

    `digest` is None where the bytes could not be read; `code` the error's; `reason` the commitment of a person's words;
    `present` the officers who declined it.
    """

    REFUSED = "refused"
    DECLINED = "declined"
    ALARM = "alarm"

    code: str
    digest: bytes | None
    document: bytes
    review: bytes | None
    wallets: tuple[str, ...]
    findings: tuple[str, ...]
    reason: bytes | None = None
    present: tuple[Approved, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {
            "code": self.code,
            "digest": None if self.digest is None else self.digest.hex(),
            "document": self.document.hex(),
            "findings": list(self.findings),
            "present": present_json(self.present),
            "reason": None if self.reason is None else self.reason.hex(),
            "review": None if self.review is None else self.review.hex(),
            "wallets": list(self.wallets),
        }

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(
            code=fields.text("code"),
            digest=fields.hex_or_none("digest", HASH_BYTES),
            document=fields.hex("document", HASH_BYTES),
            review=fields.hex_or_none("review", HASH_BYTES),
            wallets=fields.texts("wallets", MOST),
            findings=fields.texts("findings", MOST),
            reason=fields.hex_or_none("reason", HASH_BYTES),
            present=approval.take(fields),
        )

    @property
    def kept(self) -> tuple[bytes, ...]:
        """The digests of the bytes kept."""
        return (self.document,) if self.review is None else (self.document, self.review)


@dataclass(frozen=True, slots=True)
class Import:
    """Lines of other machines were taken in: they lie in `segment` (SHA-256 of kept bytes), `heads` are the newest."""

    KIND = "imported"

    segment: bytes
    heads: Heads

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {"heads": heads_json(self.heads), "present": [], "segment": self.segment.hex()}

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        _alone(fields)
        return cls(segment=fields.hex("segment", HASH_BYTES), heads=heads(fields))


@dataclass(frozen=True, slots=True)
class Joined(Import):
    """A machine began to listen: it stands on `heads`. Whether it may write for the treasury is said elsewhere."""

    KIND = "joined"


@dataclass(frozen=True, slots=True)
class Begun:
    """A machine took the place of another: with a backup of it (SHA-256), or, with None, where it stood itself.

    Beside the statement that certifies it stand `handover` (64 bytes), the signature of the writer that is replaced,
    `present`, who opened the backup, `vaults`, as they were brought along, and `paper`: whether a head was compared.
    """

    KIND = "begun"

    backup: bytes | None
    handover: bytes
    segment: bytes
    heads: Heads
    paper: bool
    present: tuple[Approved, ...]
    vaults: Mapping[str, Sealing]

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says, but for the statement and its signatures."""
        return {
            "backup": None if self.backup is None else self.backup.hex(),
            "handover": self.handover.hex(),
            "heads": heads_json(self.heads),
            "paper": self.paper,
            "present": present_json(self.present),
            "segment": self.segment.hex(),
            "vaults": {name: sealing.to_json() for name, sealing in self.vaults.items()},
        }

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(
            backup=fields.hex_or_none("backup", HASH_BYTES),
            handover=fields.hex("handover", SIGNATURE_BYTES),
            segment=fields.hex("segment", HASH_BYTES),
            heads=heads(fields),
            paper=fields.flag("paper"),
            present=approval.take(fields),
            vaults=sealings(fields, MOST_VAULTS),
        )


@dataclass(frozen=True, slots=True)
class HaltCalled:
    """An officer halted the treasury here, or a file told of it."""

    KIND = "halt"

    halt: Halt

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {"halt": self.halt.encode(), "present": []}

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry, its signature verified. Raises Unreadable."""
        _alone(fields)
        token = fields.take("halt")
        if not isinstance(token, str):
            raise fields.strange()
        return cls(Halt.decode(token))


@dataclass(frozen=True, slots=True)
class IdentitySealed:
    """An officer (an Ed25519 key) sealed the own identity anew; its file has this SHA-256, which the officer signed."""

    KIND = "identity"

    officer: bytes
    identity: bytes
    signature: bytes

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {
            "identity": self.identity.hex(),
            "officer": self.officer.hex(),
            "signature": self.signature.hex(),
        }

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(
            officer=fields.hex("officer", KEY_BYTES),
            identity=fields.hex("identity", HASH_BYTES),
            signature=fields.hex("signature", SIGNATURE_BYTES),
        )


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A sealed copy was made: its SHA-256, the commitment of where it lies, and the vaults that it holds."""

    KIND = "backup"

    sha256: bytes
    label: bytes

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {"label": self.label.hex(), "present": [], "sha256": self.sha256.hex()}

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        _alone(fields)
        return cls(sha256=fields.hex("sha256", HASH_BYTES), label=fields.hex("label", HASH_BYTES))


@dataclass(frozen=True, slots=True)
class Mended:
    """The beginning of a line, torn off by a crash, was cut away: so many bytes, with this SHA-256."""

    KIND = "mended"

    size: int
    sha256: bytes

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {"bytes": self.size, "present": [], "sha256": self.sha256.hex()}

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        _alone(fields)
        return cls(size=fields.number("bytes", 1), sha256=fields.hex("sha256", HASH_BYTES))


def _alone(fields: StrictFields) -> None:
    """Take what an entry says of who was present: nobody need be, the machine wrote it alone. Raises Unreadable."""
    if fields.take("present") != []:
        raise fields.strange()
