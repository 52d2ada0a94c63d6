"""The desk's jobs with a PSBT: it is completed, combined, finalised and extracted (BIP-174 "Roles").

Each believes nothing that it has not proven. They make no signature and need no key.
"""

from custody.chains.bitcoin.roles.combine import Combined, combine
from custody.chains.bitcoin.roles.complete import Completed, PreviousTransaction, complete
from custody.chains.bitcoin.roles.extract import Extracted, extract
from custody.chains.bitcoin.roles.finalize import Finalized, finalize
from custody.chains.bitcoin.roles.source import Source

__all__ = [
    "Combined",
    "Completed",
    "Extracted",
    "Finalized",
    "PreviousTransaction",
    "Source",
    "combine",
    "complete",
    "extract",
    "finalize",
]
