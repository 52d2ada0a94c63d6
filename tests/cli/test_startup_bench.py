"""How long commands take to start: the bars, as they were recorded, and a document that says what was measured."""

import json
from pathlib import Path

import pytest

from benchmarks import startup
from benchmarks.startup import __main__ as bench
from benchmarks.startup import document

RESULTS = json.loads((Path(startup.__file__).parent / "results.json").read_text(encoding="utf-8"))


def test_the_document_says_what_was_measured() -> None:
    assert document.DOCUMENT.read_text(encoding="utf-8") == document.text(RESULTS), "run make bench-startup"


@pytest.mark.parametrize("command", bench.COMMANDS)
def test_the_bench_recorded_the_bars(command: str) -> None:
    assert document.ratio(RESULTS, command) <= document.BARS[command]


@pytest.mark.parametrize("kind", document.OTHERS_BARS)
def test_the_bench_recorded_what_other_wallets_add(kind: str) -> None:
    assert RESULTS["others"][kind] <= document.OTHERS_BARS[kind]


@pytest.mark.parametrize("command", document.DOOR_BARS)
def test_the_bench_recorded_what_launcher_and_door_add(command: str) -> None:
    assert RESULTS["door"][command] <= document.DOOR_BARS[command]


def test_what_is_measured_is_what_has_a_bar() -> None:
    assert bench.COMMANDS.keys() == document.BARS.keys() == document.BEFORE.keys()
    beside = {document.PYTHON, *map(document.without, document.DOOR_BARS)}
    assert RESULTS["milliseconds"].keys() == {document.BARE, *bench.COMMANDS, *beside, document.WINDOW}
    assert RESULTS["whole"] > document.ratio(RESULTS, document.SEARCHING)
    assert bench.OTHER_WALLETS.keys() == RESULTS["others"].keys() == document.OTHERS_BARS.keys()
    assert RESULTS["rounds"] == bench.ROUNDS
