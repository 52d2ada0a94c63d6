"""One device's keys for several scripts: both layouts, each name and type written out, and one defect in each."""

import json
from typing import Any

import pytest

from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import cosigner_json
from custody.errors import Unreadable, Usage
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import REGTEST
from tests.support import desk

FINGERPRINT = desk.root("A").my_fingerprint.hex()
SINGLE = {
    "pkh": ("44h/1h/0h", "bip44", "pkh"),
    "sh-wpkh": ("49h/1h/0h", "bip49", "sh(wpkh)"),
    "wpkh": ("84h/1h/0h", "bip84", "wpkh"),
    "tr": ("86h/1h/0h", "bip86", "tr"),
}
"""Specter's types of a single key -> path, name to choose it by, the desk's kind."""

QUORUMS = {"sh": ("45h", "sh({})"), "sh-wsh": ("48h/1h/0h/1h", "sh(wsh({}))"), "wsh": ("48h/1h/0h/2h", "wsh({})")}
NAMED = {
    "p2wsh": ("48h/1h/0h/2h", "02575483", "wsh({})"),
    "p2sh_p2wsh": ("48h/1h/0h/1h", "024289ef", "sh(wsh({}))"),
    "p2wsh_p2sh": ("48h/1h/0h/1h", "024289ef", "sh(wsh({}))"),
    "p2sh": ("45h", "043587cf", "sh({})"),
}
"""Names of a cosigner's key -> path, version of its letters, and what stands around the quorum."""


def public(path: str, version: str = "043587cf") -> str:
    key = desk.root("A").derive(f"m/{path}" if path else "m").to_public()
    return str(key.to_base58(version=bytes.fromhex(version)))


def listed(kind: str, path: str, **changes: Any) -> dict[str, Any]:
    whole = {"type": kind, "derivation": "/".join(["m", *filter(None, [path])]), "fingerprint": FINGERPRINT}
    return {**whole, "xpub": public(path), **changes}


def named(*names: str, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"xfp": FINGERPRINT.upper(), "account": "0"}
    for name in names:
        path, version, _around = NAMED[name]
        fields |= {name: public(path, version), f"{name}_deriv": f"m/{path}"}
    return {**fields, **changes}


def read(value: object, account: str | None = None) -> Any:
    return recognise(json.dumps(value).encode(), account)


def place(path: str, around: str) -> str:
    return around.format(f"sortedmulti(M,[{FINGERPRINT}/{path}]{public(path)}/<0;1>/*,...)")


@pytest.mark.parametrize("kind", SINGLE)
def test_every_type_of_a_single_key_is_a_wallet_under_its_purpose(kind: str) -> None:
    path, name, desks = SINGLE[kind]
    keys = [listed(each, SINGLE[each][0]) for each in SINGLE]
    for account, value in ((None, [listed(kind, path)]), (name, [listed(kind, path)]), (name, keys)):
        assert read({"keys": value}, account).register("treasury", REGTEST) == wallets.wallet(desks)
    with pytest.raises(Usage, match="several") as refusal:
        read({"keys": keys})
    assert refusal.value.hint == "Say which with --account: bip44, bip49, bip84, bip86."


@pytest.mark.parametrize("kind", QUORUMS)
def test_every_type_of_a_quorums_key_is_written_out_for_its_place(kind: str) -> None:
    path, around = QUORUMS[kind]
    with pytest.raises(Unreadable) as refusal:
        read({"keys": [listed(kind, path)]})
    assert refusal.value.code == "cosigner-key"
    assert refusal.value.hint.splitlines()[1:] == [place(path, around)]
    beside = {"keys": [listed(kind, path), listed("wpkh", "84h/1h/0h")]}
    assert read(beside).register("treasury", REGTEST) == wallets.wallet("wpkh")


@pytest.mark.parametrize("name", NAMED)
def test_every_name_of_a_quorums_key_is_written_out_for_its_place(name: str) -> None:
    path, _version, around = NAMED[name]
    for fields in (named(name), named(name, **{name: public(path)})):  # in SLIP-132's letters, and in plain ones
        with pytest.raises(Unreadable) as refusal:
            read(fields)
        assert refusal.value.code == "cosigner-key"
        assert refusal.value.hint.splitlines()[1:] == [place(path, around)]


