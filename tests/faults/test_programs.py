"""The same careful and careless writers as programs: under strace on real system calls, and launched in a process."""

import errno
import py_compile
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import needed
from tests.faults.fault import EIO, FAULTS, KILLED_BEFORE, SHORT, Outcome, Undone
from tests.faults.launched import Launched
from tests.faults.points import Way, every_point, fresh
from tests.faults.program import Program
from tests.faults.traced import FAULTS as STRACE_FAULTS
from tests.faults.traced import STRACE, Traced

OLD, NEW = b"old" * 100, b"new" * 100

CAREFUL = f"""
import os, sys
folder, data = sys.argv[1], {NEW!r}
print("writing", folder + "/file", flush=True)
here = os.open(folder, os.O_RDONLY)
beside = os.open("beside", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=here)
try:
    while data:
        data = data[os.write(beside, data):]
    os.fsync(beside)
    os.rename("beside", "file", src_dir_fd=here, dst_dir_fd=here)
except OSError as failure:
    os.unlink("beside", dir_fd=here)
    sys.exit(f"failed with {{failure.errno}}")
os.fsync(here)
"""
CARELESS = f"""
import os, sys
file = os.open(sys.argv[1] + "/file", os.O_WRONLY | os.O_TRUNC)
os.write(file, {NEW!r})
"""


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A folder with one file."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    (folder / "file").write_bytes(OLD)
    return folder


@pytest.fixture(params=["launched", "traced"])
def way(request: pytest.FixtureRequest) -> type[Launched] | type[Traced]:
    """Each way of running a program."""
    if request.param == "launched":
        return Launched
    if STRACE is None:
        needed("strace", "there is no strace on this machine")
    return Traced


def program(tmp_path: Path, way: type, source: str, *arguments: str, **more: Any) -> Way:
    """Lay a program down and make it ready to run."""
    file = tmp_path / "program.py"
    file.write_text(source)
    python = [] if way is Launched else [sys.executable]
    return way(Program([*python, str(file), *arguments], **more))  # type: ignore[no-any-return]


def old_or_new(folder: Path, outcome: Outcome) -> None:
    content = (folder / "file").read_bytes()
    assert content in (OLD, NEW)
    assert outcome.code != 0 or content == NEW


def test_a_careful_program_passes_every_point(prepared: Path, tmp_path: Path, way: type) -> None:
    tried = every_point(
        program(tmp_path, way, CAREFUL, "{folder}"), prepared, old_or_new, tmp_path / "scratch", [*STRACE_FAULTS, SHORT]
    )
    names = [call.name.removesuffix("at") for call in tried.calls]
    assert names == ["open", "write", "fsync", "rename", "fsync"]
    assert tried.points == 5 * len(STRACE_FAULTS) + (way is Launched)


def test_a_careless_program_is_caught(prepared: Path, tmp_path: Path, way: type) -> None:
    with pytest.raises(AssertionError) as caught:
        every_point(
            program(tmp_path, way, CARELESS, "{folder}"), prepared, old_or_new, tmp_path / "scratch", [KILLED_BEFORE]
        )
    assert caught.value.__notes__[0].startswith("killed before at call 1 of 2, write ")


def test_a_program_is_given_its_secret_and_its_standard_input(prepared: Path, tmp_path: Path, way: type) -> None:
    source = CAREFUL + "\nsys.exit((sys.stdin.read(), os.read(int(sys.argv[2]), 100)) != ('typed', b'abandon'))"
    ready = program(tmp_path, way, source, "{folder}", "{secret0}", secrets=["abandon"], stdin=b"typed")
    assert len(ready.calls(prepared)) == 5
    assert (prepared / "file").read_bytes() == NEW


def test_a_fault_comes_where_it_shall_although_bytecode_was_written_meanwhile(
    prepared: Path, tmp_path: Path, way: type
) -> None:
    module = tmp_path / "careful.py"
    module.write_text(CAREFUL)
    ready = program(tmp_path, way, f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import careful", "{folder}")
    opened = next(n for n, call in enumerate(ready.calls(fresh(prepared, tmp_path / "folder"))) if "open" in call.name)
    py_compile.compile(str(module), doraise=True)
    assert ready.run(fresh(prepared, tmp_path / "folder"), EIO, opened).code != 0


def test_a_program_without_a_point_is_told(prepared: Path, tmp_path: Path, way: type) -> None:
    with pytest.raises(Undone, match="no write-side call"):
        every_point(program(tmp_path, way, "print('{folder}')"), prepared, old_or_new, tmp_path / "scratch")


def test_a_program_that_fails_by_itself_is_told(prepared: Path, tmp_path: Path, way: type) -> None:
    with pytest.raises(Undone, match="fails without a fault"):
        program(tmp_path, way, "raise SystemExit(3)").calls(prepared)


def test_the_error_reaches_the_program(prepared: Path, tmp_path: Path, way: type) -> None:
    said = []

    def judge(folder: Path, outcome: Outcome) -> None:
        old_or_new(folder, outcome)
        said.append(outcome.said)
        assert stat.S_ISREG((folder / "file").stat().st_mode)

    faults = [fault for fault in STRACE_FAULTS if fault.error == errno.ENOSPC]
    every_point(program(tmp_path, way, CAREFUL, "{folder}"), prepared, judge, tmp_path / "scratch", faults)
    assert sum("failed with 28" in each for each in said) == 3
    assert sum("Errno 28" in each for each in said) == 2
    assert len(FAULTS) > len(STRACE_FAULTS)
