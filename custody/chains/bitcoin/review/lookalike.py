"""Finds payments whose address begins and ends like another one that a person may have in mind.

Those are the wallet's own here, the other payees here, and whatever earlier transactions paid. Whoever compares the
ends of an address only pays a stranger.
"""

from collections.abc import Iterable, Iterator, Sequence

from custody import aloud
from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.findings import at_output, finding
from custody.signing import Finding, Payment

COMPARED = 3
"""Characters at either end, without the prefix that all addresses of a kind share. By chance one pair in 10^9."""

_Ends = tuple[str, str, str]
"""The prefix, what begins behind it, and the end."""


def lookalike_findings(payments: Sequence[Payment], scripts: Iterable[bytes], network: Network) -> Iterator[Finding]:
    """Name the payments whose address begins and ends like another one, of these scripts or of another payment."""
    shown = (address(script, network) for script in dict.fromkeys(scripts))
    known: dict[_Ends, dict[str, None]] = {}
    for each in (*shown, *(payment.address for payment in payments)):
        if each is not None:
            known.setdefault(_ends(each, network), {})[each] = None
    for payment in payments:
        if payment.address is None:
            continue
        other = next((each for each in known[_ends(payment.address, network)] if each != payment.address), None)
        if other is not None:
            yield finding("BTC-ADDRESS-LOOKALIKE", at_output(payment.index), other=aloud.address(other))


def _ends(shown: str, network: Network) -> _Ends:
    """Cut an address: bech32 begins with the network's name, "1" and the version, base58 with one character."""
    prefix = len(network.hrp) + 2 if shown.startswith(f"{network.hrp}1") else 1
    return shown[:prefix], shown[prefix : prefix + COMPARED], shown[-COMPARED:]
