"""Whoever can write to the directory appends a checkpoint and a fold of his own: nobody who looks believes it."""

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from custody import canonical
from custody.ceremony.home.home import reading
from custody.governance import records
from tests.cli.treasury.test_treasury import begun, payment, read, sign, status
from tests.support import desk
from tests.support.officers import custody, quick_identities


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


def test_a_forged_fold_hides_no_halt_no_signature_and_lends_no_name(tmp_path: Path) -> None:
    home = begun(tmp_path)
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    evil = desk.wallet("tr")
    custody("wallet", "new", "evil", "--descriptor", evil.single(0), "--network", "regtest", "-o", str(tmp_path / "e"))
    with reading(home) as opened:
        state, book = opened.book.state.to_json(), opened.book
    state |= {"halts": {}, "marks": {}}
    state["wallets"]["evil"] = json.loads((tmp_path / "e").read_text())
    forged = canonical.encode(state)
    line = book.next("checkpoint", records.Checkpoint(sha256(forged).digest()).to_json(), at=0)
    (Path(home) / "fold.json").write_bytes(forged)
    (Path(home) / "fold.json").chmod(0o600)
    with (Path(home) / "journal.jsonl").open("ab") as journal:
        journal.write(line + b"\n")
        os.fsync(journal.fileno())
    told = status(home)
    assert told["halted"]
    assert told["wallets"] == ["pay"]
    again = payment(tmp_path, coin=1, name="again.psbt")
    reviewed = read(custody("review", again, "--home", home, "--json"))
    assert "BTC-PAID-BEFORE" in {finding["id"] for finding in reviewed["findings"]}
    assert custody("journal", "verify", "--home", home).code == 9
