"""From an approved review to signing tasks, and from signatures back into the file.

It knows digests and public keys. Whoever signs never sees a transaction; whoever attaches believes no signature before
two engines have verified it over a digest computed again from the bytes that were reviewed.
"""

from collections.abc import Sequence

from custody import curve, referee
from custody.catalogue import _
from custody.chains.bitcoin.psbt import IN_PARTIAL_SIG, IN_TAP_KEY_SIG, Psbt
from custody.chains.bitcoin.sighash import SIGHASH_DEFAULT, Sighash
from custody.chains.bitcoin.signed import present
from custody.chains.bitcoin.spend import Spend
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
    owed = tuple(
        SigningTask(
            scheme=spend.scheme,
            input_index=spend.index,
            fingerprint=key.fingerprint,
            path=key.path,
            public_key=key.public_key,
            payload=spend.digest(sighash),
            tweak=spend.tweak,
            commitment=approval.commitment,
        )
        for spend in spends
        for key in spend.derived.keys
        if key.fingerprint == fingerprint and not _signed_by(psbt, spend, key.public_key)
    )
    if not owed:
        raise Refused(
            _("this key has signed every input already; there is nothing to add"),
            code="nothing-to-sign",
            hint=_("Pass the file on to the next cosigner, or let the desk finalise it."),
        )
    return owed


def attach(payload: bytes, spends: Sequence[Spend], signatures: Sequence[Signature]) -> bytes:
    """Return the PSBT's bytes with the signatures added and nothing else changed.

    The bytes are parsed afresh and every digest is computed again. Raises Alarm for a signature that does not hold.
    """
    psbt = Psbt.parse(payload)
    sighash = Sighash(psbt.transaction, [spend.spent for spend in spends])
    by_index = {spend.index: spend for spend in spends}
    additions: dict[int, list[tuple[bytes, bytes]]] = {}
    for signature in signatures:
        spend = by_index[signature.task.input_index]
        _verify(spend, spend.digest(sighash), signature)
        additions.setdefault(spend.index, []).append(_field(spend, signature))
    return psbt.with_input_fields({index: tuple(fields) for index, fields in additions.items()}).serialize()


def _signed_by(psbt: Psbt, spend: Spend, public_key: bytes) -> bool:
    signatures = present(psbt.inputs[spend.index])
    return any(spend.taproot or signature.public_key == public_key for signature in signatures)


def _verify(spend: Spend, digest: bytes, signature: Signature) -> None:
    task = signature.task
    if digest != task.payload or task.public_key not in {key.public_key for key in spend.derived.keys}:
        raise Alarm(
            _("a signature for input {index} belongs to something else").format(index=spend.index),
            code="signature-mismatch",
        )
    try:
        if task.scheme is SignatureScheme.BIP340:
            output_key = spend.derived.script[2:]
            curve.verify_bip340(output_key, digest, signature.encoded)
            referee.verify_bip340(output_key, digest, signature.encoded)
        else:
            curve.verify_ecdsa(task.public_key, digest, signature.encoded)
            referee.verify_ecdsa(task.public_key, digest, signature.encoded)
    except ValueError:
        raise Alarm(
            _("the signature for input {index} does not hold and was not released").format(index=spend.index),
            code="signature-invalid",
        ) from None


def _field(spend: Spend, signature: Signature) -> tuple[bytes, bytes]:
    """The PSBT field of a signature (BIP-174 0x02, BIP-371 0x13); DEFAULT is written by leaving its byte out."""
    if spend.taproot:
        suffix = b"" if spend.sighash_type == SIGHASH_DEFAULT else bytes([spend.sighash_type])
        return bytes([IN_TAP_KEY_SIG]), signature.encoded + suffix
    return bytes([IN_PARTIAL_SIG]) + signature.task.public_key, signature.encoded + bytes([spend.sighash_type])
