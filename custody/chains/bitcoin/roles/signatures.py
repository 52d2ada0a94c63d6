"""`Verifier`: every signature of a file, partial or final, verified over a digest computed here, before any is used.

One that belongs to something else raises Alarm, one that cannot be checked Refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify, operations
from custody.chains.bitcoin.consensus.sighash import SIGHASH_ALL, SIGHASH_DEFAULT
from custody.chains.bitcoin.consensus.transaction import Transaction, TxInput, TxOutput
from custody.chains.bitcoin.interpreter.checker import Checks
from custody.chains.bitcoin.interpreter.spending import Opening
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.psbt import Psbt, PsbtInput
from custody.chains.bitcoin.psbt.signatures import is_der_signature
from custody.chains.bitcoin.review.signed import Nonces, Present, allowed_types, check, present, sighash_name
from custody.chains.bitcoin.review.spend import Slot
from custody.chains.bitcoin.roles.known import Known, missing_coin, obstacle, unusual_sighash
from custody.chains.bitcoin.roles.source import Source
from custody.errors import Alarm, Refused
from custody.signing import Finding

_SCHNORR_SIZES = (64, 65)
_ALARM_HINT = _("Stop. Keep every file, do not try again, and ask that cosigner what was signed.")


@dataclass(slots=True)
class Verifier:
    """Verifies one transaction's signatures, from one file or from several, and remembers what it has verified."""

    known: Known
    nonces: Nonces = field(default_factory=Nonces)
    checks: Checks = field(default_factory=Checks)
    _seen: dict[tuple[int, Present], Slot] = field(default_factory=dict)

    def verify_file(self, source: Source) -> None:
        """Verify whatever a file of this transaction carries: partial signatures, and inputs that are final.

        Raises Alarm for a signature that belongs to something else and for equal nonces, naming file and key, and
        Refused for what cannot be checked.
        """
        if any(declared.is_final for declared in source.psbt.inputs):
            finished = finished_transaction(source.psbt)
            for index, declared in enumerate(source.psbt.inputs):
                if declared.is_final:
                    self.verify_final(source, finished, index)
        for index, declared in enumerate(source.psbt.inputs):
            for signature in present(declared):
                self._verify(source, index, signature)

    def slots(self, index: int, declared: PsbtInput) -> tuple[Slot, ...]:
        """Return the places that an input's signatures fill; they were verified before."""
        return tuple(self._seen[index, signature] for signature in present(declared))

    def verify_final(self, source: Source, finished: Transaction, index: int) -> None:
        """Run what a finished input carries. Raises Alarm where it does not open the coin, Refused where untold."""
        coin = self.known.coins[index].output
        if coin is None or (_is_taproot(coin) and not all(each.output for each in self.known.coins)):
            raise obstacle(source, index, missing_coin())
        if _commits_to_no_amount(coin, finished.inputs[index]) and not self.known.coins[index].proven:
            raise obstacle(source, index, missing_coin())
        for signature in _signatures_in(finished.inputs[index], taproot=_is_taproot(coin)):
            if signature.sighash_type not in allowed_types(taproot=signature.is_taproot):
                raise _cannot_take(source, index, signature)
        before = len(self.checks.held)
        try:
            Opening(finished, self.known.sighash, index, coin, self.checks).verify()
        except Invalid as reason:
            raise Alarm(
                _("{file}: input {index} is final, and what it carries does not open its coin: {reason}").format(
                    file=source.shown, index=index, reason=reason.message
                ),
                hint=_ALARM_HINT,
                code="signature-mismatch",
            ) from None
        except Inconclusive as reason:
            raise obstacle(source, index, reason) from None
        for held in self.checks.held[before:]:  # not what only looks like a signature: a script may carry anything
            kind = SIGHASH_DEFAULT if held.is_taproot else SIGHASH_ALL
            self.nonces.add(index, Present(held.public_key, held.encoded, kind, is_taproot=held.is_taproot))

    def _verify(self, source: Source, index: int, signature: Present) -> None:
        if (index, signature) in self._seen:
            return
        if index not in self.known.spends and index not in self.known.reasons:
            return  # final in the union; the final form was run, and this one is dropped with its input's rest
        spend = self.known.spend(index, source)
        wanted = self.known.source.psbt.inputs[index].sighash_type
        if wanted not in (None, signature.sighash_type):
            raise _cannot_take(source, index, signature, wanted)
        if signature.leaf_hash is not None and signature.leaf_hash not in {
            leaf.leaf_hash for leaf in spend.derived.leaves
        }:
            reason = Refused(
                _("the taproot leaf of a signature is not given"),
                hint=_("Export the file with its leaves, or name the registered wallet with --wallet FILE."),
                code="leaf-missing",
            )
            raise obstacle(source, index, reason)
        verdict = check(spend, signature, self.known.sighash)
        if isinstance(verdict, Finding):
            raise _objection(source, index, signature, verdict)
        self.nonces.add(index, signature)
        self._seen[index, signature] = verdict


