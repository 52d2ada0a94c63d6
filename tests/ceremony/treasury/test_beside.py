"""A halt that lies beside the journal alone: who leaves takes it not along, and no courier makes more or less of it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from custody.ceremony.home.beside import Beside
from custody.ceremony.home.home import reading
from custody.ceremony.home.writing import writing
from custody.ceremony.treasury.at_once import unread
from custody.errors import Alarm
from custody.governance.halt import MOST_OPEN, Halt
from custody.store import folder, lock
from tests.ceremony.treasury.officers import Script, begun
from tests.support.officers import custody, quick_identities

QUORUM = ("Alice", "Bob", "Carol")


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    begun(path)
    return path


def interrupted(home: Path, name: str = "Erin") -> Halt:
    """Halt, and end before the book was read."""
    with unread(home, ()) as found:
        assert found is not None
        return found.halt(Script((name,)), "").halt


def called_many(home: Path, folder: Path, count: int) -> bytes:
    """The lines of halts that Erin calls on a copy of the home: an officer who floods."""
    shutil.copytree(home, folder)
    return b"".join(interrupted(folder).encode().encode() + b"\n" for _time in range(count))


def beside(home: Path) -> Beside:
    file = home / "beside.jsonl"
    return Beside.read(file.read_bytes() if file.exists() else b"")


def exported(home: Path, file: Path) -> bytes:
    answer = custody("journal", "export", "--home", str(home), "-o", str(file), "--force")
    assert answer.code == 0, answer.err
    return file.read_bytes()


def joined(home: Path, export: Path) -> Path:
    answer = custody("home", "new", "--home", str(home), "--join", str(export))
    assert answer.code == 0, answer.err
    return home


def is_halted(home: Path) -> bool:
    with reading(home) as opened:
        return opened.halted


def retire(home: Path, name: str) -> None:
    answer = custody("officer", "retire", name, "--home", str(home), officers=QUORUM)
    assert answer.code == 0, answer.err


def test_whoever_opens_the_home_next_writes_it_into_the_book(home: Path) -> None:
    called = interrupted(home)
    with writing(home) as opened:
        assert list(opened.book.state.halts) == [called.digest]
        assert not opened.halts_beside
    with writing(home) as again:
        assert again.book.head.number == 1, "once"


def test_an_officer_who_is_retired_does_not_take_it_along(home: Path) -> None:
    interrupted(home)
    retire(home, "Erin")
    assert is_halted(home)
    assert custody("resume", "--home", str(home), officers=QUORUM).code == 0
    assert not is_halted(home)


def test_nor_does_one_whom_another_machine_retired_without_knowing_of_it(home: Path, tmp_path: Path) -> None:
    exported(home, tmp_path / "before")
    other = joined(tmp_path / "other", tmp_path / "before")
    with reading(other) as opened:
        key = opened.book.writer.hex()
    assert custody("home", "admit", key, "--home", str(home), officers=QUORUM).code == 0
    exported(home, tmp_path / "admitted")
    assert custody("journal", "import", str(tmp_path / "admitted"), "--home", str(other)).code == 0
    shutil.copytree(home / "officers", tmp_path / "officers")
    shutil.copy(home / "names.json", other / "names.json")
    retire(home, "Erin")
    exported(home, tmp_path / "after")
    shutil.copytree(tmp_path / "officers", other / "officers")
    interrupted(other)
    assert custody("journal", "import", str(tmp_path / "after"), "--home", str(other)).code == 0
    assert is_halted(other)


def test_one_that_a_quorum_cleared_is_not_written_again(home: Path) -> None:
    interrupted(home)
    assert custody("resume", "--home", str(home), officers=QUORUM).code == 0
    kept = (home / "beside.jsonl").read_bytes()
    assert b"custody-halt-1:" in kept, "nothing is ever taken away there"
    with writing(home) as opened:
        assert not opened.halted
        assert opened.book.head.number == 2


def test_a_machine_that_is_barred_writes_none_and_gives_it_out(home: Path, tmp_path: Path) -> None:
    with writing(home) as opened:
        opened.tell_alarm(Alarm("rolled back", code="journal-rolled-back"), bars=True)
    called = interrupted(home)
    with writing(home) as opened:
        assert not opened.book.state.halted
    assert exported(home, tmp_path / "export").count(called.encode().encode()) == 1


def test_damage_beside_the_journal_keeps_no_halt_back(home: Path, tmp_path: Path) -> None:
    called = interrupted(home)
    file = home / "beside.jsonl"
    file.write_bytes(b'{"alarm":{"at":"damaged"}}\n' + file.read_bytes())
    assert called.encode().encode() in exported(home, tmp_path / "export").split(b"\n")
    assert is_halted(joined(tmp_path / "other", tmp_path / "export"))


def test_what_lies_beside_is_carried_as_it_is_where_no_book_can_be_read(home: Path, tmp_path: Path) -> None:
    exported(home, tmp_path / "before")
    other = joined(tmp_path / "other", tmp_path / "before")
    interrupted(home)
    (home / "journal.jsonl").write_bytes(b"damaged")
    answer = custody("journal", "import", str(home / "beside.jsonl"), "--home", str(other))
    assert answer.code == 0, answer.err
    assert is_halted(other)


# A courier, and an officer who floods


def test_of_a_flood_whoever_joins_by_it_keeps_sixteen(home: Path, tmp_path: Path) -> None:
    flood = called_many(home, tmp_path / "copy", MOST_OPEN + 3)
    content = exported(home, tmp_path / "export")
    (tmp_path / "flood").write_bytes(content + flood)
    other = joined(tmp_path / "other", tmp_path / "flood")
    lowest = sorted(Halt.decode(line.decode()).digest for line in flood.splitlines())[:MOST_OPEN]
    assert sorted(each.digest for each in beside(other).halts) == lowest


@pytest.mark.parametrize("barred", [True, False])
def test_of_a_flood_an_import_takes_in_sixteen(barred: bool, home: Path, tmp_path: Path) -> None:
    flood = called_many(home, tmp_path / "copy", MOST_OPEN + 3)
    (tmp_path / "flood").write_bytes(flood)
    if barred:
        with writing(home) as opened:
            opened.tell_alarm(Alarm("rolled back", code="journal-rolled-back"), bars=True)
    custody("journal", "import", str(tmp_path / "flood"), "--home", str(home))
    with reading(home) as opened:
        assert (len(opened.book.state.halts), len(opened.halts_beside)) == ((0, 16) if barred else (16, 0))


def test_a_resumption_clears_those_too_whose_place_others_took(home: Path) -> None:
    for _time in range(MOST_OPEN + 4):
        interrupted(home)
    with writing(home) as opened:
        assert len(opened.book.state.halts) == MOST_OPEN
        assert (len(opened.halts_beside), opened.book.head.number) == (4, MOST_OPEN)
    assert custody("resume", "--home", str(home), officers=QUORUM).code == 0
    assert not is_halted(home)


@pytest.mark.parametrize("more", [1, 40])
def test_a_courier_who_doubles_it_doubles_nothing(more: int, home: Path, tmp_path: Path) -> None:
    exported(home, tmp_path / "before")
    other = joined(tmp_path / "other", tmp_path / "before")
    line = interrupted(home).encode().encode() + b"\n"
    (tmp_path / "doubled").write_bytes(exported(home, tmp_path / "export") + line * more)
    assert custody("journal", "verify", str(tmp_path / "doubled")).code == 0
    assert custody("journal", "import", str(tmp_path / "doubled"), "--home", str(other)).code == 0
    with reading(other) as opened:
        assert opened.book.head.number == 1, "one line tells of it"
        assert len(opened.book.state.halts) == 1


def changed_time(token: bytes) -> bytes:
    return token[:-300] + (b"1" if token[-300:-299] == b"0" else b"0") + token[-299:]


@pytest.mark.parametrize("change", [changed_time, lambda token: token[:-1], bytes.upper])
def test_a_forged_one_is_told_halts_nobody_and_bars_nothing_else(
    change: Callable[[bytes], bytes], home: Path, tmp_path: Path
) -> None:
    exported(home, tmp_path / "before")
    other = joined(tmp_path / "other", tmp_path / "before")
    forged = change(interrupted(home).encode().encode()) + b"\n"
    (home / "beside.jsonl").unlink()
    retire(home, "Dave")
    (tmp_path / "forged").write_bytes(exported(home, tmp_path / "export") + forged)
    assert custody("journal", "verify", str(tmp_path / "forged")).code == 9
    answer = custody("journal", "import", str(tmp_path / "forged"), "--home", str(other))
    assert answer.code == 0, answer.err
    assert "was dropped" in answer.err
    with reading(other) as opened:
        assert not opened.halted
        assert len(opened.book.state.roster.officers) == 4, "what holds was taken in"


def test_one_of_somebody_who_left_is_no_halt_by_being_carried(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "copy")
    old = interrupted(tmp_path / "copy").encode().encode() + b"\n"
    retire(home, "Erin")
    (tmp_path / "edited").write_bytes(exported(home, tmp_path / "export") + old)
    other = joined(tmp_path / "other", tmp_path / "edited")
    assert not is_halted(other)
    assert not beside(other).halts
    custody("journal", "import", str(tmp_path / "edited"), "--home", str(home))
    assert not is_halted(home)


def test_a_home_that_another_program_holds_and_whose_note_is_old_gives_a_halt_to_be_carried(home: Path) -> None:
    """A crash came between a line and its note, and now something holds the directory: nobody is turned away."""
    note = (home / "journal.head").read_bytes()
    assert custody("halt", "--home", str(home), officers=("Dave",)).code == 0
    assert custody("resume", "--home", str(home), officers=("Alice", "Bob", "Carol")).code == 0
    (home / "journal.head").write_bytes(note)
    take = lock.take

    def hasty(descriptor: int, shown: str, *, exclusive: bool, patience: float) -> None:
        take(descriptor, shown, exclusive=exclusive, patience=min(patience, 0.0))

    with folder.writing(home), mock.patch.object(lock, "take", hasty):
        answer = custody("halt", "--home", str(home), officers=("Erin",))
    assert answer.code == 8, answer.err
    assert "custody-halt-1:" in answer.err
