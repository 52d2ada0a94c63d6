"""The registered wallet: what is trusted at registration, and what it says is its own."""

import base64
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody import strict_json
from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Mismatch, Unreadable, Usage
from tests.conftest import ROOT
from tests.support import desk

REGTEST = NETWORKS["regtest"]
H = 1 << 31


def registered(kind: str = "wpkh", **options: int) -> Wallet:
    return Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST, **options)


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


def test_a_key_whose_addresses_lie_right_below_it_is_not_located_at_itself() -> None:
    account = desk.root("A").derive("m/84h/1h/0h/5").to_public()
    wallet = Wallet.register("bare", [f"wpkh([{A}/84h/1h/0h/5]{account.to_base58()}/*)"], REGTEST)
    path = (84 + H, 1 + H, H, 5)
    assert wallet.locate(bytes.fromhex(A), path) is None
    assert wallet.locate(bytes.fromhex(A), (*path, 5)) == (0, 5)
    assert wallet.locate(bytes.fromhex(A), (*path, 5, 5)) is None


def test_a_key_without_origin_is_its_own_master() -> None:
    account = desk.root("A").derive("m/84h/1h/0h").to_public()
    wallet = Wallet.register("bare", [f"wpkh({account.to_base58()}/<0;1>/*)"], REGTEST)
    assert wallet.locate(account.my_fingerprint, (1, 7)) == (1, 7)
    assert wallet.address(1, 7) == registered().address(1, 7)


def account_key(path: str = "84h/1h/0h") -> str:
    return str(desk.root("A").derive(f"m/{path}").to_public().to_base58())


A = desk.root("A").my_fingerprint.hex()
TPUB = account_key()


