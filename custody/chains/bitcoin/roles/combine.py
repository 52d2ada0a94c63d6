"""BIP-174 "Combiner": cosigners' files of one transaction to one file with all their signatures.

Every signature is verified before it is taken in, over a digest computed here from the one unsigned transaction.
Another transaction, or a contradiction, raises Mismatch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.roles.known import know
from custody.chains.bitcoin.roles.signatures import Verifier
from custody.chains.bitcoin.roles.source import Source, check_coins
from custody.chains.bitcoin.roles.status import InputStatus, statuses
from custody.chains.bitcoin.roles.union import union
from custody.chains.bitcoin.wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Combined:
    """The PSBT of all files, how far each input is, and whose coins they are of the wallets that were named."""

    psbt: Psbt
    inputs: tuple[InputStatus, ...]
    wallets: tuple[Wallet, ...] = ()


def combine(sources: Sequence[Source], wallets: Sequence[Wallet] = ()) -> Combined:
    """Put files together, one or more. The fields of the result do not depend on the order of the files.

    Raises Mismatch where they are not about the identical unsigned transaction or contradict each other, Alarm for a
    signature that belongs to something else, for equal nonces and for contradictory coins, and Refused for what cannot
    be checked.
    """
    for source in sources:
        source.check_protocol()
        check_coins(source)
    combined = replace(sources[0], psbt=union(sources))
    known = know(combined, wallets)
    verifier = Verifier(known)
    for source in (*sources, combined):  # the union last: it may name a taproot key that a file left out
        verifier.verify_file(source)
    return Combined(combined.psbt, statuses(known, verifier), known.wallets)
