"""The first addresses of every kind of wallet on every network, as embit, libwally, BDK and bip_utils make them."""

from collections.abc import Callable
from typing import Any

import bdkpython
import pytest
import wallycore
from bip_utils import (
    Bip32KeyNetVersions,
    Bip32Slip10Secp256k1,
    P2PKHAddrEncoder,
    P2SHAddrEncoder,
    P2TRAddrEncoder,
    P2WPKHAddrEncoder,
)
from embit import bip32, bip39
from embit.descriptor import Descriptor as EmbitDescriptor
from embit.networks import NETWORKS as EMBIT

from custody.chains.bitcoin.consensus.network import NETWORKS, Network
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.support import desk


def for_network(kind: str, network: Network) -> str:
    """The descriptor of a kind of wallet for any network, made by embit: on the main network the coin type is 0."""
    form, path = desk.KINDS[kind]
    version, path = ("main", path.replace("h/1h", "h/0h", 1)) if network.is_main else ("test", path)
    keys = {}
    for who, phrase in desk.PHRASES.items():
        master = bip32.HDKey.from_seed(bip39.mnemonic_to_seed(phrase), version=EMBIT[version]["xprv"])
        account = master.derive(f"m/{path}").to_public()
        keys[who] = f"[{master.my_fingerprint.hex()}/{path}]{account.to_base58()}/<0;1>/*"
    return form.format(**keys)


BDK = dict(zip(NETWORKS, ("BITCOIN", "TESTNET", "TESTNET4", "SIGNET", "REGTEST"), strict=True))
WALLY = dict(zip(NETWORKS, ("MAINNET", "TESTNET", "TESTNET", "TESTNET", "REGTEST"), strict=True))
EMBIT_NAMES = dict(zip(NETWORKS, ("main", "test", "test", "signet", "regtest"), strict=True))
"""libwally and embit do not know every test network; those they lack have the addresses of testnet."""

BIP_UTILS: dict[str, Callable[[Any, Network], str]] = {
    "pkh": lambda key, network: P2PKHAddrEncoder.EncodeKey(key, net_ver=bytes([network.p2pkh])),
    "sh(wpkh)": lambda key, network: P2SHAddrEncoder.EncodeKey(key, net_ver=bytes([network.p2sh])),
    "wpkh": lambda key, network: P2WPKHAddrEncoder.EncodeKey(key, hrp=network.hrp),
    "tr": lambda key, network: P2TRAddrEncoder.EncodeKey(key, hrp=network.hrp),
}


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.name)
def test_the_first_addresses_on_every_network_agree_with_four_others(network: Network, kind: str) -> None:
    text = for_network(kind, network)
    wallet = Wallet.register("treasury", [text], network)
    embit = EmbitDescriptor.from_string(text)
    wally = wallycore.descriptor_parse(
        text, None, getattr(wallycore, f"WALLY_NETWORK_BITCOIN_{WALLY[network.name]}"), 0
    )
    bdk_network = getattr(bdkpython.Network, BDK[network.name])
    bdk_kind = bdkpython.NetworkKind.MAIN if network.is_main else bdkpython.NetworkKind.TEST
    for branch in (0, 1):
        bdk = bdkpython.Descriptor(text.replace("<0;1>", str(branch)), bdk_kind)
        for index in range(20):
            ours = wallet.address(branch, index)
            assert ours == wallycore.descriptor_to_address(wally, 0, branch, index, 0)
            assert ours == str(bdk.derive_address(index, bdk_network))
            derived = embit.derive(index, branch_index=branch)
            assert ours == derived.address(EMBIT[EMBIT_NAMES[network.name]])
            if kind in BIP_UTILS:
                assert ours == BIP_UTILS[kind](bip_utils_key(wallet, branch, index), network)


def bip_utils_key(wallet: Wallet, branch: int, index: int) -> Any:
    (account,) = wallet.account_keys
    versions = Bip32KeyNetVersions(wallet.network.xpub, wallet.network.xprv)
    key = Bip32Slip10Secp256k1.FromExtendedKey(account.extended_key.serialize(), versions)
    return key.ChildKey(branch).ChildKey(index).PublicKey().KeyObject()
