"""Wallets as crypto-output and crypto-account, by libraries that other wallets are built on: urtypes, and Keystone's.

Both read ours and name the same keys at the same paths; we read what urtypes writes.
"""

import re
from dataclasses import dataclass

import pytest
import urtypes
from embit import bip32
from embit.networks import NETWORKS as EMBIT

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange.programs import ur
from custody.chains.bitcoin.exchange.programs.ur import UrType
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.chains.bitcoin.exchange.published import PUBLISHED
from tests.peers.library import Library
from tests.support import desk

pytestmark = pytest.mark.peer

FORMS = {
    "pkh": ("pkh({A})", 44, ""),
    "sh(wpkh)": ("sh(wpkh({A}))", 49, ""),
    "wpkh": ("wpkh({A})", 84, ""),
    "tr": ("tr({A})", 86, ""),
    "sh(multi)": ("sh(multi(2,{A},{B},{C}))", 48, "/0h"),
    "sh(sortedmulti)": ("sh(sortedmulti(1,{C},{A}))", 48, "/0h"),
    "sh(wsh(multi))": ("sh(wsh(multi(3,{A},{C},{B})))", 48, "/1h"),
    "sh(wsh(sortedmulti))": ("sh(wsh(sortedmulti(2,{A},{B},{C})))", 48, "/1h"),
    "wsh(multi)": ("wsh(multi(2,{A},{C},{B}))", 48, "/2h"),
    "wsh(sortedmulti)": ("wsh(sortedmulti(2,{B},{A},{C}))", 48, "/2h"),
}
"""A kind of script -> its descriptor, the purpose of its keys' paths, and what follows their account."""

ACCOUNTS = {"pkh": "bip44", "sh(wpkh)": "bip49", "wpkh": "bip84", "tr": "bip86"}
VERSION = 4
"""Bytes of an extended key that say its network and no more."""

_KEY = re.compile(r"\[?([0-9a-f]{8})((?:/[0-9]+'?)*)\]?([xt]pub[1-9A-HJ-NP-Za-km-z]+)")


@dataclass(frozen=True)
class Key:
    """A key as a library tells it: master fingerprint, path, and the serialised key behind its version."""

    fingerprint: str
    path: str
    serialized: bytes


def wallet(kind: str, network: str) -> Wallet:
    form, purpose, script = FORMS[kind]
    chosen = NETWORKS[network]
    path = f"{purpose}h/{chosen.coin_type}h/7h{script}"
    keys = {}
    for who in desk.PHRASES:
        text = desk.root(who).derive(f"m/{path}").to_public().to_base58(version=EMBIT[network]["xpub"])
        keys[who] = f"[{desk.root(who).my_fingerprint.hex()}/{path}]{text}/<0;1>/*"
    return Wallet.register("treasury", [form.format(**keys)], chosen)


def keys_of(descriptor: str) -> list[Key]:
    """Take the keys out of a descriptor. Keystone's library leaves the brackets of an origin out, and the network."""
    found = _KEY.finditer(descriptor)
    return [Key(each[1], each[2], bip32.HDKey.from_string(each[3]).serialize()[VERSION:]) for each in found]


def registered(of: Wallet) -> list[Key]:
    """The keys as they were registered."""
    return keys_of(_with_apostrophes(of))


def frame(descriptor: str) -> str:
    """What stands around the keys: the scripts, and how many must sign."""
    return _KEY.sub("KEY", descriptor)


def registered_frame(of: Wallet) -> str:
    return frame(_with_apostrophes(of).replace("/<0;1>/*", ""))


def _with_apostrophes(of: Wallet) -> str:
    return re.sub(r"(?<=[0-9])h(?=[/\]])", "'", of.descriptor.text())


@pytest.mark.parametrize("network", ["main", "regtest"])
@pytest.mark.parametrize("kind", FORMS)
def test_urtypes_reads_our_crypto_output_and_writes_it_byte_for_byte(kind: str, network: str) -> None:
    ours = wallet(kind, network)
    content = ur.write(ours, UrType.OUTPUT)
    theirs = urtypes.crypto.Output.from_cbor(content)
    told = theirs.descriptor(include_checksum=False)
    assert keys_of(told) == registered(ours)
    assert frame(told) == registered_frame(ours)
    assert ("tpub" in told) == (network == "regtest")
    assert theirs.to_cbor() == content
    assert ur.read(bytes(theirs.to_cbor()), "crypto-output").register("treasury", ours.network) == ours


@pytest.mark.parametrize("network", ["main", "regtest"])
@pytest.mark.parametrize("kind", FORMS)
def test_keystones_library_reads_our_crypto_output(peer: Library, kind: str, network: str) -> None:
    ours = wallet(kind, network)
    told = peer.ask("output_decode", cbor=ur.write(ours, UrType.OUTPUT).hex())["descriptor"]
    assert keys_of(told) == registered(ours)
    assert frame(told) == (registered_frame(ours) if kind != "tr" else "KEY")  # it has no name for tr


@pytest.mark.parametrize("network", ["main", "regtest"])
@pytest.mark.parametrize("kind", ACCOUNTS)
def test_both_read_our_crypto_account(peer: Library, kind: str, network: str) -> None:
    ours = wallet(kind, network)
    content = ur.write(ours, UrType.ACCOUNT)
    (key,) = registered(ours)
    account = urtypes.crypto.Account.from_cbor(content)
    assert account.master_fingerprint.hex() == key.fingerprint
    (output,) = account.output_descriptors
    assert keys_of(output.descriptor(include_checksum=False)) == [key]
    assert frame(output.descriptor(include_checksum=False)) == registered_frame(ours)
    assert account.to_cbor() == content
    told = peer.ask("account_decode", cbor=content.hex())
    assert told["fingerprint"] == key.fingerprint
    assert [keys_of(each) for each in told["descriptors"]] == [[key]]


def test_we_read_an_account_of_urtypes_with_all_its_wallets() -> None:
    of = {kind: wallet(kind, "main") for kind in ACCOUNTS}
    outputs = [urtypes.crypto.Output.from_cbor(ur.write(each, UrType.OUTPUT)) for each in of.values()]
    (key,) = of["wpkh"].account_keys
    content = bytes(urtypes.crypto.Account(key.fingerprint, outputs).to_cbor())
    for kind, name in ACCOUNTS.items():
        assert ur.read(content, "crypto-account", name).register("treasury", NETWORKS["main"]) == of[kind]


def test_keystones_library_reads_no_account_with_the_tags_of_the_published_one(peer: Library) -> None:
    """Which is why we leave them out, as devices do. We read both."""
    published = bytes.fromhex(PUBLISHED["crypto-account"]["cbor"])
    assert "error" in peer.ask("account_decode", cbor=published.hex())
    assert ur.read(published, "crypto-account", "bip84").descriptors
