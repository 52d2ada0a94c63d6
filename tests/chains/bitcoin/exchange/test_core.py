"""Bitcoin Core's lists: the branches put together, accounts chosen, and one defect in each."""

import json
from typing import Any

import pytest

from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.exchange.programs import core
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Mismatch, Unreadable, Usage
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import REGTEST
from tests.support import desk


def entry(desc: str, internal: bool | None = None, **more: Any) -> dict[str, Any]:
    """One descriptor as listdescriptors shows it; `internal` is there for active ones alone."""
    flags = {"active": False} if internal is None else {"active": True, "internal": internal}
    return {"desc": desc, "timestamp": 1700000000, **flags, "range": [0, 999], "next": 0, "next_index": 0, **more}


def pair(kind: str) -> list[dict[str, Any]]:
    owner = wallets.owner(kind)
    return [entry(owner.single(0), False), entry(owner.single(1), True)]


def listed(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"wallet_name": "hot", "descriptors": list(entries)}


def read(value: object, account: str | None = None) -> Imported:
    return core.read(json.dumps(value).encode(), account)


SINGLE = {"bip44": "pkh", "bip49": "sh(wpkh)", "bip84": "wpkh", "bip86": "tr"}


@pytest.mark.parametrize("kind", wallets.KINDS)
def test_the_two_branches_become_one_descriptor_in_any_order(kind: str) -> None:
    for entries in (pair(kind), list(reversed(pair(kind)))):
        imported = read(listed(*entries))
        assert imported.name == "hot"
        assert imported.register("treasury", REGTEST) == wallets.wallet(kind)
        assert read(entries).descriptors == imported.descriptors


def test_a_multipath_descriptor_is_an_account_by_itself() -> None:
    owner = wallets.owner("wsh(sortedmulti)")
    assert read([entry(owner.descriptor)]).register("treasury", REGTEST) == wallets.wallet("wsh(sortedmulti)")


def test_descriptors_that_are_no_longer_active_are_put_together_too() -> None:
    entries = [entry(each["desc"]) for each in pair("wpkh")]
    assert read(entries).register("treasury", REGTEST) == wallets.wallet("wpkh")


def test_the_same_descriptor_twice_is_one() -> None:
    assert read([*pair("wpkh"), *pair("wpkh")]).descriptors == read(pair("wpkh")).descriptors


def test_of_several_accounts_one_is_asked_for_by_its_name() -> None:
    entries = [each for kind in SINGLE.values() for each in pair(kind)]
    with pytest.raises(Usage, match="several") as refusal:
        read(listed(*entries))
    assert "bip44, bip49, bip84, bip86" in refusal.value.hint
    for account, kind in SINGLE.items():
        assert read(listed(*entries), account).register("treasury", REGTEST) == wallets.wallet(kind)
    with pytest.raises(Usage, match="no account of that name"):
        read(listed(*entries), "bip48")


def test_accounts_without_a_name_of_their_own_go_by_the_checksum_of_the_one_that_receives() -> None:
    second = [{**each, "desc": each["desc"].replace("84h/1h/0h", "84h/1h/1h")} for each in pair("wpkh")]
    entries = [*pair("wpkh"), *pair("wsh(sortedmulti)")]
    with pytest.raises(Usage) as refusal:
        read(entries)
    assert refusal.value.hint.endswith("bip84.") or "bip84," in refusal.value.hint
    quorum = Wallet.register("t", [wallets.owner("wsh(sortedmulti)").single(0)], REGTEST).descriptor.with_checksum()[
        -8:
    ]
    assert read(entries, quorum).register("treasury", REGTEST) == wallets.wallet("wsh(sortedmulti)")
    with pytest.raises(Usage) as refusal:  # two accounts of one purpose
        read([*pair("wpkh"), *second])
    assert "bip84" not in refusal.value.hint
    names = refusal.value.hint.removesuffix(".").rpartition(": ")[2].split(", ")
    found = {read([*pair("wpkh"), *second], name).descriptors for name in names}
    assert found == {read(pair("wpkh")).descriptors, read(second).descriptors}


