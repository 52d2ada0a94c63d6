"""Commands that are in neither `test_planted` nor `test_screens` reach no file that was not named, either."""

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
from tests.leaks.scenes import ENDS, LISTED, ON_A_TERMINAL, PUBLIC, Stage
from tests.support.reaching import open_ways

REST = {name: scene for name, scene in PUBLIC.items() if name not in ON_A_TERMINAL}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as place:
        yield Stage(Path(place).resolve())


@pytest.mark.parametrize("name", REST)
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
