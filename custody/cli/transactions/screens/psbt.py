"""What `custody psbt` did, to JSON and to lines of at most 80 columns: what was added, who signed, what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from itertools import groupby
from typing import Any

from custody.aloud import number
from custody.catalogue import _, ngettext
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.roles import Completed, Extracted, Source
from custody.chains.bitcoin.roles.status import InputStatus, Signer
from custody.cli.front.documents import called
from custody.cli.front.layout import bitcoin, folded
from custody.text import safe

_TOLD = 20
"""Groups of inputs, or single inputs, that a screen tells one by one."""


def completed_json(completed: Completed, source: Source) -> dict[str, Any]:
    """Return what was added and what is missing. "complete" says that every amount is proven."""
    inputs = completed.psbt.transaction.inputs
    return {
        **_document(completed.psbt, source),
        "added": [{"input": index, "txid": inputs[index].outpoint.txid[::-1].hex()} for index in completed.added],
        "missing": [{"input": index, "outpoint": str(inputs[index].outpoint)} for index in completed.missing],
        "complete": not completed.missing,
        "warnings": list(_missing_warning(completed)),
    }


def completed_lines(completed: Completed, out: str) -> Iterator[str]:
    """Tell a person what was added, and which transactions are still to be fetched."""
    yield ngettext(
        "{count} input was completed with the transaction that made its coin.",
        "{count} inputs were completed with the transactions that made their coins.",
        len(completed.added),
    ).format(count=len(completed.added))
    for index in completed.missing[:_TOLD]:
        outpoint = completed.psbt.transaction.inputs[index].outpoint
        yield _("Missing for input {index}: transaction").format(index=index)
        yield f"   {outpoint.txid[::-1].hex()}"
    if len(completed.missing) > _TOLD:
        yield _("and {count} more").format(count=len(completed.missing) - _TOLD)
    if not completed.missing:
        yield _("Every amount is proven now.")
    yield from _written(out)


def status_json(psbt: Psbt, source: Source, inputs: Sequence[InputStatus]) -> dict[str, Any]:
    """Return who has signed each input. "complete" says that every input is final or can be finalised."""
    return {
        **_document(psbt, source),
        "inputs": [asdict(status) for status in inputs],
        "complete": all(status.ready for status in inputs),
        "warnings": [],
    }


def status_lines(inputs: Sequence[InputStatus], owners: Sequence[str], out: str) -> Iterator[str]:
    """Tell a person who has signed and what is missing; neighbours of which the same is true share a paragraph."""
    yield from _owned(owners)
    yield from _who_signed(inputs)
    yield ""
    if all(status.ready for status in inputs):
        yield _("Every input has what it needs.")
    else:
        waiting = sum(not status.ready for status in inputs)
        yield ngettext(
            "{count} input still waits for signatures.", "{count} inputs still wait for signatures.", waiting
        ).format(count=waiting)
    yield from _written(out)


def finalized_lines(inputs: Sequence[InputStatus], owners: Sequence[str], out: str) -> Iterator[str]:
    """Tell a person whose signatures were used."""
    yield from _owned(owners)
    yield from _who_signed(inputs)
    yield ""
    yield _("Every input is final and was verified once more.")
    yield from _written(out)


def extracted_json(extracted: Extracted, *, spoken: bool) -> dict[str, Any]:
    """Return the transaction's names, size, fee and bytes. `spoken`: a person is told its warnings."""
    transaction = extracted.transaction
    return {
        "txid": transaction.txid_hex,
        "wtxid": extracted.wtxid_hex,
        "vsize": transaction.virtual_size,
        "weight": transaction.weight,
        "fee": asdict(extracted.fee),
        "findings": [found.to_json() for found in extracted.findings],
        "hex": transaction.serialize().hex(),
        "warnings": list(_extracted_warnings(extracted, spoken=spoken)),
    }


def extracted_lines(extracted: Extracted, out: str) -> Iterator[str]:
    """Tell a person the transaction's names, size and fee."""
    transaction, fee = extracted.transaction, extracted.fee
    yield _("txid   {txid}").format(txid=transaction.txid_hex)
    yield _("wtxid  {wtxid}").format(wtxid=extracted.wtxid_hex)
    yield _("size   {size} virtual bytes").format(size=transaction.virtual_size)
    if fee.atoms is not None:
        yield _("fee    {amount}, {rate} {unit}").format(
            amount=bitcoin(fee.atoms), rate=number(fee.rate).aloud, unit=fee.unit
        )
    yield from _written(out)


def _owned(owners: Sequence[str]) -> Iterator[str]:
    for name in owners:
        yield from folded(_('Coins of wallet "{wallet}"').format(wallet=safe(name, 30)), indent="")


def _document(psbt: Psbt, source: Source) -> dict[str, Any]:
    return {
        "digest": sha256(psbt.serialize()).hexdigest(),
        "txid": psbt.transaction.txid_hex,
        "version": psbt.version,
        "encoding": str(source.envelope.encoding),
    }


def _missing_warning(completed: Completed) -> Iterator[str]:
    if completed.missing:
        count = len(completed.missing)
        yield ngettext(
            "the amount of {count} input is still unproven; a review will refuse it",
            "the amounts of {count} inputs are still unproven; a review will refuse them",
            count,
        ).format(count=count)


def _extracted_warnings(extracted: Extracted, *, spoken: bool) -> Iterator[str]:
    yield from (f"{(spoken and found.spoken) or found.text} [{found.id}]" for found in extracted.findings)
    if not extracted.fee.proven:
        yield _("Fee cannot be checked")
    yield _("nothing was sent: broadcasting is the desk's work, and cannot be undone")


def _who_signed(inputs: Sequence[InputStatus]) -> Iterator[str]:
    groups = [list(group) for _same, group in groupby(inputs, key=_sameness)]
    for group in groups[:_TOLD]:
        first, last = group[0], group[-1]
        if first is last:
            yield _("Input {index}").format(index=first.index)
        else:
            yield _("Inputs {first} to {last}").format(first=first.index, last=last.index)
        for line in _told(first, alone=first is last):
            yield from folded(line, indent="   ")
    if len(groups) > _TOLD:
        yield _("and {count} more groups of inputs; --json has them all").format(count=len(groups) - _TOLD)


def _told(status: InputStatus, *, alone: bool) -> Iterator[str]:
    if status.final:
        yield _("final already")
        return
    if status.need is not None:
        yield _("{have} of {need} signatures").format(have=len(status.signed), need=status.need)
    for signer in status.signed:
        yield _("signed by {name}").format(name=_name(signer, alone=alone))
    if status.ready:
        return
    for signer in status.could_sign:
        yield _("could sign: {name}").format(name=_name(signer, alone=alone))
    if status.obstacle:
        yield _("not all is known: {reason}").format(reason=status.obstacle)


def _name(signer: Signer, *, alone: bool) -> str:
    """Name a key; its path differs from input to input, so it is told of a single one."""
    name = signer.fingerprint or signer.public_key
    if signer.cosigner is not None:
        name = _("cosigner {number}, {fingerprint}").format(number=signer.cosigner, fingerprint=name)
    return f"{name} {signer.path}" if alone and signer.path is not None else name


def _sameness(status: InputStatus) -> tuple[Any, ...]:
    return (
        *(status.final, status.ready, status.need, status.obstacle),
        tuple(_name(signer, alone=False) for signer in status.signed),
        tuple(_name(signer, alone=False) for signer in status.could_sign),
    )


def _written(out: str) -> list[str]:
    return folded(_("Written to {out}.").format(out=called(out)), indent="")
