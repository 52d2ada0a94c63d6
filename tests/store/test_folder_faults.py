"""Every operation of a home directory, killed and failing at each of its write-side calls.

The state is the old one or the new one, what was said of it is true, the next run works, and no stray file stays.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from custody.store import folder
from custody.store.names import is_stray
from tests.faults.fault import SHORT, Outcome
from tests.faults.homes import MEMORY
from tests.faults.inside import Inside
from tests.faults.order import complaints
from tests.faults.points import every_point, fresh
from tests.faults.treasury import Sampled

EVERY = 1 if "HUNT_OPERATIONS" in os.environ else 5
"""Every kill before a call is tried, and of the other faults every so manieth: in `make hunt-faults` each."""

State = dict[str, bytes]
Work = Callable[[folder.WritableFolder], object]

KEPT, OTHER = f"kept/{'a' * 64}", f"kept/{'b' * 64}"
VAULT, NEXT_VAULT = "vaults/main.00000001.vault", "vaults/main.00000002.vault"
OFFICER = f"officers/{'0' * 16}.officer"
LINES, LINE = b'{"n":0}\n{"n":1}\n', b'{"n":2,"what":"' + b"x" * 3000 + b'"}\n'
HOME: State = {"journal.jsonl": LINES, "beside.jsonl": b"old" * 1000, KEPT: b"kept", VAULT: b"vault one"}
STRAYS = (f".beside.jsonl.{'0' * 16}.tmp", f"kept/.{'a' * 64}.{'1' * 16}.tmp")


def a_whole_step(home: folder.WritableFolder) -> None:
    """Lay a step's line down, write its files, append, clear up: as a journal commits."""
    home.write("journal.next", LINE)
    home.write(NEXT_VAULT, b"vault two")
    home.append("journal.jsonl", LINE, len(LINES))
    home.remove(["journal.next", VAULT])


@dataclass(frozen=True)
class Operation:
    """Something done to a home: the states between the old and the new one that a crash may leave, in order."""

    work: Work
    new: State
    between: tuple[State, ...] = ()
    old: State | None = None

    def states(self) -> tuple[State, ...]:
        return (HOME if self.old is None else self.old, *self.between, self.new)


def with_(changes: State, without: tuple[str, ...] = ()) -> State:
    return {name: data for name, data in (HOME | changes).items() if name not in without}


STEP = (
    with_({"journal.next": LINE}),
    with_({"journal.next": LINE, NEXT_VAULT: b"vault two"}),
    with_({"journal.next": LINE, NEXT_VAULT: b"vault two", "journal.jsonl": LINES + LINE}),
    with_({NEXT_VAULT: b"vault two", "journal.jsonl": LINES + LINE}),
)

OPERATIONS = {
    "write over": Operation(
        lambda home: home.write("beside.jsonl", b"new" * 2000), with_({"beside.jsonl": b"new" * 2000})
    ),
    "write, checked": Operation(lambda home: home.write(NEXT_VAULT, b"two", check=len), with_({NEXT_VAULT: b"two"})),
    "write nothing": Operation(lambda home: home.write("names.json", b""), with_({"names.json": b""})),
    "write new": Operation(lambda home: home.write_new(OTHER, b"other"), with_({OTHER: b"other"})),
    "write new in a new folder": Operation(lambda home: home.write_new(OFFICER, b"me"), with_({OFFICER: b"me"})),
    "append": Operation(
        lambda home: home.append("journal.jsonl", LINE, len(LINES)), with_({"journal.jsonl": LINES + LINE})
    ),
    "append the first": Operation(
        lambda home: home.append("journal.jsonl", LINE, 0),
        with_({"journal.jsonl": LINE}),
        old=with_({}, without=("journal.jsonl",)),
    ),
    "truncate": Operation(lambda home: home.truncate("journal.jsonl", 8), with_({"journal.jsonl": LINES[:8]})),
    "remove": Operation(
        lambda home: home.remove([KEPT, VAULT, "beside.jsonl"]),
        with_({}, without=(KEPT, VAULT, "beside.jsonl")),
        between=(with_({}, without=(KEPT,)), with_({}, without=(KEPT, VAULT))),
    ),
    "sweep": Operation(lambda home: home.sweep(), HOME),
    "a whole step": Operation(
        a_whole_step,
        with_({NEXT_VAULT: b"vault two", "journal.jsonl": LINES + LINE}, without=(VAULT,)),
        between=STEP,
    ),
}


def laid(root: Path, state: State) -> Path:
    """Lay a home down on the disk, with strays of writers that were killed."""
    for below in (root, root / "kept", root / "vaults"):
        below.mkdir(mode=0o700)
    for name, data in (state | dict.fromkeys(STRAYS, b"stra")).items():
        (root / name).touch(mode=0o600)
        (root / name).write_bytes(data)
    return root


def files(root: Path) -> State:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def finished(found: State) -> State:
    return {name: data for name, data in found.items() if not is_stray(*name.rpartition("/")[::2])}


def torn(found: State, states: tuple[State, ...]) -> bool:
    """Say whether it is one of the states but for a line that was being appended."""
    journal = found.get("journal.jsonl", b"")
    return (LINES + LINE).startswith(journal) and any(
        found == state | {"journal.jsonl": journal} for state in states if state["journal.jsonl"] == LINES
    )


