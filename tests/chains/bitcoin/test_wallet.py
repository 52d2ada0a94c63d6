"""The registered wallet: what is trusted at registration, and what it says is its own."""

import base64
import json
from pathlib import Path

import bdkpython
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.network import NETWORKS
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.wallet import Wallet
from custody.chains.extended_key import ExtendedKey
from custody.errors import CustodyError, Mismatch, Unreadable, Usage
from tests.conftest import ROOT
from tests.support import desk

REGTEST = NETWORKS["regtest"]
H = 1 << 31


def registered(kind: str = "wpkh", **options: int) -> Wallet:
    return Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST, **options)


@pytest.mark.parametrize("kind", desk.KINDS)
def test_the_first_addresses_of_both_branches_agree_with_embit(kind: str) -> None:
    wallet, owner = registered(kind), desk.wallet(kind)
    for branch in (0, 1):
        ours = [wallet.address(branch, index) for index in range(20)]
        assert ours == [owner.address(branch, index) for index in range(20)]


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("branch", [0, 1])
def test_the_first_addresses_agree_with_bdk(kind: str, branch: int) -> None:
    wallet = registered(kind)
    descriptor = bdkpython.Descriptor(desk.wallet(kind).single(branch), bdkpython.NetworkKind.TEST)
    for index in range(20):
        theirs = descriptor.derive_address(index, bdkpython.Network.REGTEST)
        assert wallet.address(branch, index) == str(theirs)


def test_what_the_nodes_wallet_calls_its_own_is_ours(vectors: Path) -> None:
    found = 0
    for entry in json.loads((vectors / "core-psbts.json").read_text(encoding="utf-8"))["psbts"]:
        if entry["kind"] == "mixed" or entry["name"] == "wpkh no derivation paths":
            continue
        descriptors = [each["descriptor"] for each in entry["descriptors"]]
        wallet = Wallet.register("core", descriptors, NETWORKS[entry["network"]])
        psbt = Psbt.parse(base64.b64decode(entry["psbt"]))
        for output, declared, told in zip(psbt.transaction.outputs, psbt.outputs, entry["outputs"], strict=True):
            origins = (*declared.bip32_derivations, *declared.tap_derivations)
            places = {wallet.locate(origin.fingerprint, origin.path) for origin in origins} - {None}
            own = any(wallet.derive(*place).script == output.script for place in places if place is not None)
            assert own == told["is_mine"], entry["name"]
            if own:
                assert wallet.find(told["address"], 100) is not None
                found += 1
    assert found > 25


def test_a_claimed_origin_is_located_only_where_the_wallet_has_keys() -> None:
    wallet, fingerprint = registered(), desk.root("A").my_fingerprint
    account = (84 + H, 1 + H, H)
    assert wallet.locate(fingerprint, (*account, 1, 7)) == (1, 7)
    assert wallet.locate(fingerprint, (*account, 0, 2**31 - 1)) == (0, 2**31 - 1)
    for steps in ((2, 7), (1 + H, 7), (1, 7 + H), (1,), (), (1, 7, 0), (0, 1, 7)):
        assert wallet.locate(fingerprint, (*account, *steps)) is None
    for path in ((), (0,), (84 + H, H, H, 1, 7), (84, 1, 0, 1, 7), (49 + H, 1 + H, H, 1, 7)):
        assert wallet.locate(fingerprint, path) is None
    assert wallet.locate(desk.root("B").my_fingerprint, (*account, 1, 7)) is None


def test_a_key_without_origin_is_its_own_master() -> None:
    account = desk.root("A").derive("m/84h/1h/0h").to_public()
    wallet = Wallet.register("bare", [f"wpkh({account.to_base58()}/<0;1>/*)"], REGTEST)
    assert wallet.locate(account.my_fingerprint, (1, 7)) == (1, 7)
    assert wallet.address(1, 7) == registered().address(1, 7)


def account_key(who: str = "A", path: str = "84h/1h/0h", network: str = "regtest") -> str:
    key = desk.root(who).derive(f"m/{path}").to_public()
    return ExtendedKey.parse(key.to_base58()).serialize() if network == "regtest" else key.to_base58()


A = desk.root("A").my_fingerprint.hex()
TPUB = account_key()


