"""Partially signed Bitcoin transactions: version 0 (BIP-174) and 2 (BIP-370), with taproot's fields (BIP-371).

It reads and keeps; it believes nothing and signs nothing.
"""

from custody.chains.bitcoin.psbt.document import Psbt
from custody.chains.bitcoin.psbt.inputs import PsbtInput
from custody.chains.bitcoin.psbt.keytypes import (
    IN_NON_WITNESS_UTXO,
    IN_PARTIAL_SIG,
    IN_TAP_KEY_SIG,
    IN_TAP_SCRIPT_SIG,
)
from custody.chains.bitcoin.psbt.origins import AccountKey, KeyOrigin, TapKeyOrigin
from custody.chains.bitcoin.psbt.outputs import PsbtOutput

__all__ = [
    "IN_NON_WITNESS_UTXO",
    "IN_PARTIAL_SIG",
    "IN_TAP_KEY_SIG",
    "IN_TAP_SCRIPT_SIG",
    "AccountKey",
    "KeyOrigin",
    "Psbt",
    "PsbtInput",
    "PsbtOutput",
    "TapKeyOrigin",
]
