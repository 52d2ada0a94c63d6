"""Whatever a courier did to a file, a halt gets through, nothing forged is taken in, and what is missing is named."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.laptops import admitted, export, founded, journal, newest_halt
from tests.cli.treasury.test_treasury import THREE, read, status
from tests.support.officers import NAMES, Answer, custody, quick_identities


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture(scope="module")
def laptops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two laptops that know the same, and then Erin was retired on the first."""
    folder = tmp_path_factory.mktemp("laptops")
    with quick_identities():
        home = founded(folder / "first")
        admitted(home)
        assert custody("officer", "retire", "Erin", "--home", home, officers=THREE).code == 0
    return folder


@pytest.fixture
def first(laptops: Path, tmp_path: Path) -> str:
    shutil.copytree(laptops / "first", tmp_path / "first")
    return str(tmp_path / "first")


@pytest.fixture
def second(laptops: Path, tmp_path: Path) -> str:
    shutil.copytree(laptops / "second", tmp_path / "second")
    return str(tmp_path / "second")


def taken_in(home: str, content: bytes | str) -> Answer:
    """What a laptop says of a file."""
    file = Path(f"{home}.carried")
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return custody("journal", "import", str(file), "--home", home, "--json")


def refused(answer: Answer, exit_code: int, code: str) -> str:
    """Raise AssertionError unless a script reads this refusal; return what a person would read."""
    error = json.loads(answer.out)["error"]
    assert (answer.code, error["code"]) == (exit_code, code), answer
    return f"{error['message']}\n{error['hint']}"


def forged(content: bytes) -> bytes:
    """The same, with one letter changed in the newest statement, as a courier would."""
    at = content.rindex(b'"version":2') + len(b'"version":')
    return content[:at] + b"3" + content[at + 1 :]


def test_an_export_is_taken_in_once(first: str, second: str) -> None:
    content = Path(export(first)).read_bytes()
    told = read(taken_in(second, content))
    assert (told["entries"], told["statements"], told["halts"]) == (2, 1, 0)
    assert told["head"] == status(second)["head"]
    assert [each["identity"] for each in status(second)["officers"]] == ["elsewhere"] * 4
    before = journal(second)
    again = read(taken_in(second, content))
    assert (again["entries"], again["statements"], again["halts"]) == (0, 0, 0)
    assert journal(second) == before


def test_a_line_that_a_courier_changed_is_dropped_and_bars_nobody(first: str, second: str) -> None:
    before = journal(second)
    told = taken_in(second, forged(Path(export(first)).read_bytes()))
    assert "does not hold" in refused(told, 3, "forged")
    assert journal(second) == before
    assert status(second)["alarms"] == []
    assert taken_in(second, Path(export(first)).read_bytes()).code == 0


def test_a_file_that_was_cut_is_taken_in_as_far_as_it_goes(first: str, second: str) -> None:
    content = Path(export(first)).read_bytes()
    lines = content.splitlines(keepends=True)
    told = taken_in(second, b"".join(lines)[:-20])
    assert told.code in (0, 3), told
    if told.code == 0:
        assert "The end of this file is missing" in told.err
    assert read(taken_in(second, content))["head"] == status(second)["head"]
    assert status(second)["roster_version"] == 2


def test_a_file_that_was_cut_before_all_that_is_new_is_not_said_to_be_known(first: str, second: str) -> None:
    before, content = journal(second), Path(export(first)).read_bytes()
    newest = content.rindex(b'{"after":')
    told = refused(taken_in(second, content[: newest + 300]), 3, "cut")
    assert "the end of this file is missing" in told
    assert journal(second) == before


def test_missing_entries_are_named_with_the_command_that_brings_them(first: str, second: str) -> None:
    halted = custody("halt", "--home", first, officers=("Alice",))
    assert halted.code == 0
    newest = status(first)["head"]["n"]
    gap = taken_in(second, Path(export(first, "--from", str(newest))).read_bytes())
    assert status(second)["halted"], "the halt gets through, whatever is missing"
    assert gap.code == 0
    assert f"to {newest - 1} of" in gap.err
    assert custody("resume", "--home", first, officers=THREE).code == 0
    later = taken_in(second, Path(export(first, "--from", str(newest + 1))).read_bytes())
    assert "are missing" in refused(later, 3, "journal-gap")
    assert "--from" in refused(later, 3, "journal-gap")


def test_the_journal_of_another_treasury_is_refused(second: str, tmp_path: Path) -> None:
    before = journal(second)
    foreign = founded(tmp_path / "foreign")
    assert custody("halt", "--home", foreign, officers=("Alice",)).code == 0
    told = taken_in(second, Path(export(foreign)).read_bytes())
    assert "another treasury" in refused(told, 3, "foreign")
    assert taken_in(second, newest_halt(foreign)).code == 4
    assert journal(second) == before
    assert not status(second)["halted"]


def test_what_a_newer_release_wrote_is_unreadable_and_changes_nothing(first: str, second: str) -> None:
    before = journal(second)
    newer = Path(export(first)).read_bytes().replace(b'"v":2,"what"', b'"v":3,"what"').replace(b'"v":2}', b'"v":3}')
    told = taken_in(second, newer)
    assert "newer release" in refused(told, 4, "newer-format")
    assert journal(second) == before


@pytest.mark.parametrize("content", [b"", b"\n", b"rubbish\n", b"{}\n", b"custody-halt-1:\n", bytes(1000)])
def test_a_file_that_is_no_export_is_unreadable(content: bytes, second: str) -> None:
    before = journal(second)
    refused(taken_in(second, content), 4, "unreadable")
    assert journal(second) == before


@pytest.mark.parametrize("around", ["{}", "{}\n", "please read this:\n{}\nthanks", "> {}  \r\n"])
def test_a_halt_alone_in_a_file_halts(around: str, first: str, second: str) -> None:
    told = read(custody("halt", "--home", first, "--json", officers=("Alice",)))
    assert told["halt"].startswith("custody-halt-1:")
    assert told["halt"] == newest_halt(first)
    assert len(told["halts"]) == 1
    heard = read(taken_in(second, around.format(told["halt"])))
    assert (heard["halts"], heard["entries"], heard["head"]) == (1, 0, status(second)["head"])
    assert status(second)["halts"] == told["halts"]


def test_a_halt_that_a_courier_changed_halts_nobody(first: str, second: str) -> None:
    token = read(custody("halt", "--home", first, "--json", officers=("Alice",)))["halt"]
    at = len(token) - 20
    changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    assert taken_in(second, changed).code == 4
    assert not status(second)["halted"]


def test_a_halt_gets_through_in_an_export_that_is_otherwise_worthless(first: str, second: str) -> None:
    assert custody("halt", "--home", first, officers=("Alice",)).code == 0
    token = newest_halt(first)
    told = read(taken_in(second, b"\0\xff" + token.encode() + b"\n" + forged(Path(export(first)).read_bytes())))
    assert told["halts"] == 1
    assert status(second)["halted"]


def test_a_halt_clears_everywhere_once_a_quorum_resumes_somewhere(first: str, second: str) -> None:
    assert custody("halt", "--home", first, officers=("Alice",)).code == 0
    assert taken_in(second, newest_halt(first)).code == 0
    told = read(custody("resume", "--home", first, "--json", officers=NAMES[:3]))
    assert (told["halted"], told["halts"]) == (False, [])
    assert taken_in(second, Path(export(first)).read_bytes()).code == 0
    assert not status(second)["halted"]