@pytest.mark.parametrize(
    ("descriptor", "error"),
    [
        (f"wpkh([{A}/84h/0h/0h]{TPUB}/<0;1>/*)", Mismatch),
        (f"wpkh([{A}/84h/1h]{TPUB}/<0;1>/*)", Mismatch),
        (f"wpkh([{A}/84h/1h/1h]{TPUB}/<0;1>/*)", Mismatch),
        (f"wpkh([{A}]{TPUB}/<0;1>/*)", Mismatch),
        (f"wpkh([{A}/84h/1h/0h]{TPUB}/0/5)", Unreadable),
        (f"wpkh([{A}/84h/1h/0h]{TPUB})", Unreadable),
        (f"wpkh([{A}/84h/1h/0h]{TPUB}/<0;1;2>/*)", Unreadable),
        (f"wsh(multi(2,[{A}/84h/1h/0h]{TPUB}/<0;1>/*,[{A}/84h/1h/0h]{TPUB}/<2;3>/*))", Unreadable),
        (f"wsh(multi(2,[{A}/84h/1h/0h]{TPUB}/<0;1>/*,[00000000/84h/1h/0h]{TPUB}/<0;1>/*))", Unreadable),
        (f"wsh(multi(1,[{A}/84h/1h/0h]{TPUB}/<0;1>/*,02{'11' * 32}))", Unreadable),
    ],
    ids=[
        "coin type of another network",
        "key deeper than its origin",
        "another account than its origin",
        "a child that claims to be the master",
        "one address",
        "a bare key",
        "three branches",
        "one key on two branches",
        "one key under two names",
        "a fixed key in the quorum",
    ],
)
def test_registration_refuses(descriptor: str, error: type[CustodyError]) -> None:
    with pytest.raises(error):
        Wallet.register("treasury", [descriptor], REGTEST)


def test_a_key_of_another_network_is_a_mismatch() -> None:
    with pytest.raises(Mismatch, match="test network") as refusal:
        Wallet.register("treasury", [f"wpkh({TPUB}/<0;1>/*)"], NETWORKS["main"])
    assert refusal.value.exit_code == 5


def test_a_master_key_must_be_the_one_in_its_origin() -> None:
    master = desk.root("A").to_public().to_base58()
    assert Wallet.register("treasury", [f"wpkh([{A}]{master}/<0;1>/*)"], REGTEST)
    with pytest.raises(Mismatch, match="master key"):
        Wallet.register("treasury", [f"wpkh([deadbeef]{master}/<0;1>/*)"], REGTEST)


def test_a_first_child_must_name_the_master_of_its_origin() -> None:
    child = account_key(path="45h")
    assert Wallet.register("treasury", [f"wpkh([{A}/45h]{child}/<0;1>/*)"], REGTEST)
    with pytest.raises(Mismatch, match="master key"):
        Wallet.register("treasury", [f"wpkh([deadbeef/45h]{child}/<0;1>/*)"], REGTEST)


@pytest.mark.parametrize(
    "name", ["", " treasury", "tre\x1b[31masury", "tr\u0435asury", "x" * 201, "a\nb", "\u202ename"]
)
def test_a_name_is_plain_text(name: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        Wallet.register(name, [desk.wallet("wpkh").descriptor], REGTEST)
    assert refusal.value.message.isprintable()


@pytest.mark.parametrize("used_to", [-1, 2**31])
def test_used_to_is_an_address_index(used_to: int) -> None:
    with pytest.raises(Usage):
        registered(used_to=used_to)


def test_one_or_two_descriptors_make_a_wallet() -> None:
    owner = desk.wallet("wpkh")
    assert Wallet.register("treasury", [owner.single(0), owner.single(1)], REGTEST) == registered()
    with pytest.raises(Usage):
        Wallet.register("treasury", [], REGTEST)
    with pytest.raises(Usage):
        Wallet.register("treasury", [owner.single(0), owner.single(1), owner.single(1)], REGTEST)


@pytest.mark.parametrize("kind", desk.KINDS)
def test_a_wallets_file_comes_back_as_written(kind: str) -> None:
    wallet = registered(kind, used_to=17)
    assert Wallet.from_json(wallet.to_json()) == wallet


def test_the_document_shows_a_wallets_file_as_it_is_written() -> None:
    assert registered(used_to=17).to_json() in (ROOT / "docs" / "spec" / "wallet.md").read_text(encoding="utf-8")


def changed(**fields: object) -> str:
    return json.dumps({**json.loads(registered().to_json()), **fields})


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        "{}",
        changed(format="custody-wallet/2"),
        changed(chain="evm"),
        changed(network="moon"),
        changed(network="mainnet"),
        changed(network=1),
        changed(name=1),
        changed(name="tre\u202easury"),
        changed(descriptor="wpkh"),
        changed(descriptor=desk.wallet("wpkh").descriptor),
        changed(used_to="17"),
        changed(used_to=True),
        changed(used_to=-1),
        changed(used_to=1.0),
        changed(extra=1),
        registered().to_json().replace('"chain"', '"name": "other", "chain"'),
        " " * 4_000_001,
    ],
    ids=lambda document: repr(document[:40]),
)
def test_a_file_that_is_anything_else_is_unreadable(document: str) -> None:
    with pytest.raises(Unreadable):
        Wallet.from_json(document)


def test_a_descriptor_that_was_edited_by_hand_is_noticed() -> None:
    document = registered().to_json()
    other = document.replace("/<0;1>/*", "/<1;0>/*")
    with pytest.raises(Unreadable, match="checksum"):
        Wallet.from_json(other)


@given(st.text(max_size=100) | st.dictionaries(st.text(), st.integers() | st.text() | st.none()).map(json.dumps))
def test_any_text_is_a_wallet_or_an_error_of_ours(document: str) -> None:
    with pytest.raises(CustodyError):
        Wallet.from_json(document)
