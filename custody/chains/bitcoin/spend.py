"""How a wallet's coin is spent: which scheme signs it, under which sighash, over which digest.

One function answers for making signatures, for checking those already present, and for verifying ours before they
leave, so that the three can never mean different transactions.
"""

from dataclasses import dataclass

from custody.chains.bitcoin.descriptor import Derived
from custody.chains.bitcoin.script import ScriptKind, classify, p2pkh
from custody.chains.bitcoin.sighash import SIGHASH_ALL, SIGHASH_DEFAULT, Sighash
from custody.chains.bitcoin.transaction import TxOutput
from custody.curve import tagged_hash
from custody.signing import SignatureScheme


@dataclass(frozen=True, slots=True)
class Spend:
    """A coin proven to be the wallet's: its output, the wallet's script there, and the sighash type that signs it."""

    index: int
    spent: TxOutput
    derived: Derived
    sighash_type: int

    @property
    def taproot(self) -> bool:
        """Whether the coin is spent by a taproot key path."""
        return self.derived.internal_key is not None

    @property
    def scheme(self) -> SignatureScheme:
        """The scheme that signs this coin."""
        return SignatureScheme.BIP340 if self.taproot else SignatureScheme.ECDSA_LOW_R

    @property
    def tweak(self) -> bytes | None:
        """BIP-341's tweak of a key without scripts, 32 bytes; None outside taproot."""
        internal_key = self.derived.internal_key
        return None if internal_key is None else tagged_hash("TapTweak", internal_key)

    @property
    def threshold(self) -> int:
        """How many signatures open the coin."""
        script = self.derived.witness_script or self.derived.redeem_script or self.derived.script
        return classify(script).threshold or 1

    def digest(self, sighash: Sighash) -> bytes:
        """Return the 32-byte digest that a signature of this coin commits to."""
        derived = self.derived
        if self.taproot:
            return sighash.taproot(self.index, self.sighash_type)
        if derived.witness_script is not None:
            return sighash.segwit_v0(self.index, derived.witness_script, self.spent.amount, self.sighash_type)
        program = classify(derived.redeem_script or derived.script)
        if program.kind is ScriptKind.P2WPKH:
            return sighash.segwit_v0(self.index, p2pkh(program.hash), self.spent.amount, self.sighash_type)
        return sighash.legacy(self.index, derived.redeem_script or derived.script, self.sighash_type)


def allowed_sighash(declared: int | None, *, taproot: bool) -> int | None:
    """Return the type to sign with, or None where the declared one does not cover the whole transaction."""
    if taproot:
        return {None: SIGHASH_DEFAULT, SIGHASH_DEFAULT: SIGHASH_DEFAULT, SIGHASH_ALL: SIGHASH_ALL}.get(declared)
    return {None: SIGHASH_ALL, SIGHASH_ALL: SIGHASH_ALL}.get(declared)