def test_what_is_written_watches_from_the_beginning_on_both_branches() -> None:
    wallet = Wallet.register("treasury", [wallets.owner("wpkh").descriptor], REGTEST, used_to=4_000)
    receive, change = json.loads(core.write(wallet))
    assert [receive["internal"], change["internal"]] == [False, True]
    for each, branch in ((receive, 0), (change, 1)):
        assert (
            each["desc"]
            == wallet.register("t", [wallets.owner("wpkh").single(branch)], REGTEST).descriptor.with_checksum()
        )
        assert (each["active"], each["timestamp"], each["range"]) == (True, 0, [0, 5_000])
    (first, _second) = json.loads(core.write(wallets.wallet("wpkh")))
    assert first["range"] == [0, 999]


OTHER = desk.expressions("84h/1h/9h")["B"].replace("<0;1>", "1")
DEFECTS: dict[str, object] = {
    "an empty list": [],
    "no list": {"wallet_name": "x", "descriptors": {}},
    "a list of texts": ["wpkh(x)"],
    "a descriptor that is a number": [entry("x"), {"desc": 7}],
    "a wallet name that is a number": {"wallet_name": 7, "descriptors": pair("wpkh")},
    "change of a stranger": [pair("wpkh")[0], entry(f"wpkh({OTHER})", True)],
    "change alone": [pair("wpkh")[1]],
    "both for change": [{**each, "internal": True} for each in pair("wpkh")],
    "both to receive": [{**each, "internal": False} for each in pair("wpkh")],
    "the branches swapped": [{**each, "internal": not each["internal"]} for each in pair("wpkh")],
    "a third branch": [*pair("wpkh"), entry(wallets.owner("wpkh").descriptor.replace("<0;1>", "2"))],
    "both branches marked as change": [entry(wallets.owner("wpkh").descriptor, True)],
    "internal as a number": [{**pair("wpkh")[0], "internal": 0}, pair("wpkh")[1]],
    "a checksum that does not hold": [entry(wallets.owner("wpkh").single(0) + "#qqqqqqqq", False), pair("wpkh")[1]],
    "an address": [*pair("wpkh"), entry("addr(bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080)")],
    "a hardened step": [entry(wallets.owner("wpkh").single(0).replace("/0/*", "/0/*h"), False)],
    "a plain key": [entry("wpkh(02" + "11" * 32 + ")", False)],
    "a single address": [entry(wallets.owner("wpkh").single(0).replace("/0/*", "/0/7"), False)],
    "one key twice": [entry(f"wsh(multi(2,{OTHER},{OTHER}))".replace("/1/*", "/<0;1>/*"))],
    "too many": [pair("wpkh")[0]] * 1_001,
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_list_with_a_defect_is_refused(defect: str) -> None:
    with pytest.raises((Unreadable, Mismatch)):
        read(DEFECTS[defect]).register("treasury", REGTEST)


def test_the_descriptor_that_is_not_understood_is_named_by_its_place() -> None:
    with pytest.raises(Unreadable, match="descriptor 3 of the list"):
        read(DEFECTS["an address"])


@pytest.mark.parametrize("private", [desk.root("A").to_base58(), desk.root("A").derive("m/0").key.wif()])
def test_a_private_key_is_refused_though_another_account_is_asked_for(private: str) -> None:
    entries = [*pair("wpkh"), entry(f"pkh({private})", False)]
    for account in (None, "bip84"):
        with pytest.raises(CustodyError) as refusal:
            read(entries, account)
        assert refusal.value.code == "private-key"
        assert private not in refusal.value.message + refusal.value.hint


# --- at the edges ---


@pytest.mark.parametrize(
    ("used_to", "last"),
    [
        (None, 999),
        (0, 1_000),
        (1, 1_001),
        (2**31 - 1_002, 2**31 - 2),
        (2**31 - 1_001, 2**31 - 1),
        (2**31 - 1, 2**31 - 1),
    ],
)
def test_the_node_looks_a_thousand_addresses_beyond_the_highest_and_no_further_than_there_are(
    used_to: int | None, last: int
) -> None:
    wallet = Wallet.register("treasury", [wallets.owner("wpkh").descriptor], REGTEST, used_to=used_to)
    assert [each["range"] for each in json.loads(core.write(wallet))] == [[0, last]] * 2


def test_a_wallet_of_one_branch_is_one_request_that_receives() -> None:
    wallet = Wallet.register("treasury", [wallets.owner("wpkh").single(0)], REGTEST)
    (only,) = json.loads(core.write(wallet))
    assert only == {
        "desc": wallet.descriptor.with_checksum(),
        "active": True,
        "internal": False,
        "range": [0, 999],
        "timestamp": 0,
    }


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ([{"desc": "x"}], True),
        (["x", {"desc": "x"}], True),
        ({"descriptors": [{"desc": "x"}]}, True),
        ([], False),
        ({"descriptors": []}, False),
        ([{"descriptor": "x"}], False),
        (["desc"], False),
        ({"descriptors": {"desc": "x"}}, False),
        ({"desc": "x"}, False),
        (None, False),
    ],
)
def test_a_list_is_told_by_an_entry_with_a_descriptor(value: Any, is_one: bool) -> None:
    assert core.is_one(value) is is_one


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ((False, True), None),
        ((None, None), None),
        ((False, None), None),
        ((None, True), None),
        ((True, True), "not marked as one that receives"),
        ((False, False), "not marked as one that receives"),
        ((True, False), "not marked as one that receives"),
        ((None, False), "not marked as one that receives"),
        ((True, None), "not marked as one that receives"),
    ],
)
def test_the_marks_of_two_branches_say_nothing_else_than_their_steps(
    flags: tuple[bool | None, bool | None], told: str | None
) -> None:
    entries = [{"desc": wallets.owner("wpkh").single(branch), "internal": flags[branch]} for branch in (0, 1)]
    if told is None:
        assert read(entries).register("treasury", REGTEST) == wallets.wallet("wpkh")
    else:
        with pytest.raises(Unreadable, match=told):
            read(entries)


