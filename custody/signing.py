"""The types that review, approval and signing share: frozen values, from `Review` to `Signature`.

A chain turns bytes into a `Review`; a person approves exactly that review; the approval is the `commitment` that every
`SigningTask` carries; `keys.signer` turns tasks into `Signature`s without understanding a transaction.
Amounts are whole numbers of the chain's smallest unit (satoshi, wei), called atoms.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

from custody import canonical


class Severity(StrEnum):
    """What a finding means for signing."""

    REFUSE = "refuse"
    WARN = "warn"
    INFO = "info"


class Verdict(StrEnum):
    """What the machine thinks of a transaction. ACCEPT means that nothing objects, not that it is approved."""

    ACCEPT = "accept"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a review noticed. `id` is stable; `where` is "input 3", "output 0" or "".

    `text` is one sentence for a treasurer, `detail` one for an engineer: which check, on which field or bytes.
    `spoken` is `text` as a screen shows it, amounts and addresses in groups; "" where there is no difference.
    """

    id: str
    severity: Severity
    where: str
    text: str
    detail: str
    spoken: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the finding as scripts read it, with its one plain sentence."""
        return {
            "id": self.id,
            "severity": self.severity,
            "where": self.where,
            "text": self.text,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Payment:
    """An output to somebody else. `address` is None where the script has none; `script` is the scriptPubKey in hex."""

    index: int
    address: str | None
    amount: str
    unit: str
    atoms: int
    label: str | None
    script: str


@dataclass(frozen=True, slots=True)
class Change:
    """An output that the wallet proved to be its own by deriving its script again. `path` is the first key's."""

    index: int
    address: str
    atoms: int
    path: str


@dataclass(frozen=True, slots=True)
class Burn:
    """An output that nobody can ever spend. `data` is what it carries, in hex."""

    index: int
    atoms: int
    data: str


@dataclass(frozen=True, slots=True)
class Input:
    """A coin that is spent. `atoms` is None where no amount is claimed; `signed`: it carries a signature."""

    outpoint: str
    atoms: int | None
    ours: bool
    signed: bool


@dataclass(frozen=True, slots=True)
class Fee:
    """What is left for the miner. While `proven` is False nobody may show `atoms` as a fact, so it is None."""

    atoms: int | None
    proven: bool
    rate: str | None
    unit: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What one script gets in an earlier transaction and in this one, in atoms; 0 where it gets nothing."""

    address: str | None
    script: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """An earlier transaction that can never be mined once this one is, because both spend the same coin.

    `txid` is its identifier without signatures; `signed`: it carried some. `only_fee`: the same scripts get the same
    amounts, except for change, and the fee rises. A fee is None where it is not proven. Coins are outpoints.
    """

    txid: str
    signed: bool
    only_fee: bool
    fee_before: int | None
    fee_after: int | None
    payments: tuple[Difference, ...]
    change: tuple[Difference, ...]
    burned: tuple[Difference, ...]
    coins_added: tuple[str, ...]
    coins_removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A label from a file of the desk's: untrusted text that nobody checked, and never a name of ours.

    `where` is a finding's place, or "" for the transaction and the wallet; `kind` and `ref` are BIP-329's; `text` is
    cut after 200 characters, and `more` says how many follow.
    """

    where: str
    kind: str
    ref: str
    text: str
    more: int


@dataclass(frozen=True, slots=True)
class Review:
    """What a transaction does, judged against registered wallets. `digest` is SHA-256 of the bytes read, in hex."""

    digest: str
    chain: str
    network: str
    wallet: str | None
    payments: tuple[Payment, ...]
    change: tuple[Change, ...]
    burned: tuple[Burn, ...]
    inputs: tuple[Input, ...]
    fee: Fee
    findings: tuple[Finding, ...]
    replaces: tuple[Replacement, ...]
    notes: tuple[Note, ...]

    @property
    def verdict(self) -> Verdict:
        """The severest finding decides."""
        severities = {finding.severity for finding in self.findings}
        if Severity.REFUSE in severities:
            return Verdict.REFUSE
        return Verdict.WARN if Severity.WARN in severities else Verdict.ACCEPT

    def to_json(self) -> dict[str, Any]:
        """Return the object of docs/spec/review.md, with "replaces" and "notes" only where there are some."""
        content = asdict(self) | {"findings": [found.to_json() for found in self.findings]}
        for beside in ("replaces", "notes"):
            if not content[beside]:
                del content[beside]
        return {"verdict": str(self.verdict), **content}

    @property
    def commitment(self) -> bytes:
        """SHA-256 of the canonical JSON of everything a person was shown, 32 bytes: what an approval approves."""
        return sha256(b"custody/review/v1\x00" + canonical.encode(self.to_json())).digest()


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's yes to one review. Whoever makes one has shown that review and heard the answer."""

    commitment: bytes
    by: str


class SignatureScheme(StrEnum):
    """How the safe signs: low-R ECDSA for Bitcoin, BIP-340 for taproot; recoverable ECDSA for legacy messages."""

    ECDSA_LOW_R = "ecdsa-low-r"
    ECDSA_RECOVERABLE = "ecdsa-recoverable"
    BIP340 = "bip340"


@dataclass(frozen=True, slots=True)
class SigningTask:
    """One signature to make.

    `fingerprint` (4 bytes) and `path` (BIP-32 numbers, hardened ones from 2**31) name the key; `public_key` is the key
    that must come out there (33 bytes, before any tweak; for `bip340` the sign byte is free); `payload` is the 32-byte
    digest; `tweak` (32 bytes) is BIP-341's, for `bip340` only; `commitment` is the approved review's.
    """

    scheme: SignatureScheme
    input_index: int
    fingerprint: bytes
    path: tuple[int, ...]
    public_key: bytes
    payload: bytes
    tweak: bytes | None
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """A task's answer: DER for `ecdsa-low-r`, 64 bytes for `bip340`.

    For `ecdsa-recoverable` 65: r, s, and the number (0 to 3) that says which of the possible keys signed.
    """

    task: SigningTask
    encoded: bytes


class Reviewed(Protocol):
    """A transaction that a chain has read and judged: what the signing job needs of it, whatever the chain."""

    @property
    def review(self) -> Review:
        """The judgement to show."""

    @property
    def signers(self) -> frozenset[bytes]:
        """Master fingerprints (4 bytes each) of every key of the wallet."""

    @property
    def marks(self) -> tuple[str, ...]:
        """What a later document is compared with: each coin that is spent, each payment that is made."""

    def tasks(self, approval: Approval, fingerprint: bytes) -> tuple[SigningTask, ...]:
        """List what the key with this master fingerprint has to sign. Raises Refused where the review refuses."""

    def attach(self, signatures: Sequence[Signature]) -> bytes:
        """Return the document with the signatures added, in its own version and encoding, each verified again."""
