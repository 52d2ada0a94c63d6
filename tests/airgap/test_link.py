"""Ten kilobytes from a laptop's screen to another's camera, ten frames a second, one in ten lost: under two seconds."""

import json
from pathlib import Path
from statistics import mean

import pytest

from airgap.presets import PRESETS
from benchmarks.transport import link

RESULTS = json.loads((Path(link.__file__).parent / "results.json").read_text())["link"]
BOUND = 2.0


@pytest.mark.parametrize("late", [False, True])
def test_ten_kilobytes_cross_in_under_two_seconds(late: bool) -> None:
    times = link.seconds(PRESETS["self"], late=late, period=0.1, trials=40)
    assert mean(times) < BOUND
    assert sum(time < BOUND for time in times) >= 0.9 * len(times)


@pytest.mark.parametrize("when", ["start", "late"])
def test_the_bench_found_the_same_and_what_sparrow_takes(when: str) -> None:
    assert RESULTS["bytes"] == 10_000
    assert RESULTS[when]["mean"] < RESULTS[when]["most"] < BOUND
    assert RESULTS[when]["sparrow"] > 2 * RESULTS[when]["mean"]
