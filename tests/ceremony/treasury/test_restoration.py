"""A restoration that is refused leaves nothing, and a later roster that is proven decides who signs on the spare."""

from pathlib import Path

import pytest

from custody.ceremony.home.home import Home
from custody.ceremony.treasury import backup, exchange, rosters, vaults
from custody.ceremony.treasury.attendance import Attendance
from custody.ceremony.treasury.backup import Restoration, back_up, restore
from custody.ceremony.treasury.by_name import find
from custody.ceremony.treasury.carried import CarriedFile
from custody.ceremony.treasury.enrolment import Candidate
from custody.ceremony.treasury.halting import halt
from custody.ceremony.treasury.rosters import Quorums
from custody.errors import Alarm, CustodyError, Declined, Refused
from custody.governance.book import Book
from custody.governance.chain import PaperHead
from tests.ceremony.treasury.officers import NAMES, SECRET, WORKING, Script, begun, opened, with_vault

FRANK = Candidate("Frank", 6, False, WORKING)
JOINED = (*NAMES[:4], "Frank")


def opens(path: Path, script: Script) -> bytes:
    """The secret in the vault, as these people open it."""
    with opened(path) as home, Attendance(home, script) as table, vaults.open_vault(home, table, "main") as vault:
        return vaults.key_of(vault).secret.reveal()


def paper(book: Book) -> PaperHead:
    """What is written down of the newest entry."""
    return PaperHead.parse(f"{book.head.number} {' '.join(book.head.words)}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    begun(path)
    with_vault(path)
    return path


def left_behind(home: Path, tmp_path: Path) -> tuple[bytes, bytes, tuple[CarriedFile, ...]]:
    """A backup, what happened since (Frank joined, Erin left), and Frank's identity."""
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
        rosters.enrol(book, Script((*NAMES, "Frank")), FRANK, Quorums())
        rosters.retire(book, Script(NAMES[:4]), find(book, "Erin"), Quorums())
        frank = book.identity(find(book, "Frank"))
        assert frank is not None
        return (tmp_path / "backup").read_bytes(), exchange.export(book, 0, documents=True), (CarriedFile(frank),)


def test_a_roster_that_cannot_be_followed_leaves_no_home(home: Path, tmp_path: Path) -> None:
    sealed, receipt, _frank = left_behind(home, tmp_path)
    with pytest.raises(Refused) as told:
        restore(tmp_path / "spare", Restoration(sealed, None, (receipt,)), Script(seats=NAMES))
    assert told.value.code == "identity-missing"
    assert not (tmp_path / "spare").exists()


def test_who_joined_since_brings_an_identity_and_who_left_opens_nothing(home: Path, tmp_path: Path) -> None:
    sealed, receipt, frank = left_behind(home, tmp_path)
    people = Script(NAMES[:3], seats=NAMES)
    book = restore(tmp_path / "spare", Restoration(sealed, None, (receipt,), frank), people)
    assert book.state.roster.version == 3
    assert people.asked == list(NAMES[:3])  # nobody types twice: who opened the backup opens the vault as well
    with opened(tmp_path / "spare") as spare:
        officers = spare.book.state.roster.officers
        called = {spare.name_of(officer): name for officer, name in zip(officers, JOINED, strict=True)}
        assert len(spare.files.names("vaults")) == 1
    with pytest.raises(Declined):
        opens(tmp_path / "spare", Script(("Alice", "Bob", "Erin"), called=called))
    assert opens(tmp_path / "spare", Script(("Alice", "Bob", "Frank"), called=called)) == SECRET


def test_receipts_with_a_gap_leave_no_home(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
        for reason in ("one", "two", "three"):
            halt(book, Script(), reason)
        newest, gap = paper(book.book), exchange.export(book, book.book.head.number, documents=True)
        whole = exchange.export(book, 0, documents=True)
    sealed = (tmp_path / "backup").read_bytes()
    with pytest.raises(Refused) as told:
        restore(tmp_path / "spare", Restoration(sealed, newest, (gap,)), Script(seats=NAMES))
    assert told.value.code == "journal-gap"
    assert not (tmp_path / "spare").exists()
    assert restore(tmp_path / "spare", Restoration(sealed, newest, (whole,)), Script(seats=NAMES)).state.halted


@pytest.mark.parametrize("receipt", [b"", b"rubbish\n", b"{}\n"])
def test_receipts_that_are_none_leave_no_home(home: Path, tmp_path: Path, receipt: bytes) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
    with pytest.raises(CustodyError):
        restore(
            tmp_path / "spare",
            Restoration((tmp_path / "backup").read_bytes(), None, (receipt,)),
            Script(seats=NAMES),
        )
    assert not (tmp_path / "spare").exists()


def test_the_paper_that_was_written_when_the_copy_was_made_is_the_newest(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
        written, sealed_at = paper(book.book), book.book.head.number - 1
    sealed = (tmp_path / "backup").read_bytes()
    for spoken in (written, PaperHead(written.beginning, None)):
        spare = restore(tmp_path / f"spare{spoken.number}", Restoration(sealed, spoken), Script(seats=NAMES))
        assert spare.head.number == sealed_at + 1
        assert spare.entry(spare.head.number).what["paper"]


def test_the_paper_of_another_copy_is_not_this_ones(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "one", "the safe")
        back_up(book, tmp_path / "two", "the bank")
        newest = paper(book.book)
    with pytest.raises(Refused) as told:
        restore(tmp_path / "spare", Restoration((tmp_path / "one").read_bytes(), newest), Script(seats=NAMES))
    assert told.value.code == "backup-old"
    assert restore(tmp_path / "spare", Restoration((tmp_path / "two").read_bytes(), newest), Script(seats=NAMES))


def test_a_backup_whose_vault_is_not_the_books_becomes_no_home(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever knows the officers' public keys can seal one."""
    whole = backup._files

    def without_a_vault(book: Home) -> dict[str, bytes]:
        return {name: content for name, content in whole(book).items() if not name.startswith("vaults/")}

    def another_vault(book: Home) -> dict[str, bytes]:
        return {name: content + b"x" * name.startswith("vaults/") for name, content in whole(book).items()}

    for forged in (without_a_vault, another_vault):
        monkeypatch.setattr(backup, "_files", forged)
        with opened(home) as book:
            back_up(book, tmp_path / forged.__name__, "the safe")
        with pytest.raises(Alarm):
            sealed = (tmp_path / forged.__name__).read_bytes()
            restore(tmp_path / "spare", Restoration(sealed, None), Script(seats=NAMES))
        assert not (tmp_path / "spare").exists()
