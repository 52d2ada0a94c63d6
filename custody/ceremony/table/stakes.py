"""Whether money is at stake in a treasury: its book names the network, and a passphrase is guarded accordingly."""

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.governance.state import State
from custody.keys.vaults.parameters import Network


def network_of(state: State) -> Network:
    """Return whether money is at stake: how much work guards a passphrase."""
    known = NETWORKS.get(state.roster.network)
    return Network.TEST if known is not None and not known.is_main else Network.MAIN
