"""`PsbtInput`: an input map to its fields: the coin, the scripts and keys that spend it, the signatures so far.

Everything here is a claim of whoever wrote the file. Nothing is believed until a review has proven it.
"""

from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.consensus.transaction import Transaction, TxOutput
from custody.chains.bitcoin.psbt import keytypes as key
from custody.chains.bitcoin.psbt import origins, signatures, taproot, values
from custody.chains.bitcoin.psbt.fields import Many, Single, Table, read_fields
from custody.chains.bitcoin.psbt.origins import KeyOrigin, TapKeyOrigin
from custody.chains.bitcoin.psbt.pairs import Pair, RawMap
from custody.chains.bitcoin.psbt.signatures import TapScriptSig
from custody.chains.bitcoin.psbt.taproot import TapLeafScript
from custody.chains.bitcoin.psbt.values import Preimage

_TABLE: Table = {
    key.IN_NON_WITNESS_UTXO: Single("non_witness_utxo", values.previous_transaction),
    key.IN_WITNESS_UTXO: Single("witness_utxo", values.witness_utxo),
    key.IN_PARTIAL_SIG: Many("partial_sigs", signatures.partial_sig),
    key.IN_SIGHASH_TYPE: Single("sighash_type", values.u32),
    key.IN_REDEEM_SCRIPT: Single("redeem_script", values.script),
    key.IN_WITNESS_SCRIPT: Single("witness_script", values.script),
    key.IN_BIP32_DERIVATION: Many("bip32_derivations", origins.key_origin),
    key.IN_FINAL_SCRIPTSIG: Single("final_script_sig", values.anything),
    key.IN_FINAL_SCRIPTWITNESS: Single("final_script_witness", values.witness_stack),
    key.IN_RIPEMD160: Many("preimages", values.preimage("ripemd160")),
    key.IN_SHA256: Many("preimages", values.preimage("sha256")),
    key.IN_HASH160: Many("preimages", values.preimage("hash160")),
    key.IN_HASH256: Many("preimages", values.preimage("hash256")),
    key.IN_PREVIOUS_TXID: Single("previous_txid", values.exactly(32), version=2, required=True),
    key.IN_OUTPUT_INDEX: Single("output_index", values.u32, version=2, required=True),
    key.IN_SEQUENCE: Single("sequence", values.u32, version=2),
    key.IN_REQUIRED_TIME_LOCKTIME: Single("required_time_locktime", values.time_locktime, version=2),
    key.IN_REQUIRED_HEIGHT_LOCKTIME: Single("required_height_locktime", values.height_locktime, version=2),
    key.IN_TAP_KEY_SIG: Single("tap_key_sig", signatures.schnorr_sig),
    key.IN_TAP_SCRIPT_SIG: Many("tap_script_sigs", signatures.tap_script_sig),
    key.IN_TAP_LEAF_SCRIPT: Many("tap_leaf_scripts", taproot.tap_leaf_script),
    key.IN_TAP_BIP32_DERIVATION: Many("tap_derivations", origins.tap_key_origin),
    key.IN_TAP_INTERNAL_KEY: Single("tap_internal_key", origins.x_only_key),
    key.IN_TAP_MERKLE_ROOT: Single("tap_merkle_root", values.exactly(32)),
}


@dataclass(frozen=True, slots=True)
class PsbtInput:
    """An input map: its bytes as they stand in the file, and the same typed. `unknown` and `proprietary` are keys.

    `partial_sigs` holds public keys with their DER signatures and sighash byte. From `previous_txid` (internal byte
    order) to `required_height_locktime` the fields are version 2's; in version 0 the transaction says these things.
    """

    raw: RawMap
    non_witness_utxo: Transaction | None = None
    witness_utxo: TxOutput | None = None
    partial_sigs: tuple[tuple[bytes, bytes], ...] = ()
    sighash_type: int | None = None
    redeem_script: bytes | None = None
    witness_script: bytes | None = None
    bip32_derivations: tuple[KeyOrigin, ...] = ()
    final_script_sig: bytes | None = None
    final_script_witness: tuple[bytes, ...] | None = None
    preimages: tuple[Preimage, ...] = ()
    previous_txid: bytes | None = None
    output_index: int | None = None
    sequence: int | None = None
    required_time_locktime: int | None = None
    required_height_locktime: int | None = None
    tap_key_sig: bytes | None = None
    tap_script_sigs: tuple[TapScriptSig, ...] = ()
    tap_leaf_scripts: tuple[TapLeafScript, ...] = ()
    tap_derivations: tuple[TapKeyOrigin, ...] = ()
    tap_internal_key: bytes | None = None
    tap_merkle_root: bytes | None = None
    unknown: tuple[bytes, ...] = ()
    proprietary: tuple[bytes, ...] = ()

    @classmethod
    def parse(cls, raw: RawMap, version: int, index: int) -> Self:
        """Read an input map of a PSBT of this version. Raises Unreadable."""
        return cls(raw, **read_fields(raw, _TABLE, version, _("input {index}").format(index=index)))

    @property
    def is_final(self) -> bool:
        """Whether somebody has finalised it (BIP-174 "Input Finalizer")."""
        return self.final_script_sig is not None or self.final_script_witness is not None

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Its keys and values as they stand in the file, in their order."""
        return self.raw.pairs
