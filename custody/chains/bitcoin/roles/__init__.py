"""The desk's roles of BIP-174: PSBTs completed, combined, finalised and extracted, with every claim proven first.

No role makes a signature or needs a key. `complete`, `combine`, `finalize` and `extract` are the jobs; `source` and
`known` say what a file proves, `scripts` how a coin is spent without a wallet, `signatures` verifies, `union` joins
maps, `opening` makes final fields, and `status` says how far the signing is.
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