def run(operation: Operation, root: Path) -> None:
    with folder.writing(root) as home:
        operation.work(home)


def judge(operation: Operation, root: Path, outcome: Outcome) -> None:
    found, states = finished(files(root)), operation.states()
    whole = [number for number, state in enumerate(states) if found == state]
    if outcome.code == 0:
        assert found == operation.new
    else:
        appends = operation.new.get("journal.jsonl") == LINES + LINE
        assert whole or (appends and torn(found, states))
    if not outcome.killed:
        assert outcome.error in ("", "StorageFailed")
    if "old content stays" in outcome.said or "was not changed" in outcome.said:
        assert operation.between or found == states[0]
        assert whole, "said to be unchanged, and torn"
    next_run(operation, root, whole[-1] if whole else None)


def next_run(operation: Operation, root: Path, reached: int | None) -> None:
    """Be the next command: nothing stray is left, and the work can be done, or done to its end."""
    with folder.writing(root, patience=0) as home:
        assert files(root) == finished(files(root)), "strays outlive the next writer's sweep"
        if reached is None:
            home.truncate("journal.jsonl", len(LINES))
            reached = next(n for n, state in enumerate(operation.states()) if files(root) == state)
        if reached < len(operation.states()) - 1 and operation.work is not a_whole_step:
            operation.work(home)
        elif operation.work is a_whole_step:
            go_on(home)
    assert files(root) == operation.new


def go_on(home: folder.WritableFolder) -> None:
    """Do what is left of the whole step, as recovery does forward."""
    if not home.exists("journal.next") and home.read("journal.jsonl", 10**6) == LINES:
        a_whole_step(home)
        return
    home.write(NEXT_VAULT, b"vault two")
    if home.read("journal.jsonl", 10**6) == LINES:
        home.append("journal.jsonl", LINE, len(LINES))
    home.remove(["journal.next", VAULT])


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A folder that waits for no disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as scratch:
        yield Path(scratch)


@pytest.mark.parametrize("name", OPERATIONS)
def test_at_every_point_the_state_is_the_old_or_the_new_one(
    name: str, in_memory: Path, record_property: Callable[[str, object], None]
) -> None:
    operation = OPERATIONS[name]
    prepared = laid(in_memory / "prepared", operation.states()[0])

    tried = every_point(
        Sampled(Inside(lambda root: run(operation, root)), 1, EVERY),
        prepared,
        lambda root, outcome: judge(operation, root, outcome),
        in_memory / "scratch",
    )
    record_property("points", tried.points)
    settled = [call.path for call in tried.calls if call.name == "fsync"]
    base = in_memory.resolve() / "scratch" / "folder"
    assert {str(base), str(base / "kept"), str(base / "vaults")} <= set(settled), "built on what may not be on the disk"
    assert tried.points > 10
    assert complaints(tried.calls) == []


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.new != HOME])
def test_a_short_write_is_no_failure(name: str, tmp_path: Path) -> None:
    operation = OPERATIONS[name]
    way = Inside(lambda root: run(operation, root))
    prepared = laid(tmp_path / "prepared", operation.states()[0])
    calls = way.calls(fresh(prepared, tmp_path / "traced"))
    for number in (number for number, call in enumerate(calls) if SHORT.applies(call)):
        root = fresh(prepared, tmp_path / "folder")
        assert way.run(root, SHORT, number) == Outcome(0)
        assert files(root) == operation.new


def test_a_line_is_synced_with_its_folder(tmp_path: Path) -> None:
    prepared = laid(tmp_path / "prepared", HOME)
    *_opening, write, first, second = Inside(lambda root: run(OPERATIONS["append"], root)).calls(prepared)
    assert (write.name, first.name, second.name) == ("pwrite", "fsync", "fsync")
    assert (first.path, second.path) == (str(prepared / "journal.jsonl"), str(prepared))


@pytest.mark.parametrize("there", [False, True], ids=["new", "over an empty folder"])
def test_at_every_point_of_its_making_a_home_is_made_or_can_be(
    there: bool, in_memory: Path, record_property: Callable[[str, object], None]
) -> None:
    prepared = in_memory / "prepared"
    prepared.mkdir()
    if there:
        (prepared / "home").mkdir(mode=0o700)

    def action(root: Path) -> None:
        with folder.create(root / "home", patience=0) as home:
            home.write_new("journal.jsonl", LINES)

    def made_or_can_be(root: Path, outcome: Outcome) -> None:
        assert outcome.killed or outcome.error in ("", "StorageFailed")
        found = finished(files(root / "home"))
        assert found in ({}, {"journal.jsonl": LINES})
        if outcome.code == 0:
            assert found
        if not found:
            action(root)
        with folder.writing(root / "home", patience=0):
            assert files(root / "home") == {"journal.jsonl": LINES}

    tried = every_point(Inside(action), prepared, made_or_can_be, in_memory / "scratch")
    record_property("points", tried.points)
    assert tried.points > 50
    assert complaints(tried.calls) == []
