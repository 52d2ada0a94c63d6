"""Lone private keys that sign `to_sign` as the safe does: our transactions, our digests, the safe's signatures."""

from dataclasses import dataclass, replace
from hashlib import sha256

from embit import ec

from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.script import (
    ScriptKind,
    classify,
    multisig,
    p2pkh,
    p2sh,
    p2tr,
    p2wpkh,
    p2wsh,
    push,
)
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.taproot import output_key, tap_tweak
from custody.chains.bitcoin.consensus.transaction import Transaction, TxOutput
from custody.keys import signer
from custody.secret import Secret
from custody.signing import Approval, SignatureScheme, SigningTask

FINGERPRINT = b"lone"
COMMITMENT = bytes(32)


@dataclass(frozen=True)
class LoneKey:
    """A private key in the place of a master key: every path leads to it."""

    private: bytes
    fingerprint: bytes = FINGERPRINT

    @classmethod
    def from_wif(cls, wif: str) -> "LoneKey":
        return cls(ec.PrivateKey.from_wif(wif).serialize())

    @classmethod
    def named(cls, name: str) -> "LoneKey":
        """A test's own key."""
        return cls(sha256(name.encode()).digest())

    @property
    def public(self) -> bytes:
        """33 bytes."""
        return bytes(ec.PrivateKey(self.private).sec())

    def leaf(self, _path: tuple[int, ...]) -> Secret:
        return Secret(self.private)

    def sign(self, digest: bytes, scheme: SignatureScheme, tweak: bytes | None = None) -> bytes:
        """Sign as the safe does, without a sighash byte."""
        task = SigningTask(scheme, 0, FINGERPRINT, (0,), self.public, digest, tweak, COMMITMENT)
        return signer.sign(self, task, Approval(COMMITMENT, "a test")).encoded  # type: ignore[arg-type]

    def ecdsa(self, digest: bytes, kind: int = 1) -> bytes:
        """An ECDSA signature with its sighash byte."""
        return self.sign(digest, SignatureScheme.ECDSA_LOW_R) + bytes([kind])


@dataclass(frozen=True)
class Lock:
    """A scriptPubKey, the scripts behind it and the keys that open it."""

    script: bytes
    redeem: bytes | None = None
    witness: bytes | None = None
    internal: bytes | None = None


def locks(keys: list[LoneKey]) -> dict[str, Lock]:
    """One key, or all of several, in every template, by the names of the published vectors."""
    first = keys[0].public
    internal = first[1:]
    quorum = multisig(len(keys), [key.public for key in keys])
    program, nested = p2wsh(sha256(quorum).digest()), p2wpkh(hash160(first))
    return {
        "p2pkh": Lock(p2pkh(hash160(first))),
        "p2wpkh": Lock(nested),
        "p2sh-p2wpkh": Lock(p2sh(hash160(nested)), nested),
        "p2tr": Lock(p2tr(output_key(internal, None)[0]), internal=internal),
        "p2sh-multisig": Lock(p2sh(hash160(quorum)), quorum),
        "p2wsh-multisig": Lock(program, None, quorum),
        "p2sh-p2wsh-multisig": Lock(p2sh(hash160(program)), program, quorum),
    }


def open_input(
    transaction: Transaction, index: int, spent: list[TxOutput], lock: Lock, keys: list[LoneKey]
) -> Transaction:
    """Satisfy one input with the keys."""
    sighash, amount = Sighash(transaction, spent), spent[index].amount
    script_sig, witness = b"" if lock.redeem is None else push(lock.redeem), ()
    program = classify(lock.redeem or lock.script)
    if lock.internal is not None:
        digest, tweak = sighash.taproot(index, 0), tap_tweak(lock.internal, None)
        witness = (keys[0].sign(digest, SignatureScheme.BIP340, tweak),)
    elif lock.witness is not None:
        digest = sighash.segwit_v0(index, lock.witness, amount, 1)
        witness = (b"", *(key.ecdsa(digest) for key in keys), lock.witness)
    elif program.kind is ScriptKind.P2WPKH:
        digest = sighash.segwit_v0(index, p2pkh(program.hash), amount, 1)
        witness = (keys[0].ecdsa(digest), keys[0].public)
    elif program.kind is ScriptKind.MULTISIG:
        digest = sighash.legacy(index, lock.redeem or b"", 1)
        script_sig = push(b"") + b"".join(push(key.ecdsa(digest)) for key in keys) + script_sig
    else:
        digest = sighash.legacy(index, lock.script, 1)
        script_sig = push(keys[0].ecdsa(digest)) + push(keys[0].public)
    inputs = list(transaction.inputs)
    inputs[index] = replace(inputs[index], script_sig=script_sig, witness=witness)
    return replace(transaction, inputs=tuple(inputs))
