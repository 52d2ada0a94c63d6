"""Partially signed Bitcoin transactions (BIP-174, 370, 371): bytes to one frozen `Psbt`, and back to the same bytes.

What is read is a claim of whoever wrote the file: its form is checked here, its truth in `review`. `envelope` takes a
file's form off, `pairs` and `fields` read maps, `global_map`, `inputs` and `outputs` are the three kinds, and
`document` is the whole. `values`, `origins`, `signatures` and `taproot` read single fields, whose numbers `keytypes`
has; `unsigned` puts version 2's transaction together, `foreign` names the protocols that are not followed, and
`effort` counts what a file asks of its reader.
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
