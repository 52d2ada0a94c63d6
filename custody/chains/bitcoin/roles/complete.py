"""BIP-174 "Updater": a PSBT and previous transactions to the PSBT with them, each proven by its txid.

It adds PSBT_IN_NON_WITNESS_UTXO and changes nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.psbt import IN_NON_WITNESS_UTXO, Psbt
from custody.chains.bitcoin.psbt.envelope import PAYLOAD_LIMIT
from custody.chains.bitcoin.psbt.pairs import Pair
from custody.chains.bitcoin.review.coins import prove_coins
from custody.chains.bitcoin.roles.source import Source, check_coins
from custody.errors import Alarm, Mismatch, Refused
from custody.text import safe


@dataclass(frozen=True, slots=True)
class PreviousTransaction:
    """A transaction with the name of the file that it came in."""

    name: str
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Completed:
    """The PSBT with what was added, by the numbers of inputs. `missing` are those whose amount is still unproven."""

    psbt: Psbt
    added: tuple[int, ...]
    missing: tuple[int, ...]


def complete(source: Source, given: Sequence[PreviousTransaction]) -> Completed:
    """Add each transaction to every input that spends one of its outputs and does not carry it yet.

    Raises Mismatch for a transaction that no input names, Alarm where it contradicts what the file says of a coin, and
    Refused where the file would grow over the limit.
    """
    spenders: dict[bytes, list[int]] = {}
    for index, tx_input in enumerate(source.psbt.transaction.inputs):
        spenders.setdefault(tx_input.outpoint.txid, []).append(index)
    additions: dict[int, tuple[Pair, ...]] = {}
    size = len(source.envelope.payload)
    for each in given:
        txid, raw = each.transaction.txid, each.transaction.serialize()
        if txid not in spenders:
            raise _named_by_nobody(each, txid)
        for index in _lacking(source, each, txid, spenders[txid]):
            if index not in additions:
                size += len(raw)
                _check_size(size)
                additions[index] = ((bytes([IN_NON_WITNESS_UTXO]), raw),)
    psbt = source.psbt.with_input_fields(additions)
    check_coins(replace(source, psbt=psbt))
    coins, _objections = prove_coins(psbt)
    missing = tuple(index for index, coin in enumerate(coins) if not coin.proven)
    return Completed(psbt, tuple(sorted(additions)), missing)


def _lacking(source: Source, given: PreviousTransaction, txid: bytes, spenders: Sequence[int]) -> Iterator[int]:
    """Yield the inputs without the transaction, once it is known to agree with all that the file says."""
    outputs = given.transaction.outputs
    for index in spenders:
        declared, vout = source.psbt.inputs[index], source.psbt.transaction.inputs[index].outpoint.index
        if vout >= len(outputs):
            raise Mismatch(
                _("{file}: the transaction has no output {number}, which input {index} spends").format(
                    file=safe(given.name), number=vout, index=index
                ),
                hint=_("Make the payment again, from a wallet that is synchronised."),
                code="no-such-output",
            )
        if declared.witness_utxo not in (None, outputs[vout]):
            raise _contradiction(source, index, given)
        if declared.non_witness_utxo is None:
            yield index
        elif declared.non_witness_utxo.txid != txid:
            raise _contradiction(source, index, given)


def _named_by_nobody(given: PreviousTransaction, txid: bytes) -> Mismatch:
    return Mismatch(
        _("{file}: no input spends an output of transaction {txid}").format(
            file=safe(given.name), txid=txid[::-1].hex()
        ),
        hint=_("Give the transactions that made the coins, not those that spend them."),
        code="not-a-previous-transaction",
    )


def _contradiction(source: Source, index: int, given: PreviousTransaction) -> Alarm:
    return Alarm(
        _("{file}: input {index} states its coin otherwise than the transaction in {given} that made it").format(
            file=source.shown, index=index, given=safe(given.name)
        ),
        hint=_("Sign nothing. Keep both files, and find out who wrote that amount or script."),
        code="coin-contradiction",
    )


def _check_size(size: int) -> None:
    if size > PAYLOAD_LIMIT:
        raise Refused(
            _("with these transactions the PSBT would be larger than the limit of {limit} bytes").format(
                limit=PAYLOAD_LIMIT
            ),
            hint=_("Pay in several transactions."),
            code="too-large",
        )
