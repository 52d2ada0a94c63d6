"""Answers a script's questions about signatures and time locks, for one input, under the rules that BIP-322 requires.

A signature that is there and does not hold makes the whole proof invalid (NULLFAIL), so an answer of False always means
that none was given.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Protocol

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import operations
from custody.chains.bitcoin.consensus.sighash import SIGHASH_ALL, SIGHASH_DEFAULT, Sighash
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.psbt.signatures import is_der_signature
from custody.curve import ORDER, verify_bip340, verify_ecdsa

_SIGNATURE_COST = 50
"""What a signature in a tapscript costs of the budget that its witness's size gives (BIP-342)."""

CHECKS_LIMIT = 80_000
"""A block's signature operations (BIP-141 "Sigops"): no transaction with more is ever valid."""

_LOCKTIME_IS_TIME = 500_000_000
_SEQUENCE_FINAL = 0xFFFFFFFF
_LOCK_DISABLED, _LOCK_MASK = 1 << 31, (1 << 22) | 0xFFFF
_LOCK_IS_TIME = 1 << 22
_LOCKS_SINCE_VERSION = 2


class Rules(Enum):
    """Which rules a script runs under."""

    LEGACY = auto()
    WITNESS_V0 = auto()
    TAPSCRIPT = auto()


class Checker(Protocol):
    """What the evaluator asks of a transaction."""

    @property
    def rules(self) -> Rules:
        """The rules of this spend."""

    def holds(self, signature: bytes, public_key: bytes) -> bool:
        """Say whether a signature was given for this key. Raises Invalid for one that does not hold."""

    def matches(self, signature: bytes, public_key: bytes) -> bool:
        """Say whether a signature, possibly another key's, is this key's. Raises Invalid for a malformed one."""

    def locktime_reached(self, wanted: int) -> bool:
        """Say whether the transaction waits at least so long (BIP-65)."""

    def age_reached(self, wanted: int) -> bool:
        """Say whether the input is at least so old (BIP-112)."""


@dataclass(frozen=True)
class Held:
    """A signature that was verified: bare, in DER or of 64 bytes, and its key (x only in taproot)."""

    public_key: bytes
    encoded: bytes
    is_taproot: bool


@dataclass
class Checks:
    """How many ECDSA signatures were compared with keys, in all inputs of a proof. A block has room for so many.

    `held` are the signatures that were verified, of both schemes. Where none is added, no key signed.
    """

    made: int = 0
    held: list[Held] = field(default_factory=list)

    def count(self) -> None:
        """Count one. Raises Invalid over the limit."""
        self.made += 1
        if self.made > CHECKS_LIMIT:
            raise Invalid(_("it needs more than {limit} signature checks").format(limit=CHECKS_LIMIT))


