"""Lists the signing tasks of an approved review, and adds their signatures, and nothing else, to the PSBT.

What they close is marked as closed: a file of version 2 may name inputs or outputs that may still be added.

Whoever signs never sees a transaction; whoever attaches believes no signature before two engines have verified it over
a digest computed again from the bytes that were reviewed.
"""

from collections.abc import Iterator, Sequence

from custody import curve, referee
from custody.catalogue import _
from custody.chains.bitcoin.consensus.sighash import SIGHASH_DEFAULT, Sighash
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.psbt import IN_PARTIAL_SIG, IN_TAP_KEY_SIG, IN_TAP_SCRIPT_SIG, Psbt
from custody.chains.bitcoin.review.signed import present
from custody.chains.bitcoin.review.spend import Slot, Spend
from custody.errors import Alarm, Refused
from custody.signing import Approval, Review, Signature, SignatureScheme, SigningTask, Verdict


def tasks(
    psbt: Psbt, spends: Sequence[Spend], review: Review, approval: Approval, fingerprint: bytes
) -> tuple[SigningTask, ...]:
    """List the signatures that one master key (4-byte fingerprint) still owes, in the order of the inputs.

    Raises Refused where the review refuses, where the approval is another review's, or where nothing is left to sign.
    """
    if review.verdict is Verdict.REFUSE:
        raise Refused(_("the review refuses this transaction; its findings say why"))
    if approval.commitment != review.commitment:
        raise Alarm(_("the approval belongs to another review"), code="approval-mismatch")
    sighash = Sighash(psbt.transaction, [spend.spent for spend in spends])
    owed = [(spend, slot) for spend, slot in _ours(spends, fingerprint) if not _is_signed(psbt, spend, slot)]
    if not owed:
        raise Refused(
            _("this key has signed every input already; there is nothing to add"),
            code="nothing-to-sign",
            hint=_("Pass the file on to the next cosigner, or let the desk finalise it."),
        )
    useful = [(spend, slot) for spend, slot in owed if spend.usable(slot, Timing.of(psbt.transaction, spend.index))]
    if not useful:
        raise Refused(
            _("this key may sign only once a time lock has passed, and the transaction does not wait for it"),
            code="locked",
            hint=_("Have the desk make it for the path with the time lock: its sequence or lock time must ask for it."),
        )
    return tuple(
        SigningTask(
            scheme=spend.scheme,
            input_index=spend.index,
            fingerprint=slot.key.fingerprint,
            path=slot.key.path,
            public_key=slot.key.public_key,
            payload=spend.digest(sighash, slot.leaf_hash),
            tweak=spend.tweak_of(slot),
            commitment=approval.commitment,
        )
        for spend, slot in useful
    )


def attach(payload: bytes, spends: Sequence[Spend], signatures: Sequence[Signature]) -> bytes:
    """Return the PSBT's bytes with the signatures added and nothing else changed, but for version 2's flags.

    Those say whether inputs or outputs may be added; these signatures cover them all, so none may (BIP-370). The bytes
    are parsed afresh and every digest is computed again. Raises Alarm for a signature that does not hold.
    """
    psbt = Psbt.parse(payload)
    sighash = Sighash(psbt.transaction, [spend.spent for spend in spends])
    by_index = {spend.index: spend for spend in spends}
    additions: dict[int, list[tuple[bytes, bytes]]] = {}
    for signature in signatures:
        spend = by_index[signature.task.input_index]
        slot = _slot(spend, signature.task, sighash)
        _verify(spend, slot, signature)
        additions.setdefault(spend.index, []).append(_field(spend, slot, signature))
    signed = psbt.with_input_fields({index: tuple(fields) for index, fields in additions.items()})
    return (signed.closed() if additions else signed).serialize()


def _ours(spends: Sequence[Spend], fingerprint: bytes) -> Iterator[tuple[Spend, Slot]]:
    for spend in spends:
        for slot in spend.slots:
            if slot.key.fingerprint == fingerprint:
                yield spend, slot


def _is_signed(psbt: Psbt, spend: Spend, slot: Slot) -> bool:
    return any(signature.fills(slot) for signature in present(psbt.inputs[spend.index]))


def _slot(spend: Spend, task: SigningTask, sighash: Sighash) -> Slot:
    """Find the place whose key and whose digest, computed again, are the task's."""
    for slot in spend.slots:
        if slot.key.public_key == task.public_key and spend.digest(sighash, slot.leaf_hash) == task.payload:
            return slot
    raise Alarm(
        _("a signature for input {index} belongs to something else").format(index=spend.index),
        code="signature-mismatch",
    )


def _verify(spend: Spend, slot: Slot, signature: Signature) -> None:
    key, digest = spend.verifying_key(slot), signature.task.payload
    try:
        if spend.scheme is SignatureScheme.BIP340:
            curve.verify_bip340(key, digest, signature.encoded)
            referee.verify_bip340(key, digest, signature.encoded)
        else:
            curve.verify_ecdsa(key, digest, signature.encoded)
            referee.verify_ecdsa(key, digest, signature.encoded)
    except ValueError:
        raise Alarm(
            _("the signature for input {index} does not hold and was not released").format(index=spend.index),
            code="signature-invalid",
        ) from None


def _field(spend: Spend, slot: Slot, signature: Signature) -> tuple[bytes, bytes]:
    """The PSBT field of a signature (BIP-174 0x02, BIP-371 0x13 and 0x14); DEFAULT is written by leaving it out."""
    if not spend.taproot:
        return bytes([IN_PARTIAL_SIG]) + slot.key.public_key, signature.encoded + bytes([spend.sighash_type])
    suffix = b"" if spend.sighash_type == SIGHASH_DEFAULT else bytes([spend.sighash_type])
    if slot.leaf_hash is None:
        return bytes([IN_TAP_KEY_SIG]), signature.encoded + suffix
    return bytes([IN_TAP_SCRIPT_SIG]) + slot.key.public_key[1:] + slot.leaf_hash, signature.encoded + suffix
