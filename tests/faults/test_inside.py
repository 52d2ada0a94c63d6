"""The harness sees what it is there to see: careless writers are caught, and a blind spot is told."""

import os
from pathlib import Path

import pytest

from tests.faults.fault import FAULTS, KILLED_AFTER, KILLED_BEFORE, KILLED_HALF_WAY, SHORT, Call, Fault, Outcome, Undone
from tests.faults.inside import Inside
from tests.faults.order import complaints
from tests.faults.points import every_point

OLD, NEW = b"old" * 100, b"new" * 100


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A folder with one file."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    (folder / "file").write_bytes(OLD)
    return folder


def put(path: Path, data: bytes, flags: int = os.O_CREAT | os.O_EXCL) -> int:
    descriptor = os.open(path, os.O_WRONLY | flags, 0o600)
    while data:
        data = data[os.write(descriptor, data) :]
    return descriptor


def over_the_old_one(folder: Path) -> None:
    os.close(put(folder / "file", NEW, os.O_TRUNC))


def one_write_and_no_loop(folder: Path) -> None:
    descriptor = os.open(folder / "beside", os.O_WRONLY | os.O_CREAT)
    os.write(descriptor, NEW)
    os.fsync(descriptor)
    (folder / "beside").rename(folder / "file")


def beside_and_renamed(folder: Path) -> None:
    try:
        os.fsync(put(folder / "beside", NEW))
        (folder / "beside").rename(folder / "file")
    except OSError:
        (folder / "beside").unlink(missing_ok=True)
        raise
    above = os.open(folder, os.O_RDONLY)
    os.fsync(above)


def old_or_new(folder: Path, outcome: Outcome) -> None:
    content = (folder / "file").read_bytes()
    assert content in (OLD, NEW)
    assert outcome.code != 0 or content == NEW


def test_a_file_written_over_the_old_one_is_caught(prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        every_point(Inside(over_the_old_one), prepared, old_or_new, tmp_path / "scratch")
    assert "killed" in caught.value.__notes__[0]


def test_a_writer_that_forgets_short_writes_is_caught(prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        every_point(Inside(one_write_and_no_loop), prepared, old_or_new, tmp_path / "scratch", [SHORT])
    assert caught.value.__notes__[0].startswith("short write at call 1 of 4, write ")


def test_a_careful_writer_passes_every_point(prepared: Path, tmp_path: Path) -> None:
    tried = every_point(Inside(beside_and_renamed), prepared, old_or_new, tmp_path / "scratch")
    assert [call.name for call in tried.calls] == ["open", "write", "fsync", "rename", "fsync"]
    whole = [fault for fault in FAULTS if not fault.part]
    assert tried.points == 5 * len(whole) + (len(FAULTS) - len(whole))
    assert complaints(tried.calls) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_what_it_says(prepared: Path, fault: Fault) -> None:
    outcome = Inside(beside_and_renamed).run(prepared, fault, 1)
    left = (prepared / "beside").stat().st_size if (prepared / "beside").exists() else None
    if fault.kill:
        assert outcome == Outcome(-9)
        assert left == {KILLED_BEFORE: 0, KILLED_AFTER: 300, KILLED_HALF_WAY: 150}[fault]
    elif fault is SHORT:
        assert outcome == Outcome(0)
    elif fault.dies_next:
        assert (outcome.code, left) == (-9, 0)
    else:
        assert outcome.code == 1
        assert f"[Errno {fault.error}]" in outcome.said


def test_the_fault_comes_at_the_call_that_was_named(prepared: Path) -> None:
    inside = Inside(beside_and_renamed)
    assert inside.run(prepared, KILLED_BEFORE, 3).killed
    assert (prepared / "file").read_bytes() == OLD
    (prepared / "beside").unlink()
    assert inside.run(prepared, KILLED_AFTER, 3).killed
    assert (prepared / "file").read_bytes() == NEW


def test_a_fault_that_never_comes_is_told(prepared: Path) -> None:
    with pytest.raises(Undone, match="never came"):
        Inside(beside_and_renamed).run(prepared, KILLED_BEFORE, 5)


def test_what_happens_in_other_folders_is_not_counted(prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(Undone, match="no write-side call"):
        every_point(
            Inside(lambda _folder: os.close(put(tmp_path / "elsewhere", NEW))),
            prepared,
            old_or_new,
            tmp_path / "scratch",
        )


def test_writing_past_the_harness_is_told(prepared: Path) -> None:
    with pytest.raises(Undone):
        Inside(lambda folder: (folder / "file").write_bytes(NEW)).calls(prepared)


def test_a_program_that_fails_by_itself_is_told(prepared: Path) -> None:
    with pytest.raises(Undone, match="fails without a fault"):
        Inside(lambda folder: (folder / "absent").read_bytes()).calls(prepared)


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([Call("write", "/d/x"), Call("rename", "/d/x", "/d/y")], "before its bytes are synced"),
        ([Call("pwrite", "/d/x")], "/d/x: its bytes were never synced"),
        ([Call("ftruncate", "/d/x")], "/d/x: its bytes were never synced"),
        ([Call("rename", "/d/x", "/d/y")], "/d: its names were never synced"),
        ([Call("rename", "/c/x", "/d/y"), Call("fsync", "/d")], "/c: its names were never synced"),
        ([Call("mkdir", "/d/x"), Call("fsync", "/d/x")], "/d: its names were never synced"),
        ([Call("unlink", "/d/x")], "/d: its names were never synced"),
        ([Call("open", "/d/x", creates=True)], "/d: its names were never synced"),
    ],
)
def test_what_a_power_cut_could_undo_is_complained_of(calls: list[Call], said: str) -> None:
    assert any(said in complaint for complaint in complaints(calls))
