"""A command of ours that writes one file, through its front door, at every point."""

import json
import re
from pathlib import Path

from tests.faults.fault import EIO_THOUGH_DONE, FAULTS, Outcome
from tests.faults.inside import Inside, command
from tests.faults.order import complaints
from tests.faults.points import every_point

# The account of BIP-84's published phrase on the test networks.
ORIGIN = "[73c5da0a/84h/1h/0h]"
TPUB = "tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M"
NEW = ("wallet", "new", "treasury", "--descriptor", f"wpkh({ORIGIN}{TPUB}/<0;1>/*)", "--network", "regtest", "-o")
STRAY = re.compile(r"\.wallet\.json\.[0-9a-f]{16}\.tmp")


def test_a_wallets_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "prepared").mkdir()

    def judge(folder: Path, outcome: Outcome) -> None:
        left = {path.name for path in folder.iterdir()}
        strays = {name for name in left if STRAY.fullmatch(name)}
        assert left <= {"wallet.json", *strays}
        if "wallet.json" in left:
            assert json.loads((folder / "wallet.json").read_bytes())["name"] == "treasury"
        assert outcome.killed or outcome.code in (0, 8), outcome
        assert outcome.code != 0 or left == {"wallet.json"}
        assert outcome.code != 8 or outcome.said.startswith("error: ")

    tried = every_point(
        Inside(command(*NEW, "{folder}/wallet.json")),
        tmp_path / "prepared",
        judge,
        tmp_path / "scratch",
        [fault for fault in FAULTS if fault is not EIO_THOUGH_DONE],
    )
    assert [call.name for call in tried.calls] == ["open", "write", "fsync", "link", "unlink", "fsync"]
    assert complaints(tried.calls) == []
