"""What was last done, where and when, what is overdue, who left and what opens for them; and how little is read."""

from pathlib import Path

import pytest

from custody.ceremony.machines import exchange
from custody.ceremony.machines.backup import Restoration, back_up, restore
from custody.ceremony.officers import rosters, seats
from custody.ceremony.officers.rosters import Quorums
from custody.ceremony.register.upkeep import Overdue, Upkeep
from custody.ceremony.table.by_name import find
from custody.ceremony.table.enrolment import Candidate
from custody.governance.entry import Entry
from tests.ceremony.register.homes import (
    BEGUN,
    HOUR,
    REFUSED,
    at,
    carried,
    looked_at,
    objected,
    payment,
    signed,
    two_machines,
)
from tests.ceremony.treasury.officers import NAMES, WORKING, Script, paper


def upkeep(path: Path, now: int = BEGUN) -> Upkeep:
    with looked_at(path) as home:
        return Upkeep.of(home, now)


def test_a_treasury_that_has_just_begun_has_done_nothing_and_lacks_a_backup(home: Path) -> None:
    found = upkeep(home)
    assert (found.newest.number, found.done.signed, found.done.imported, found.done.copy) == (1, None, None, None)
    assert found.overdue == (Overdue.NO_BACKUP, Overdue.NO_IMPORT)
    assert (found.leavers, found.machines, found.away) == ((), (), ())


def test_the_newest_of_each_is_told_with_its_time(home: Path, tmp_path: Path) -> None:
    for hour in (1, 2):
        with at(home, BEGUN + hour * HOUR) as book:
            signed(book, payment(hour, 10_000 + hour))
    with at(home, BEGUN + 3 * HOUR) as book:
        back_up(book, tmp_path / "backup", "the safe in the bank")
    with at(home, BEGUN + 4 * HOUR) as book:
        objected(book, payment(3, 10_000), REFUSED)
    found = upkeep(home)
    assert found.done.signed is not None
    assert (found.done.signed.number, found.done.signed.at) == (3, BEGUN + 2 * HOUR)
    assert found.done.copy is not None
    assert (found.done.copy.told.at, found.done.copy.label) == (BEGUN + 3 * HOUR, "the safe in the bank")
    assert found.newest.at == BEGUN + 4 * HOUR
    assert found.overdue == (Overdue.NO_IMPORT,)


def test_a_signature_and_a_change_of_officers_after_the_backup_make_it_old(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "backup", "the safe")
        signed(book, payment(0, 10_000))
    assert upkeep(home).overdue == (Overdue.BACKUP_BEFORE_SIGNATURE, Overdue.NO_IMPORT)
    with at(home, BEGUN) as book:
        rosters.retire(book, Script(), find(book, "Erin"), Quorums())
    assert Overdue.BACKUP_BEFORE_ROSTER in upkeep(home).overdue
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "newer", "the safe")
    assert upkeep(home).overdue == (Overdue.NO_IMPORT,)


def test_who_left_is_named_with_the_backups_that_still_open_for_the_seat(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "one", "the safe")
        rosters.retire(book, Script(), find(book, "Erin"), Quorums())
        back_up(book, tmp_path / "two", "the other safe")
        rosters.retire(book, Script(), find(book, "Dave"), Quorums())
    opened = {leaver.person.name: [copy.label for copy in leaver.copies] for leaver in upkeep(home).leavers}
    assert opened == {"Dave": ["the safe", "the other safe"], "Erin": ["the safe"]}


def test_a_backup_that_another_machine_made_opens_for_who_left_too(home: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "one", "the safe")
    two_machines(home, second)
    with at(home, BEGUN) as book:
        rosters.retire(book, Script(), find(book, "Erin"), Quorums())
    carried(home, second)
    (leaver,) = upkeep(second).leavers
    assert [(copy.told.machine, copy.told.number) for copy in leaver.copies] == [(upkeep(home).newest.machine, 2)]


def test_the_backup_that_a_spare_was_made_of_opens_for_who_left_since(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "one", "the safe")
    restore(tmp_path / "spare", Restoration((tmp_path / "one").read_bytes(), None), Script(seats=NAMES))
    with at(tmp_path / "spare", BEGUN) as spare:
        rosters.retire(spare, Script(), find(spare, "Erin"), Quorums())
    found = upkeep(tmp_path / "spare")
    (leaver,) = found.leavers
    assert [(copy.told.machine, copy.told.number, copy.is_origin) for copy in leaver.copies] == [
        (found.newest.machine, 0, True)
    ]
    assert found.done.copy is None


