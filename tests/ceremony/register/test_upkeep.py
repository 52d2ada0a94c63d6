"""What was last done and when, what is overdue, who left and what still opens for them; and how little is read."""

from pathlib import Path

import pytest

from custody.ceremony.register.upkeep import Overdue, Upkeep
from custody.ceremony.treasury import exchange, rosters
from custody.ceremony.treasury.backup import Restoration, back_up, restore
from custody.ceremony.treasury.rosters import Quorums
from custody.governance.book import Book
from custody.governance.chain import PaperHead
from custody.governance.entry import Entry
from tests.ceremony.register.homes import BEGUN, HOUR, REFUSED, at, looked_at, objected, payment, signed
from tests.ceremony.treasury.officers import NAMES, Script, begun, with_vault


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A treasury of five with a 3-of-5 vault."""
    path = tmp_path / "home"
    begun(path)
    with_vault(path)
    return path


def upkeep(path: Path) -> Upkeep:
    with looked_at(path) as home:
        return Upkeep.of(home)


def test_a_treasury_that_has_just_begun_has_done_nothing_and_lacks_a_backup(home: Path) -> None:
    found = upkeep(home)
    assert (found.newest.number, found.signed, found.imported, found.copy) == (1, None, None, None)
    assert found.overdue == (Overdue.NO_BACKUP, Overdue.NO_IMPORT)
    assert (found.leavers, found.machines) == ((), ())


def test_the_newest_of_each_is_told_with_its_time(home: Path, tmp_path: Path) -> None:
    for hour in (1, 2):
        with at(home, BEGUN + hour * HOUR) as book:
            signed(book, payment(hour, 10_000 + hour))
    with at(home, BEGUN + 3 * HOUR) as book:
        back_up(book, tmp_path / "backup", "the safe in the bank")
    with at(home, BEGUN + 4 * HOUR) as book:
        objected(book, payment(3, 10_000), REFUSED)
    found = upkeep(home)
    assert found.signed is not None
    assert (found.signed.number, found.signed.at) == (3, BEGUN + 2 * HOUR)
    assert found.copy is not None
    assert (found.copy.made.at, found.copy.label) == (BEGUN + 3 * HOUR, "the safe in the bank")
    assert found.newest.at == BEGUN + 4 * HOUR
    assert found.overdue == (Overdue.NO_IMPORT,)


def test_a_signature_and_a_change_of_officers_after_the_backup_make_it_old(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "backup", "the safe")
        signed(book, payment(0, 10_000))
    assert upkeep(home).overdue == (Overdue.BACKUP_BEFORE_SIGNATURE, Overdue.NO_IMPORT)
    with at(home, BEGUN) as book:
        rosters.retire(book, Script(), rosters.find(book, "Erin"), Quorums())
    assert Overdue.BACKUP_BEFORE_ROSTER in upkeep(home).overdue
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "newer", "the safe")
    assert upkeep(home).overdue == (Overdue.NO_IMPORT,)


def test_who_left_is_named_with_the_backups_that_still_open_for_the_seat(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "one", "the safe")
        rosters.retire(book, Script(), rosters.find(book, "Erin"), Quorums())
        back_up(book, tmp_path / "two", "the other safe")
        rosters.retire(book, Script(), rosters.find(book, "Dave"), Quorums())
    opened = {leaver.person.name: [copy.label for copy in leaver.copies] for leaver in upkeep(home).leavers}
    assert opened == {"Dave": ["the safe", "the other safe"], "Erin": ["the safe"]}


def test_other_machines_are_told_with_the_import_that_brought_them(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        exchange.join(tmp_path / "second", exchange.export(book, 0, documents=True))
    for hour in (1, 2):
        with at(tmp_path / "second", BEGUN) as second:
            objected(second, payment(hour, 10_000), REFUSED)
            news, head = exchange.export(second, 0, documents=True), second.book.head
        with at(home, BEGUN + hour * HOUR) as book:
            exchange.take_in(book, news, Script())
    found = upkeep(home)
    (machine,) = found.machines
    assert machine.head == head
    assert machine.brought == found.imported
    assert machine.brought is not None
    assert machine.brought.at == BEGUN + 2 * HOUR
    assert Overdue.NO_IMPORT not in found.overdue


def test_a_spare_without_a_paper_says_so_until_a_copy_is_made_of_it(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "backup", "the safe")
        paper = PaperHead.parse(" ".join(book.book.head.words))
    sealed = (tmp_path / "backup").read_bytes()
    restore(tmp_path / "spare", Restoration(sealed, None), Script(seats=NAMES))
    found = upkeep(tmp_path / "spare")
    assert Overdue.NO_PAPER in found.overdue
    (old,) = found.machines
    assert old.brought == found.newest
    restore(tmp_path / "compared", Restoration(sealed, paper), Script(seats=NAMES))
    assert Overdue.NO_PAPER not in upkeep(tmp_path / "compared").overdue
    with at(tmp_path / "spare", BEGUN) as book:
        back_up(book, tmp_path / "again", "the safe")
    assert Overdue.NO_PAPER not in upkeep(tmp_path / "spare").overdue


def entries_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many entries are read for it, the fold's own apart."""
    seen: list[int] = []
    entry = Book.entry

    def reading(book: Book, number: int) -> Entry:
        seen.append(number)
        return entry(book, number)

    with looked_at(path) as home, monkeypatch.context() as patched:
        patched.setattr(Book, "entry", reading)
        Upkeep.of(home)
    return len(seen)


def test_a_longer_book_takes_no_more_reading(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "one", "the safe")
        signed(book, payment(0, 10_000))
    short = entries_read(home, monkeypatch)
    with at(home, BEGUN) as book:
        for number in range(30):
            objected(book, payment(1, 10_000 + number), REFUSED)
        signed(book, payment(2, 10_000))
    assert entries_read(home, monkeypatch) == short
