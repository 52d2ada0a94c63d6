"""The published PSBTs of BIP-174, 370 and 371 at the front door: the invalid are exit 4 in one sentence."""

import base64
import json
from pathlib import Path

import pytest

from custody.cli.front import main
from tests.support import desk
from tests.support.custody_command import call


@pytest.fixture
def wallet(tmp_path: Path) -> Path:
    path = tmp_path / "wallet.json"
    descriptor = desk.wallet("wpkh").descriptor
    assert call("wallet", "new", "treasury", "--descriptor", descriptor, "--network", "regtest", "-o", str(path)) == 0
    return path


def published(vectors: Path, verdict: str) -> list[dict[str, str]]:
    entries = json.loads((vectors / "psbt" / "bip174-370-371.json").read_text(encoding="utf-8"))
    return [entry for entry in entries if entry["parse"] == verdict]


def test_every_invalid_one_is_exit_4(
    vectors: Path, wallet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invalid = published(vectors, "error")
    assert len(invalid) == 55
    for entry in invalid:
        for number, content in enumerate((entry["psbt_base64"].encode(), base64.b64decode(entry["psbt_base64"]))):
            file = tmp_path / f"{entry['id']}-{number}.psbt"
            file.write_bytes(content)
            code = main.run(["review", str(file), "--wallet", str(wallet), "--json"])
            captured = capsys.readouterr()
            assert code == 4, entry["id"]
            assert set(json.loads(captured.out)["error"]) == {"code", "message", "hint"}
            assert "Traceback" not in captured.err


def test_no_valid_one_is_signed_by_a_wallet_that_does_not_own_it(
    vectors: Path, wallet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for entry in published(vectors, "ok") + published(vectors, "either"):
        file, out = tmp_path / f"{entry['id']}.psbt", tmp_path / "never"
        file.write_bytes(base64.b64decode(entry["psbt_base64"]))
        arguments = ["sign", str(file), "--wallet", str(wallet), "--yes", "-o", str(out), "--json"]
        assert call(*arguments, secret=desk.PHRASES["A"]) in (3, 4), entry["id"]
        assert not out.exists()
        assert "Traceback" not in capsys.readouterr().err
