"""Addresses against two implementations that are not ours: libwally for every kind, bip_utils for the single keys."""

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

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.support import desk

REGTEST = NETWORKS["regtest"]
BECH32 = {"hrp": REGTEST.hrp}
ENCODERS = {
    "pkh": (P2PKHAddrEncoder, {"net_ver": bytes([REGTEST.p2pkh])}),
    "sh(wpkh)": (P2SHAddrEncoder, {"net_ver": bytes([REGTEST.p2sh])}),
    "wpkh": (P2WPKHAddrEncoder, BECH32),
    "tr": (P2TRAddrEncoder, BECH32),
}


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("branch", [0, 1])
def test_the_first_addresses_agree_with_libwally(kind: str, branch: int) -> None:
    owner = desk.wallet(kind)
    wallet = Wallet.register("treasury", [owner.descriptor], REGTEST)
    theirs = wallycore.descriptor_parse(owner.descriptor, None, wallycore.WALLY_NETWORK_BITCOIN_REGTEST, 0)
    for index in (*range(20), 2**31 - 2):  # the last index is beyond libwally
        assert wallet.address(branch, index) == wallycore.descriptor_to_address(theirs, 0, branch, index, 0)


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("branch", [0, 1])
def test_the_first_addresses_agree_with_bip_utils(kind: str, branch: int) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)
    (account,) = wallet.account_keys
    versions = Bip32KeyNetVersions(REGTEST.xpub, REGTEST.xprv)
    parent = Bip32Slip10Secp256k1.FromExtendedKey(account.extended_key.serialize(), versions).ChildKey(branch)
    encoder, parameters = ENCODERS[kind]
    for index in range(20):
        public = parent.ChildKey(index).PublicKey().KeyObject()
        assert wallet.address(branch, index) == encoder.EncodeKey(public, **parameters)
