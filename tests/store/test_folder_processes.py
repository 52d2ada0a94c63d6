"""One writer or many readers: processes that want the same home at once, and what each of them is told."""

import os
import signal
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest

from custody.errors import StorageFailed
from custody.store import folder, lock
from tests.support.patience import LONG

PROCESSES, EACH = 8, 125
PATIENT = LONG / 2


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an empty journal's first line."""
    path = tmp_path / "home"
    with folder.create(path) as made:
        made.append("journal.jsonl", b"0 first\n", 0)
    return path


def started(action: Callable[[], object]) -> int:
    """Fork a process that acts and ends with 0, or with 1 and what went wrong on its standard error."""
    process = os.fork()
    if not process:
        code = 1
        try:
            signal.alarm(int(LONG))
            action()
            code = 0
        finally:
            os._exit(code)
    return process


def code(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def add_lines(home: Path, who: int) -> None:
    for _each in range(EACH):
        with folder.writing(home, patience=PATIENT) as opened:
            journal = opened.read("journal.jsonl", 10**6)
            opened.append("journal.jsonl", b"%d %d\n" % (journal.count(b"\n"), who), len(journal))
        time.sleep(0.001)  # let the others in: a burst of one process after another would show little


def read_until(home: Path, end: Path) -> None:
    """Read again and again, and accept nothing but whole lines in one sequence that only ever grows."""
    before = b""
    while not end.exists():
        with folder.reading(home, patience=PATIENT) as opened:
            journal = opened.read("journal.jsonl", 10**6)
        if not journal.startswith(before) or not journal.endswith(b"\n"):
            raise AssertionError("a reader saw a journal that was being written")
        before = journal
        time.sleep(0.005)


def test_eight_processes_add_a_thousand_lines_and_none_is_lost(home: Path, tmp_path: Path) -> None:
    reader = started(lambda: read_until(home, tmp_path / "end"))
    writers = [started(lambda who=who: add_lines(home, who)) for who in range(PROCESSES)]  # type: ignore[misc]
    assert [code(writer) for writer in writers] == [0] * PROCESSES
    (tmp_path / "end").touch()
    assert code(reader) == 0
    lines = (home / "journal.jsonl").read_bytes().splitlines()[1:]
    assert [int(line.split()[0]) for line in lines] == list(range(1, PROCESSES * EACH + 1))
    writers_seen = [int(line.split()[1]) for line in lines]
    assert sorted(writers_seen) == sorted(list(range(PROCESSES)) * EACH)
    assert sum(one != two for one, two in pairwise(writers_seen)) > PROCESSES * 10, "they hardly met"
    assert sorted(each.name for each in home.iterdir()) == ["journal.jsonl"]


def test_the_first_of_eight_makes_a_home_and_the_others_are_told(tmp_path: Path) -> None:
    def make() -> None:
        with folder.create(tmp_path / "home", patience=PATIENT) as made:
            made.write_new("journal.jsonl", b"%d\n" % os.getpid())

    makers = [started(make) for _each in range(PROCESSES)]
    codes = {maker: code(maker) for maker in makers}
    made_it = [maker for maker in makers if codes[maker] == 0]
    assert len(made_it) == 1
    assert (tmp_path / "home" / "journal.jsonl").read_bytes() == b"%d\n" % made_it[0]


def held(home: Path, opener: Callable[[Path], object]) -> tuple[int, int]:
    """Fork a process that opens a home and holds it; return it, and the pipe through which `let_go` ends that."""
    ready, tell = os.pipe()
    wait, go = os.pipe()

    def hold() -> None:
        os.close(go)
        with opener(home):  # type: ignore[attr-defined]
            os.write(tell, b"x")
            os.read(wait, 1)

    process = started(hold)
    os.close(wait)
    assert os.read(ready, 1) == b"x"
    os.close(ready)
    os.close(tell)
    return process, go


def let_go(go: int) -> None:
    os.write(go, b"x")
    os.close(go)


@pytest.mark.parametrize(
    ("first", "second"),
    [(folder.writing, folder.writing), (folder.writing, folder.reading), (folder.reading, folder.writing)],
)
def test_a_second_process_waits_and_then_is_told(
    home: Path, first: Callable[[Path], object], second: Callable[..., object]
) -> None:
    process, go = held(home, first)
    with pytest.raises(StorageFailed, match="another process is using this home") as told, second(home, patience=0.05):  # type: ignore[attr-defined]
        pytest.fail("both are in")
    assert told.value.hint
    assert told.value.code == "locked"
    let_go(go)
    assert code(process) == 0
    with second(home, patience=0):  # type: ignore[attr-defined]
        pass


def test_a_second_process_goes_on_when_the_first_is_done(home: Path) -> None:
    process, go = held(home, folder.writing)
    waits, tell = os.pipe()

    def wait_and_add() -> None:
        sleep = time.sleep
        with mock.patch.object(lock.time, "sleep", lambda seconds: (os.write(tell, b"x"), sleep(seconds))):
            add_lines_once(home)

    waiting = started(wait_and_add)
    assert os.read(waits, 3)  # it looked, found the home in use, and looks again
    assert os.waitpid(waiting, os.WNOHANG) == (0, 0)
    let_go(go)
    assert [code(process), code(waiting)] == [0, 0]
    assert (home / "journal.jsonl").read_bytes() == b"0 first\n1 second\n"


def add_lines_once(home: Path) -> None:
    with folder.writing(home) as opened:
        opened.append("journal.jsonl", b"1 second\n", 8)


def test_readers_do_not_wait_for_each_other(home: Path) -> None:
    process, go = held(home, folder.reading)
    with folder.reading(home, patience=0) as opened:
        assert opened.exists("journal.jsonl")
    let_go(go)
    assert code(process) == 0


def test_the_lock_of_a_killed_writer_is_gone_with_it(home: Path) -> None:
    process, go = held(home, folder.writing)
    os.kill(process, signal.SIGKILL)
    assert code(process) == -signal.SIGKILL
    os.close(go)
    with folder.writing(home, patience=0) as opened:
        assert opened.read("journal.jsonl", 100) == b"0 first\n"


@pytest.mark.parametrize("second", [folder.writing, folder.reading])
@pytest.mark.parametrize(("options", "seconds"), [({}, 10), ({"patience": 0.3}, 0.3), ({"patience": 0}, 0)])
def test_ten_seconds_are_waited_or_what_was_asked_for(
    home: Path, second: Callable[..., object], options: dict[str, float], seconds: float
) -> None:
    """By a clock that only sleeping moves."""
    process, go = held(home, folder.writing)
    naps: list[float] = []
    with (
        mock.patch.object(lock, "time", SimpleNamespace(monotonic=lambda: sum(naps), sleep=naps.append)),
        pytest.raises(StorageFailed, match="another process is using this home"),
        second(home, **options),  # type: ignore[attr-defined]
    ):
        pytest.fail("both are in")
    assert seconds <= sum(naps) <= seconds + lock._POLL
    let_go(go)
    assert code(process) == 0


def test_a_file_system_without_locks_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_arguments: object) -> None:
        raise OSError(95, "injected")

    monkeypatch.setattr("fcntl.flock", none)
    with pytest.raises(StorageFailed, match="cannot be locked"), folder.reading(home):
        pytest.fail("opened without a lock")
