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


# --- at the edges ---


def of_keys(count: int, threshold: int) -> dict[str, Any]:
    """A configuration of so many different keys, whose origins are not known."""
    listed = [{"xpub": public("A", f"48h/1h/{number}h/2h"), "xfp": "unknown"} for number in range(count)]
    return changed(extendedPublicKeys=listed, quorum={"requiredSigners": threshold, "totalSigners": count})


@pytest.mark.parametrize(("count", "threshold"), [(1, 1), (15, 1), (15, 15)])
def test_a_quorum_has_1_to_15_keys_and_signers(count: int, threshold: int) -> None:
    wallet = read(of_keys(count, threshold))
    assert (len(wallet.descriptor.keys), wallet.descriptor.threshold) == (count, threshold)


@pytest.mark.parametrize(
    ("count", "threshold", "field"),
    [(16, 15, "totalSigners"), (16, 16, "requiredSigners"), (3, 0, "requiredSigners"), (0, 1, "totalSigners")],
)
def test_a_quorum_of_more_or_of_none_is_refused_by_its_field(count: int, threshold: int, field: str) -> None:
    with pytest.raises(Unreadable, match=f"the field {field} is"):
        read(of_keys(count, threshold))


@pytest.mark.parametrize("start", [0, 1, 2**31 - 1])
def test_where_it_begins_to_look_is_an_index_of_an_address(start: int) -> None:
    assert read(changed(startingAddressIndex=start)) == wallets.wallet("wsh(sortedmulti)")
    with pytest.raises(Unreadable, match="the field startingAddressIndex"):
        read(changed(startingAddressIndex=2**31 + start))


@pytest.mark.parametrize("wrong", ["1234567", "123456789", "1234567g", "", "0x123456"])
def test_what_is_no_fingerprint_is_refused_by_its_field(wrong: str) -> None:
    with pytest.raises(Unreadable, match="the field xfp is"):
        read(with_key(xfp=wrong))


@pytest.mark.parametrize("missing", ["xfp", "bip32Path"])
def test_a_key_without_its_masters_name_or_its_path_has_no_origin(missing: str) -> None:
    listed = [*KEYS[:2], _dropped(missing)(KEYS[2])]
    assert [key.has_origin for key in read(changed(extendedPublicKeys=listed)).descriptor.keys] == [True, True, False]


@pytest.mark.parametrize(
    ("theirs", "ours"), [("mainnet", "main"), ("regtest", "regtest"), ("signet", "signet"), ("testnet", None)]
)
def test_each_of_its_networks_is_ours_or_any_of_the_test_networks(theirs: str, ours: str | None) -> None:
    assert caravan.read(json.dumps(changed(network=theirs)).encode()).network == ours
    for wrong in (theirs.upper(), theirs + "4", ""):
        with pytest.raises(Unreadable, match="the field network"):
            read(changed(network=wrong))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("main", "mainnet"), ("test", "testnet"), ("testnet4", "testnet"), ("signet", "signet"), ("regtest", "regtest")],
)
def test_what_is_written_is_exactly_its_configuration(ours: str, theirs: str) -> None:
    network = NETWORKS[ours]
    keys = {who: public(who, version=network.xpub.hex()) for who in "ABC"}
    if network.is_main:
        keys = {who: public(who, "48h/0h/0h/2h", network.xpub.hex()) for who in "ABC"}
    path = f"48h/{network.coin_type}h/0h/2h"
    prints = {who: desk.root(who).my_fingerprint.hex() for who in "ABC"}
    texts = ",".join(f"[{prints[who]}/{path}]{keys[who]}/<0;1>/*" for who in "ABC")
    written = caravan.write(Wallet.register("treasury", [f"wsh(sortedmulti(2,{texts}))"], network))
    assert json.loads(written) == {
        "name": "treasury",
        "addressType": "P2WSH",
        "network": theirs,
        "client": {"type": "public"},
        "quorum": {"requiredSigners": 2, "totalSigners": 3},
        "extendedPublicKeys": [
            {
                "name": prints[who],
                "bip32Path": "m/" + path.replace("h", "'"),
                "xpub": keys[who],
                "xfp": prints[who],
            }
            for who in "ABC"
        ],
        "startingAddressIndex": 0,
    }
    assert written.endswith(b"}\n")


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"quorum": 1, "extendedPublicKeys": 2}, True),
        ({"quorum": 1}, False),
        ({"extendedPublicKeys": 2}, False),
        (["quorum", "extendedPublicKeys"], False),
        (None, False),
    ],
)
def test_the_format_is_told_by_its_quorum_and_its_keys(value: Any, is_one: bool) -> None:
    assert caravan.is_one(value) is is_one
