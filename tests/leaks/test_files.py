"""Commands that hold no secret reach no file that was not named, either; those that hold one are in `test_planted`."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults import homes
from tests.leaks.forked import run
from tests.leaks.scenes import ALL, Stage
from tests.support.reaching import open_ways

PUBLIC = {name: scene for name, scene in ALL.items() if not (scene.gives or scene.out)}
ENDS = {"doctor": (0, 7), "verify-bundle": (4,)}
"""What is not exit 0: this machine may be unfit, and the scene's folder is no bundle."""

LISTED = {"doctor": {"list"}}
"""It lists what is below /dev, where the scene's folder lies."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as place:
        yield Stage(Path(place).resolve())


@pytest.mark.parametrize("name", PUBLIC)
def test_a_command_does_its_work_and_reaches_no_file_that_was_not_named(name: str, stage: Stage) -> None:
    end = run(PUBLIC[name], stage.folder(PUBLIC[name]))
    assert end.code in ENDS.get(name, (0,)), end
    assert end.tried
    assert open_ways(end.tried) <= LISTED.get(name, set())


def test_without_the_door_every_way_is_open(tmp_path: Path) -> None:
    line = "import json, sys; from pathlib import Path; from tests.support.reaching import foreign, tried; "
    told = subprocess.run(
        [sys.executable, "-c", f"{line}print(json.dumps(tried(foreign(Path(sys.argv[1])))))", str(tmp_path)],
        check=True,
        capture_output=True,
        cwd=ROOT,
    ).stdout
    closed_anyway = {"read another's memory"}  # by Yama, or to whoever is not root
    assert {way for way, number in json.loads(told).items() if number} <= closed_anyway