def test_accounts_of_one_purpose_go_by_their_paths_and_a_masters_key_by_m() -> None:
    keys = [listed("wpkh", path) for path in ("84h/1h/0h", "84h/1h/1h", "")] + [listed("tr", "86h/1h/0h")]
    with pytest.raises(Usage, match="several") as refusal:
        read({"keys": keys})
    assert refusal.value.hint == "Say which with --account: m/84'/1'/0', m/84'/1'/1', m, bip86."
    (text,) = read({"keys": keys}, "m/84'/1'/1'").descriptors
    assert text == f"wpkh([{FINGERPRINT}/84h/1h/1h]{public('84h/1h/1h')}/<0;1>/*)"
    (text,) = read({"keys": keys}, "m").descriptors
    assert text == f"wpkh([{FINGERPRINT}]{public('')}/<0;1>/*)"


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (named("p2wsh"), True),
        (named("p2wsh_p2sh"), True),
        ({"xfp": 1, "p2sh": 1}, True),
        (named("p2wsh", chain="XTN"), False),
        ({"p2wsh": "x", "p2wsh_deriv": "m"}, False),
        ({"xfp": FINGERPRINT}, False),
        ({"xfp": FINGERPRINT, "p2tr": "x"}, False),
        ({"keys": [{"derivation": "m"}]}, True),
        ({"keys": ["x", {"derivation": "m"}]}, True),
        ({"keys": [{"path": "m"}]}, False),
        ({"keys": ["derivation"]}, False),
        ({"keys": []}, False),
        ({"keys": {"derivation": "m"}}, False),
        ([{"derivation": "m"}], False),
        ([], False),
        (None, False),
    ],
)
def test_the_two_layouts_are_told_by_their_members(value: Any, is_one: bool) -> None:
    assert cosigner_json.is_one(value) is is_one


def test_a_list_has_at_most_200_keys() -> None:
    key = listed("wpkh", "84h/1h/0h")
    for count, told in ((200, "something else"), (201, "the field keys is missing or malformed")):
        with pytest.raises(Unreadable, match=told):
            cosigner_json.read(json.dumps({"keys": [key, *["x"] * (count - 1)]}).encode())
    with pytest.raises(Unreadable, match="the field keys"):
        cosigner_json.read(b'{"keys": []}')


ORIGINAL = public("84h/1h/0h", "045f1cf6")
DEFECTS = {
    "a type that is not known": (listed("wpkh", "84h/1h/0h", type="wpkhx"), "the field type"),
    "a fingerprint of seven": (listed("wpkh", "84h/1h/0h", fingerprint="73c5da0"), "the field fingerprint"),
    "a fingerprint of nine": (listed("wpkh", "84h/1h/0h", fingerprint="73c5da0aa"), "the field fingerprint"),
    "a fingerprint of other letters": (listed("wpkh", "84h/1h/0h", fingerprint="73c5da0g"), "the field fingerprint"),
    "a path too short": (listed("wpkh", "84h/1h/0h", derivation="m/84h/1h"), "does not lie where its path says"),
    "a path too long": (listed("wpkh", "84h/1h/0h", derivation="m/84h/1h/0h/0h"), "does not lie where"),
    "a path to another number": (listed("wpkh", "84h/1h/0h", derivation="m/84h/1h/1h"), "does not lie where"),
    "a path that is not hardened": (listed("wpkh", "84h/1h/0h", derivation="m/84h/1h/0"), "does not lie where"),
    "a master's path": (listed("wpkh", "84h/1h/0h", derivation="m"), "does not lie where"),
    "a master's key": (listed("wpkh", "84h/1h/0h", xpub=public("")), "does not lie where"),
    "another original": (listed("wpkh", "84h/1h/0h", original=public("84h/1h/1h", "045f1cf6")), "not the same one"),
    "an original of another network": (
        listed("wpkh", "84h/1h/0h", original=public("84h/1h/0h", "04b24746")),
        "not the same one",
    ),
    "an original in other letters": (listed("wpkh", "84h/1h/0h", original=public("84h/1h/0h", "044a5262")), "letters"),
    "a key in SLIP-132's letters": (listed("wpkh", "84h/1h/0h", xpub=ORIGINAL), "SLIP-132"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_key_of_a_list_with_a_defect_is_refused_for_it(defect: str) -> None:
    key, told = DEFECTS[defect]
    for keys in ([key], [listed("tr", "86h/1h/0h"), key]):
        with pytest.raises(Unreadable, match=told):
            read({"keys": keys})


@pytest.mark.parametrize("original", [ORIGINAL, public("84h/1h/0h"), "", None])
def test_an_original_is_the_same_key_in_its_letters_or_in_plain_ones_or_not_there(original: str | None) -> None:
    value = {"keys": [listed("wpkh", "84h/1h/0h", original=original)]}
    assert read(value).register("treasury", REGTEST) == wallets.wallet("wpkh")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"xfp": "73c5da0"}, "the field xfp"),
        ({"xfp": "73c5da0ab"}, "the field xfp"),
        ({"xfp": None}, "the field xfp"),
        ({"p2wsh": None}, "the field p2wsh"),
        ({"p2wsh_deriv": None}, "the field p2wsh_deriv"),
        ({"p2wsh_deriv": "m/48h/1h/0h/1h"}, "does not lie where"),
        ({"p2wsh": public("48h/1h/0h/2h", "024289ef")}, "letters"),
    ],
)
def test_a_named_key_with_a_defect_is_refused_for_it(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read(named("p2sh", "p2wsh", **changes))
