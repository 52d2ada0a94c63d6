"""Faults put into a room of the code one by one, to see that its tests notice each of them.

    python -m tests.hunts.mutation ROOM|all [HOW_MANY [SEED [PROCESSES]]]

Which rooms there are, and which tests judge each, stands in `tests.hunts.rooms`; what a fault is, in
`tests.hunts.fault`. Every faulty room is tested in a process of its own, forked from one that has loaded the libraries;
the tests that mirror or name the faulty module run first. A loop without end, and memory without bound, are noticed.
What nobody notices lies in `build/mutation-ROOM.txt`, a fault to a line.
"""

import os
import random
import resource
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401  what every child would load
import pytest

from tests import slow
from tests.hunts.fault import ROOT, Fault, faults
from tests.hunts.rooms import ROOMS, Room

SECONDS, TIMES = 20, 4
"""Of processor time for the tests of one fault, and so many times what they take without any; an endless loop is
noticed."""

BYTES = 4 << 30
"""Of address space."""

_PLAINLY = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "--tb=no"]
_PASSED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class _Faulty(MetaPathFinder, Loader):
    """Loads one module of the room from faulty code."""

    def __init__(self, name: str, fault: Fault) -> None:
        self._name, self._fault = name, fault

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        return ModuleSpec(name, self, origin=str(self._fault.path))

    def create_module(self, _spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._fault.compiled(), module.__dict__)


def is_noticed(room: Room, fault: Fault | None, seconds: int) -> bool:
    """Say whether the room's tests fail, in a process forked from this one; with no fault they should not."""
    child = os.fork()
    if child:
        _child, status = os.waitpid(child, 0)
        return status != 0
    status = 1  # whatever a fault does to this process, the parent is told that it was noticed
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        status = int(not _passes(room, fault))
    finally:
        os._exit(status)


def _passes(room: Room, fault: Fault | None) -> bool:
    """Run the tests that mirror the faulty module, alone since most faults end there; all quick ones; the slow ones."""
    files, mirrors = room.judges(), list[Path]()
    if fault is not None:
        sys.meta_path.insert(0, _Faulty(module_of(fault.path), fault))
        files = nearest_first(files, fault.path)
        mirrors = [each for each in files if _distance(each, fault.path) == 0]
    return all(
        pytest.main([*_PLAINLY, "-m", which, *map(str, chosen)]) in _PASSED
        for which, chosen in (
            (slow.QUICK, [each for each in mirrors if not slow.is_left_out(each)]),
            (slow.QUICK, [each for each in files if not slow.is_left_out(each)]),
            ("slow", files),
        )
        if chosen
    )


def module_of(path: Path) -> str:
    """Return the name by which a module is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def nearest_first(judges: Sequence[Path], path: Path) -> list[Path]:
    """Return files of tests in the order of how likely they notice a fault in a module."""
    return sorted(judges, key=lambda judge: _distance(judge, path))


def _distance(judge: Path, path: Path) -> int:
    """Say how far a file of tests is from a module: 0 where it mirrors it, 1 where it names it."""
    if judge.name == f"test_{path.name}":
        return 0
    text = judge.read_text(encoding="utf-8")
    package, _dot, module = module_of(path).rpartition(".")
    return 1 if f"{package}.{module} " in text or f"from {package} import {module}" in text else 2


def hunt(room: Room, chosen: Sequence[Fault], workers: int, seconds: int) -> list[Fault]:
    """Return the faults that nobody noticed, told as they are found. Each worker takes every n-th of them."""
    pipes = []
    for worker in range(workers):
        reading, writing = os.pipe()
        if os.fork() == 0:
            with os.fdopen(writing, "w", buffering=1) as told:
                for number in range(worker, len(chosen), workers):
                    print(number, int(is_noticed(room, chosen[number], seconds)), file=told)
            os._exit(0)
        os.close(writing)
        pipes.append(os.fdopen(reading))
    missed = []
    for pipe in pipes:
        for line in pipe:
            number, noticed = map(int, line.split())
            if not noticed:
                missed.append(chosen[number])
                print(f"not noticed: {chosen[number]}", flush=True)
    return missed


def _spent() -> float:
    """Processor time of the processes that have ended, in seconds."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def main(name: str, count: int | None, seed: int, workers: int) -> None:
    """Put so many faults in, all without a count, and tell what was noticed."""
    os.chdir(ROOT)
    room = ROOMS[name]
    found = [fault for path in room.modules() for fault in faults(path)]
    chosen = found if count is None else random.Random(seed).sample(found, min(count, len(found)))
    before = _spent()
    if is_noticed(room, None, seconds=600):
        sys.exit(f"the tests of {name} fail without any fault")
    missed = hunt(room, chosen, workers, SECONDS + TIMES * int(_spent() - before))
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / f"mutation-{name}.txt").write_text("".join(f"{each}\n" for each in missed))
    noticed = len(chosen) - len(missed)
    told = f"{noticed} noticed, {100 * noticed / len(chosen):.1f} %"
    print(f"{name}: {len(chosen)} of {len(found)} faults, seed {seed}: {told}")


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[2:]]
    how_many = numbers[0] if numbers else None
    seed = numbers[1] if len(numbers) > 1 else random.SystemRandom().randrange(2**32)
    processes = numbers[2] if len(numbers) > 2 else os.cpu_count() or 1
    for each in ROOMS if sys.argv[1] == "all" else [sys.argv[1]]:
        main(each, how_many, seed, processes)
