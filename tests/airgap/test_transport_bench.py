"""Frames needed over K: the bounds, measured again in a small way; and a document that says what was measured."""

import json
import random
from itertools import islice
from pathlib import Path
from statistics import mean

import pytest

from benchmarks.transport import document, loss, needed
from benchmarks.transport.needed import Trial

RESULTS = json.loads((Path(needed.__file__).parent / "results.json").read_text())


def late_join(parts: int, trials: int) -> float:
    """Frames over K, joining late where one frame in ten is lost."""
    found = [Trial(parts, "random", 0.1, True, seed) for seed in range(trials)]
    ratios = [needed.ours(trial, needed.ur_frames(trial, "dense")) for trial in found]
    assert None not in ratios
    return mean(ratio or 0 for ratio in ratios)


@pytest.mark.parametrize(("parts", "bound", "trials"), [(100, 1.20, 20), (1_000, 1.15, 3)])
def test_who_joins_late_needs_hardly_more_than_was_lost(parts: int, bound: float, trials: int) -> None:
    assert late_join(parts, trials) <= bound


def recorded(parts: int, receiver: str, *, late: bool = True, model: str = "random", share: float = 0.1) -> float:
    [cell] = [
        cell
        for cell in RESULTS["needed"]
        if (cell["parts"], cell["receiver"], cell["late"], cell["model"], cell["share"])
        == (parts, receiver, late, model, share)
    ]
    assert cell["unserved"] == 0
    ratio: float = cell["mean"]
    return ratio


def test_the_bench_recorded_the_bounds() -> None:
    assert recorded(100, "ours, dense") <= 1.20
    assert recorded(1_000, "ours, dense") <= 1.15
    assert all(own < 2.0 for own in RESULTS["own_ms"].values())


@pytest.mark.parametrize("parts", [50, 100])
def test_an_unmodified_decoder_needs_a_quarter_less_of_our_order(parts: int) -> None:
    assert recorded(parts, "bc-ur, shaped") <= 0.75 * recorded(parts, "bc-ur, counting up")


@pytest.mark.parametrize("late", [False, True])
def test_every_second_frame_is_enough_for_ours(late: bool) -> None:
    assert recorded(100, "ours, dense", late=late, model="alternate", share=0.5) < 2.5


def test_every_cell_was_measured() -> None:
    cells = {(cell["parts"], cell["model"], cell["share"], cell["late"]) for cell in RESULTS["needed"]}
    assert cells == {
        (parts, *each, late) for parts in (10, 50, 100, 1000) for each in needed.LOSSES for late in (False, True)
    }


def test_the_document_says_what_was_measured() -> None:
    assert document.DOCUMENT.read_text() == document.text(RESULTS)
    assert document.PLOT.read_text() == document.plot(RESULTS)


@pytest.mark.parametrize(("model", "share"), needed.LOSSES)
def test_as_many_frames_are_lost_as_is_said(model: str, share: float) -> None:
    frames = list(islice(loss.seen(model, share, random.Random(7)), 40_000))
    assert frames.count(False) / len(frames) == pytest.approx(share, abs=0.02)
