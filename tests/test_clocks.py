"""No test goes by the clock: it would fail on a slower machine, and say nothing on a quicker one.

Read in the tests' own source, by syntax. `tests.support.effort` says how work is measured instead, and
`tests.support.patience` is where one waits.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAY_READ_A_CLOCK = {
    "tests/support/effort.py": "compares processor time within one run",
    "tests/support/patience.py": "gives up, late, on what never comes",
    "tests/hunts/psbt.py": "a hunt reports what took long",
    "tests/hunts/parsers.py": "a hunt reports what took long",
    "tests/hunts/mutation.py": "says how long the tests of a fault may take, by how long they take without one",
    "tests/hunts/command_line.py": "a hunt reports what took long",
    "tests/hunts/bombs.py": "a hunt reports how long each took",
    "tests/faults/changes.py": "an exception ends within a year of today, for a process too",
    "tests/faults/treasury.py": "a hunt reports how long it took",
}
"""Module -> why. None of them may put a reading into an `assert` either."""

_OF_TIME = {"time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"}
CLOCKS = {("time", name + unit) for name in _OF_TIME for unit in ("", "_ns")}
CLOCKS |= {("time", name) for name in ("localtime", "gmtime", "ctime", "strftime")}
CLOCKS |= {(kind, name) for kind in ("datetime", "date") for name in ("now", "utcnow", "today")}
CLOCKS |= {("timeit", name) for name in ("timeit", "repeat", "default_timer", "Timer")} | {("os", "times")}
CLOCKS |= {("resource_usage", "ru_utime"), ("resource_usage", "ru_stime")}
_MODULES = {"time", "datetime", "timeit", "os"}


def imported(tree: ast.AST) -> dict[str, tuple[str, ...]]:
    """Return what names stand for that were imported from a module with clocks."""
    found: dict[str, tuple[str, ...]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                found |= {(each.asname or each.name): (each.name,) for each in node.names if each.name in _MODULES}
            case ast.ImportFrom(module=str(module)) if module in _MODULES:
                found |= {(each.asname or each.name): (module, each.name) for each in node.names}
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] == "benchmarks":
                found |= {(each.asname or each.name): ("benchmarks", each.name) for each in node.names}
    return found


def dotted(node: ast.expr, names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Spell out a name or an attribute by the module that it is of."""
    match node:
        case ast.Name():
            return names.get(node.id, (node.id,))
        case ast.Attribute(attr="ru_utime" | "ru_stime"):
            return ("resource_usage", node.attr)
        case ast.Attribute():
            return (*dotted(node.value, names), node.attr)
    return ("",)


def readings(tree: ast.AST, names: dict[str, tuple[str, ...]]) -> Iterator[ast.expr]:
    """Yield what reads a clock, or names one to be read by others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            spelt = dotted(node, names)
            if spelt[-2:] in CLOCKS or (spelt[0] == "benchmarks" and spelt[-1] in timed()):
                yield node


@cache
def timed() -> frozenset[str]:
    """The functions of benchmarks that return a number made of a reading."""
    found: set[str] = set()
    for path in (ROOT / "benchmarks").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "float"
        }
        found |= functions & from_a_reading(
            tree, {name: of for name, of in imported(tree).items() if of[0] != "benchmarks"}
        )
    return frozenset(found)


def from_a_reading(tree: ast.Module, names: dict[str, tuple[str, ...]]) -> set[str]:
    """Return the names that hold a reading, or something made of one, and the functions that return it."""
    found: set[str] = set()
    before = -1 if any(readings(tree, names)) else 0
    while len(found) != before:
        before = len(found)
        for targets, value in assignments(tree):
            if tainted(value, names, found):
                found |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(each, ast.Return) and each.value and tainted(each.value, names, found)
                for each in ast.walk(node)
            ):
                found.add(node.name)
    return found


def assignments(tree: ast.AST) -> Iterator[tuple[list[ast.expr], ast.expr]]:
    """Yield what is assigned to, and what; appending to a list is assigning, too."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign():
                yield node.targets, node.value
            case ast.AnnAssign(value=ast.expr()) | ast.AugAssign() | ast.NamedExpr():
                yield [node.target], node.value  # type: ignore[misc]
            case ast.Call(func=ast.Attribute(value=ast.Name() as name, attr="append"), args=[value]):
                yield [name], value


