"""`Spend`: how a wallet's coin is signed: the keys, the scheme, the sighash type, the tweak, and the digest.

One class answers for making signatures, for checking those already present, and for verifying ours before they
leave, so that the three can never mean different transactions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.script import ScriptKind, classify, p2pkh
from custody.chains.bitcoin.consensus.sighash import SIGHASH_ALL, SIGHASH_DEFAULT, Sighash
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.consensus.transaction import TxOutput
from custody.chains.bitcoin.descriptor import Derived, DerivedKey, Leaf, PolicyAt
from custody.signing import SignatureScheme


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one signature: the key that signs, and in which leaf of a taproot tree (None: in none)."""

    key: DerivedKey
    leaf: Leaf | None = None

    @property
    def leaf_hash(self) -> bytes | None:
        """The hash of its leaf, 32 bytes."""
        return None if self.leaf is None else self.leaf.leaf_hash


@dataclass(frozen=True, slots=True)
class Spend:
    """A coin proven to be the wallet's: its output, the wallet's script there, and the sighash type that signs it."""

    index: int
    spent: TxOutput
    derived: Derived
    sighash_type: int

    @property
    def taproot(self) -> bool:
        """Whether the coin is a taproot output's."""
        return self.derived.internal_key is not None

    @property
    def scheme(self) -> SignatureScheme:
        """The scheme that signs this coin."""
        return SignatureScheme.BIP340 if self.taproot else SignatureScheme.ECDSA_LOW_R

    @property
    def tweak(self) -> bytes | None:
        """BIP-341's tweak of the internal key, 32 bytes; None outside taproot."""
        internal_key = self.derived.internal_key
        return None if internal_key is None else taproot.tap_tweak(internal_key, self.derived.merkle_root)

    @property
    def threshold(self) -> int | None:
        """How many signatures open the coin; None where it is not as simple as that."""
        if self.derived.leaves or self.derived.policy is not None:
            return None
        script = self.derived.witness_script or self.derived.redeem_script or self.derived.script
        return classify(script).threshold or 1

    @property
    def policies(self) -> tuple[PolicyAt, ...]:
        """What opens the coin besides a single key or a quorum: its witness script, or each leaf of its tree."""
        leaves = tuple(leaf.policy for leaf in self.derived.leaves)
        return leaves if self.derived.policy is None else (self.derived.policy,)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every place for a signature: taproot's key path first, then the leaves in their order."""
        return tuple(self._slots())

    def usable(self, slot: Slot, moment: Timing) -> bool:
        """Say whether a signature there can count at a time, or waits for a lock that the transaction does not meet."""
        policy = self.derived.policy if slot.leaf is None else slot.leaf.policy
        return policy is None or slot.key in policy.usable_keys(moment)

    def tweak_of(self, slot: Slot) -> bytes | None:
        """Return the tweak of the key that signs there: in a leaf it signs as it is (BIP-342)."""
        return self.tweak if slot.leaf is None else None

    def verifying_key(self, slot: Slot) -> bytes:
        """Return the key that verifies a signature there: 33 bytes (65 where raw), or 32 in taproot."""
        if not self.taproot:
            return slot.key.public_key
        return self.derived.script[2:] if slot.leaf is None else slot.key.public_key[1:]

    def digest(self, sighash: Sighash, leaf_hash: bytes | None = None) -> bytes:
        """Return the 32-byte digest that a signature of this coin commits to; in a leaf, name its hash."""
        derived = self.derived
        if self.taproot:
            return sighash.taproot(self.index, self.sighash_type, leaf_hash)
        if derived.witness_script is not None:
            return sighash.segwit_v0(self.index, derived.witness_script, self.spent.amount, self.sighash_type)
        program = classify(derived.redeem_script or derived.script)
        if program.kind is ScriptKind.P2WPKH:
            return sighash.segwit_v0(self.index, p2pkh(program.hash), self.spent.amount, self.sighash_type)
        return sighash.legacy(self.index, derived.redeem_script or derived.script, self.sighash_type)

    def slots_in(self, leaf_hash: bytes | None) -> Iterator[Slot]:
        """Yield the places of one leaf; for None those in none."""
        if leaf_hash is None:
            for key in self.derived.keys:
                if not self.taproot or key.public_key[1:] == self.derived.internal_key:
                    yield Slot(key)
            return
        for leaf in self.derived.leaves:
            if leaf.leaf_hash == leaf_hash:
                for key in leaf.keys:
                    yield Slot(key, leaf)

    def _slots(self) -> Iterator[Slot]:
        yield from self.slots_in(None)
        for leaf in self.derived.leaves:
            for key in leaf.keys:
                yield Slot(key, leaf)


def allowed_sighash(declared: int | None, *, taproot: bool) -> int | None:
    """Return the type to sign with, or None where the declared one does not cover the whole transaction."""
    if taproot:
        return {None: SIGHASH_DEFAULT, SIGHASH_DEFAULT: SIGHASH_DEFAULT, SIGHASH_ALL: SIGHASH_ALL}.get(declared)
    return {None: SIGHASH_ALL, SIGHASH_ALL: SIGHASH_ALL}.get(declared)