@dataclass
class InputChecker:
    """Answers for one input. `script_code` is BIP-143's; `budget` is a tapscript's (BIP-342), and is used up."""

    transaction: Transaction
    sighash: Sighash
    index: int
    amount: int
    rules: Rules
    checks: Checks
    script_code: bytes = b""
    leaf_hash: bytes | None = None
    budget: int = 0

    def holds(self, signature: bytes, public_key: bytes) -> bool:
        """Say whether a signature was given for this key. Raises Invalid for one that does not hold."""
        if self.rules is Rules.TAPSCRIPT:
            return self._holds_bip340(signature, public_key)
        if self.matches(signature, public_key):
            return True
        if signature:
            raise does_not_hold()
        return False

    def matches(self, signature: bytes, public_key: bytes) -> bool:
        """Say whether an ECDSA signature is this key's. Raises Invalid for a malformed one (STRICTENC, LOW_S)."""
        _check_public_key(public_key)
        if not signature:
            return False
        self._check_form(signature)
        self.checks.count()
        try:
            verify_ecdsa(public_key, self._digest, signature[:-1])
        except ValueError:
            return False
        self.checks.held.append(Held(public_key, signature[:-1], is_taproot=False))
        return True

    @cached_property
    def _digest(self) -> bytes:
        """What every ECDSA signature of the input signs: one digest, because one type is allowed."""
        if self.rules is Rules.WITNESS_V0:
            return self.sighash.segwit_v0(self.index, self.script_code, self.amount, SIGHASH_ALL)
        return self.sighash.legacy(self.index, self.script_code, SIGHASH_ALL)

    @cached_property
    def _pushed_by_script(self) -> frozenset[bytes | None]:
        return frozenset(operation.pushed for operation in operations(self.script_code))

    def _check_form(self, signature: bytes) -> None:
        if not is_der_signature(signature[:-1]):
            raise Invalid(_("a signature is not written in strict DER"))
        if _s_of(signature) > ORDER // 2:
            raise Invalid(_("a signature has a high S"))
        if signature[-1] != SIGHASH_ALL:
            raise Invalid(_("a signature does not cover the whole message (its type is not SIGHASH_ALL)"))
        if self.rules is Rules.LEGACY and signature in self._pushed_by_script:
            raise Invalid(_("a script holds its own signature (FindAndDelete)"))

    def _holds_bip340(self, signature: bytes, public_key: bytes) -> bool:
        if not public_key:
            raise Invalid(_("a tapscript checks a signature against no key"))
        if signature:
            self.budget -= _SIGNATURE_COST
            if self.budget < 0:
                raise Invalid(_("a tapscript checks more signatures than its witness pays for"))
        if len(public_key) != 32:
            raise Inconclusive(_("a tapscript uses a kind of public key that has no meaning yet"))
        if not signature:
            return False
        self.check_bip340(signature, public_key)
        return True

    def check_bip340(self, signature: bytes, x_only_key: bytes) -> None:
        """Verify a taproot signature of 64 bytes, or 65 with its sighash byte ALL. Raises Invalid."""
        if len(signature) not in (64, 65) or signature[64:] not in (b"", bytes([SIGHASH_ALL])):
            raise Invalid(_("a taproot signature is malformed or does not cover the whole message"))
        sighash_type = signature[64] if len(signature) == 65 else SIGHASH_DEFAULT
        digest = self.sighash.taproot(self.index, sighash_type, self.leaf_hash)
        try:
            verify_bip340(x_only_key, digest, signature[:64])
        except ValueError:
            raise does_not_hold() from None
        self.checks.held.append(Held(x_only_key, signature[:64], is_taproot=True))

    def locktime_reached(self, wanted: int) -> bool:
        """Compare with the lock time: of the same kind, not later, and not switched off by a final sequence."""
        lock = self.transaction.locktime
        same_kind = (wanted < _LOCKTIME_IS_TIME) == (lock < _LOCKTIME_IS_TIME)
        return same_kind and wanted <= lock and self.transaction.inputs[self.index].sequence != _SEQUENCE_FINAL

    def age_reached(self, wanted: int) -> bool:
        """Compare with the input's sequence number: of the same kind, not younger, and not switched off."""
        if wanted & _LOCK_DISABLED:
            return True
        sequence = self.transaction.inputs[self.index].sequence
        if self.transaction.version & 0xFFFFFFFF < _LOCKS_SINCE_VERSION or sequence & _LOCK_DISABLED:
            return False
        wanted, there = wanted & _LOCK_MASK, sequence & _LOCK_MASK
        return (wanted < _LOCK_IS_TIME) == (there < _LOCK_IS_TIME) and wanted <= there


def does_not_hold() -> Invalid:
    """Make the error of a signature that is well formed and belongs to something else."""
    return Invalid(
        _("the signature does not hold: it is for another message, another address, or damaged"),
        hint=_("Compare the message letter by letter, spaces and line ends included, and the address."),
    )


def _check_public_key(encoded: bytes) -> None:
    """STRICTENC: compressed or uncompressed, nothing else. Whether the point exists is the verification's matter."""
    if (len(encoded), encoded[:1]) not in ((33, b"\x02"), (33, b"\x03"), (65, b"\x04")):
        raise Invalid(_("a public key is malformed"))


def _s_of(signature: bytes) -> int:
    """The s of a signature in DER with its sighash byte; its form has been checked."""
    begin = 6 + signature[3]
    return int.from_bytes(signature[begin:-1])
