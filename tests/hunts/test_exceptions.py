"""The hunt of exceptions works: a short one runs in every check, and it sees what it hunts."""

import tempfile
from pathlib import Path

import pytest

from tests.faults import homes
from tests.hunts import exceptions
from tests.hunts.exceptions import SECRET, Hunt, Known, faults_of, left_by
from tests.leaks.forked import Ended
from tests.leaks.scenes import ALL, Stage

SHORT = ("key new, a phrase", "share combine", "sign, with a phrase", "halt", "airgap decode")
REFUSED = "error: it is refused\nhint: try another\n"


def test_a_short_hunt_of_exceptions_finds_nothing() -> None:
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as place:
        hunt = Hunt(Stage(Path(place).resolve()), 2_031)
        hunt.go(25, {name: ALL[name] for name in SHORT})
    assert hunt.faults == []
    assert hunt.rooms.total() + hunt.never == 25
    assert len(hunt.rooms) > 12
    assert {answer.split(":")[0] for answer in hunt.codes} == exceptions.KINDS.keys()


@pytest.mark.parametrize(
    ("ended", "kind", "told"),
    [
        (Ended(1, "", REFUSED, ""), "RuntimeError", None),
        (Ended(6, "", f"read\n{REFUSED}", ""), "KeyboardInterrupt", None),
        (Ended(8, "", REFUSED, ""), "OSError", None),
        (Ended(0, "", "", ""), "RuntimeError", "exit 0"),
        (Ended(1, "", REFUSED, ""), "KeyboardInterrupt", "exit 1"),
        (Ended(-11, "", REFUSED, ""), "OSError", "exit -11"),
        (Ended(1, "", f"{REFUSED}Traceback (most recent call last):\n", ""), "RuntimeError", "noise"),
        (Ended(1, "", f"{REFUSED}Exception ignored in: x\n", ""), "RuntimeError", "noise"),
        (Ended(1, "", f"error: {SECRET}\n", ""), "RuntimeError", "a secret was said"),
        (Ended(1, exceptions.PHRASE, REFUSED, ""), "RuntimeError", "a secret was said"),
        (Ended(1, "", "", ""), "RuntimeError", "not one error"),
        (Ended(1, "", REFUSED * 2, ""), "RuntimeError", "not one error"),
    ],
)
def test_the_hunt_sees_how_a_command_must_not_end(ended: Ended, kind: str, told: str | None) -> None:
    faults = list(faults_of(ended, kind, 0))
    assert [told is not None and fault.startswith(told) for fault in faults] == [True] * (told is not None)


def test_a_script_reads_the_error_in_json_and_what_judges_tells_its_judgement() -> None:
    line = ("selftest", "--json")
    error, judged = '{"error": {"code": "internal"}}', '{"ok": false, "checks": []}'
    assert list(faults_of(Ended(1, error, "", ""), "RuntimeError", 0, line)) == []
    assert list(faults_of(Ended(7, judged, "", ""), "RuntimeError", 0, line)) == []
    assert len(list(faults_of(Ended(1, '{"ok": true}', "", ""), "RuntimeError", 0, line))) == 1
    assert len(list(faults_of(Ended(1, error[:-1], "", ""), "RuntimeError", 0, line))) == 1
    assert len(list(faults_of(Ended(7, judged, "", ""), "KeyboardInterrupt", 0, line))) == 1
    assert len(list(faults_of(Ended(7, "", REFUSED, ""), "RuntimeError", 0, ("sign",)))) == 1


@pytest.mark.parametrize(
    ("left", "code", "told"),
    [
        ({}, 1, None),
        ({"out": b"whole"}, 1, None),
        ({"out": b"whole"}, 0, None),
        ({}, 0, "says that it is done"),
        ({"out": b"who"}, 1, "a file that is neither whole nor absent"),
        ({"other": b""}, 1, "left other"),
        ({".out.0123456789abcdef.tmp": b"who"}, 1, "left .out"),
        ({"out": SECRET.encode()}, 1, "a secret was written"),
        ({"kept": b""}, 1, None),
    ],
)
def test_the_hunt_sees_what_a_command_must_not_leave(
    tmp_path: Path, left: dict[str, bytes], code: int, told: str | None
) -> None:
    (tmp_path / "out").write_bytes(b"whole")
    clean = exceptions.digest_of(tmp_path)
    (tmp_path / "out").unlink()
    (tmp_path / "kept").write_bytes(b"")
    before = exceptions.digest_of(tmp_path)
    for name, content in left.items():
        (tmp_path / name).write_bytes(content)
    known = Known({}, clean, {"out"}, Ended(0, "", "", ""))
    faults = list(left_by(tmp_path, before, known, Ended(code, "", "", ""), cleaning=False))
    assert any(told is not None and fault.startswith(told) for fault in faults) == bool(faults) == (told is not None)


def test_a_journal_that_was_cut_is_seen(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    folder = stage.folder(ALL["halt"])
    journal = folder / exceptions.HOME / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    known = Known({}, {}, set(), Ended(0, "", "", ""))
    assert list(left_by(folder, exceptions.digest_of(folder), known, Ended(1, "", "", ""), cleaning=False))
