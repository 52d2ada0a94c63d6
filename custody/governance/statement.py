"""`Statement`, what officers sign when rules change, and `Signed`, with the signatures, each verified when it is read.

A statement names what its signers knew: the newest lines of all writers (`heads`), the rosters that nothing follows
(`basis`) and the fold (`state`). It counts in one line only, that of its `machine` on these heads
(docs/spec/journal.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from custody import canonical
from custody.catalogue import _
from custody.errors import Unreadable
from custody.governance import ed25519
from custody.governance.entry import HASH_BYTES, LATEST, WRITER_BYTES
from custody.governance.fields import StrictFields

VERSION = 2
NOBODY = bytes(HASH_BYTES)
"""The treasury and the state that a genesis names: there is nothing before it."""

MOST_SIGNATURES = 64
_MOST_BRANCHES = 64

_TAG = b"custody/statement/v2"

GENESIS, ROSTER, WALLET, VAULT, RESUME, MACHINE, ADOPT, ABSENCE, EXCEPTION, CEREMONY = (
    "genesis",
    "roster",
    "wallet",
    "vault",
    "resume",
    "machine",
    "adopt",
    "absence",
    "exception",
    "ceremony",
)


class Tip(NamedTuple):
    """A line, as others name it: its number and its hash (32 bytes)."""

    number: int
    hash: bytes


def tip_of(value: Any) -> Tip:
    """Read "[number, hash]". Raises Unreadable."""
    if not isinstance(value, list) or len(value) != 2:
        raise Unreadable(_("a head is not as this format has it"))
    fields = StrictFields({"n": value[0], "hash": value[1]}, _("a head"))
    return Tip(fields.number("n"), fields.hex("hash", HASH_BYTES))


def tip_json(tip: Tip) -> list[Any]:
    """Return "[number, hash]"."""
    return [tip.number, tip.hash.hex()]


Heads = Mapping[bytes, tuple[Tip, ...]]
"""The newest lines by writer; of one that forked the newest of each branch, in their order."""


def heads_json(heads: Heads) -> dict[str, Any]:
    """Return the object of heads."""
    return {writer.hex(): [tip_json(tip) for tip in tips] for writer, tips in heads.items()}


def heads(fields: StrictFields, name: str = "heads") -> dict[bytes, tuple[Tip, ...]]:
    """Take heads, at least one line of each writer. Raises Unreadable."""
    return {writer: _tips(tips, fields) for writer, tips in fields.by_bytes(name, WRITER_BYTES).items()}


@dataclass(frozen=True, slots=True)
class Statement:
    """What is agreed. `treasury`, `state` and each of `basis` are 32 bytes; `at` is the time that the signers saw."""

    kind: str
    treasury: bytes
    machine: bytes
    heads: Heads
    basis: tuple[bytes, ...]
    state: bytes
    at: int
    says: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the object that is hashed."""
        return {
            "at": self.at,
            "basis": [each.hex() for each in self.basis],
            "heads": heads_json(self.heads),
            "kind": self.kind,
            "machine": self.machine.hex(),
            "says": self.says,
            "state": self.state.hex(),
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
            machine=fields.hex("machine", WRITER_BYTES),
            heads=heads(fields),
            basis=fields.ascending("basis", HASH_BYTES),
            state=fields.hex("state", HASH_BYTES),
            at=fields.number("at", most=LATEST),
            says=dict(fields.mapping("says", most=64)),
        )
        fields.number("v", VERSION, VERSION)
        fields.end()
        return statement

    @property
    def digest(self) -> bytes:
        """SHA-256 of the tag and the canonical writing, 32 bytes."""
        return ed25519.digest(_TAG, canonical.encode(self.to_json()))

    @property
    def to_sign(self) -> bytes:
        """The message that an officer's Ed25519 key signs."""
        return ed25519.message(_TAG, self.digest)


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


def _tips(values: Any, fields: StrictFields) -> tuple[Tip, ...]:
    if not isinstance(values, list) or not 0 < len(values) <= _MOST_BRANCHES:
        raise fields.strange()
    found = [tip_of(value) for value in values]
    if found != sorted(set(found)):
        raise fields.strange()
    return tuple(found)
