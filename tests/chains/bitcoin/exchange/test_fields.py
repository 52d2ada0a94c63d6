"""The members of foreign JSON documents: each that must be there, of its type alone, and named where it is not.

One table for all programs, each with an honest document: what a member must be, and what is read where it is left out.
"""

import copy
import json
from typing import Any

import pytest

from custody.chains.bitcoin.exchange.fields import Fields
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Unreadable
from tests.chains.bitcoin.exchange.wallets import REGTEST, owner, samples
from tests.support import desk

TEXT, NUMBER, FLAG, LIST, OBJECT = "a text", "a number", "a truth", "a list", "an object"
OF = {TEXT: "x", NUMBER: 1, FLAG: True, LIST: [], OBJECT: {}}
NEEDED, EITHER = "needed", "needed where its other is not there"
FREE, NOT_NULL = "may be left out or null", "may be left out and not null"

Place = tuple[str | int, ...]


def _one(name: str, number: int = 0) -> Any:
    return json.loads(samples()[name][number])


def _backup() -> dict[str, Any]:
    quorum = owner("wsh(sortedmulti)")
    return {"name": "treasury", "recv_descriptor": quorum.single(0), "change_descriptor": quorum.single(1)}


def _coldcards_keystore() -> dict[str, Any]:
    fields = _one("electrum")
    master = desk.root("A")
    fields["keystore"] |= {
        "ckcc_xfp": int.from_bytes(master.my_fingerprint, "little"),
        "ckcc_xpub": master.to_public().to_base58(),
    }
    return fields


def _two_accounts() -> dict[str, Any]:
    """A file of Wasabi's, its key for taproot alone, so that there is one to choose."""
    key = desk.root("A").derive("m/86h/1h/0h").to_public().to_base58()
    return {
        "ExtPubKey": None,
        "TaprootExtPubKey": key,
        "TaprootAccountKeyPath": "86'/1'/0'",
        "MasterFingerprint": desk.root("A").my_fingerprint.hex(),
    }


def _coldcard() -> dict[str, Any]:
    fields = _one("coldcard-json")
    fields["account"] = 0
    fields["bip84"]["xfp"] = desk.root("A").derive("m/84h/1h/0h").my_fingerprint.hex()
    return fields


DOCUMENTS: dict[str, dict[str, Any]] = {
    "caravan": _one("caravan"),
    "electrum": _coldcards_keystore(),
    "electrum, a quorum": _one("electrum", 1),
    "specter": _one("specter"),
    "specter, a backup": _backup(),
    "coldcard-json": _coldcard(),
    "cosigner-json": _one("cosigner-json"),
    "account-json": _one("account-json"),
    "account-json, taproot": _two_accounts(),
    "core": {"wallet_name": "treasury", "descriptors": _one("core")},
}
MEMBERS: list[tuple[str, Place, str, str]] = [
    ("caravan", ("name",), TEXT, FREE),
    ("caravan", ("addressType",), TEXT, NEEDED),
    ("caravan", ("network",), TEXT, NEEDED),
    ("caravan", ("quorum",), OBJECT, NEEDED),
    ("caravan", ("quorum", "requiredSigners"), NUMBER, NEEDED),
    ("caravan", ("quorum", "totalSigners"), NUMBER, NEEDED),
    ("caravan", ("startingAddressIndex",), NUMBER, NOT_NULL),
    ("caravan", ("extendedPublicKeys", 1), OBJECT, NEEDED),
    ("caravan", ("extendedPublicKeys", 1, "xpub"), TEXT, NEEDED),
    ("caravan", ("extendedPublicKeys", 1, "xfp"), TEXT, NOT_NULL),
    ("caravan", ("extendedPublicKeys", 1, "bip32Path"), TEXT, NOT_NULL),
    ("electrum", ("wallet_type",), TEXT, NEEDED),
    ("electrum", ("genesis_blockhash",), TEXT, FREE),
    ("electrum", ("keystore",), OBJECT, NEEDED),
    ("electrum", ("keystore", "type"), TEXT, NEEDED),
    ("electrum", ("keystore", "xpub"), TEXT, NEEDED),
    ("electrum", ("keystore", "derivation"), TEXT, FREE),
    ("electrum", ("keystore", "root_fingerprint"), TEXT, FREE),
    ("electrum", ("keystore", "ckcc_xfp"), NUMBER, FREE),
    ("electrum", ("keystore", "ckcc_xpub"), TEXT, FREE),
    ("electrum, a quorum", ("x2/",), OBJECT, NEEDED),
    ("electrum, a quorum", ("x2/", "xpub"), TEXT, NEEDED),
    ("specter", ("label",), TEXT, FREE),
    ("specter", ("descriptor",), TEXT, NEEDED),
    ("specter, a backup", ("name",), TEXT, FREE),
    ("specter, a backup", ("recv_descriptor",), TEXT, NEEDED),
    ("specter, a backup", ("change_descriptor",), TEXT, FREE),
    ("coldcard-json", ("chain",), TEXT, NEEDED),
    ("coldcard-json", ("xfp",), TEXT, NEEDED),
    ("coldcard-json", ("account",), NUMBER, NOT_NULL),
    ("coldcard-json", ("bip84",), OBJECT, NEEDED),
    ("coldcard-json", ("bip84", "xpub"), TEXT, NEEDED),
    ("coldcard-json", ("bip84", "deriv"), TEXT, NEEDED),
    ("coldcard-json", ("bip84", "xfp"), TEXT, FREE),
    ("coldcard-json", ("bip84", "first"), TEXT, FREE),
    ("cosigner-json", ("keys", 0), OBJECT, NEEDED),
    ("cosigner-json", ("keys", 0, "type"), TEXT, NEEDED),
    ("cosigner-json", ("keys", 0, "xpub"), TEXT, NEEDED),
    ("cosigner-json", ("keys", 0, "original"), TEXT, FREE),
    ("cosigner-json", ("keys", 0, "fingerprint"), TEXT, NEEDED),
    ("cosigner-json", ("keys", 0, "derivation"), TEXT, NEEDED),
    ("account-json", ("ExtPubKey",), TEXT, EITHER),
    ("account-json", ("MasterFingerprint",), TEXT, NEEDED),
    ("account-json", ("AccountKeyPath",), TEXT, FREE),
    ("account-json, taproot", ("TaprootExtPubKey",), TEXT, EITHER),
    ("account-json, taproot", ("TaprootAccountKeyPath",), TEXT, FREE),
    ("core", ("wallet_name",), TEXT, FREE),
    ("core", ("descriptors", 1), OBJECT, NEEDED),
    ("core", ("descriptors", 1, "desc"), TEXT, NEEDED),
    ("core", ("descriptors", 1, "internal"), FLAG, FREE),
]
"""A document, the place of a member in it, what it must be, and whether it must be there."""

