"""Whether money is at stake in a treasury: its book names the network, and a passphrase is guarded accordingly."""

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.governance.state import State
from custody.keys.vaults.parameters import Network


def network_of(state: State) -> Network:
    """Return whether money is at stake: how much work guards a passphrase."""
    return stakes_of(state.roster.network)


def stakes_of(network: str) -> Network:
    """Return whether money is at stake on a network by this name: a name that is not known is a main one's."""
    known = NETWORKS.get(network)
    return Network.TEST if known is not None and not known.is_main else Network.MAIN
