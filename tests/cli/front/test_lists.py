"""Options that take a list: `--wallet WALLET...` and `--tx RAW...`, in every way they are written."""

import json
from pathlib import Path

import pytest

from tests.chains.bitcoin.review.drafts import honest, registered
from tests.support.custody_command import run


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a request, the same without its previous transactions, those, and two wallets."""
    monkeypatch.chdir(tmp_path)
    draft = honest("wpkh", 2)
    (tmp_path / "request.psbt").write_bytes(draft.psbt())
    for number, coin in enumerate(draft.coins):
        (tmp_path / f"{number}.hex").write_text(coin.previous.hex())
        draft.drop(number, b"\x00")
    (tmp_path / "bare.psbt").write_bytes(draft.psbt())
    for kind, name in (("wpkh", "ours"), ("pkh", "other")):
        (tmp_path / f"{name}.json").write_text(registered(kind, name=name).to_json())
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ["review", "request.psbt", "--wallet", "other.json", "ours.json", "--json"],
        ["review", "request.psbt", "--json", "--wallet", "other.json", "ours.json"],
        ["review", "request.psbt", "--wallet", "other.json", "--wallet", "ours.json", "--json"],
        ["review", "--json", "--wallet", "ours.json", "request.psbt"],
        ["review", "--wallet=ours.json", "request.psbt", "--json"],
        ["review", "--wallet", "ours.json", "--wallet", "other.json", "--json", "request.psbt"],
        ["review", "request.psbt", "--wallet", "ours.json", "--json"],
    ],
    ids=" ".join,
)
def test_wallets_are_named_in_any_way(arguments: list[str], place: Path) -> None:
    done = run("custody", *arguments)
    assert done.code == 0, done.err
    assert json.loads(done.out)["wallet"] == "ours"


def test_several_files_stand_before_the_wallets(place: Path) -> None:
    done = run("custody", "review", "request.psbt", "request.psbt", "--wallet", "ours.json", "other.json", "--json")
    assert len(json.loads(done.out)["reviews"]) == 2


@pytest.mark.parametrize("arguments", [["0.hex", "1.hex"], ["1.hex", "--tx", "0.hex"]], ids=" ".join)
def test_transactions_are_named_in_any_way(arguments: list[str], place: Path) -> None:
    done = run("custody", "psbt", "complete", "bare.psbt", "--tx", *arguments, "-o", "whole.psbt", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["complete"]
    assert run("custody", "review", "whole.psbt", "--wallet", "ours.json").code == 0


def test_a_list_ends_at_the_next_option_and_an_empty_one_is_exit_2(place: Path) -> None:
    assert run("custody", "review", "request.psbt", "--wallet").code == 2
    assert run("custody", "review", "request.psbt", "--wallet", "ours.json", "--no-such").code == 2
