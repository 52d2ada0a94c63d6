"""`Sighash`: a transaction and the outputs it spends to the 32 bytes that a signature of an input commits to.

Legacy, segwit v0 (BIP-143) and taproot (BIP-341, BIP-342). What inputs share (BIP-143's and BIP-341's midstates, the
legacy serialisation around the input) is computed once, so that the cost grows linearly where the format allows it.
"""

import hashlib
import struct
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from custody.chains.bitcoin.consensus.hashes import sha256, sha256d
from custody.chains.bitcoin.consensus.stream import compact_size
from custody.chains.bitcoin.consensus.transaction import Transaction, TxInput, TxOutput
from custody.curve import tagged_hash

SIGHASH_DEFAULT, SIGHASH_ALL, SIGHASH_NONE, SIGHASH_SINGLE = 0, 1, 2, 3
SIGHASH_ANYONECANPAY = 0x80

_OUTPUT_MASK = 0x1F
_ZERO = bytes(32)
_ONE = (1).to_bytes(32, "little")
_BLANK_INPUT = 32 + 4 + 1 + 4
"""Bytes of an input whose script is empty, as all but one are in the legacy signature hash."""

_I32, _U32, _I64 = struct.Struct("<i"), struct.Struct("<I"), struct.Struct("<q")
_KEY_VERSION, _NO_CODESEPARATOR = b"\x00", b"\xff" * 4
"""BIP-342: the public key has 32 bytes, and no OP_CODESEPARATOR was run: none of the scripts that we sign holds one."""
_TAPROOT_TYPES = frozenset({0, 1, 2, 3, 0x81, 0x82, 0x83})


