"""`Effort`: what a PSBT asks of whoever reads and judges it, counted in operations over all its maps.

Every map is bounded by itself, and a file has thousands. So each kind of operation has a price, in points, and the sum
is held against what a file of its size may ask for; above that it is Unreadable, never judged in part. Nothing is
timed: a verdict must not depend on the machine or on what else it does. A point is about a nanosecond of the machine
that docs/limits.md names, and prices are rounded up, so that the dearest file is judged within MOST.

What is counted here depends on the file alone. What depends on the wallets too, the keys derived where a file says that
they lie, is added by `review.ownership` to the same sum.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify, count_operations
from custody.chains.bitcoin.consensus.transaction import SMALLEST_INPUT, Transaction, TxInput, TxOutput
from custody.chains.bitcoin.psbt.global_map import GlobalMap
from custody.chains.bitcoin.psbt.inputs import PsbtInput
from custody.chains.bitcoin.psbt.outputs import PsbtOutput
from custody.errors import Unreadable

BASE = 500_000_000
"""Points of a file however small."""
PER_BYTE = 2_000
"""Points of each of its bytes: two seconds a megabyte."""
MOST = 5_000_000_000
"""Points of a file however large: five seconds."""

_SEGWIT = (ScriptKind.P2WPKH, ScriptKind.P2WSH, ScriptKind.P2TR)
"""Coins whose signatures commit to a digest that all inputs share the most of (BIP-143, BIP-341)."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """A kind of operation: its price in points, and what a person is told of it."""

    price: int
    told: str


MAP = Operation(60_000, _("inputs and outputs"))
FIELD = Operation(5_000, _("fields that are not known"))
KEY = Operation(20_000, _("keys that are named"))
SIGNATURE = Operation(65_000, _("signatures"))
LEAF = Operation(5_000, _("leaves of taproot trees"))
OPCODE = Operation(2_500, _("operations of scripts"))
PART = Operation(3_000, _("inputs and outputs of earlier transactions"))
ITEM = Operation(300, _("items of witnesses, paths and lists of leaves"))
HASHED_BYTE = Operation(1, _("bytes hashed for signatures of the old kind"))
LOOKUP = Operation(5_000, _("claims held against registered keys"))
DERIVATION = Operation(50_000, _("keys derived where the file says that they lie"))

Counts = Mapping[Operation, int]


@dataclass(frozen=True, slots=True)
class Effort:
    """Operations counted so far, the points that they come to, and those that they may come to."""

    limit: int
    points: int = 0
    counts: Counts = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of_size(cls, size: int) -> Self:
        """What a file of so many bytes may ask for."""
        return cls(min(BASE + PER_BYTE * size, MOST))

    def plus(self, more: Counts) -> "Effort":
        """Count more. Raises Unreadable above the limit, and names what most of the effort is."""
        counts, points = dict(self.counts), self.points
        for operation, count in more.items():
            counts[operation] = counts.get(operation, 0) + count
            points += operation.price * count
        if points > self.limit:
            raise _too_much(counts)
        return Effort(self.limit, points, MappingProxyType(counts))


def of_header(header: GlobalMap) -> Counts:
    """Count what the global map asks for."""
    return {
        FIELD: len(header.unknown) + len(header.proprietary),
        KEY: len(header.xpubs),
        ITEM: sum(len(account.path) for account in header.xpubs),
    }


def of_input(declared: PsbtInput) -> Counts:
    """Count what an input map asks for, beside the hashing of the transaction."""
    made, witness = declared.non_witness_utxo, declared.final_script_witness or ()
    scripts = (declared.final_script_sig, *witness[-2:], *(leaf.script for leaf in declared.tap_leaf_scripts))
    return _of_map(declared, scripts) | {
        FIELD: len(declared.unknown) + len(declared.proprietary) + len(declared.preimages),
        KEY: _keys(declared) + len(declared.tap_leaf_scripts),
        SIGNATURE: len(declared.partial_sigs) + len(declared.tap_script_sigs) + bool(declared.tap_key_sig),
        PART: 0 if made is None else len(made.inputs) + len(made.outputs),
        ITEM: _items(declared) + len(witness) + (0 if made is None else _witness_items(made)),
    }


def of_output(declared: PsbtOutput) -> Counts:
    """Count what an output map asks for."""
    return _of_map(declared) | {LEAF: len(declared.tap_tree or ())}


def of_hashing(transaction: Transaction, inputs: Sequence[PsbtInput]) -> Counts:
    """Count the bytes behind an input that a signature of the old kind has hashed: the inputs that follow, the outputs.

    It has no other digest, so that the sum grows with the square of the inputs. Whether anybody signs is not asked;
    P2SH may hide anything.
    """
    outputs = sum(len(output.serialize()) for output in transaction.outputs)
    following = len(transaction.inputs)
    hashed = 0
    for tx_input, declared in zip(transaction.inputs, inputs, strict=True):
        following -= 1
        if any(classify(output.script).kind not in _SEGWIT for output in _stated(tx_input, declared)):
            hashed += outputs + following * SMALLEST_INPUT
    return {HASHED_BYTE: hashed}


def of_locks(transaction: Transaction, inputs: Sequence[PsbtInput]) -> Counts:
    """Count the operations of the scripts that outputs pay to and that coins are stated to be locked by.

    Each is walked several times: for our keys, for why nobody could spend it, for the keys that stand in it.
    """
    spent = (each for pair in zip(transaction.inputs, inputs, strict=True) for each in _stated(*pair))
    return {OPCODE: sum(count_operations(output.script) for output in (*transaction.outputs, *spent))}


def _of_map(declared: PsbtInput | PsbtOutput, more: Iterable[bytes | None] = ()) -> dict[Operation, int]:
    scripts = (declared.redeem_script, declared.witness_script, *more)
    return {
        MAP: 1,
        FIELD: len(declared.unknown) + len(declared.proprietary),
        KEY: _keys(declared),
        OPCODE: sum(count_operations(script) for script in scripts if script),
        ITEM: _items(declared),
    }


def _keys(declared: PsbtInput | PsbtOutput) -> int:
    return len(declared.bip32_derivations) + len(declared.tap_derivations)


def _items(declared: PsbtInput | PsbtOutput) -> int:
    return sum(len(each.path) for each in declared.bip32_derivations) + sum(
        len(each.path) + len(each.leaf_hashes) for each in declared.tap_derivations
    )


def _witness_items(transaction: Transaction) -> int:
    return sum(len(tx_input.witness) for tx_input in transaction.inputs)


def _stated(tx_input: TxInput, declared: PsbtInput) -> Iterator[TxOutput]:
    """Yield the coin of an input as its map states it: once, twice, or not at all."""
    made, index = declared.non_witness_utxo, tx_input.outpoint.index
    if declared.witness_utxo is not None:
        yield declared.witness_utxo
    if made is not None and index < len(made.outputs):
        yield made.outputs[index]


def _too_much(counts: Counts) -> Unreadable:
    most = max(counts, key=lambda operation: operation.price * counts[operation])
    return Unreadable(
        _("the file asks for more work than one of its size may; the most of it: {count} {what}").format(
            count=counts[most], what=most.told
        ),
        hint=_("Pay in several transactions, or export the file with nothing but what signing needs."),
        code="too-much-work",
    )
