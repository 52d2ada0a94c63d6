"""Every command that changes a treasury's directory, killed and failing at a sample of points; all: docs/faults.md."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from custody.ceremony.home.home import reading
from custody.ceremony.home.writing import writing
from tests.conftest import ROOT, needed
from tests.faults import homes
from tests.faults.changes import COMMANDS, Command
from tests.faults.fault import EINTR, EIO, ENOSPC, KILLED_AFTER, KILLED_BEFORE, KILLED_HALF_WAY, Fault, Outcome
from tests.faults.homes import HOME, SIGNED
from tests.faults.inside import Inside
from tests.faults.order import complaints
from tests.faults.points import every_point, fresh
from tests.faults.program import Program
from tests.faults.traced import STRACE, Traced
from tests.faults.treasury import Judge, Sampled, hunt
from tests.support.officers import NAMES, passphrases, quick_treasury

KILLS, REST = 8, 61
"""Of the kills before a call every eighth is tried, of all other faults every so manieth."""

PROGRAM = """
import sys
from custody.cli.front import main
from tests.support.officers import quick_treasury
from tests.support.unhardened import unhardened
with unhardened(), quick_treasury():
    sys.exit(main.run(sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_treasury():
        yield


@pytest.mark.parametrize("name", COMMANDS)
def test_at_every_point_a_treasury_is_as_it_was_or_as_it_shall_be(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as scratch:
        tried, judge = hunt(name, Path(scratch).resolve(), kills=KILLS, rest=REST)
    record_property("points", tried.points)
    assert tried.runs["killed before"] == len(tried.calls) // KILLS > 1
    assert len(tried.runs) > 2
    assert judge.before is None or judge.settled["new"] > 0  # what makes a home has it at one of the last calls
    assert sum(judge.settled.values()) == tried.points


def traced(command: Command, tmp_path: Path, *arguments: str, officers: tuple[str, ...]) -> tuple[Traced, Judge]:
    """The command as a process of its own under strace, and who judges it."""
    if STRACE is None:
        needed("strace", "there is no strace on this machine")
    (prepared := tmp_path / "prepared").mkdir()
    command.prepare(prepared)
    (tmp_path / "program.py").write_text(PROGRAM)
    line = [sys.executable, str(tmp_path / "program.py"), *arguments, "--home", f"{{folder}}/{HOME}", "--yes"]
    program = Program(
        [*line, "--passphrase-fd", "{secret0}"], [passphrases(officers)], environment={"PYTHONPATH": str(ROOT)}
    )
    return Traced(program), Judge.of(command, prepared, tmp_path)


@pytest.mark.parametrize(
    ("name", "arguments", "officers", "every"),
    [
        ("halt", ("halt", "--reason", "x"), ("Dave",), 13),
        ("sign --home", ("sign", "{folder}/payment.psbt", "-o", f"{{folder}}/{SIGNED}"), homes.THREE, 29),
    ],
)
def test_real_system_calls_are_killed_and_fail(
    name: str, arguments: tuple[str, ...], officers: tuple[str, ...], every: int, tmp_path: Path
) -> None:
    tmp_path = tmp_path.resolve()
    way, judge = traced(COMMANDS[name], tmp_path, *arguments, officers=officers)
    sample = Sampled(way, every, every)
    tried = every_point(sample, tmp_path / "prepared", judge, tmp_path, [KILLED_BEFORE, EINTR, EIO, ENOSPC])
    assert tried.points > 5
    assert {"pwrite64", "fsync", "flock"} <= {call.name for call in tried.calls}
    assert complaints(tried.calls) == []


def opened(folder: Path) -> None:
    """Be a writer that changes nothing of its own."""
    with writing(folder / HOME):
        pass


@pytest.mark.parametrize("fault", [KILLED_BEFORE, KILLED_AFTER, KILLED_HALF_WAY], ids=lambda fault: fault.name)
def test_a_torn_line_is_told_once_although_its_mending_is_killed(fault: Fault, tmp_path: Path) -> None:
    (prepared := tmp_path / "prepared").mkdir()
    COMMANDS["halt, after a line was torn"].prepare(prepared)
    kinds = homes.kinds_of(prepared / HOME)

    def judge(folder: Path, outcome: Outcome) -> None:
        assert outcome.killed
        opened(folder)
        assert homes.kinds_of(folder / HOME) == (*kinds, "mended")

    tried = every_point(Inside(opened), prepared, judge, tmp_path.resolve(), [fault])
    assert tried.points


def test_a_step_that_the_disk_left_open_is_said_to_be_settled_by_the_next_command(tmp_path: Path) -> None:
    (prepared := tmp_path / "prepared").mkdir()
    command = COMMANDS["officer retire"]
    command.prepare(prepared)
    way, folder = Inside(command.action), tmp_path.resolve() / "folder"
    calls = way.calls(fresh(prepared, folder))
    at = next(n for n, call in enumerate(calls) if call.name == "fsync" and call.path.endswith("journal.jsonl"))
    outcome = way.run(fresh(prepared, folder), EIO, at)
    assert outcome.code == 8
    assert "the next command that changes this home completes the step or takes it back" in outcome.said
    with writing(folder / HOME) as home:
        assert any("was completed" in sentence for sentence in home.told)
        assert [home.name_of(officer) for officer in home.book.state.roster.officers] == list(NAMES[:4])


def judged(tmp_path: Path, name: str, outcome: Outcome, *, happened: bool) -> None:
    """Judge a run that was not disturbed at all, or not even begun, as if it had ended like this."""
    command = COMMANDS[name]
    (prepared := tmp_path / "prepared").mkdir()
    command.prepare(prepared)
    judge = Judge.of(command, prepared, tmp_path)
    if not happened:
        homes.again(prepared, tmp_path / "folder")
    judge(tmp_path / "folder", outcome)


def test_the_judge_knows_what_was_said(tmp_path: Path) -> None:
    for number, (outcome, happened, told) in enumerate(
        (
            (Outcome(0), False, "did not"),
            (Outcome(8, "", "error: the disk is full"), True, "and happened"),
            (Outcome(1, "", "error: an internal error"), True, "internal"),
            (Outcome(8, "", "no such line"), False, "no such line"),
        )
    ):
        (folder := tmp_path / str(number)).mkdir()
        with pytest.raises(AssertionError, match=told):
            judged(folder, "halt", outcome, happened=happened)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("names.old", b"no entry names this"),
        ("vaults/main.00000009.vault", b"from nowhere"),
        ("journal.next", b"left"),
        (".journal.head.0123456789abcdef.tmp", b"stray"),
        ("officers/0123456789abcdef.officer", b"of nobody"),
    ],
)
def test_the_judge_finds_what_is_stray(name: str, content: bytes, tmp_path: Path) -> None:
    homes.begun(tmp_path)
    with reading(tmp_path / HOME) as home:
        homes.require_nothing_stray(home.book, tmp_path / HOME)
        (tmp_path / HOME / name).write_bytes(content)
        with pytest.raises(AssertionError):
            homes.require_nothing_stray(home.book, tmp_path / HOME)


@pytest.mark.parametrize("secret", homes.CLEAR)
def test_the_judge_finds_what_is_secret(secret: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"public " + secret + b" public")
    with pytest.raises(AssertionError):
        homes.require_nothing_secret(tmp_path)
