"""BIP-174 "Input Finalizer": a PSBT with enough verified signatures to one whose every input is final.

All inputs are finished, or none; missing signatures raise Refused. What is made is run before it is returned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from custody.catalogue import _, ngettext
from custody.chains.bitcoin.psbt import Psbt, PsbtInput
from custody.chains.bitcoin.roles.known import Known, know
from custody.chains.bitcoin.roles.opening import final_input, open_coin
from custody.chains.bitcoin.roles.signatures import Verifier, finished_transaction
from custody.chains.bitcoin.roles.source import Source
from custody.chains.bitcoin.roles.status import InputStatus, Signer, statuses
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Refused

_TOLD = 5
"""Inputs that an error tells one by one."""


@dataclass(frozen=True, slots=True)
class Finalized:
    """The finished PSBT, who had signed each input, and whose coins they are of the wallets that were named."""

    psbt: Psbt
    inputs: tuple[InputStatus, ...]
    wallets: tuple[Wallet, ...] = ()


def finalize(source: Source, wallets: Sequence[Wallet] = ()) -> Finalized:
    """Finish every input. What is made is run once more before it is returned.

    Raises Refused where signatures are missing, saying how many and whose, or where something cannot be checked; Alarm
    for a signature that belongs to something else and for equal nonces; Mismatch for another wallet's coins.
    """
    known = know(source, wallets)
    verifier = Verifier(known)
    verifier.verify_file(source)
    found = statuses(known, verifier)
    lacking = [status for status in found if not status.ready]
    if lacking:
        raise _missing(known, lacking)
    finished = replace(source.psbt, inputs=tuple(_finished(known)))
    transaction = finished_transaction(finished)
    for index, declared in enumerate(source.psbt.inputs):
        if not declared.is_final:
            verifier.verify_final(source, transaction, index)
    return Finalized(finished, found, known.wallets)


def _finished(known: Known) -> Iterator[PsbtInput]:
    psbt = known.source.psbt
    for index, declared in enumerate(psbt.inputs):
        final = None if declared.is_final else open_coin(known.spends[index], psbt)
        yield declared if final is None else final_input(psbt, index, final)


def _missing(known: Known, lacking: Sequence[InputStatus]) -> Refused:
    lines = [_line(status) for status in lacking[:_TOLD]]
    if len(lacking) > _TOLD:
        lines.append(_("and {count} more inputs").format(count=len(lacking) - _TOLD))
    return Refused(
        _("{file}: {count} of {total} inputs cannot be finalised yet, so none was").format(
            file=known.source.shown, count=len(lacking), total=len(known.coins)
        ),
        hint="\n".join(lines),
        code="signatures-missing",
    )


def _line(status: InputStatus) -> str:
    if status.obstacle:
        return _("input {index}: {reason}").format(index=status.index, reason=status.obstacle)
    if status.missing is None:
        return _("input {index}: the signatures do not open its script yet; these keys could sign: {keys}").format(
            index=status.index, keys=_names(status.could_sign)
        )
    return ngettext(
        "input {index}: {count} more signature is needed, of {keys}",
        "input {index}: {count} more signatures are needed, of {keys}",
        status.missing,
    ).format(index=status.index, count=status.missing, keys=_names(status.could_sign))


def _names(signers: Sequence[Signer]) -> str:
    names = dict.fromkeys(signer.fingerprint or signer.public_key for signer in signers)
    return ", ".join(names) or _("nobody who is known")
