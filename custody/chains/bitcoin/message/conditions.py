"""A PSBT to the message that it is, by BIP-322's five conditions ("PSBT signer"); if one fails, Refused."""

from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import TxOutput
from custody.chains.bitcoin.message.virtual import TO_SIGN_OUTPUT, to_spend
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.keytypes import GLOBAL_GENERIC_SIGNED_MESSAGE
from custody.errors import Refused


@dataclass(frozen=True, slots=True)
class MessagePsbt:
    """A PSBT that is a message: its bytes as they are signed, and the scriptPubKey that answers for them."""

    psbt: Psbt
    message: bytes
    challenge: bytes

    @property
    def virtual_coin(self) -> TxOutput:
        """What the first input spends: nothing at all."""
        return TxOutput(0, self.challenge)

    @property
    def unknown_count(self) -> int:
        """How many fields this program does not know, beside the message's own."""
        return self.psbt.unknown_count - 1


def recognise(psbt: Psbt) -> MessagePsbt:
    """Check the five conditions, in the BIP's order. Raises Refused with the one that does not hold."""
    message = dict(psbt.header.pairs).get(bytes([GLOBAL_GENERIC_SIGNED_MESSAGE]))
    if message is None:
        raise _no_message(_("it carries no message (PSBT_GLOBAL_GENERIC_SIGNED_MESSAGE)"))
    challenge = _challenge(psbt)
    if challenge is None:
        raise _no_message(_("its first input does not say which address answers for the message"))
    outpoint = psbt.transaction.inputs[0].outpoint
    if outpoint.index != 0:
        raise _no_message(_("its first input is not output 0 of what a message spends"))
    if outpoint.txid != to_spend(message, challenge).txid:
        raise _no_message(_("its first input does not belong to the message that it carries"))
    if psbt.transaction.outputs != (TO_SIGN_OUTPUT,):
        raise _no_message(_("it has outputs that a message has not: it may be a payment that is called a message"))
    return MessagePsbt(psbt, message, challenge)


def _challenge(psbt: Psbt) -> bytes | None:
    """The scriptPubKey of the coin that the first input spends, as the file states it."""
    if not psbt.inputs:
        return None
    stated, previous = psbt.inputs[0].witness_utxo, psbt.inputs[0].non_witness_utxo
    if stated is not None:
        return stated.script
    return previous.outputs[0].script if previous is not None and previous.outputs else None


def _no_message(reason: str) -> Refused:
    return Refused(
        _("this PSBT is not a message to sign: {reason}").format(reason=reason),
        hint=_("Nothing was signed. A transaction is read with: custody review."),
        code="not-a-message",
    )
