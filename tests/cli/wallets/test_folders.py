"""`--wallet` takes a folder: whose coins these are is judged and said, and no wallet of it is left out in silence."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.wallets import files
from tests.chains.bitcoin.review.drafts import Draft, honest, registered
from tests.cli.transactions.test_person_signs import PHRASE, main_wallet
from tests.support import desk

KINDS = {"savings": "tr", "spending": "wpkh", "vault": "wsh(sortedmulti)"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three wallets."""
    place = tmp_path / "wallets"
    place.mkdir()
    for name, kind in KINDS.items():
        (place / f"{name}.json").write_text(registered(kind, name=name).to_json())
    return place


@pytest.fixture
def request_of(tmp_path: Path):
    def lay(kind: str, draft: Draft | None = None) -> str:
        path = tmp_path / "in.psbt"
        path.write_bytes((draft or honest(kind)).psbt())
        return str(path)

    return lay


@pytest.mark.parametrize("name", KINDS)
def test_the_review_says_whose_coins_these_are(custody, folder, request_of, name: str) -> None:
    request = request_of(KINDS[name])
    alone = custody("review", request, "--wallet", str(folder / f"{name}.json"), "--json")
    among = custody("review", request, "--wallet", str(folder), "--json")
    assert (among.code, among.json) == (alone.code, alone.json)
    assert among.json["wallet"] == name
    assert f'wallet "{name}"' in custody("review", request, "--wallet", str(folder)).stdout.splitlines()[0]


def test_an_output_to_a_neighbour_is_a_transfer(custody, folder, request_of) -> None:
    draft = honest("wpkh")
    draft.outputs[0] = (desk.wallet("tr").script(0, 0), *draft.outputs[0][1:])
    answer = custody("review", request_of("wpkh", draft), "--wallet", str(folder))
    assert "Transfer to our own wallet: savings" in answer.stdout


def test_coins_of_none_of_them_are_another_wallets_first_of_all(custody, folder, request_of) -> None:
    request = request_of("sh(wpkh)")
    answer = custody("review", request, "--wallet", str(folder), "--json")
    assert answer.code == 3
    assert answer.json["wallet"] is None
    assert answer.json["findings"][0]["id"] == "BTC-WALLET-WRONG"
    assert all(name in answer.json["findings"][0]["text"] for name in KINDS)


def test_coins_of_two_of_them_are_refused(custody, folder, request_of) -> None:
    draft, other = honest("wpkh"), desk.wallet("tr")
    coin = desk.coins(other, 2)[1]
    draft.coins.append(coin)
    draft.inputs.append(desk.input_pairs(other, coin))
    draft.outpoints.append((desk.txid(coin.previous), coin.vout))
    answer = custody("review", request_of("wpkh", draft), "--wallet", str(folder), "--json")
    assert answer.code == 3
    assert "BTC-INPUT-MIXED" in {each["id"] for each in answer.json["findings"]}


def test_it_is_signed_by_the_wallet_whose_coins_these_are(custody, folder, request_of, tmp_path) -> None:
    out = tmp_path / "out.psbt"
    line = ("sign", request_of("wpkh"), "--wallet", str(folder), "--yes", "-o", str(out), "--json")
    signed = custody(*line, secret=desk.PHRASES["A"])
    assert signed.code == 0, signed.stdout
    assert signed.json["wallet"] == "spending"
    assert len(Psbt.parse(out.read_bytes()).inputs[0].partial_sigs) == 1


def test_a_wallet_of_the_main_network_beside_it_changes_nothing_on_a_test_network(
    custody, folder, request_of, tmp_path
) -> None:
    beside = Wallet.register("main", [main_wallet(PHRASE).descriptor], network("main"))
    (folder / "main.json").write_text(beside.to_json())
    line = ("sign", request_of("wpkh"), "--wallet", str(folder), "--yes", "-o", str(tmp_path / "out"))
    assert custody(*line, secret=desk.PHRASES["A"]).code == 0
    assert "MAIN" not in custody("review", request_of("wpkh"), "--wallet", str(folder)).stdout


def test_cosigners_have_their_numbers_in_a_folder_too(custody, folder, request_of, tmp_path) -> None:
    request = request_of("wsh(sortedmulti)")
    line = ("psbt", "combine", request, "--wallet", str(folder), "-o", str(tmp_path / "out.psbt"))
    answer = custody(*line)
    assert answer.code == 0, answer.stderr
    assert 'Coins of wallet "vault"' in answer.stdout
    assert "cosigner 1" in answer.stdout


