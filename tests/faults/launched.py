"""Runs a Python program in a process of its own, with one fault put between it and the system. All faults can be made.

The program's file is run as `python FILE` would, behind our own wrappers, so short writes are truly short: the other
bytes are not written. It is slower than `Inside` by the start of an interpreter, and sees what `Inside` sees.
"""

import json
import runpy
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.faults.fault import Call, Fault, Outcome, Undone
from tests.faults.injector import Injector
from tests.faults.program import Program

_ROOT = Path(__file__).parent.parent.parent
_SAID = 2000


class Launched:
    """A Python program: the first argument is its file."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def calls(self, folder: Path) -> tuple[Call, ...]:
        """Run it without a fault and return its write-side calls. Raises Undone if it fails by itself."""
        outcome, report = self._launch(folder, None, -1)
        if outcome.code or report is None:
            raise Undone(f"fails without a fault: {outcome}")
        return tuple(Call(**call) for call in report["calls"])

    def run(self, folder: Path, fault: Fault, at: int) -> Outcome:
        """Run it with a fault at its call number `at`. Raises Undone if the fault never came."""
        outcome, report = self._launch(folder, fault, at)
        if not outcome.killed and (report is None or not report["fired"]):
            raise Undone(f"{fault.name} at call {at} never came: {outcome}")
        return outcome

    def applies(self, call: Call, fault: Fault) -> bool:
        """Say whether this way of running can make this fault at this call."""
        return fault.applies(call)

    def _launch(self, folder: Path, fault: Fault | None, at: int) -> tuple[Outcome, dict[str, Any] | None]:
        with tempfile.TemporaryDirectory() as beside:
            report = Path(beside) / "report"
            task = {"folder": str(folder), "fault": fault and asdict(fault), "at": at, "report": str(report)}
            start = (
                f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from tests.faults import launched; launched.live()"
            )
            done = self._program.start([sys.executable, "-c", start, json.dumps(task)], folder)
            told = json.loads(report.read_bytes()) if report.exists() else None
        return Outcome(done.returncode, "", done.stderr.decode(errors="replace")[-_SAID:]), told


def live() -> None:
    """Be the program: put the fault in its way, run it, and tell what was seen, however it ends."""
    task = json.loads(sys.argv[1])
    sys.argv = sys.argv[2:]
    injector = Injector(Path(task["folder"]), task["fault"] and Fault(**task["fault"]), task["at"])
    injector.install()
    try:
        _run(sys.argv)
    finally:
        told = {"calls": [asdict(call) for call in injector.calls], "fired": injector.fired}
        Path(task["report"]).write_text(json.dumps(told))


def _run(arguments: Sequence[str]) -> None:
    sys.path[0] = str(Path(arguments[0]).parent)
    runpy.run_path(arguments[0], run_name="__main__")
