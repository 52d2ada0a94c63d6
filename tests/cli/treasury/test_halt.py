"""A halt gets through, whatever its reason is and whatever else was brought; and what is said of it is true."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome, writing
from custody.ceremony.treasury.at_once import unread
from custody.cli.treasury import halt as command
from custody.governance.records import HaltCalled
from tests.ceremony.treasury.officers import Script
from tests.cli.treasury.test_carry import carried, rewritten
from tests.cli.treasury.test_treasury import THREE, begun, status
from tests.support.officers import NAMES, Answer, custody, quick_identities

PHRASE = "abandon " * 11 + "about"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[str]:
    officers = [part for name in NAMES for part in ("--officer", name)]
    path = str(tmp_path / "home")
    with quick_identities():
        assert custody("home", "new", "--home", path, "--network", "regtest", *officers, officers=NAMES).code == 0
        yield path


@pytest.mark.parametrize("joined", [False, True])
def test_a_sentence_of_many_words_is_no_phrase_that_bars_a_halt(joined: bool, home: str) -> None:
    told = "stop now because somebody broke into the office and took Bobs laptop away last night"
    reason = (f"--reason={told}",) if joined else ("--reason", told)
    halted = custody("halt", "--home", home, *reason, officers=("Erin",))
    assert halted.code == 0
    assert "the reason is left out" in halted.err
    assert status(home)["halted"]


def test_a_phrase_for_a_reason_is_not_kept_nor_said_again(home: str) -> None:
    halted = custody("halt", "--home", home, "--reason", PHRASE, officers=("Erin",))
    assert halted.code == 0
    assert "abandon" not in halted.err + halted.out
    assert not any(b"abandon" in file.read_bytes() for file in Path(home).rglob("*") if file.is_file())
    assert status(home)["halted"]


def test_a_long_reason_is_kept_by_its_beginning(home: str) -> None:
    halted = custody("halt", "--home", home, "--reason", "burglary! " * 40, officers=("Erin",))
    assert halted.code == 0
    assert "only the first 200 characters" in halted.err
    assert "burglary! burglary!" in custody("status", "--home", home).out


def test_a_phrase_elsewhere_on_the_line_is_refused_as_ever(home: str) -> None:
    assert custody("halt", PHRASE, "--home", home, "--reason", "x", officers=("Erin",)).code == 2
    assert custody("resume", "--home", home, "--reason", PHRASE, officers=NAMES).code == 2
    assert not status(home)["halted"]


@pytest.mark.parametrize("reason", ["vol \udce9 la cave", "\u0958" * 200, "", "   ", "\ud83d\ude00" * 300])
def test_no_letters_bar_a_halt(reason: str, home: str) -> None:
    assert custody("halt", "--home", home, "--reason", reason, officers=("Erin",)).code == 0
    assert status(home)["halted"]


# --- what else was brought


@pytest.fixture
def other(home: str, tmp_path: Path) -> str:
    """The file of an officer of another treasury."""
    (tmp_path / "other").mkdir()
    return carried(begun(tmp_path / "other"), "Alice", tmp_path / "other")


def halted_with(home: str, *files: str, name: str = "Erin") -> Answer:
    brought = [part for file in files for part in ("--officer-file", file)]
    return custody("halt", "--home", home, *brought, officers=(name,))


def damaged(home: str) -> None:
    journal = Path(home) / "journal.jsonl"
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 1
    journal.write_bytes(content)


def unnoted(home: str) -> None:
    """Of a book that has its genesis alone it is no rollback: the book is read first."""
    (Path(home) / "journal.head").unlink()


def unreadable_files(folder: Path) -> list[str]:
    (folder / "garbage").write_bytes(b"no officer's file")
    (folder / "endless").write_bytes(bytes(1_000_000))
    return [str(folder / "garbage"), str(folder / "endless")]


def test_files_that_are_unusable_bar_no_halt_beside_one_that_is_not(home: str, other: str, tmp_path: Path) -> None:
    erin = carried(home, "Erin", tmp_path)
    answer = halted_with(home, other, *unreadable_files(tmp_path), erin)
    assert answer.code == 0, answer.err
    assert answer.err.index("it is not used") < answer.err.index("This machine is halted.")
    assert "is of another treasury" in answer.err
    assert str(tmp_path / "endless") in answer.err
    assert status(home)["halted"]


def test_nor_where_the_book_is_read_first(home: str, other: str, tmp_path: Path) -> None:
    erin = carried(home, "Erin", tmp_path)
    unnoted(home)
    answer = halted_with(home, other, *unreadable_files(tmp_path), erin)
    assert answer.code == 0, answer.err
    assert "This machine is halted." not in answer.err
    assert "is of another treasury" in answer.err
    assert status(home)["halted"]


@pytest.mark.parametrize("with_one_that_is_not", [True, False])
def test_nor_on_a_damaged_book(with_one_that_is_not: bool, home: str, other: str, tmp_path: Path) -> None:
    files = [other, *unreadable_files(tmp_path), *([carried(home, "Erin", tmp_path)] if with_one_that_is_not else [])]
    damaged(home)
    answer = halted_with(home, *files)
    assert answer.code == 9, answer.err
    assert "this machine is halted, and its book does not tell of it" in answer.err
    assert b"custody-halt-1:" in (Path(home) / "beside.jsonl").read_bytes()


def test_where_none_is_usable_the_book_says_why_before_anybody_is_asked(home: str, other: str, tmp_path: Path) -> None:
    for files, code in (([other], 5), (unreadable_files(tmp_path)[:1], 4)):
        assert halted_with(home, *files).code == code
        assert not status(home)["halted"]


@pytest.mark.parametrize("first", [unnoted, lambda _home: None])
@pytest.mark.parametrize("bare", [True, False])
def test_an_identity_that_somebody_changed_is_an_alarm_once_the_halt_is_written(
    bare: bool, first: Callable[[str], None], home: str, tmp_path: Path
) -> None:
    erin, dave = carried(home, "Erin", tmp_path), carried(home, "Dave", tmp_path)
    changed = rewritten(dave, tmp_path, identity=lambda sealed: sealed[:41] + bytes(32) + sealed[73:])
    if bare:
        Path(changed).write_bytes(Path(changed).read_bytes()[40:187])
    first(home)
    answer = halted_with(home, changed, erin)
    assert answer.code == 9, answer.err
    assert "custody-halt-1:" in answer.err
    assert status(home)["halted"]


# --- what is said of it


def test_a_halt_that_a_quorum_cleared_meanwhile_is_said_to_be_cleared(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = command.changing

    def after_a_resumption(path: str) -> AbstractContextManager[WritableHome]:
        assert custody("resume", "--home", path, officers=THREE).code == 0
        return opened(path)

    with monkeypatch.context() as patched:
        patched.setattr(command, "changing", after_a_resumption)
        answer = custody("halt", "--home", home, officers=("Erin",))
    assert answer.code == 3, answer
    assert "This machine is halted." in answer.err, "so it was, until they resumed"
    assert "a quorum resumed meanwhile, and cleared this halt" in answer.err
    assert "The treasury is halted." not in answer.out
    assert (Path(home) / "journal.jsonl").read_bytes().count(b'"kind":"halt"') == 1, "it is not written again"
    assert not status(home)["halted"]
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    assert status(home)["halted"]


def test_a_resumption_after_which_a_halt_is_open_does_not_say_that_it_goes_on(home: str) -> None:
    """Of one officer sixteen are open at a time: of more, which another machine may bring, the others follow."""
    for _time in range(18):
        with unread(home, ()) as found:
            assert found is not None
            found.halt(Script(("Erin",)), "")
    with writing(home) as book:
        for each in book.halts_beside:
            book.commit(Step(HaltCalled.KIND, HaltCalled(each).to_json()))
    (Path(home) / "beside.jsonl").unlink()
    answer = custody("resume", "--home", home, officers=THREE)
    assert answer.code == 0, answer
    assert "The treasury goes on." not in answer.out
    assert answer.out.count("Halted by Erin") == 2
    assert status(home)["halted"]
    assert "The treasury goes on." in custody("resume", "--home", home, officers=THREE).out
    assert not status(home)["halted"]
