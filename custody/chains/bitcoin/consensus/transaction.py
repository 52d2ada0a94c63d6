"""`Transaction`: the network's bytes (BIP-144), or the unsigned form of a PSBT, to a value, and back to the same bytes.

Amounts are satoshi, as the signed 64-bit numbers of the format: one that is negative or beyond all money stays
readable, so that a review can name it. Anything malformed, or over a block's weight, raises Unreadable.
"""

import struct
from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.consensus.hashes import sha256d
from custody.chains.bitcoin.consensus.stream import Reader, compact_size

WEIGHT_LIMIT = 4_000_000
"""The weight of a block (BIP-141). No transaction weighs more, and its weight is never below its size in bytes."""

SMALLEST_INPUT = 32 + 4 + 1 + 4
"""Bytes of an input without a script."""
_SMALLEST_OUTPUT = 8 + 1
_MARKER, _FLAG = 0, 1
_I32 = struct.Struct("<i")
_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")


@dataclass(frozen=True, slots=True)
class OutPoint:
    """A coin by the transaction that made it (32 bytes, internal byte order) and the number of its output."""

    txid: bytes
    index: int

    def __str__(self) -> str:
        return f"{self.txid[::-1].hex()}:{self.index}"


@dataclass(frozen=True, slots=True)
class TxInput:
    """An input: the coin it spends, its scriptSig, its sequence number and its witness stack."""

    outpoint: OutPoint
    script_sig: bytes
    sequence: int
    witness: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class TxOutput:
    """An output: satoshi and scriptPubKey."""

    amount: int
    script: bytes

    def serialize(self) -> bytes:
        """Write it as in a transaction."""
        return _I64.pack(self.amount) + compact_size(len(self.script)) + self.script


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction. `version` is signed, as BIP-370 has it."""

    version: int
    inputs: tuple[TxInput, ...]
    outputs: tuple[TxOutput, ...]
    locktime: int

    @classmethod
    def parse(cls, data: bytes, *, what: str = "", unsigned: bool = False, limit: int | None = None) -> Self:
        """Read one transaction and nothing behind it.

        `what` names it in errors. `unsigned` asks for the form inside a PSBT (BIP-174): scriptSigs empty, never the
        witness serialisation, so that no inputs are possible. `limit` bounds inputs and outputs together.
        Raises Unreadable.
        """
        reader = Reader(data, what or _("the transaction"))
        if len(data) > WEIGHT_LIMIT and not unsigned:
            raise reader.unreadable(_("its {count} bytes are more than a block holds").format(count=len(data)))
        version = reader.i32()
        segwit = not unsigned and _skip_marker(reader, data)
        input_count = _count(reader, SMALLEST_INPUT, limit)
        inputs = tuple(_read_input(reader) for _each in range(input_count))
        output_count = _count(reader, _SMALLEST_OUTPUT, None if limit is None else limit - input_count)
        outputs = tuple(read_output(reader) for _each in range(output_count))
        if segwit:
            inputs = _read_witnesses(reader, inputs)
        locktime = reader.u32()
        reader.finish()
        if unsigned and any(tx_input.script_sig for tx_input in inputs):
            raise reader.unreadable(_("an input carries a scriptSig, but the transaction of a PSBT is unsigned"))
        return cls(version, inputs, outputs, locktime)

    def serialize(self, *, witness: bool = True) -> bytes:
        """Write it for the network; without `witness`, as its txid is computed."""
        segwit = witness and any(tx_input.witness for tx_input in self.inputs)
        parts = [_I32.pack(self.version)]
        if segwit:
            parts.append(bytes([_MARKER, _FLAG]))
        parts.append(compact_size(len(self.inputs)))
        for tx_input in self.inputs:
            outpoint, script_sig = tx_input.outpoint, tx_input.script_sig
            parts += (outpoint.txid, _U32.pack(outpoint.index), compact_size(len(script_sig)), script_sig)
            parts.append(_U32.pack(tx_input.sequence))
        parts.append(compact_size(len(self.outputs)))
        parts += [output.serialize() for output in self.outputs]
        if segwit:
            parts += [_write_witness(tx_input.witness) for tx_input in self.inputs]
        parts.append(_U32.pack(self.locktime))
        return b"".join(parts)

    @property
    def txid(self) -> bytes:
        """The hash that names it, 32 bytes in internal order. Computed at each call."""
        return sha256d(self.serialize(witness=False))

    @property
    def txid_hex(self) -> str:
        """The txid as people read it: hex, byte order reversed."""
        return self.txid[::-1].hex()

    @property
    def weight(self) -> int:
        """Weight units (BIP-141): three times the size without witnesses plus the size with them."""
        return 3 * len(self.serialize(witness=False)) + len(self.serialize())

    @property
    def virtual_size(self) -> int:
        """Virtual bytes: a quarter of the weight, rounded up."""
        return -(-self.weight // 4)


def read_output(reader: Reader) -> TxOutput:
    """Read one output, as it stands in a transaction or in PSBT_IN_WITNESS_UTXO."""
    return TxOutput(reader.i64(), reader.var_bytes())


def _read_input(reader: Reader) -> TxInput:
    return TxInput(OutPoint(reader.read(32), reader.u32()), reader.var_bytes(), reader.u32())


def _skip_marker(reader: Reader, data: bytes) -> bool:
    """Say whether a witness serialisation begins here (BIP-144), and step over its marker and flag."""
    if data[reader.position : reader.position + 1] != bytes([_MARKER]):
        return False
    if reader.read(min(2, reader.remaining)) != bytes([_MARKER, _FLAG]):
        raise reader.unreadable(_("it has no inputs, or a serialisation that is not known"))
    return True


def _count(reader: Reader, smallest: int, limit: int | None) -> int:
    number = reader.count(smallest)
    if limit is not None and number > limit:
        raise reader.unreadable(_("{count} inputs or outputs are more than the limit allows").format(count=number))
    return number


def _read_witnesses(reader: Reader, inputs: tuple[TxInput, ...]) -> tuple[TxInput, ...]:
    witnesses = [read_witness(reader) for _each in inputs]
    if not any(witnesses):
        raise reader.unreadable(_("it announces witnesses and holds none"))
    return tuple(
        TxInput(tx_input.outpoint, tx_input.script_sig, tx_input.sequence, witness)
        for tx_input, witness in zip(inputs, witnesses, strict=True)
    )


def read_witness(reader: Reader) -> tuple[bytes, ...]:
    """Read a witness stack: a count, then byte strings."""
    return tuple(reader.var_bytes() for _each in range(reader.count(smallest=1)))


def _write_witness(witness: tuple[bytes, ...]) -> bytes:
    items = (compact_size(len(item)) + item for item in witness)
    return compact_size(len(witness)) + b"".join(items)