@pytest.mark.parametrize(
    ("descriptor", "error"),
    [
        (f"wpkh([{A}/84h/0h/0h]{TPUB}/<0;1>/*)", Mismatch),
        (f"wpkh([{A}/84h/0h]{account_key(path='84h/0h')}/<0;1>/*)", Mismatch),
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
        "coin type of another network at the end",
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


@pytest.mark.parametrize("origin", [f"[{A}/84h/1h/0h/5]", ""])
def test_a_child_beside_its_parent_is_refused(origin: str) -> None:
    child = f"{origin}{account_key('84h/1h/0h/5')}/<0;1>/*"
    for keys in ((f"[{A}/84h/1h/0h]{TPUB}/<0;1>/*", child), (child, f"[{A}/84h/1h/0h]{TPUB}/<0;1>/*")):
        with pytest.raises(Unreadable, match="child of another"):
            Wallet.register("treasury", [f"wsh(sortedmulti(2,{','.join(keys)}))"], REGTEST)


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
    for purpose in ("45h", "84h"):
        text = f"wpkh([{A}/{purpose}]{account_key(path=purpose)}/<0;1>/*)"
        assert Wallet.register("treasury", [text], REGTEST)
    child = account_key(path="45h")
    with pytest.raises(Mismatch, match="master key"):
        Wallet.register("treasury", [f"wpkh([deadbeef/45h]{child}/<0;1>/*)"], REGTEST)


SECRETS = {
    "xprv": str(desk.root("A").derive("m/84h/1h/0h").to_base58()),
    "mistyped xprv": str(desk.root("A").derive("m/84h/1h/0h").to_base58())[:-1] + "1",
    "WIF": "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("form", ["wpkh({}/<0;1>/*)", "wpkh({})", "wsh(multi(1,{}/0/*))", "tr({}", "{}", "pk({})"])
def test_a_private_key_is_not_registered_and_no_part_of_it_is_repeated(form: str, secret: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        Wallet.register("treasury", [form.format(secret)], REGTEST)
    shown = f"{refusal.value.message} {refusal.value.hint} {refusal.value!r} {refusal.value.__cause__!r}"
    assert not any(secret[at : at + 8] in shown for at in range(len(secret) - 7))


@pytest.mark.parametrize("version", ["045f1cf6", "04b24746"])
def test_a_key_of_slip132_is_not_registered_and_the_way_out_is_named(version: str) -> None:
    vpub = base58.encode_check(bytes.fromhex(version) + base58.decode_check(TPUB)[4:])
    with pytest.raises(Unreadable, match="SLIP-132") as refusal:
        Wallet.register("treasury", [f"wpkh([{A}/84h/1h/0h]{vpub}/<0;1>/*)"], REGTEST)
    assert "tpub" in refusal.value.hint


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


@pytest.mark.parametrize("name", ["treasury", 'a "b" \\c', "\\u0041", "</&'>~", "x" * 200])
@pytest.mark.parametrize("used_to", [None, 0, 2**31 - 1])
def test_a_file_is_written_byte_by_byte_as_its_document_says(name: str, used_to: int | None) -> None:
    descriptor = desk.wallet("wsh(sortedmulti)").descriptor
    wallet = Wallet.register(name, [descriptor.replace("h/", "'/").replace("h]", "']")], REGTEST, used_to)
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    written = wallet.to_json()
    assert written.isascii()
    assert written.splitlines(keepends=True) == [
        "{\n",
        '  "format": "custody-wallet/1",\n',
        '  "chain": "bitcoin",\n',
        f'  "name": "{escaped}",\n',
        '  "network": "regtest",\n',
        f'  "descriptor": "{descriptor}#{checksum(descriptor)}",\n',
        f'  "used_to": {"null" if used_to is None else used_to}\n',
        "}\n",
    ]
    assert Wallet.from_json(written) == wallet


def test_the_document_names_every_field_and_network_in_the_order_of_the_file() -> None:
    document = (ROOT / "docs" / "spec" / "wallet.md").read_text(encoding="utf-8")
    table = document[document.index("| `format` |") :].partition("\n\n")[0]
    rows = [line.split("|") for line in table.splitlines()]
    assert [row[1].strip(" `") for row in rows] == list(json.loads(registered().to_json()))
    (networks,) = (row[3] for row in rows if "network" in row[1])
    assert re.findall(r"`(\w+)`", networks) == list(NETWORKS)
    assert f"{strict_json.SIZE_LIMIT:,} bytes" in document


def test_a_file_is_read_in_any_order_and_with_any_space() -> None:
    wallet = registered(used_to=17)
    fields = json.loads(wallet.to_json())
    for text in (
        json.dumps(dict(reversed(fields.items())), separators=(",", ":")),
        json.dumps(fields, indent="\t").replace("\n", "\r\n"),
        wallet.to_json() + " " * (strict_json.SIZE_LIMIT - len(wallet.to_json())),
    ):
        assert Wallet.from_json(text) == wallet
    quoted = desk.wallet("wpkh").descriptor.replace("h/", "'/").replace("h]", "']")
    assert Wallet.from_json(changed(descriptor=f"{quoted}#{checksum(quoted)}", used_to=17)) == wallet


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
        '{"a":' * 100_000,
        "\ufeff" + registered().to_json(),
        registered().to_json() + "{}",
        registered().to_json().replace('"chain": "bitcoin",\n', ""),
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
        changed(used_to=float("nan")),
        changed(used_to=2**31),
        changed(used_to=10**4000),
        changed(used_to=0).replace('"used_to": 0', '"used_to": 1' + "0" * 5_000),
        changed(used_to=0).replace('"used_to": 0', '"used_to": 01'),
        changed(used_to=0).replace('"used_to": 0', '"used_to": \u0664'),
        changed(used_to=[[17]]),
        changed(name="\ud800"),
        changed(network="\ud800"),
        changed(network=["regtest"]),
        changed(format=["custody-wallet/1"]),
        changed(descriptor="\ud800#00000000"),
        changed(descriptor=desk.wallet("wpkh").descriptor + "#"),
        changed(descriptor="wpkh(" + "x" * 1_000_000 + ")#00000000"),
        changed(extra=1),
        registered().to_json().replace('"chain"', '"name": "other", "chain"'),
        " " * 4_000_001,
    ],
    ids=lambda document: repr(document[:40]),
)
def test_a_file_that_is_anything_else_is_unreadable(document: str) -> None:
    with pytest.raises(Unreadable):
        Wallet.from_json(document)


def test_the_limit_is_checked_before_the_document_is_read() -> None:
    with pytest.raises(Unreadable, match="over the limit"):
        Wallet.from_json(registered().to_json() + " " * strict_json.SIZE_LIMIT)


@pytest.mark.parametrize("field", ["format", "chain", "name", "network", "descriptor", "used_to"])
def test_a_file_without_one_of_its_fields_is_unreadable(field: str) -> None:
    fields = json.loads(registered().to_json())
    del fields[field]
    with pytest.raises(Unreadable):
        Wallet.from_json(json.dumps(fields))


def test_a_file_is_checked_as_at_registration() -> None:
    foreign = f"wpkh([{A}/84h/1h/1h]{TPUB}/<0;1>/*)"
    with pytest.raises(Mismatch, match="origin"):
        Wallet.from_json(changed(descriptor=f"{foreign}#{checksum(foreign)}"))
    with pytest.raises(Mismatch) as refusal:
        Wallet.from_json(changed(network="main"))
    assert refusal.value.code == "network-mismatch"


def test_a_descriptor_that_was_edited_by_hand_is_noticed() -> None:
    document = registered().to_json()
    other = document.replace("/<0;1>/*", "/<1;0>/*")
    with pytest.raises(Unreadable, match="checksum"):
        Wallet.from_json(other)


@given(st.text(max_size=100) | st.dictionaries(st.text(), st.integers() | st.text() | st.none()).map(json.dumps))
def test_any_text_is_a_wallet_or_an_error_of_ours(document: str) -> None:
    with pytest.raises(CustodyError):
        Wallet.from_json(document)


@pytest.mark.parametrize(
    ("used_to", "reach"), [(None, 1_000), (0, 1_000), (800, 1_000), (801, 1_001), (2_000_000_000, 2_000_000_200)]
)
def test_money_may_return_200_beyond_what_is_used_and_up_to_1000_in_any_case(used_to: int | None, reach: int) -> None:
    assert registered(used_to=used_to).reach == reach


def test_a_malformed_member_of_a_file_is_named() -> None:
    for name in ("used_to", "network"):
        with pytest.raises(Unreadable, match=f"{name}$"):
            Wallet.from_json(changed(**{name: []}))


def test_a_cosigner_without_an_origin_is_named_by_its_number() -> None:
    first = desk.expressions("48h/1h/0h/2h")["A"]
    with pytest.raises(Unreadable, match=r"cosigner 2 \(without an origin\)"):
        Wallet.register("treasury", [f"wsh(sortedmulti(1,{first},{desk.root('B').get_public_key()}))"], REGTEST)
