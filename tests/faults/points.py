"""Every fault at every point of a run, each on a fresh copy of a prepared folder. It knows no program and no fault."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.faults.fault import FAULTS, Call, Fault, Outcome, Undone

_ATTEMPTS = 3


class Way(Protocol):
    """A way of running one program with a fault: `Inside`, `Launched` or `Traced`."""

    def calls(self, folder: Path) -> tuple[Call, ...]:
        """Run without a fault; return the write-side calls that touched the folder."""

    def applies(self, call: Call, fault: Fault) -> bool:
        """Say whether this way can make this fault at this call."""

    def run(self, folder: Path, fault: Fault, at: int) -> Outcome:
        """Run with a fault at call number `at`."""


@dataclass
class Tried:
    """How much was tried: the calls of the undisturbed run, and the runs with each fault."""

    calls: tuple[Call, ...]
    runs: Counter[str] = field(default_factory=Counter)

    @property
    def points(self) -> int:
        """The number of disturbed runs."""
        return self.runs.total()

    def __str__(self) -> str:
        return f"{len(self.calls)} calls, {self.points} points"


def every_point(
    way: Way,
    prepared: Path,
    judge: Callable[[Path, Outcome], object],
    scratch: Path,
    faults: Iterable[Fault] = FAULTS,
) -> Tried:
    """Try every fault at every write-side call. What the judge raises is passed on, with the point it was at.

    `scratch` is an empty folder; each copy of `prepared` is made in it, under the same name. Raises Undone for a
    program without a single point, which would prove nothing.
    """
    folder = scratch.resolve() / "folder"
    tried = Tried(way.calls(fresh(prepared, folder)))
    if not tried.calls:
        raise Undone("no write-side call touched the folder")
    for number, call in enumerate(tried.calls):
        for fault in faults:
            if way.applies(call, fault):
                outcome = _disturbed(way, prepared, folder, fault, number)
                try:
                    judge(folder, outcome)
                except BaseException as failure:
                    failure.add_note(f"{fault.name} at call {number} of {len(tried.calls)}, {call}: {outcome}")
                    raise
                tried.runs[fault.name] += 1
    return tried


def _disturbed(way: Way, prepared: Path, folder: Path, fault: Fault, number: int) -> Outcome:
    """Run with a fault; again where it did not come, because a busy machine makes calls come in another order."""
    for _attempt in range(_ATTEMPTS - 1):
        with suppress(Undone):
            return way.run(fresh(prepared, folder), fault, number)
    return way.run(fresh(prepared, folder), fault, number)


def fresh(prepared: Path, folder: Path) -> Path:
    """Copy a prepared folder to where the last copy was, links and rights included."""
    shutil.rmtree(folder, ignore_errors=True)
    return Path(shutil.copytree(prepared, folder, symlinks=True))