def test_what_belongs_to_no_other_is_refused_as_that() -> None:
    receive, change = (wallets.owner("wpkh").single(branch) for branch in (0, 1))
    third = receive.replace("/0/*", "/2/*")
    for entries, told in (
        ([{"desc": change, "internal": True}], "for change belongs to none that receives"),
        ([{"desc": each} for each in (receive, change, third)], "more than two descriptors are of the same keys"),
        ([{"desc": wallets.owner("wpkh").descriptor, "internal": True}], "of both branches is marked as change"),
    ):
        with pytest.raises(Unreadable, match=told):
            read(entries)
    for alone in (receive, change, wallets.owner("wpkh").descriptor):
        for unmarked in ({"desc": alone}, {"desc": alone, "internal": False}):
            assert read([unmarked]).descriptors == (alone,)


def test_keys_that_differ_in_their_origin_are_of_two_accounts() -> None:
    receive, change = (wallets.owner("wpkh").single(branch) for branch in (0, 1))
    with pytest.raises(Usage, match="several"):
        read([{"desc": receive}, {"desc": change.replace("73c5da0a", "00000001")}])


@pytest.mark.parametrize(
    ("kind", "path", "name"),
    [
        ("pkh({})", "44h/1h/0h", "bip44"),
        ("sh(wpkh({}))", "49h/1h/0h", "bip49"),
        ("wpkh({})", "84h/1h/0h", "bip84"),
        ("tr({})", "86h/1h/0h", "bip86"),
        ("wpkh({})", "44h/1h/0h", None),
        ("tr({})", "84h/1h/0h", None),
        ("pkh({})", "45h/1h/0h", None),
        ("wpkh({})", "84/1/0", None),
        ("wsh(sortedmulti(1,{}))", "84h/1h/0h", None),
    ],
)
def test_an_account_goes_by_its_purpose_only_where_its_script_is_that_of_its_path(
    kind: str, path: str, name: str | None
) -> None:
    text = kind.format(desk.expressions(path)["A"])
    other = wallets.owner("sh(sortedmulti)").descriptor
    with pytest.raises(Usage) as refusal:
        read([{"desc": text}, {"desc": other}])
    names = refusal.value.hint.removesuffix(".").rpartition(": ")[2].split(", ")
    assert [each for each in names if each.startswith("bip")] == ([] if name is None else [name])
    assert {read([{"desc": text}, {"desc": other}], each).descriptors for each in names} == {(text,), (other,)}
