"""Several processes that want one treasury at once: nothing is lost, numbers follow one another, and a wait is told."""

import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from unittest import mock

import pytest

from custody.ceremony.home.home import reading
from custody.ceremony.home.writing import writing
from custody.ceremony.treasury.halting import halt, open_halts, resume
from custody.errors import StorageFailed
from custody.store import folder
from tests.ceremony.treasury.officers import NAMES, Script, begun, objection, sign, with_vault
from tests.support.patience import LONG

PROCESSES, EACH = 8, 10
FEW, SOME = 3, 6
"""Fewer, where each begins anew whenever another has the home: it reads all of it again, and derives a key."""
NONE = 0.0
"""Seconds of patience where processes are to be turned away."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A treasury of five with a vault."""
    begun(tmp_path / "home")
    with_vault(tmp_path / "home")
    return tmp_path / "home"


def started(action: Callable[[], object]) -> int:
    """Fork a process that acts and ends with 0, or with 1."""
    process = os.fork()
    if not process:
        code = 1
        with suppress(BaseException):
            signal.alarm(int(LONG))
            action()
            code = 0
        os._exit(code)
    return process


def ended(processes: list[int]) -> list[int]:
    """Wait for processes; return how each ended."""
    return [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]


def patiently(action: Callable[[], object]) -> int:
    """Act, and again after each time that another process had the home; return how often it had it."""
    turned_away = 0
    while True:
        try:
            action()
        except StorageFailed as failure:
            if failure.code != "locked" or "another process is using this home" not in failure.message:
                raise
            turned_away += 1
            time.sleep(0.002)
        else:
            return turned_away


def refuse(home: Path, who: int, turn: int) -> None:
    with writing(home) as opened:
        opened.commit(objection("refused", f"document {who} {turn}".encode()))


def call_a_halt(home: Path, who: int, turn: int) -> None:
    with writing(home) as opened:
        halt(opened, Script((NAMES[who % len(NAMES)],)), f"reason {who} {turn}")


def work(home: Path, who: int, each: int, patience: float, told: Path, together: Barrier) -> None:
    """Commit again and again, all at once in each turn: half of the processes refuse something, the others halt."""
    turned_away = 0
    real = folder.writing
    with mock.patch.object(folder, "writing", lambda path: real(path, patience=patience)):
        for turn in range(each):
            together.wait(LONG)
            turned_away += patiently(lambda: (refuse, call_a_halt)[who % 2](home, who, turn))  # noqa: B023
    told.write_text(json.dumps(turned_away))


def require_all(home: Path, before: int, processes: int, each: int) -> list[int]:
    """Raise AssertionError unless every entry of every process is there once; return who wrote, in order."""
    with reading(home, strictly=True) as opened:
        book = opened.book
        assert book.head.number == before + processes * each
        entries = book.entries(before + 1)
        assert [entry.number for entry in entries] == list(range(before + 1, before + 1 + processes * each))
        assert book.state.counts["refused"] == (processes + 1) // 2 * each
        assert book.state.counts["halt"] == processes // 2 * each
        assert len(book.state.halts) == processes // 2 * each
        said = [opened.kept(bytes.fromhex(name.removeprefix("kept/"))) for name in opened.files.names("kept")]
        wanted = {f"{who} {turn}" for who in range(processes) for turn in range(each)}
        refusals = {document.decode().removeprefix("document ") for document in said if document is not None}
        halts = {line.rpartition("reason ")[2] for line in open_halts(opened)}
        assert refusals | halts == wanted
        assert (len(refusals), len(halts)) == ((processes + 1) // 2 * each, processes // 2 * each)
        assert set(opened.files.names()) == {"journal.jsonl", "journal.head", "names.json", "reserve", "writer.key"}
        return [int(entry.kind == "halt") for entry in entries]


@pytest.mark.parametrize(
    ("processes", "each", "patience"),
    [(PROCESSES, EACH, LONG / 2), (FEW, SOME, NONE)],
    ids=["patient", "turned away and back again"],
)
def test_processes_write_at_once_and_nothing_is_lost(
    home: Path, tmp_path: Path, processes: int, each: int, patience: float
) -> None:
    with reading(home) as opened:
        before = opened.book.head.number
    told = [tmp_path / f"told {who}" for who in range(processes)]
    together = get_context("fork").Barrier(processes)
    begun_ = [
        started(lambda who=who: work(home, who, each, patience, told[who], together))  # type: ignore[misc]
        for who in range(processes)
    ]
    assert ended(begun_) == [0] * processes
    order = require_all(home, before, processes, each)
    assert sum(one != other for one, other in pairwise(order)) >= each, "a turn began before the one before was over"
    turned_away = sum(json.loads(path.read_text()) for path in told)
    assert (turned_away > 0) == (patience == NONE)
    assert not list(home.rglob(".*"))
    assert sign_again(home) == before + processes * each + 1


def sign_again(home: Path) -> int:
    """Clear the halts and let three officers open the vault: the home works. Return the entry of the resumption."""
    with writing(home) as opened:
        resume(opened, Script())
        number = opened.book.head.number
    sign(home, "a payment")
    return number


def test_a_process_is_told_of_another_and_the_home_stays_as_it_was(home: Path) -> None:
    journal = (home / "journal.jsonl").read_bytes()
    real = folder.writing
    with (
        folder.writing(home),
        mock.patch.object(folder, "writing", lambda path: real(path, patience=NONE)),
        pytest.raises(StorageFailed, match="another process is using this home") as told,
    ):
        refuse(home, 0, 0)
    assert (told.value.code, told.value.exit_code) == ("locked", 8)
    assert (home / "journal.jsonl").read_bytes() == journal
