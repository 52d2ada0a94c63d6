"""What the ladder reads of a synthetic camera's photographs: a share of the bench, and what the bench recorded."""

import json
from pathlib import Path

import pytest

from benchmarks.transport import camera

RESULTS = json.loads((Path(camera.__file__).parent / "results.json").read_text())["camera"]


@pytest.mark.parametrize(("version", "pixels"), [(10, 3), (20, 3), (25, 4), (30, 5), (40, 3), (40, 5)])
def test_medium_photographs_are_read(version: int, pixels: int) -> None:
    found = camera.measure(version, pixels, "medium", 2)
    assert (found["ladder"], found["wrong"]) == (2, 0)


def test_harsh_photographs_of_version_10_are_read_with_the_ladder() -> None:
    found = camera.measure(10, 5, "harsh", 6)
    assert (found["ladder"], found["wrong"]) == (6, 0)
    assert found["fast"] < 6  # the ladder is what reads them


def test_the_bench_read_97_of_100_medium_photographs_and_none_wrongly() -> None:
    medium = [cell for cell in RESULTS if cell["severity"] == "medium"]
    assert {cell["version"] for cell in medium} == set(camera.VERSIONS)
    assert all(cell["pixels"] >= 3 for cell in medium)
    read, pictures = (sum(cell[what] for cell in medium) for what in ("ladder", "pictures"))
    assert read / pictures >= 0.97
    assert sum(cell["wrong"] for cell in RESULTS) == 0


def test_what_does_not_fit_the_screen_is_not_measured() -> None:
    assert not camera.fits(40, 6)
    assert camera.fits(40, 5)
