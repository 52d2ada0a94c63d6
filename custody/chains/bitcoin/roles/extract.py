"""BIP-174 "Transaction Extractor": a PSBT whose every input is final, proven once more, to the network's transaction.

Nothing is sent: broadcasting is the desk's work.
"""

from dataclasses import dataclass, replace

from custody.catalogue import _
from custody.chains.bitcoin.consensus.hashes import sha256d
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.review import fee as fees
from custody.chains.bitcoin.roles.known import Known, know
from custody.chains.bitcoin.roles.signatures import Verifier, finished_transaction
from custody.chains.bitcoin.roles.source import Source
from custody.errors import Alarm, Refused
from custody.signing import Fee, Finding, Severity


@dataclass(frozen=True, slots=True)
class Extracted:
    """The transaction that the network takes, its fee, and what is worth a look."""

    transaction: Transaction
    fee: Fee
    findings: tuple[Finding, ...]

    @property
    def wtxid_hex(self) -> str:
        """The hash of the whole transaction, witnesses included, as people read it (BIP-141)."""
        return sha256d(self.transaction.serialize())[::-1].hex()


def extract(source: Source) -> Extracted:
    """Put the transaction together.

    Raises Refused where an input is not final, where something cannot be checked or the fee is beyond the review's
    limits; Alarm where an input does not open its coin, or signatures share a nonce.
    """
    waiting = [index for index, declared in enumerate(source.psbt.inputs) if not declared.is_final]
    if waiting:
        raise Refused(
            _("{file}: {count} of {total} inputs are not final, the first of them input {index}").format(
                file=source.shown, count=len(waiting), total=len(source.psbt.inputs), index=waiting[0]
            ),
            hint=_("Finish it first: custody psbt finalize FILE -o OUT."),
            code="not-final",
        )
    known = know(source)
    transaction = finished_transaction(source.psbt)
    verifier = Verifier(known)
    proven = True
    for index, coin in enumerate(known.coins):
        before = verifier.checks.made
        verifier.verify_final(source, transaction, index)
        proven = proven and (coin.proven or verifier.checks.made > before)
    _check_skeleton(source, transaction)
    fee, findings = _fee(known, transaction, proven=proven)
    for objection in findings:
        if objection.severity is Severity.REFUSE:
            raise source.refused(objection)
    return Extracted(transaction, fee, findings)


def _check_skeleton(source: Source, transaction: Transaction) -> None:
    """Read what is about to leave once more: without its signatures it is the transaction that was signed."""
    again = Transaction.parse(transaction.serialize())
    bare = tuple(replace(tx_input, script_sig=b"", witness=()) for tx_input in again.inputs)
    if again != transaction or replace(again, inputs=bare) != source.psbt.transaction:
        raise Alarm(_("{file}: the extracted transaction is not the one that was signed").format(file=source.shown))


def _fee(known: Known, transaction: Transaction, *, proven: bool) -> tuple[Fee, tuple[Finding, ...]]:
    """Judge the fee against all that is spent: what returns to the wallet is not known here.

    An amount is proven by the previous transaction, or by an ECDSA signature that holds: it commits to it (BIP-143).
    """
    amounts = [coin.output.amount for coin in known.coins if coin.output is not None]
    if not proven or len(amounts) != len(known.coins):
        return fees.unproven(), ()
    spent = sum(amounts)
    paid = sum(output.amount for output in transaction.outputs)
    return fees.assess(spent - paid, 0, spent, transaction.virtual_size)
