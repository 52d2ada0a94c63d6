"""Cosigners' files to one signature's text: combined, finalised and encoded (BIP-322 "PSBT finalizer").

What is made has to convince our own verifier first. None while signatures are missing.
"""

from collections.abc import Sequence
from dataclasses import replace

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.message import encoding
from custody.chains.bitcoin.message.conditions import MessagePsbt, recognise
from custody.chains.bitcoin.message.encoding import Witness
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.spend import Spend
from custody.chains.bitcoin.roles.opening import Final, final_input, open_coin
from custody.chains.bitcoin.roles.source import Source
from custody.chains.bitcoin.roles.union import union
from custody.errors import Mismatch, Refused

SIMPLE, FULL = "simple", "full"
"""The forms that somebody may ask for."""

_NATIVE = (ScriptKind.P2WPKH, ScriptKind.P2WSH, ScriptKind.P2TR)


def combine(sources: Sequence[Source]) -> Psbt:
    """Put the files of several cosigners together, one or more; what each of them adds is kept.

    Whether the signatures hold is the review's to find out. Raises Refused for a file that is no message, Mismatch
    where the files are not about the same one or contradict each other, and Alarm where they state a coin differently.
    """
    first, *others = (recognise(source.psbt) for source in sources)
    if any((other.psbt.transaction, other.message) != (first.psbt.transaction, first.message) for other in others):
        raise Mismatch(
            _("the files are not about the same message, address and coins, so they are not combined"),
            hint=_("Every cosigner signs the same request."),
        )
    return union(sources)


def check_form(draft: MessagePsbt, form: str | None) -> None:
    """Raise Refused where the finished signature could not have the form that is wanted."""
    if len(draft.psbt.inputs) > 1 and form is not None:
        raise Refused(_("a signature that shows coins has a form of its own, the proof of funds"))
    if form == SIMPLE and not _may_be_simple(draft):
        raise Refused(
            _("this address, or its lock time, needs the full form (BIP-322)"),
            hint=_("Leave --format away, or say --format full."),
        )


def finish(draft: MessagePsbt, spends: Sequence[Spend], form: str | None = None) -> str | None:
    """Return the finished signature's text; None while signatures are missing.

    Simple where that is possible and `form` is not FULL; a proof of funds where coins are shown.
    """
    openings = [open_coin(spend, draft.psbt) for spend in spends]
    if len(openings) != len(draft.psbt.inputs):
        return None
    found = [opening for opening in openings if opening is not None]
    if len(found) != len(openings):
        return None
    text = encoding.write(_encoded(draft, found, full=form == FULL))
    verify(draft.challenge, draft.message, text)
    return text


def _encoded(draft: MessagePsbt, openings: Sequence[Final], *, full: bool) -> Witness | Transaction | Psbt:
    transaction = draft.psbt.transaction
    if len(openings) > 1:
        return _final_psbt(draft.psbt, openings)
    first = openings[0]
    if _may_be_simple(draft) and not full:
        return Witness(first.witness)
    opened = replace(transaction.inputs[0], script_sig=first.script_sig, witness=first.witness)
    return replace(transaction, inputs=(opened,))


def _may_be_simple(draft: MessagePsbt) -> bool:
    """Native segwit, and nothing but default values."""
    transaction = draft.psbt.transaction
    plain = (transaction.version, transaction.locktime, transaction.inputs[0].sequence) == (0, 0, 0)
    return plain and len(transaction.inputs) == 1 and classify(draft.challenge).kind in _NATIVE


def _final_psbt(psbt: Psbt, openings: Sequence[Final]) -> Psbt:
    """Keep of each input the coin and what opens it (BIP-174 "Input Finalizer")."""
    inputs = tuple(final_input(psbt, index, opening) for index, opening in enumerate(openings))
    return replace(psbt, inputs=inputs)
