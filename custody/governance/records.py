"""The entries that are no statements, to and from JSON: signatures, refusals, alarms, imports, backups and the like.

The job that writes one makes the value, and the fold reads it back. Other members or shapes raise Unreadable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from custody.catalogue import _
from custody.governance.ed25519 import KEY_BYTES
from custody.governance.entry import HASH_BYTES, WRITER_BYTES
from custody.governance.fields import StrictFields
from custody.governance.statement import Signed

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
    """A generation of a vault that was sealed: its number, and the SHA-256 of its file."""

    generation: int
    sha256: bytes

    def to_json(self) -> dict[str, Any]:
        """Return the object of an entry."""
        return {"generation": self.generation, "sha256": self.sha256.hex()}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the object of an entry. Raises Unreadable."""
        fields = StrictFields(value, _("the sealing of a vault"))
        sealing = cls(fields.number("generation", 1, MOST_GENERATIONS), fields.hex("sha256", HASH_BYTES))
        fields.end()
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
    was read, the review as JSON, and what left. `marks` are what later transactions are looked up by; `by` the officers
    who opened a vault; `vaults` the generation of each vault that was sealed again.
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
    by: tuple[bytes, ...]
    vaults: Mapping[str, Sealing]

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {
            "by": [key.hex() for key in self.by],
            "chain": self.chain,
            "digest": self.digest.hex(),
            "document": self.document.hex(),
            "findings": list(self.findings),
            "network": self.network,
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
            by=fields.hexes("by", KEY_BYTES, MOST),
            vaults=sealings(fields, MOST_VAULTS),
        )

    @property
    def kept(self) -> tuple[bytes, ...]:
        """The digests of the bytes kept."""
        return (self.document, self.review, self.result)


@dataclass(frozen=True, slots=True)
class Objection:
    """Something was not signed: the review refused it, an officer declined, or it was an alarm.

    `digest` is None where the bytes could not be read; `code` the error's; `reason` the commitment of a person's words.
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

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {
            "code": self.code,
            "digest": None if self.digest is None else self.digest.hex(),
            "document": self.document.hex(),
            "findings": list(self.findings),
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
        )

    @property
    def kept(self) -> tuple[bytes, ...]:
        """The digests of the bytes kept."""
        return (self.document,) if self.review is None else (self.document, self.review)


@dataclass(frozen=True, slots=True)
class Import:
    """Entries of another journal were taken in: `segment` is the digest of the bytes kept.

    `heads` are the newest entries (number, hash) that are now known of each writer; `marks` those of what was signed
    there, with the result's digest; `statements` what changes the rules here, in their order; `vaults` the
    generations that a change of the roster made.
    """

    KIND = "imported"

    segment: bytes
    heads: Mapping[bytes, tuple[int, bytes]]
    marks: Mapping[bytes, bytes]
    statements: tuple[Signed, ...]
    vaults: Mapping[str, Sealing]

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {
            "heads": [
                {"head": head.hex(), "n": number, "writer": writer.hex()}
                for writer, (number, head) in sorted(self.heads.items())
            ],
            "segment": self.segment.hex(),
            "marks": {mark.hex(): document.hex() for mark, document in self.marks.items()},
            "statements": [signed.to_json() for signed in self.statements],
            "vaults": {name: sealing.to_json() for name, sealing in self.vaults.items()},
        }

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(
            segment=fields.hex("segment", HASH_BYTES),
            heads=dict(map(_head, fields.items("heads", MOST))),
            marks=dict(_mark(*each) for each in fields.mapping("marks", MOST).items()),
            statements=tuple(_signed(value) for value in fields.items("statements", MOST)),
            vaults=sealings(fields, MOST_VAULTS),
        )

    @property
    def kept(self) -> tuple[bytes, ...]:
        """The digests of the bytes kept."""
        return (self.segment,)


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A sealed copy was made: its SHA-256, the commitment of where it lies, and the vaults that it holds."""

    KIND = "backup"

    sha256: bytes
    label: bytes

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {"label": self.label.hex(), "sha256": self.sha256.hex()}

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(sha256=fields.hex("sha256", HASH_BYTES), label=fields.hex("label", HASH_BYTES))


@dataclass(frozen=True, slots=True)
class Restored:
    """A home was made of a backup, on another machine, under a writer's name of its own.

    `writer` (16 bytes) wrote until entry `number` with the hash `head`; `paper` says that a head from paper was
    compared.
    """

    KIND = "restored"

    writer: bytes
    number: int
    head: bytes
    paper: bool

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {"head": self.head.hex(), "n": self.number, "paper": self.paper, "writer": self.writer.hex()}

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(
            writer=fields.hex("writer", WRITER_BYTES),
            number=fields.number("n"),
            head=fields.hex("head", HASH_BYTES),
            paper=fields.flag("paper"),
        )


@dataclass(frozen=True, slots=True)
class Mended:
    """The beginning of a line, torn off by a crash, was cut away: so many bytes, with this SHA-256."""

    KIND = "mended"

    size: int
    sha256: bytes

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {"bytes": self.size, "sha256": self.sha256.hex()}

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(size=fields.number("bytes", 1), sha256=fields.hex("sha256", HASH_BYTES))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The fold of all entries before this one, written as JSON, has this SHA-256: so a cached fold can be believed."""

    KIND = "checkpoint"

    state: bytes

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says."""
        return {"state": self.state.hex()}

    @classmethod
    def take(cls, fields: StrictFields) -> Self:
        """Take it out of an entry. Raises Unreadable."""
        return cls(state=fields.hex("state", HASH_BYTES))


def _head(value: Any) -> tuple[bytes, tuple[int, bytes]]:
    fields = StrictFields(value, _("an import"))
    head = fields.hex("writer", WRITER_BYTES), (fields.number("n"), fields.hex("head", HASH_BYTES))
    fields.end()
    return head


def _mark(mark: str, document: Any) -> tuple[bytes, bytes]:
    fields = StrictFields({"mark": mark, "document": document}, _("an import"))
    return fields.hex("mark", MARK_BYTES), fields.hex("document", HASH_BYTES)


def _signed(value: Any) -> Signed:
    fields = StrictFields(value, _("an import"))
    signed = Signed.take(fields)
    fields.end()
    return signed