IN_LISTS = [each for each in MEMBERS if not isinstance(each[1][-1], int)]


def changed(name: str, place: Place, value: Any = None, *, left_out: bool = False) -> bytes:
    document = copy.deepcopy(DOCUMENTS[name])
    inner: Any = document
    for step in place[:-1]:
        inner = inner[step]
    if left_out:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return json.dumps(document).encode()


def first_address(document: bytes) -> str:
    return registered(document).address(0, 0)


def registered(document: bytes) -> Wallet:
    return recognise(document).register("treasury", REGTEST)


def refusal(place: Place, kind: str) -> str:
    if kind == OBJECT:
        return "something else where an object should be"
    return f"the field {place[-1]} is missing or malformed"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_of_the_table_are_wallets(name: str) -> None:
    assert registered(json.dumps(DOCUMENTS[name]).encode())
    with pytest.raises(Unreadable):
        recognise(json.dumps([DOCUMENTS[name]]).encode())


@pytest.mark.parametrize(("name", "place", "kind", "presence"), MEMBERS)
def test_a_member_of_another_type_is_refused_by_its_name(name: str, place: Place, kind: str, presence: str) -> None:
    for other, value in OF.items():
        if other != kind:
            with pytest.raises(Unreadable, match=refusal(place, kind)):
                recognise(changed(name, place, value))
    if kind == NUMBER:
        with pytest.raises(Unreadable, match=refusal(place, kind)):
            recognise(changed(name, place, 1.0))


@pytest.mark.parametrize(("name", "place", "kind", "presence"), IN_LISTS)
def test_a_member_that_must_be_there_is_and_one_that_need_not_changes_no_address(
    name: str, place: Place, kind: str, presence: str
) -> None:
    address = first_address(json.dumps(DOCUMENTS[name]).encode())
    left_out, null = changed(name, place, left_out=True), changed(name, place, None)
    if presence in (FREE, NOT_NULL):
        assert first_address(left_out) == address
    else:
        with pytest.raises(Unreadable):  # or it is of no format that is known
            recognise(left_out)
    if presence == FREE:
        assert first_address(null) == address
    else:
        with pytest.raises(Unreadable, match="no account" if presence == EITHER else refusal(place, kind)):
            recognise(null)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_nobody_asks_for_is_passed_over(name: str) -> None:
    assert registered(json.dumps(DOCUMENTS[name] | {"comment": {"a": [1, None]}}).encode()) == registered(
        json.dumps(DOCUMENTS[name]).encode()
    )


# --- the fields themselves ---

ALL = Fields("the paper", {"text": "x", "number": 7, "yes": True, "no": False, "list": [1], "object": {}, "null": None})


def test_a_field_is_given_as_what_it_is() -> None:
    assert (ALL.text("text"), ALL.number("number", 7, 7), ALL.items("list")) == ("x", 7, [1])
    assert (ALL.text_or_none("text"), ALL.flag_or_none("yes"), ALL.flag_or_none("no")) == ("x", True, False)
    assert (ALL.text_or_none("null"), ALL.text_or_none("gone")) == (None, None)
    assert (ALL.flag_or_none("null"), ALL.flag_or_none("gone")) == (None, None)
    assert ALL.fields("object") == Fields("the paper", {})


@pytest.mark.parametrize(("least", "most"), [(8, 9), (0, 6), (-7, -1)])
def test_a_number_outside_its_bounds_is_refused(least: int, most: int) -> None:
    with pytest.raises(Unreadable, match=r"^the paper cannot be read: the field number is missing"):
        ALL.number("number", least, most)


def test_a_field_of_another_kind_is_refused_with_its_name() -> None:
    for name in ALL.values.keys() - {"text", "null"}:
        with pytest.raises(Unreadable, match=f"the field {name} is"):
            ALL.text_or_none(name)
    for ask, good in ((ALL.text, {"text"}), (ALL.items, {"list"}), (ALL.flag_or_none, {"yes", "no", "null", "gone"})):
        for name in {*ALL.values, "gone"} - good:
            with pytest.raises(Unreadable, match=f"the field {name} is"):
                ask(name)
    for name in {*ALL.values, "gone"} - {"number"}:
        with pytest.raises(Unreadable, match=f"the field {name} is"):
            ALL.number(name, 0, 9)
    for name in {*ALL.values, "gone"} - {"object"}:
        with pytest.raises(Unreadable, match="something else where an object should be"):
            ALL.fields(name)
