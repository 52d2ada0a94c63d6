"""One account's key as Keystone, Cobo, Coldcard and Wasabi write it: paths, letters and secrets, each one by one."""

import json
from typing import Any

import pytest

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import account_json
from custody.errors import Unreadable, Usage
from tests.support import desk

FINGERPRINT = desk.root("A").my_fingerprint.hex()
FORMS = {44: "pkh({})", 49: "sh(wpkh({}))", 84: "wpkh({})", 86: "tr({})"}
"""A path's purpose -> the script (BIP-44, 49, 84, 86)."""
LETTERS = {44: "0488b21e", 49: "049d7cb2", 84: "04b24746"}
XPUB, TPUB = "0488b21e", "043587cf"


def public(path: str, version: str = XPUB) -> str:
    return str(desk.root("A").derive(f"m/{path}").to_public().to_base58(version=bytes.fromhex(version)))


def account(path: str, version: str = XPUB, **changes: Any) -> dict[str, Any]:
    whole = {"ExtPubKey": public(path, version), "MasterFingerprint": FINGERPRINT.upper()}
    fields = {**whole, "AccountKeyPath": f"m/{path}", **changes}
    return {name: value for name, value in fields.items() if value is not ...}


def read(value: object, name: str | None = None) -> Any:
    return recognise(json.dumps(value).encode(), name)


def wanted(purpose: int, path: str, version: str = XPUB) -> str:
    return FORMS[purpose].format(f"[{FINGERPRINT}/{path}]{public(path, version)}/<0;1>/*")


@pytest.mark.parametrize("purpose", FORMS)
def test_a_path_says_the_script_where_the_letters_do_not(purpose: int) -> None:
    path = f"{purpose}h/0h/7h"
    marked = path.replace("h", "'")
    for given in (f"m/{path}", f"m/{marked}", path, marked):
        for name in (None, f"bip{purpose}"):
            assert read(account(path, AccountKeyPath=given), name).descriptors == (wanted(purpose, path),)


@pytest.mark.parametrize("purpose", FORMS)
@pytest.mark.parametrize("letters", LETTERS)
def test_letters_that_name_a_script_must_be_those_of_the_path(purpose: int, letters: int) -> None:
    path = f"{purpose}h/0h/0h"
    value = account(path, LETTERS[letters])
    if letters in (purpose, 44):
        assert read(value).descriptors == (wanted(purpose, path),)
    else:
        with pytest.raises(Unreadable, match="another script than the letters"):
            read(value)


@pytest.mark.parametrize("path", ["m", "m/84", "m/45h/0h/0h", "m/48h/0h/0h/2h", "m/85h/0h/0h", "m/83h/0h/0h", "m/0h"])
def test_a_path_of_another_purpose_is_refused_as_that(path: str) -> None:
    with pytest.raises(Unreadable, match="path is not one of a single key's account"):
        read(account("84h/0h/0h", AccountKeyPath=path))


@pytest.mark.parametrize(("version", "coin"), [(XPUB, 0), (TPUB, 1)])
def test_a_path_that_is_left_out_is_that_of_the_first_account_on_the_keys_network(version: str, coin: int) -> None:
    single, taproot = f"84h/{coin}h/0h", f"86h/{coin}h/0h"
    value = account(single, version, AccountKeyPath=...)
    assert read(value).descriptors == (wanted(84, single, version),)
    both = value | {"TaprootExtPubKey": public(taproot, version)}
    assert read(both, "bip84").descriptors == (wanted(84, single, version),)
    assert read(both, "bip86").descriptors == (wanted(86, taproot, version),)
    assert read(both | {"ExtPubKey": None}).descriptors == (wanted(86, taproot, version),)
    with pytest.raises(Usage, match="several") as refusal:
        read(both)
    assert refusal.value.hint == "Say which with --account: bip84, bip86."
    both["TaprootAccountKeyPath"] = f"86h/{coin}h/0h"
    assert read(both, "bip86").descriptors == (wanted(86, taproot, version),)
    both["TaprootAccountKeyPath"] = f"84h/{coin}h/0h"
    with pytest.raises(Usage, match="no account of that name"):
        read(both, "bip86")


def test_each_account_has_the_network_of_its_key() -> None:
    assert read(account("84h/0h/0h")).register("t", NETWORKS["main"])
    assert read(account("84h/1h/0h", TPUB)).register("t", NETWORKS["signet"])


@pytest.mark.parametrize("name", ["EncryptedSecret", "ExtPrivKey"])
def test_a_secret_is_refused_before_anything_else_and_an_empty_one_is_none(name: str) -> None:
    for said in ("6PYVi3eFdCEnWZVfUEs1ZzvYVfC5", 1, ["x"]):
        for value in (account("84h/0h/0h"), {"ExtPubKey": 7}):
            with pytest.raises(Unreadable) as refusal:
                read(value | {name: said})
            assert refusal.value.code == "private-key"
    for nothing in (None, "", 0):
        assert read(account("84h/0h/0h", **{name: nothing})).descriptors == (wanted(84, "84h/0h/0h"),)


@pytest.mark.parametrize("wrong", ["", "73c5da0", "73c5da0ab", "73c5da0g", " 73c5da0a", "0x73c5da"])
def test_what_is_no_fingerprint_is_refused_by_its_field(wrong: str) -> None:
    with pytest.raises(Unreadable, match="the field MasterFingerprint"):
        read(account("84h/0h/0h", MasterFingerprint=wrong))


def test_a_quorums_letters_are_no_account() -> None:
    with pytest.raises(Unreadable, match="belong to another script"):
        read(account("84h/0h/0h", "02aa7ed3"))


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"ExtPubKey": None}, True),
        *((each, False) for each in ({"TaprootExtPubKey": "x"}, {}, ["ExtPubKey"], "ExtPubKey", None)),
    ],
)
def test_the_format_is_told_by_its_key(value: Any, is_one: bool) -> None:
    assert account_json.is_one(value) is is_one