def tainted(value: ast.AST, names: dict[str, tuple[str, ...]], held: set[str]) -> bool:
    return any(readings(value, names)) or any(
        isinstance(each, ast.Name) and each.id in held for each in ast.walk(value)
    )


def faults(source: str, may_read: bool = False) -> list[str]:
    """Say where a test goes by the clock."""
    tree = ast.parse(source)
    names = imported(tree)
    held = from_a_reading(tree, names)
    found = [] if may_read else [f"{each.lineno}: reads a clock" for each in readings(tree, names)]
    for node in ast.walk(tree):
        match node:
            case ast.Assert() if tainted(node, names, held):
                found.append(f"{node.lineno}: asserts a reading")
            case ast.keyword(arg="timeout", value=ast.Constant(value=int() | float())):
                found.append(f"{node.lineno}: has a patience of its own")
            case ast.Call(func=ast.Attribute(attr="wait"), args=[ast.Constant(value=int() | float())]):
                found.append(f"{node.lineno}: has a patience of its own")
    return found


def modules() -> list[Path]:
    return [path for path in sorted((ROOT / "tests").rglob("*.py")) if "node_modules" not in path.parts]


def test_no_test_goes_by_the_clock() -> None:
    found = []
    for path in modules():
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}:{fault}" for fault in faults(path.read_text(encoding="utf-8"), name in MAY_READ_A_CLOCK)]
    assert not found


@pytest.mark.parametrize("name", MAY_READ_A_CLOCK)
def test_who_may_read_a_clock_does(name: str) -> None:
    assert any("reads a clock" in fault for fault in faults((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "import time\nbegin = time.perf_counter()",
        "import time as t\nt.monotonic_ns()",
        "from time import process_time\nprocess_time()",
        "from time import process_time as spent\nspent()",
        "import time\nwork(clock=time.thread_time)",
        "def test():\n    from time import time\n    time()",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.now()",
        "import datetime as d\nd.date.today()",
        "from datetime import datetime as moment\nmoment.now()",
        "import timeit\ntimeit.timeit(work)",
        "from timeit import default_timer\ndefault_timer()",
        "import resource\nresource.getrusage(resource.RUSAGE_SELF).ru_utime",
        "import os\nos.times()",
        "from custody.store import lock\nlock.time.monotonic()",
        "import subprocess\nsubprocess.run(line, timeout=5)",
        "process.wait(0.1)",
        "from benchmarks.transport import needed\nneeded.own_ms(trial, frames)",
    ],
)
def test_a_test_that_goes_by_the_clock_is_seen(source: str) -> None:
    assert faults(source)


@pytest.mark.parametrize(
    "source",
    [
        "import time\nassert time.time() < 5",
        "import time\nbegin = time.time()\nassert work() and now() - begin < 5",
        "import time\nbegin = time.time()\nspent = other - begin\nassert spent < 5",
        "import time\ntaken = []\ntaken.append(time.time())\nassert taken[0] < 5",
        "import time\nif (end := time.time()):\n    assert end",
        "import time\ndef cost():\n    return time.time() - 3\nassert cost() < 5",
        "import time\none, two = time.time(), 3\nassert one < 5",
    ],
)
def test_an_assert_that_holds_a_reading_is_seen_wherever_it_stands(source: str) -> None:
    assert any("asserts a reading" in fault for fault in faults(source, may_read=True))


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.sleep(0.1)",
        "from tests.support.effort import operations\nassert operations(work) < 5",
        "from tests.support.patience import LONG\nimport subprocess\nsubprocess.run(line, timeout=LONG)",
        "import resource\nassert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 5",
        "time = 5\nassert time < 6",
        "from datetime import datetime\nassert datetime(2009, 1, 3) < found",
    ],
)
def test_what_reads_no_clock_is_let_pass(source: str) -> None:
    assert not faults(source)