def test_coins_are_proven_by_the_wallet_whose_they_are(custody, folder, request_of, tmp_path) -> None:
    prove = ("message", "prove", "--message", "ours", "--wallet", str(folder), "--yes", "--force", "--json")
    out = ("-o", str(tmp_path / "proof"))
    by_psbt = custody(*prove, *out, "--coins", request_of("wpkh"), secret=desk.PHRASES["A"])
    assert by_psbt.code == 0, by_psbt.stdout
    assert by_psbt.json["wallet"] == "spending"
    made = tmp_path / "made"
    made.write_bytes(honest("tr").coins[0].previous)
    by_outputs = custody(*prove, *out, "--tx", str(made), secret=desk.PHRASES["A"])
    assert by_outputs.code == 0, by_outputs.stdout
    assert by_outputs.json["wallet"] == "savings"
    stranger = custody(*prove, *out, "--coins", request_of("sh(wpkh)"), secret=desk.PHRASES["A"])
    assert stranger.code == 5
    two = tmp_path / "two"
    two.write_bytes(honest("wpkh").coins[0].previous)
    both = custody(*prove, *out, "--tx", str(made), "--tx", str(two), secret=desk.PHRASES["A"])
    assert both.code == 2
    assert "savings" in both.json["error"]["message"]
    assert "spending" in both.json["error"]["message"]


def test_other_files_are_passed_over_and_named(custody, folder, request_of) -> None:
    (folder / "set.json").write_text('{"format": "custody-share-set/1"}')
    (folder / "labels.jsonl").write_text('{"type": "tx"}\n{"type": "tx"}\n')
    (folder / "payment.psbt").write_bytes(honest().psbt())
    (folder / "large.json").write_bytes(b" " * (files.SIZE_LIMIT + 1))
    (folder / ".hidden.json").write_text("{")
    (folder / "older").mkdir()
    line = ("review", request_of("wpkh"), "--wallet", str(folder))
    answer = custody(*line)
    assert answer.code == 0, answer.stderr
    assert "passed over" in answer.stderr
    assert all(name in answer.stderr for name in ("set.json", "labels.jsonl", "payment.psbt", "large.json"))
    assert ".hidden" not in answer.stderr
    assert "passed over" not in custody(*line, "--quiet").stderr


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text[:9],
        lambda text: text[:0],
        lambda text: text.replace("wpkh", "wpkx"),
        lambda text: text.replace('"regtest"', '"nowhere"'),
        lambda text: text.replace("custody-wallet/1", "custody-wallet/9"),
        lambda text: text.encode("utf-16"),
    ],
    ids=["half of it", "its first letters", "empty", "its descriptor", "its network", "its version", "its encoding"],
)
def test_a_damaged_wallet_is_named_and_not_left_out(custody, folder, request_of, damage) -> None:
    file = folder / "spending.json"
    changed = damage(file.read_text())
    file.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    answer = custody("review", request_of("tr"), "--wallet", str(folder), "--json")
    if isinstance(changed, bytes):
        assert answer.code == 0
        return
    assert answer.code == 4
    assert "spending.json" in answer.json["error"]["message"]


def test_a_copy_is_the_same_wallet_and_another_of_its_name_is_refused(custody, folder, request_of) -> None:
    request, copy = request_of("wpkh"), folder / "spending (copy).json"
    copy.write_bytes((folder / "spending.json").read_bytes())
    assert custody("review", request, "--wallet", str(folder)).code == 0
    copy.write_text(registered("pkh", name="spending").to_json())
    answer = custody("review", request, "--wallet", str(folder))
    assert answer.code == 2
    assert "spending" in answer.stderr


def test_a_folder_without_a_wallet_and_one_of_too_much_are_refused(custody, tmp_path, request_of, monkeypatch) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    request = request_of("wpkh")
    assert custody("review", request, "--wallet", str(empty)).code == 2
    for number in range(3):
        (empty / f"{number}.json").write_text(registered("wpkh", name=str(number)).to_json())
    monkeypatch.setattr(files, "FILES_IN_A_FOLDER", 2)
    assert custody("review", request, "--wallet", str(empty)).code == 4
    monkeypatch.setattr(files, "FILES_IN_A_FOLDER", 3)
    monkeypatch.setattr(files, "FOLDER_LIMIT", 500)
    assert custody("review", request, "--wallet", str(empty)).code == 4


def test_a_folder_goes_with_files_and_a_file_stays_a_file_elsewhere(custody, folder, request_of, tmp_path) -> None:
    request, apart = request_of("pkh"), tmp_path / "apart.json"
    apart.write_text(registered("pkh", name="apart").to_json())
    answer = custody("review", request, "--wallet", str(folder), str(apart), "--json")
    assert (answer.code, answer.json["wallet"]) == (0, "apart")
    assert custody("review", str(folder), "--wallet", str(apart)).code == 2
    assert custody("wallet", "address", str(folder)).code == 2


def test_a_folder_that_may_not_be_read_is_said_to_be_so(custody, folder, request_of, monkeypatch) -> None:
    def refused(_folder: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    request = request_of("wpkh")
    monkeypatch.setattr(Path, "iterdir", refused)
    assert custody("review", request, "--wallet", str(folder)).code == 8
