"""The tour walks the main job through the real commands, asks nothing, and leaves pictures and no secret."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.support.patience import LONG


def test_the_tour_arrives(tmp_path: Path) -> None:
    folder = tmp_path / "tour"
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "tour" / "tour.py"), str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "What was proven" in done.stdout
    assert {"unsigned.gif", "signed.gif", "returned.psbt", "treasury.json", "set.json"} <= {
        path.name for path in folder.iterdir()
    }
    assert not (folder / "never.psbt").exists()
    written = b"".join(path.read_bytes() for path in folder.iterdir() if path.suffix in (".json", ".psbt"))
    assert b"prv" not in written
