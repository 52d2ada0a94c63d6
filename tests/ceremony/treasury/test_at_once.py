"""A halt takes effect before the book is read: however long the journal is, and whatever became of it."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from custody.ceremony.home.beside import Beside
from custody.ceremony.home.home import officer_path, reading
from custody.ceremony.home.noted import Note
from custody.ceremony.home.writing import RESERVED, writing
from custody.ceremony.treasury import at_once
from custody.ceremony.treasury.at_once import Unread, unread
from custody.ceremony.treasury.halting import halt
from custody.errors import Alarm, StorageFailed
from custody.governance import chain, commitment
from custody.governance.chain import Head
from custody.governance.commitment import Opening
from custody.governance.entry import Entry
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.vault import SealedVault
from custody.store import folder
from tests.auditor import verifier
from tests.auditor.test_verifier import first_of
from tests.ceremony.treasury.officers import NAMES, Script, begun, with_vault
from tests.ceremony.treasury.test_halting import FEW, MANY, grown
from tests.support.officers import Answer, custody, quick_identities

SAID = "This machine is halted."


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    begun(path)
    return path


def beside(path: Path) -> Beside:
    file = path / "beside.jsonl"
    return Beside.read(file.read_bytes() if file.exists() else b"")


@pytest.mark.parametrize("entries", [FEW, MANY])
def test_no_line_is_read_before_the_halt_lies_beside_the_journal(entries: int, tmp_path: Path) -> None:
    path = grown(tmp_path / "home", entries)
    keep, seen = at_once.keep_halt_unread, []
    with (
        mock.patch.object(chain, "parse", side_effect=chain.parse) as placed,
        mock.patch.object(Entry, "decode", side_effect=Entry.decode) as decoded,
    ):

        def kept(*what: object) -> None:
            keep(*what)
            assert len(beside(path).halts) == 1
            seen.append((placed.call_count, decoded.call_count))

        with mock.patch.object(at_once, "keep_halt_unread", kept):
            answer = custody("halt", "--home", str(path), officers=("Erin",))
    assert answer.code == 0, answer.err
    assert seen == [(0, 0)]
    with reading(path) as opened:
        assert set(opened.book.state.halts) == {each.digest for each in beside(path).halts}
        assert not opened.halts_beside


def flipped(journal: bytes) -> bytes:
    at = len(journal) // 2
    return journal[:at] + bytes([journal[at] ^ 1]) + journal[at + 1 :]


def cut(journal: bytes) -> bytes:
    return journal[: journal.rfind(b"\n", 0, -1) + 1]


def grafted(journal: bytes) -> bytes:
    return journal + journal[journal.rfind(b"\n", 0, -1) + 1 :]


@pytest.mark.parametrize("damage", [flipped, cut, grafted, lambda _journal: b"", lambda _journal: b"\xff" * 4000])
def test_a_damaged_journal_bars_no_halt_and_is_told_after_it(damage: Callable[[bytes], bytes], home: Path) -> None:
    assert custody("halt", "--home", str(home), officers=("Dave",)).code == 0
    assert custody("resume", "--home", str(home), officers=("Alice", "Bob", "Carol")).code == 0
    journal = home / "journal.jsonl"
    journal.write_bytes(damage(journal.read_bytes()))
    answer = custody("halt", "--home", str(home), officers=("Erin",))
    assert answer.code in (4, 9), answer.err
    assert SAID in answer.err
    *_earlier, newest = beside(home).halts
    assert newest.encode() in answer.err.split(), "it can be carried from here"
    assert newest.treasury == Note.decode((home / "journal.head").read_bytes()).treasury


def test_without_a_note_the_book_is_read_first(home: Path) -> None:
    (home / "journal.head").unlink()  # of a book that has its genesis alone, which is no rollback
    answer = custody("halt", "--home", str(home), officers=("Erin",))
    assert answer.code == 0, answer.err
    assert SAID not in answer.err
    assert not beside(home).halts
    with reading(home) as opened:
        assert opened.halted


def test_whoever_joined_in_a_step_that_a_crash_cut_off_from_the_note_may_halt(home: Path) -> None:
    note = (home / "journal.head").read_bytes()
    officers = ("Alice", "Bob", "Carol", "Frank")
    assert custody("officer", "enrol", "Frank", "--home", str(home), officers=officers).code == 0
    (home / "journal.head").write_bytes(note)
    answer = custody("halt", "--home", str(home), officers=("Frank",))
    assert answer.code == 0, answer.err
    with reading(home) as opened:
        assert opened.halted


@pytest.mark.parametrize(
    "change",
    [
        lambda note: replace(note, treasury=bytes(32)),
        lambda note: replace(note, network="mainnet"),
        lambda note: replace(note, officers=note.officers[1:]),
        lambda note: replace(note, officers=tuple(reversed(note.officers))),
        lambda note: replace(note, officers=(replace(note.officers[0], name=bytes(32)), *note.officers[1:])),
        lambda note: replace(note, officers=(replace(note.officers[0], identity=None), *note.officers[1:])),
        lambda note: replace(note, size=note.size + 1),
    ],
)
def test_a_note_that_says_other_than_the_book_is_an_alarm(change: Callable[[Note], Note], home: Path) -> None:
    file = home / "journal.head"
    file.write_bytes(change(Note.decode(file.read_bytes())).encode())
    for door in (reading, writing):
        with pytest.raises(Alarm) as told, door(home):
            pytest.fail("it was opened")
        assert told.value.code == "head-changed"


@pytest.mark.parametrize("change", ["treasury", "officers", "network"])
def test_a_forged_note_is_no_way_to_a_halt_that_counts_nowhere_and_is_told(change: str, home: Path) -> None:
    """It names an older line of this journal, truly, and the size that the journal has now."""
    assert custody("halt", "--home", str(home), officers=("Dave",)).code == 0
    assert custody("resume", "--home", str(home), officers=("Alice", "Bob", "Carol")).code == 0
    file = home / "journal.head"
    honest = file.read_bytes()
    note = Note.decode(honest)
    with reading(home) as opened:
        older = Head(1, opened.book.chain.lines[1].hash)
    forged = {"treasury": bytes(32), "officers": note.officers[:4], "network": "signet"}[change]
    file.write_bytes(replace(note, head=older, **{change: forged}).encode())
    answer = custody("halt", "--home", str(home), officers=("Erin",))
    assert (answer.code, "other officers, or another treasury" in answer.err) == (9, True), answer.err
    file.write_bytes(honest)
    quorum = ("Alice", "Bob", "Carol")
    assert custody("resume", "--home", str(home), officers=quorum).code == (0 if change == "network" else 3)
    with reading(home) as opened:
        assert not opened.halted


def test_a_note_without_an_officer_of_today_is_told_before_it_is_said_that_nobody_else_may_halt(home: Path) -> None:
    file = home / "journal.head"
    note = Note.decode(file.read_bytes())
    file.write_bytes(replace(note, officers=note.officers[:4]).encode())
    assert custody("halt", "--home", str(home), officers=("Erin",)).code == 9


@pytest.mark.parametrize("damage", [Path.unlink, lambda journal: journal.chmod(0o644)])
def test_a_journal_that_is_gone_or_open_to_others_bars_no_halt(damage: Callable[[Path], None], home: Path) -> None:
    damage(home / "journal.jsonl")
    answer = custody("halt", "--home", str(home), officers=("Erin",))
    assert answer.code == 8
    assert SAID in answer.err
    assert len(beside(home).halts) == 1


def test_a_quorum_clears_all_halts_of_an_officer_at_once_however_many(home: Path) -> None:
    for _time in range(18):
        with unread(home, ()) as found:
            assert found is not None
            found.halt(Script(("Erin",)), "")
    assert custody("halt", "--home", str(home), officers=("Erin",)).code == 0
    assert custody("resume", "--home", str(home), officers=("Alice", "Bob", "Carol")).code == 0
    with reading(home) as opened:
        assert not opened.halted


def test_an_alternate_for_days_of_absence_halts_on_every_day(home: Path) -> None:
    line = ("officer", "enrol", "Frank", "--alternate-of", "Dave", "--dated", "--home", str(home))
    assert custody(*line, officers=("Alice", "Bob", "Carol", "Frank")).code == 0
    with writing(home) as opened:
        halt(opened, Script(("Frank",)), "")
        assert opened.halted
    assert "Frank" in [each.offered.name for each in look(home).coming]


def look(path: Path, change: Callable[[Note], Note] = lambda note: note) -> Unread:
    with folder.looking(path) as files:
        found = Unread.look(path, files, ())
        assert found is not None
        return replace(found, note=change(found.note))


def test_a_note_that_calls_a_main_network_a_test_lets_nobody_be_careless(home: Path) -> None:
    """What guards a passphrase is what the identity was sealed for, too."""
    found = look(home)
    assert found.stakes is Network.TEST
    assert look(home, lambda note: replace(note, network="mainnet")).stakes is Network.MAIN
    identity = replace(found.coming[0].identity, network=Network.MAIN)
    coming = (replace(found.coming[0], identity=identity), *found.coming[1:])
    assert replace(found, coming=coming).stakes is Network.MAIN


def test_an_identity_that_is_damaged_is_not_asked_for_and_a_vault_s_slot_stands_in(tmp_path: Path) -> None:
    bare, safe = tmp_path / "bare", tmp_path / "safe"
    begun(bare)
    begun(safe)
    with_vault(safe)
    for path, offered in ((bare, 4), (safe, 5)):
        before = look(path)
        file = path / officer_path(before.coming[0].offered.key)
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert len(before.coming) == 5
        assert len(look(path).coming) == offered, path.name


def test_names_are_those_of_the_home_and_without_them_keys(home: Path) -> None:
    assert [each.offered.name for each in look(home).coming] == ["Alice", "Bob", "Carol", "Dave", "Erin"]
    (home / "names.json").write_bytes(b"damaged")
    assert all(each.offered.name.startswith("officer ") for each in look(home).coming)


def test_of_the_names_only_those_of_officers_are_read_and_each_vault_once(tmp_path: Path) -> None:
    path = tmp_path / "home"
    begun(path)
    with_vault(path)
    with_vault(path, "second")
    for file in (path / "officers").iterdir():
        file.unlink()
    with reading(path) as opened:
        names = opened.names.with_(*(Opening(number.to_bytes(16), "a label") for number in range(3000)))
    (path / "names.json").write_bytes(names.encode())
    with (
        mock.patch.object(SealedVault, "parse", side_effect=SealedVault.parse) as parsed,
        mock.patch.object(commitment, "_read", side_effect=commitment._read) as opening,
    ):
        assert [each.offered.name for each in look(path).coming] == list(NAMES)
    assert (parsed.call_count, opening.call_count) == (len(list((path / "vaults").iterdir())), len(NAMES))


def test_a_disk_that_is_full_gives_the_room_that_was_kept(home: Path) -> None:
    put, refused = folder.WritableFolder.write, []
    assert (home / "reserve").stat().st_size == RESERVED

    def full(self: folder.WritableFolder, name: str, *rest: object) -> None:
        if (home / "reserve").exists():
            refused.append(name)
            raise StorageFailed("no room")
        put(self, name, *rest)

    with mock.patch.object(folder.WritableFolder, "write", full), unread(home, ()) as found:
        assert found is not None
        called = found.halt(Script(("Erin",)), "")
    assert refused == ["beside.jsonl"]
    assert [each.digest for each in beside(home).halts] == [called.halt.digest]


def refusing(*files: str) -> Callable[..., None]:
    """A disk that takes no new content of these files."""
    put = folder.WritableFolder.write

    def write(self: folder.WritableFolder, name: str, *rest: Any) -> None:
        if name in files:
            raise StorageFailed(f"no room for {name}")
        put(self, name, *rest)

    return write


def halting(home: Path, *files: str) -> Answer:
    """Halt where these files cannot be written, and the journal neither, if it is among them."""
    append = StorageFailed("no room for a line")
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(folder.WritableFolder, "write", refusing(*files)))
        if "journal.jsonl" in files:
            stack.enter_context(mock.patch.object(folder.WritableFolder, "append", side_effect=append))
        return custody("halt", "--home", str(home), officers=("Erin",))


def test_where_nothing_can_be_written_beside_the_book_takes_the_halt(home: Path) -> None:
    answer = halting(home, "beside.jsonl")
    assert answer.code == 0, answer.err
    assert SAID not in answer.err, "it does not lie there yet"
    with reading(home) as opened:
        (called,) = opened.book.state.halts.values()
        assert called.halt.encode() in answer.err.split(), "it was said before the book was read"
    assert not beside(home).halts


def test_a_halt_that_no_file_takes_is_shown_to_be_carried(home: Path) -> None:
    answer = halting(home, "beside.jsonl", "journal.jsonl")
    assert answer.code == 8
    assert "the halt could not be written down here" in answer.err
    assert "Sign nothing on this machine" in answer.err
    assert answer.err.count("custody-halt-1:") == 2, "once before the book was tried, and once in the end"
    with reading(home) as opened:
        assert not opened.halted


@pytest.mark.parametrize("damage", [flipped, cut])
def test_a_halt_that_no_file_takes_is_shown_with_what_is_wrong_with_the_book(
    damage: Callable[[bytes], bytes], home: Path
) -> None:
    assert custody("halt", "--home", str(home), officers=("Dave",)).code == 0
    assert custody("resume", "--home", str(home), officers=("Alice", "Bob", "Carol")).code == 0
    journal = home / "journal.jsonl"
    journal.write_bytes(damage(journal.read_bytes()))
    answer = halting(home, "beside.jsonl")
    assert answer.code == 9
    assert "neither beside the journal (no room for beside.jsonl) nor into it: " in answer.err
    assert "Sign nothing on this machine" in answer.err
    assert SAID not in answer.err


def test_a_directory_that_was_put_into_the_place_of_the_one_looked_at_is_not_written(
    home: Path, tmp_path: Path
) -> None:
    with unread(home, ()) as found:
        assert found is not None
        home.rename(tmp_path / "away")
        shutil.copytree(tmp_path / "away", home)
        assert isinstance(found.halt(Script(("Erin",)), "").barred, StorageFailed)
    assert not beside(home).halts


# A halt that lies beside the journal alone, because the command ended before the book was read


@pytest.fixture
def halted_beside(home: Path) -> Path:
    with unread(home, ()) as found:
        assert found is not None
        found.halt(Script(("Erin",)), "")
    with reading(home) as opened:
        assert len(opened.halts_beside) == 1
        assert not opened.book.state.halted
    return home


def exported(home: Path, file: Path, *more: str) -> bytes:
    answer = custody("journal", "export", "--home", str(home), "-o", str(file), *more)
    assert answer.code == 0, answer.err
    return file.read_bytes()


def told(file: Path) -> dict[str, Any]:
    answer = custody("journal", "verify", str(file), "--json")
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return found


def test_it_comes_with_every_export_and_whoever_takes_that_in_is_halted(halted_beside: Path, tmp_path: Path) -> None:
    (called,) = beside(halted_beside).halts
    content = exported(halted_beside, tmp_path / "export")
    assert told(tmp_path / "export")["halts"] == [called.digest.hex()]
    assert verifier.verify(content, first_of(content)), "the second verifier takes it too"
    joined = tmp_path / "joined"
    assert custody("home", "new", "--home", str(joined), "--join", str(tmp_path / "export")).code == 0
    with reading(joined) as opened:
        assert [each.digest for each in opened.halts_beside] == [called.digest]
    status = custody("status", "--home", str(joined), "--json")
    assert json.loads(status.out)["halts"] == [called.digest.hex()]
    passed_on = exported(joined, tmp_path / "passed-on")
    assert passed_on.count(called.encode().encode()) == 1, "a listener passes it on"


def test_a_machine_that_knew_all_else_hears_of_it(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    exported(home, tmp_path / "before")
    assert custody("home", "new", "--home", str(other), "--join", str(tmp_path / "before")).code == 0
    with unread(home, ()) as found:
        assert found is not None
        called = found.halt(Script(("Erin",)), "").halt
    exported(home, tmp_path / "after")
    answer = custody("journal", "import", str(tmp_path / "after"), "--home", str(other), "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["halts"] == 1
    with reading(other) as opened:
        assert opened.halted
        assert called.digest in {*opened.book.state.halts, *(each.digest for each in opened.halts_beside)}


def test_an_alarm_that_bars_the_machine_does_not_keep_the_halt_back(halted_beside: Path, tmp_path: Path) -> None:
    with writing(halted_beside) as opened:
        opened.tell_alarm(Alarm("rolled back", code="journal-rolled-back"), bars=True)
    exported(halted_beside, tmp_path / "export")
    assert len(told(tmp_path / "export")["halts"]) == 1


def test_once_it_was_cleared_no_export_carries_it_and_none_raises_it_again(halted_beside: Path, tmp_path: Path) -> None:
    (called,) = beside(halted_beside).halts
    before = exported(halted_beside, tmp_path / "before")
    assert custody("resume", "--home", str(halted_beside), officers=("Alice", "Bob", "Carol")).code == 0
    after = exported(halted_beside, tmp_path / "after")
    assert not [line for line in after.split(b"\n") if line.startswith(b"custody-halt-1:")]
    assert told(tmp_path / "after")["halts"] == []
    joined = tmp_path / "joined"
    assert custody("home", "new", "--home", str(joined), "--join", str(tmp_path / "after")).code == 0
    carried = custody("journal", "import", str(tmp_path / "before"), "--home", str(joined), "--json")
    assert carried.code == 0, carried.err
    (tmp_path / "edited").write_bytes(after + called.encode().encode() + b"\n")
    assert before != after
    assert told(tmp_path / "edited")["halts"] == [], "a courier who adds it again adds nothing"
    custody("journal", "import", str(tmp_path / "edited"), "--home", str(joined))
    with reading(joined) as opened:
        assert not opened.halted


def test_a_courier_who_drops_it_drops_nothing_else_and_the_next_one_has_it(halted_beside: Path, tmp_path: Path) -> None:
    content = exported(halted_beside, tmp_path / "export")
    (called,) = beside(halted_beside).halts
    (tmp_path / "less").write_bytes(content.replace(called.encode().encode() + b"\n", b""))
    assert told(tmp_path / "less")["halts"] == []
    assert exported(halted_beside, tmp_path / "again") == content