def finished_transaction(psbt: Psbt) -> Transaction:
    """Return the transaction with what its final inputs carry."""
    inputs = tuple(
        replace(tx_input, script_sig=declared.final_script_sig or b"", witness=declared.final_script_witness or ())
        for tx_input, declared in zip(psbt.transaction.inputs, psbt.inputs, strict=True)
    )
    return replace(psbt.transaction, inputs=inputs)


def _key_name(signature: Present) -> str:
    return signature.public_key.hex() or _("(not named)")


def _objection(source: Source, index: int, signature: Present, verdict: Finding) -> Alarm | Refused:
    if verdict.id == "BTC-SIGHASH":
        return _cannot_take(source, index, signature)
    return Alarm(
        _("{file}: input {index} carries a signature that belongs to something else, under key {key}: {reason}").format(
            file=source.shown, index=index, key=_key_name(signature), reason=verdict.text
        ),
        hint=_ALARM_HINT,
        code="signature-mismatch",
    )


def _cannot_take(source: Source, index: int, signature: Present, wanted: int | None = None) -> Refused:
    """Make the error of a signature that does not cover everything, or is of another kind than the `wanted` one."""
    if signature.sighash_type in allowed_types(taproot=signature.is_taproot):
        reason = _of_another_kind(signature, wanted)
    else:
        reason = unusual_sighash(sighash_name(signature.sighash_type))
    return Refused(
        _("{file}: input {index}, key {key}: {reason}").format(
            file=source.shown, index=index, key=_key_name(signature), reason=reason.message
        ),
        hint=reason.hint,
        code=reason.code,
    )


def _of_another_kind(signature: Present, wanted: int | None) -> Refused:
    """Make the error of a signature that covers everything, and not in the way that the file asks for (BIP-371)."""
    return Refused(
        _("the file asks for a signature of kind {wanted}, and this one is of kind {kind}").format(
            wanted=sighash_name(wanted or 0), kind=sighash_name(signature.sighash_type)
        ),
        hint=_(
            "A taproot signature of 64 bytes is of kind DEFAULT, one of kind ALL has 65."
            " Ask that cosigner to sign again."
        ),
        code="sighash",
    )


def _is_taproot(coin: TxOutput) -> bool:
    return classify(coin.script).kind is ScriptKind.P2TR


def _commits_to_no_amount(coin: TxOutput, finished: TxInput) -> bool:
    """A legacy input: nothing that it carries says what its coin holds."""
    return not finished.witness and not _is_taproot(coin)


def _signatures_in(finished: TxInput, *, taproot: bool) -> Iterator[Present]:
    """Yield whatever looks like a signature in a finished input, so that one of another kind is refused by its name."""
    if taproot:
        items = finished.witness if len(finished.witness) == 1 else finished.witness[:-2]  # no script, no control block
        for item in items:
            if len(item) in _SCHNORR_SIZES:
                yield Present(b"", item[:64], item[64] if len(item) > 64 else SIGHASH_DEFAULT, is_taproot=True)
        return
    pushed = [operation.pushed or b"" for operation in operations(finished.script_sig)]
    for item in (*pushed, *finished.witness):
        if is_der_signature(item[:-1]):
            yield Present(b"", item[:-1], item[-1])
