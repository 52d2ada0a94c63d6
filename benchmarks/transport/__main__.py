"""Measures all of it, or writes the document from what was measured."""

import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from airgap.presets import PRESETS
from benchmarks.transport import camera, document, link, needed
from benchmarks.transport.needed import Trial
from tests.peers.library import Library, library, missing

RESULTS = Path(__file__).parent / "results.json"

PARTS = (10, 50, 100)
MANY = 1_000
TRIALS, FEW = 24, 6
PICTURES = 12
RATES = (5, 10, 15)
UR_PRESETS = tuple(name for name, preset in PRESETS.items() if preset.framing == "ur")


def measured(peer: Library) -> dict[str, Any]:
    """Return everything, and say on standard error how far it is."""
    return {
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "needed": list(_needed(peer)),
        "own_ms": _own_ms(),
        "camera": list(_camera()),
        "link": _link(peer),
        "goodput": {
            name: {rate: link.goodput(name, rate) for rate in (5, 10, 15)}
            for name in PRESETS
            if PRESETS[name].framing == "ur"
        },
    }


def _needed(peer: Library) -> Iterator[dict[str, Any]]:
    cells = [
        (parts, model, share, late)
        for parts in (*PARTS, MANY)
        for model, share in needed.LOSSES
        for late in (False, True)
    ]
    for number, (parts, model, share, late) in enumerate(cells, 1):
        _say(f"frames needed: {number} of {len(cells)}")
        ours = [Trial(parts, model, share, late, seed) for seed in range(FEW if parts == MANY else TRIALS)]
        theirs = ours[: TRIALS // 2] if parts != MANY else ours[:2] if (model, share) == ("random", 0.1) else []
        answers = {
            f"ours, {stream}": [needed.ours(trial, needed.ur_frames(trial, stream)) for trial in ours]
            for stream in needed.STREAMS
        }
        answers |= {
            f"bc-ur, {stream}": [needed.ngraveio(trial, needed.ur_frames(trial, stream), peer) for trial in theirs]
            for stream in ("counting up", "shaped")
        }
        if parts != MANY:
            for name, slipping in (("in order", False), ("slipping", True)):
                frames = [needed.bbqr_frames(trial, slipping=slipping) for trial in theirs]
                answers[f"bbqr, {name}"] = [
                    needed.every_part(trial, series, peer) for trial, series in zip(theirs, frames, strict=True)
                ]
        for receiver, ratios in answers.items():
            if not ratios:
                continue
            yield {
                "parts": parts,
                "model": model,
                "share": share,
                "late": late,
                "receiver": receiver,
                **needed.summed(ratios),
            }


def _own_ms() -> dict[str, float]:
    found = {}
    for parts in (100, MANY):
        trials = [Trial(parts, "random", 0.1, True, seed) for seed in range(3)]
        times = [needed.own_ms(trial, needed.ur_frames(trial, "dense")) for trial in trials]
        found[str(parts)] = round(sum(times) / len(times), 3)
    return found


def _camera() -> Iterator[dict[str, Any]]:
    cells = [
        (severity, version, pixels)
        for severity in camera.SEVERITIES
        for version in camera.VERSIONS
        for pixels in camera.PIXELS
        if camera.fits(version, pixels)
    ]
    for number, (severity, version, pixels) in enumerate(cells, 1):
        _say(f"photographs: {number} of {len(cells)}")
        found = camera.measure(version, pixels, severity, PICTURES)
        yield {"severity": severity, "version": version, "pixels": pixels, **found}


def _link(peer: Library) -> dict[str, Any]:
    _say("link")
    period = PRESETS["self"].period_ms / 1000
    found: dict[str, Any] = {"bytes": link.SIZE, "loss": link.LOSS}
    for name, late in (("start", False), ("late", True)):
        times = sorted(link.seconds(PRESETS["self"], late=late, period=period))
        found[name] = {
            "mean": round(sum(times) / len(times), 2),
            "most": round(times[len(times) * 19 // 20 - 1], 2),
            "worst": round(times[-1], 2),
            "sparrow": link.sparrow_seconds(peer, late=late),
        }
    return found


def _say(text: str) -> None:
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()


def main() -> int:
    """Measure unless asked for the document alone."""
    if "--document" not in sys.argv:
        if missing():
            sys.stderr.write(f"error: {missing()}\n")
            return 1
        begin = time.monotonic()
        for peer in library():
            results = measured(peer)
        _say(f"measured in {time.monotonic() - begin:.0f} s\n")
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    document.write(json.loads(RESULTS.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