class Sighash:
    """The signature hashes of one transaction. `spent` are the outputs that its inputs spend, in their order."""

    def __init__(self, transaction: Transaction, spent: Sequence[TxOutput]) -> None:
        if len(spent) != len(transaction.inputs):
            raise ValueError("every input needs the output that it spends")
        self._transaction = transaction
        self._spent = tuple(spent)
        self._legacy_digests: dict[tuple[int, bytes, int], bytes] = {}

    def legacy(self, index: int, script_code: bytes, sighash_type: int) -> bytes:
        """The original signature hash. `script_code` is the scriptPubKey, or the redeem script of P2SH.

        It is hashed as given: none of the templates that we sign holds an OP_CODESEPARATOR or a signature to cut out.
        """
        transaction = self._transaction
        base, anyone = sighash_type & _OUTPUT_MASK, bool(sighash_type & SIGHASH_ANYONECANPAY)
        if base == SIGHASH_SINGLE and index >= len(transaction.outputs):
            return _ONE  # the consensus quirk: the hash is the number one
        if base not in (SIGHASH_NONE, SIGHASH_SINGLE) and not anyone:
            asked = (index, script_code, sighash_type)  # a quorum's signatures ask for one digest, each a whole hash
            if asked not in self._legacy_digests:
                self._legacy_digests[asked] = self._legacy_all(index, script_code, sighash_type)
            return self._legacy_digests[asked]
        return sha256d(self._legacy_rare(index, script_code, base, anyone=anyone) + _U32.pack(sighash_type))

    def segwit_v0(self, index: int, script_code: bytes, amount: int, sighash_type: int) -> bytes:
        """BIP-143. `script_code` is the witness script, or P2PKH of the key's hash for P2WPKH; `amount` in satoshi."""
        base, anyone = sighash_type & _OUTPUT_MASK, bool(sighash_type & SIGHASH_ANYONECANPAY)
        whole = base not in (SIGHASH_NONE, SIGHASH_SINGLE)
        tx_input = self._transaction.inputs[index]
        if whole:
            outputs = sha256(self._outputs_sha256)
        elif base == SIGHASH_SINGLE and index < len(self._transaction.outputs):
            outputs = sha256d(self._transaction.outputs[index].serialize())
        else:
            outputs = _ZERO
        return sha256d(
            b"".join(
                (
                    _I32.pack(self._transaction.version),
                    _ZERO if anyone else sha256(self._prevouts_sha256),
                    sha256(self._sequences_sha256) if whole and not anyone else _ZERO,
                    _outpoint(tx_input),
                    _sized(script_code),
                    _I64.pack(amount),
                    _U32.pack(tx_input.sequence),
                    outputs,
                    _U32.pack(self._transaction.locktime),
                    _U32.pack(sighash_type),
                )
            )
        )

    def taproot(self, index: int, sighash_type: int, leaf_hash: bytes | None = None) -> bytes:
        """BIP-341 "Common signature message" without annex, for the key path, or with BIP-342's extension for a leaf.

        Raises ValueError for a type that BIP-341 forbids.
        """
        base, anyone = sighash_type & 0x03, bool(sighash_type & SIGHASH_ANYONECANPAY)
        if sighash_type not in _TAPROOT_TYPES or (base == SIGHASH_SINGLE and index >= len(self._transaction.outputs)):
            raise ValueError("BIP-341 has no such signature hash")
        parts = [b"\x00", bytes([sighash_type])]
        parts += [_I32.pack(self._transaction.version), _U32.pack(self._transaction.locktime)]
        if not anyone:
            parts += [self._prevouts_sha256, self._amounts_sha256, self._scripts_sha256, self._sequences_sha256]
        if base not in (SIGHASH_NONE, SIGHASH_SINGLE):
            parts.append(self._outputs_sha256)
        parts.append(b"\x00" if leaf_hash is None else b"\x02")  # spend_type: ext_flag * 2, no annex
        if anyone:
            tx_input = self._transaction.inputs[index]
            parts += [_outpoint(tx_input), self._spent[index].serialize(), _U32.pack(tx_input.sequence)]
        else:
            parts.append(_U32.pack(index))
        if base == SIGHASH_SINGLE:
            parts.append(sha256(self._transaction.outputs[index].serialize()))
        if leaf_hash is not None:
            parts += [leaf_hash, _KEY_VERSION, _NO_CODESEPARATOR]
        return tagged_hash("TapSighash", b"".join(parts))

    def _legacy_all(self, index: int, script_code: bytes, sighash_type: int) -> bytes:
        """SIGHASH_ALL: all other scripts are empty. What stands before this one is hashed once for all inputs."""
        tx_input = self._transaction.inputs[index]
        digest = self._legacy_prefixes[index].copy()
        digest.update(_outpoint(tx_input) + _sized(script_code) + _U32.pack(tx_input.sequence))
        digest.update(memoryview(self._blank_inputs)[(index + 1) * _BLANK_INPUT :])  # a view: nothing is copied
        digest.update(self._outputs_and_locktime + _U32.pack(sighash_type))
        return sha256(digest.digest())

    def _legacy_rare(self, index: int, script_code: bytes, base: int, *, anyone: bool) -> bytes:
        """NONE, SINGLE and ANYONECANPAY, written out as the original code clears the transaction."""
        transaction = self._transaction
        cleared = base in (SIGHASH_NONE, SIGHASH_SINGLE)
        signed = [index] if anyone else range(len(transaction.inputs))
        inputs = []
        for number in signed:
            tx_input = transaction.inputs[number]
            own = number == index
            sequence = tx_input.sequence if own or not cleared else 0
            inputs.append(_outpoint(tx_input) + (_sized(script_code) if own else b"\x00") + _U32.pack(sequence))
        if base == SIGHASH_NONE:
            outputs = []
        elif base == SIGHASH_SINGLE:
            outputs = [TxOutput(-1, b"").serialize()] * index + [transaction.outputs[index].serialize()]
        else:
            outputs = [output.serialize() for output in transaction.outputs]
        return b"".join(
            (
                _I32.pack(transaction.version),
                compact_size(len(inputs)),
                *inputs,
                compact_size(len(outputs)),
                *outputs,
                _U32.pack(transaction.locktime),
            )
        )

    @cached_property
    def _legacy_prefixes(self) -> tuple["hashlib._Hash", ...]:
        """For each input, the state of SHA-256 after all that stands before it in `_legacy_all`."""
        start = hashlib.sha256(_I32.pack(self._transaction.version) + compact_size(len(self._transaction.inputs)))
        blanks = memoryview(self._blank_inputs)
        pieces = (blanks[at : at + _BLANK_INPUT] for at in range(0, len(blanks) - _BLANK_INPUT, _BLANK_INPUT))
        return tuple(accumulate(pieces, _continued, initial=start))

    @cached_property
    def _blank_inputs(self) -> bytes:
        return b"".join(
            _outpoint(tx_input) + b"\x00" + _U32.pack(tx_input.sequence) for tx_input in self._transaction.inputs
        )

    @cached_property
    def _outputs_and_locktime(self) -> bytes:
        outputs = b"".join(output.serialize() for output in self._transaction.outputs)
        return compact_size(len(self._transaction.outputs)) + outputs + _U32.pack(self._transaction.locktime)

    @cached_property
    def _prevouts_sha256(self) -> bytes:
        return sha256(b"".join(_outpoint(tx_input) for tx_input in self._transaction.inputs))

    @cached_property
    def _sequences_sha256(self) -> bytes:
        return sha256(b"".join(_U32.pack(tx_input.sequence) for tx_input in self._transaction.inputs))

    @cached_property
    def _outputs_sha256(self) -> bytes:
        return sha256(b"".join(output.serialize() for output in self._transaction.outputs))

    @cached_property
    def _amounts_sha256(self) -> bytes:
        return sha256(b"".join(_I64.pack(output.amount) for output in self._spent))

    @cached_property
    def _scripts_sha256(self) -> bytes:
        return sha256(b"".join(_sized(output.script) for output in self._spent))


def _continued(state: "hashlib._Hash", piece: memoryview) -> "hashlib._Hash":
    following = state.copy()
    following.update(piece)
    return following


def _outpoint(tx_input: TxInput) -> bytes:
    return tx_input.outpoint.txid + _U32.pack(tx_input.outpoint.index)


def _sized(script: bytes) -> bytes:
    return compact_size(len(script)) + script