def test_other_machines_are_told_with_what_they_did_and_the_import_that_brought_it(home: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    two_machines(home, second)
    for hour in (1, 2):
        with at(second, BEGUN + hour) as book:
            objected(book, payment(hour, 10_000), REFUSED)
        carried(second, home, BEGUN + hour * HOUR)
    found = upkeep(home)
    (machine,) = found.machines
    assert machine.key == upkeep(second).newest.machine
    assert machine.brought == found.done.imported
    assert machine.brought is not None
    assert machine.brought.at == BEGUN + 2 * HOUR
    assert (machine.done.signed, machine.done.copy) == (None, None)
    assert machine.done.imported is not None
    assert (machine.done.imported.machine, machine.done.imported.number) == (machine.key, 1)
    assert Overdue.NO_IMPORT not in found.overdue


def test_what_this_machine_did_is_not_what_another_did(home: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "backup", "the safe")
        signed(book, payment(0, 10_000))
    two_machines(home, second)
    found = upkeep(second)
    assert (found.done.signed, found.done.copy) == (None, None)
    (first,) = found.machines
    assert first.done.copy is not None
    assert (first.done.copy.told.number, first.done.copy.label) == (2, None), "its label is read where it was made"
    assert first.done.signed is not None
    assert first.done.signed.number == 3


def test_a_spare_without_a_paper_says_so_until_a_copy_is_made_of_it(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "backup", "the safe")
        on_paper = paper(book.book)
    sealed = (tmp_path / "backup").read_bytes()
    restore(tmp_path / "spare", Restoration(sealed, None), Script(seats=NAMES))
    found = upkeep(tmp_path / "spare")
    assert {Overdue.NO_PAPER, Overdue.NO_BACKUP, Overdue.NO_IMPORT} == set(found.overdue)
    (old,) = found.machines
    assert old.brought == found.newest
    restore(tmp_path / "compared", Restoration(sealed, on_paper), Script(seats=NAMES))
    assert Overdue.NO_PAPER not in upkeep(tmp_path / "compared").overdue
    with at(tmp_path / "spare", BEGUN) as book:
        back_up(book, tmp_path / "again", "the safe")
    assert upkeep(tmp_path / "spare").overdue == (Overdue.NO_IMPORT,)


def test_a_spare_that_took_in_what_another_machine_saw_lacks_no_import(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "backup", "the safe")
    two_machines(home, tmp_path / "second")
    with looked_at(tmp_path / "second") as second:
        receipt = exchange.export(second, 0, documents=True)
    sealed = (tmp_path / "backup").read_bytes()
    restore(tmp_path / "spare", Restoration(sealed, None, (receipt,)), Script(seats=NAMES))
    assert Overdue.NO_IMPORT not in upkeep(tmp_path / "spare").overdue


def test_an_absence_is_told_until_it_is_over(home: Path) -> None:
    with at(home, BEGUN) as book:
        stand_in = Candidate("Frank", 5, True, WORKING, dated=True)
        rosters.enrol(book, Script(("Frank", *NAMES)), stand_in, Quorums())
    with at(home, BEGUN) as book:
        seats.absent(book, Script(), find(book, "Frank"), seats.Days(BEGUN + HOUR, BEGUN + 2 * HOUR))
    for now in (BEGUN, BEGUN + HOUR):
        (away,) = upkeep(home, now).away
        assert (away.alternate.name, away.seat, away.begins, away.ends) == ("Frank", 5, BEGUN + HOUR, BEGUN + 2 * HOUR)
    assert upkeep(home, BEGUN + 2 * HOUR).away == ()


def test_an_absence_that_was_agreed_on_twice_is_told_once(home: Path) -> None:
    with at(home, BEGUN) as book:
        stand_in = Candidate("Frank", 5, True, WORKING, dated=True)
        rosters.enrol(book, Script(("Frank", *NAMES)), stand_in, Quorums())
    for _machine in range(2):  # each without the other's, where they have not met
        with at(home, BEGUN) as book:
            seats.absent(book, Script(), find(book, "Frank"), seats.Days(BEGUN + HOUR, BEGUN + 2 * HOUR))
    assert len(upkeep(home, BEGUN).away) == 1


def entries_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many entries are read for it, the fold's own apart."""
    seen: list[bytes] = []
    decode = Entry.decode

    def reading(line: bytes) -> Entry:
        seen.append(line)
        return decode(line)

    with looked_at(path) as home, monkeypatch.context() as patched:
        patched.setattr(Entry, "decode", reading)
        Upkeep.of(home, BEGUN)
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
