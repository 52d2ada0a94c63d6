"""Proves the coin of each input by its previous transaction, or says that it is unproven; objections are findings.

The rules are those of BIP-174 "Input Finalizer and Signer checks" made stricter by CVE-2020-14199: a witness UTXO alone
is a claim, and only taproot signatures commit to every amount.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from custody.aloud import number
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.consensus.transaction import OutPoint, TxInput, TxOutput
from custody.chains.bitcoin.findings import at_input, finding
from custody.chains.bitcoin.psbt import Psbt, PsbtInput
from custody.signing import Finding

MAX_MONEY = 2_100_000_000_000_000
"""Satoshi: 21 million bitcoin, the consensus bound of an amount and of a sum."""

_NULL_TXID = bytes(32)


@dataclass(frozen=True, slots=True)
class Coin:
    """A coin that an input spends. `output` is None where neither amount nor script is stated."""

    outpoint: OutPoint
    output: TxOutput | None
    proven: bool


def prove_coins(psbt: Psbt) -> tuple[tuple[Coin, ...], tuple[Finding, ...]]:
    """Return the coin of each input, in order, and every objection to how it is stated. Linear in the file's size."""
    all_taproot = all(
        _states_taproot(tx_input.outpoint, psbt_input)
        for tx_input, psbt_input in zip(psbt.transaction.inputs, psbt.inputs, strict=True)
    )
    findings: list[Finding] = list(_outpoint_findings(psbt.transaction.inputs))
    coins = []
    for index, (tx_input, psbt_input) in enumerate(zip(psbt.transaction.inputs, psbt.inputs, strict=True)):
        coin, objections = _prove(index, tx_input.outpoint, psbt_input, all_taproot=all_taproot)
        coins.append(coin)
        findings += objections
    total = sum(coin.output.amount for coin in coins if coin.output is not None)
    if total > MAX_MONEY:
        findings.append(finding("BTC-AMOUNT-RANGE", atoms=number(total)))
    return tuple(coins), tuple(findings)


def _prove(
    index: int, outpoint: OutPoint, psbt_input: PsbtInput, *, all_taproot: bool
) -> tuple[Coin, tuple[Finding, ...]]:
    where = at_input(index)
    claimed, previous = psbt_input.witness_utxo, psbt_input.non_witness_utxo
    if previous is None:
        if claimed is None:
            return Coin(outpoint, None, proven=False), (finding("BTC-AMOUNT-MISSING", where),)
        if all_taproot:
            return Coin(outpoint, claimed, proven=True), _range_findings(where, claimed)
        return Coin(outpoint, claimed, proven=False), (finding("BTC-AMOUNT-UNPROVEN", where),)
    if previous.txid != outpoint.txid:
        return Coin(outpoint, claimed, proven=False), (finding("BTC-PREVTX-MISMATCH", where),)
    if outpoint.index >= len(previous.outputs):
        return Coin(outpoint, claimed, proven=False), (finding("BTC-PREVTX-NO-OUTPUT", where),)
    spent = previous.outputs[outpoint.index]
    if claimed is not None and claimed != spent:
        return Coin(outpoint, spent, proven=False), (finding("BTC-UTXO-CONFLICT", where),)
    return Coin(outpoint, spent, proven=True), _range_findings(where, spent)


def _states_taproot(outpoint: OutPoint, psbt_input: PsbtInput) -> bool:
    """A taproot signature commits to every input's amount and script (BIP-341), so a false one only voids itself."""
    utxo, previous = psbt_input.witness_utxo, psbt_input.non_witness_utxo
    if utxo is None and previous is not None and outpoint.index < len(previous.outputs):
        utxo = previous.outputs[outpoint.index]
    return utxo is not None and classify(utxo.script).kind is ScriptKind.P2TR


def _range_findings(where: str, output: TxOutput) -> tuple[Finding, ...]:
    return () if 0 <= output.amount <= MAX_MONEY else (finding("BTC-AMOUNT-RANGE", where, atoms=number(output.amount)),)


def _outpoint_findings(inputs: tuple[TxInput, ...]) -> Iterator[Finding]:
    if not inputs:
        yield finding("BTC-NO-INPUTS")
    seen: set[OutPoint] = set()
    for index, tx_input in enumerate(inputs):
        outpoint = tx_input.outpoint
        if outpoint.txid == _NULL_TXID:
            yield finding("BTC-INPUT-NULL", at_input(index))
        if outpoint in seen:
            yield finding("BTC-INPUT-DUPLICATE", at_input(index), outpoint=str(outpoint))
        seen.add(outpoint)
