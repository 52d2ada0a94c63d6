"""Caravan's configurations: its layouts, and one defect in each."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange import slip132
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import caravan
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Unreadable, Usage
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import REGTEST
from tests.support import desk

PATH = "48h/1h/0h/2h"


def public(who: str, path: str = PATH, version: str = "043587cf") -> str:
    return str(desk.root(who).derive(f"m/{path}").to_public().to_base58(version=bytes.fromhex(version)))


CONFIGURATION: dict[str, Any] = {
    "name": "treasury",
    "uuid": "",
    "addressType": "P2WSH",
    "network": "regtest",
    "client": {"type": "private", "url": "http://localhost:8080", "username": "me"},
    "quorum": {"requiredSigners": 2, "totalSigners": 3},
    "extendedPublicKeys": [
        {
            "name": who,
            "bip32Path": "m/48'/1'/0'/2'",
            "xpub": public(who),
            "xfp": desk.root(who).my_fingerprint.hex(),
            "method": "coldcard",
        }
        for who in "ABC"
    ],
    "startingAddressIndex": 0,
}


def read(fields: object) -> Wallet:
    return recognise(json.dumps(fields).encode()).register("treasury", REGTEST)


def changed(**fields: Any) -> dict[str, Any]:
    return {**copy.deepcopy(CONFIGURATION), **fields}


def with_key(**fields: Any) -> dict[str, Any]:
    configuration = copy.deepcopy(CONFIGURATION)
    configuration["extendedPublicKeys"][2] |= fields
    return configuration


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in CONFIGURATION.items() if name not in names}


@pytest.mark.parametrize(
    "layout",
    [
        CONFIGURATION,
        without("uuid", "client", "startingAddressIndex"),
        changed(startingAddressIndex=5),
        changed(network="testnet"),
        changed(ledgerPolicyHmacs=[{"xfp": "73c5da0a", "policyHmac": "00"}]),
        with_key(bip32Path="m/48h/1h/0h/2h", xfp=desk.root("C").my_fingerprint.hex().upper()),
        with_key(
            xpub=slip132.write(wallets.wallet("wsh(sortedmulti)").account_keys[2].extended_key, caravan.TYPES["P2WSH"])
        ),
    ],
)
def test_every_layout_is_the_same_wallet(layout: dict[str, Any]) -> None:
    assert read(layout) == wallets.wallet("wsh(sortedmulti)")


@pytest.mark.parametrize(("kind", "name"), [("sh(wsh(sortedmulti))", "P2SH-P2WSH"), ("sh(sortedmulti)", "P2SH")])
def test_the_other_address_types(kind: str, name: str) -> None:
    fields = json.loads(caravan.write(wallets.wallet(kind)))
    assert fields["addressType"] == name
    assert read({**fields, "addressType": name.replace("-", "_")}) == wallets.wallet(kind)


@pytest.mark.parametrize(
    "unknown", [{"bip32Path": "Unknown"}, {"xfp": "unknown"}, {"xfp": "Unknown", "bip32Path": "Unknown"}]
)
def test_a_key_whose_origin_is_not_known_has_none(unknown: dict[str, str]) -> None:
    assert [key.has_origin for key in read(with_key(**unknown)).descriptor.keys] == [True, True, False]


@pytest.mark.parametrize(
    ("ours", "theirs"), [("regtest", "mainnet"), ("regtest", "signet"), ("signet", "regtest"), ("main", "testnet")]
)
def test_another_network_is_a_mismatch(ours: str, theirs: str) -> None:
    imported = caravan.read(json.dumps(changed(network=theirs)).encode())
    with pytest.raises(Mismatch) as refusal:
        imported.register("treasury", NETWORKS[ours])
    assert refusal.value.code == "network-mismatch"


def _dropped(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda key: {each: value for each, value in key.items() if each != name}


KEYS = CONFIGURATION["extendedPublicKeys"]
DEFECTS: dict[str, object] = {
    "no address type": without("addressType"),
    "an address type that is not known": changed(addressType="P2TR"),
    "an address type that is a number": changed(addressType=1),
    "no network": without("network"),
    "a network that is not known": changed(network="litecoin"),
    "a threshold of nought": changed(quorum={"requiredSigners": 0, "totalSigners": 3}),
    "a threshold over the keys": changed(quorum={"requiredSigners": 4, "totalSigners": 3}),
    "a threshold that is true": changed(quorum={"requiredSigners": True, "totalSigners": 3}),
    "a threshold that is a text": changed(quorum={"requiredSigners": "2", "totalSigners": 3}),
    "a threshold that is a fraction": changed(quorum={"requiredSigners": 2.0, "totalSigners": 3}),
    "more keys than the quorum counts": changed(quorum={"requiredSigners": 2, "totalSigners": 2}),
    "a key too few": changed(extendedPublicKeys=KEYS[:2]),
    "a quorum that is a list": changed(quorum=[2, 3]),
    "keys that are no list": changed(extendedPublicKeys={"a": KEYS[0]}),
    "a key that is a text": changed(extendedPublicKeys=[*KEYS[:2], public("C")]),
    "one key twice": changed(extendedPublicKeys=[*KEYS[:2], KEYS[1]]),
    "one key twice under two origins": with_key(xpub=public("B")),
    "no key in a key": changed(extendedPublicKeys=list(map(_dropped("xpub"), KEYS))),
    "a key that is cut off": with_key(xpub=public("C")[:-1]),
    "a key in the letters of one signer": with_key(xpub=public("C", version="045f1cf6")),
    "a key of another network": with_key(xpub=public("C", version="0488b21e")),
    "a key of another depth": with_key(xpub=public("C", "48h/1h/0h")),
    "a path to another child": with_key(bip32Path="m/48'/1'/0'/1'"),
    "a path of zeros for one that is not known": with_key(bip32Path="m/0/0/0/0"),
    "a path that is none": with_key(bip32Path="48'/1'/0'/2'"),
    "a fingerprint of seven": with_key(xfp="1234567"),
    "a fingerprint that is a number": with_key(xfp=12345678),
    "a start below nought": changed(startingAddressIndex=-1),
    "a start that is a text": changed(startingAddressIndex="0"),
    "a name that is a number": changed(name=7),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_configuration_with_a_defect_is_refused(defect: str) -> None:
    with pytest.raises((Unreadable, Mismatch)):
        read(DEFECTS[defect])


def test_keys_without_an_origin_are_not_written() -> None:
    bare = wallets.owner("wsh(sortedmulti)").descriptor
    for origin in {key.split("]")[0] + "]" for key in desk.expressions(PATH).values() if key.startswith("[")}:
        bare = bare.replace(origin, "")
    with pytest.raises(Usage, match="origin"):
        caravan.write(Wallet.register("treasury", [bare], REGTEST))
