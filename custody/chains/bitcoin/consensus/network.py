"""A network's name to its numbers: the prefixes that keep its addresses and keys apart. Unknown names raise Usage."""

from dataclasses import dataclass
from types import MappingProxyType

from custody.catalogue import _
from custody.errors import Usage
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Network:
    """One network: version bytes of base58 addresses, the bech32 prefix, BIP-32 versions, SLIP-44 coin type."""

    name: str
    p2pkh: int
    p2sh: int
    hrp: str
    xpub: bytes
    xprv: bytes
    coin_type: int

    @property
    def is_main(self) -> bool:
        """Whether its coins are worth money."""
        return self.name == "main"


def _test_network(name: str, hrp: str) -> Network:
    """The test networks share all but the bech32 prefix, so a base58 address cannot tell them apart."""
    return Network(name, 0x6F, 0xC4, hrp, bytes.fromhex("043587cf"), bytes.fromhex("04358394"), 1)


NETWORKS = MappingProxyType(
    {
        network.name: network
        for network in (
            Network("main", 0x00, 0x05, "bc", bytes.fromhex("0488b21e"), bytes.fromhex("0488ade4"), 0),
            _test_network("test", "tb"),
            _test_network("testnet4", "tb"),
            _test_network("signet", "tb"),
            _test_network("regtest", "bcrt"),
        )
    }
)

ALIASES = MappingProxyType({"mainnet": "main", "bitcoin": "main", "testnet": "test", "testnet3": "test"})
"""What people call a network, to its name here."""


def network(name: str) -> Network:
    """Return a network by its name or alias (mainnet, bitcoin, testnet, testnet3). Raises Usage."""
    found = NETWORKS.get(ALIASES.get(name, name))
    if found is None:
        raise Usage(
            _("there is no Bitcoin network named {name}").format(name=safe(name)),
            hint=_("Choose one of: {names}.").format(names=", ".join(NETWORKS)),
        )
    return found
