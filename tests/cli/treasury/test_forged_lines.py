"""Whoever can write to the directory appends lines, even under the machine's own key: they hide and lend nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.ceremony.home.home import reading
from custody.governance.statement import RESUME, WALLET
from custody.keys.vaults.writer import WriterKey
from tests.cli.treasury.test_treasury import begun, payment, read, sign, status
from tests.support import desk
from tests.support.officers import Answer, custody, quick_identities


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> str:
    """A treasury that has signed something, and is halted."""
    path = begun(tmp_path)
    assert sign(path, payment(tmp_path), str(tmp_path / "out")).code == 0
    assert custody("halt", "--home", path, officers=("Erin",)).code == 0
    return path


def append(home: str, kind: str, what: dict[str, Any], *, sealed: bool) -> None:
    """Put a line behind the newest, under the seal of this machine or under none."""
    with reading(home) as opened:
        entry = opened.book.next(kind, what, at=1)
    key = WriterKey.read((Path(home) / "writer.key").read_bytes())
    seal = key.sign(entry.to_seal) if sealed else bytes(64)
    with (Path(home) / "journal.jsonl").open("ab") as journal:
        journal.write(entry.sealed(seal).encode() + b"\n")


def unsigned(home: str, kind: str, says: dict[str, Any]) -> dict[str, Any]:
    """A statement that nobody signed."""
    with reading(home) as opened:
        return {"signatures": [], "statement": opened.book.statement(kind, says, at=1).to_json()}


def shown(home: str, tmp_path: Path) -> tuple[Answer, ...]:
    """What everybody sees who looks."""
    return (
        custody("status", "--home", home),
        custody("officer", "list", "--home", home),
        custody("review", payment(tmp_path, coin=1, name="again.psbt"), "--home", home),
        custody("journal", "verify", "--home", home),
    )


def test_a_line_without_the_machines_seal_is_an_alarm(home: str, tmp_path: Path) -> None:
    append(home, "mended", {"sha256": "00" * 32, "size": 1}, sealed=False)
    assert {each.code for each in shown(home, tmp_path)} == {9}


def test_a_resumption_that_nobody_signed_clears_no_halt(home: str, tmp_path: Path) -> None:
    append(home, RESUME, unsigned(home, RESUME, {"halts": status(home)["halts"]}), sealed=True)
    assert {each.code for each in shown(home, tmp_path)} == {9}


def test_a_wallet_that_nobody_signed_lends_no_name(home: str, tmp_path: Path) -> None:
    evil = desk.wallet("tr")
    line = ("wallet", "new", "evil", "--descriptor", evil.single(0), "--network", "regtest", "-o", str(tmp_path / "e"))
    assert custody(*line).code == 0
    says = {"document": json.loads((tmp_path / "e").read_text()), "name": "evil"}
    append(home, WALLET, unsigned(home, WALLET, says), sealed=True)
    assert {each.code for each in shown(home, tmp_path)} == {9}


def test_a_signature_is_not_hidden_by_a_line_that_says_nothing_of_it(home: str, tmp_path: Path) -> None:
    append(home, "mended", {"sha256": "00" * 32, "size": 1}, sealed=True)
    assert status(home)["halted"]
    again = payment(tmp_path, coin=1, name="again.psbt")
    reviewed = read(custody("review", again, "--home", home, "--json"))
    assert "BTC-PAID-BEFORE" in {finding["id"] for finding in reviewed["findings"]}


def test_a_fold_of_an_older_release_is_not_looked_at(home: str) -> None:
    (Path(home) / "fold.json").write_bytes(b'{"halts":{}}')
    assert status(home)["halted"]
