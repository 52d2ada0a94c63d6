"""A treasury's life: it begins, a vault is sealed, officers come and go, it is halted, backed up and restored."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from custody.ceremony.home.home import Home, reading, vault_path
from custody.ceremony.treasury import backup, exchange, rosters, vaults
from custody.ceremony.treasury.attendance import Attendance
from custody.ceremony.treasury.backup import Restoration, back_up, restore
from custody.ceremony.treasury.by_name import find
from custody.ceremony.treasury.enrolment import Candidate
from custody.ceremony.treasury.halting import halt, open_halts, resume
from custody.ceremony.treasury.rosters import Quorums
from custody.errors import Alarm, Declined, Mismatch, Refused, Unreadable
from custody.governance.paper import PaperHead
from custody.keys.kinds import Kind
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.payload import KeyPayload
from custody.keys.vaults.vault import OpenedVault, SealedVault
from custody.keys.vaults.vault import seal as seal_vault
from custody.secret import Secret
from tests.ceremony.treasury.officers import NAMES, SECRET, WORKING, Script, begun, opened, paper, with_vault

FRANK = Candidate("Frank", 6, False, WORKING)


def opens(path: Path, come: tuple[str, ...] = NAMES) -> bytes:
    """The secret in the vault, as these officers open it."""
    with opened(path) as home, Attendance(home, Script(come)) as table, vaults.open_vault(home, table, "main") as vault:
        return vaults.key_of(vault).secret.reveal()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A treasury of five with a 3-of-5 vault."""
    path = tmp_path / "home"
    begun(path)
    assert with_vault(path).fingerprint.hex() == "3442193e"
    return path


def test_any_three_of_five_open_the_vault_and_two_do_not(home: Path) -> None:
    assert opens(home) == opens(home, ("Carol", "Dave", "Erin")) == SECRET
    with pytest.raises(Declined):
        opens(home, ("Carol", "Dave"))


OTHER_SECRET = KeyPayload(Kind.SLIP39, Secret(bytes(16)))
SAME_SECRET = KeyPayload(Kind.SLIP39, Secret(SECRET))


@pytest.mark.parametrize(
    ("payload", "changed"),
    [
        (OTHER_SECRET, {}),
        (KeyPayload(Kind.BIP39, Secret(SECRET)), {}),
        (SAME_SECRET, {"treasury": bytes(32)}),
    ],
    ids=["another secret", "another kind", "another treasury"],
)
def test_a_vault_that_was_put_in_the_place_of_ours_is_an_alarm_and_what_it_held_is_wiped(
    home: Path, monkeypatch: pytest.MonkeyPatch, payload: KeyPayload, changed: dict[str, bytes]
) -> None:
    """Whoever has the public keys can seal one, for the same officers and under the same name."""
    with reading(home) as book:
        ours = book.vault("main")
    with payload.encode() as content:
        made = seal_vault(replace(ours.header, **changed), [slot.member for slot in ours.slots], content)  # type: ignore[arg-type]
    (home / vault_path("main", ours.header.generation)).write_bytes(made.content)
    revealed, opening, parsing = [], SealedVault.open, KeyPayload.parse

    def open_vault(sealed: SealedVault, officers: Iterable[OfficerKeys]) -> OpenedVault:
        vault = opening(sealed, officers)
        assert KeyPayload.parse(vault.payload).secret == payload.secret
        revealed.append(vault.payload)
        return vault

    def parse(content: Secret) -> KeyPayload:
        found = parsing(content)
        revealed.append(found.secret)
        return found

    with pytest.raises(Alarm), reading(home):
        pytest.fail("the book names another file")
    monkeypatch.setattr(Home, "_check_header", lambda *_given: None)  # who changes the vault may change the journal too
    with opened(home) as book, Attendance(book, Script()) as table:
        monkeypatch.setattr(SealedVault, "open", open_vault)
        monkeypatch.setattr(KeyPayload, "parse", parse)
        with pytest.raises(Alarm) as alarm:
            vaults.open_vault(book, table, "main")
    assert alarm.value.code == "vault-changed"
    assert [len(each) for each in revealed[1:]] == [0, 0]


def test_a_wrong_passphrase_is_told_and_nobody_counts_for_it(home: Path) -> None:
    with opened(home) as book, Attendance(book, Script(wrong=frozenset({"Bob"}))) as table, pytest.raises(Mismatch):
        table.holders(3)


def test_any_officer_halts_and_a_quorum_resumes(home: Path) -> None:
    with opened(home) as book:
        halt(book, Script(("Erin",)), "a strange message on the screen")
    with opened(home) as book:
        assert open_halts(book) == ["Halted by Erin (entry 2): a strange message on the screen"]
        with pytest.raises(Declined):
            resume(book, Script(("Alice", "Bob")))
        resume(book, Script(("Alice", "Bob", "Carol")))
        assert not book.book.state.halted
        with pytest.raises(Refused):
            resume(book, Script())


def test_who_left_opens_nothing_that_the_home_still_holds(home: Path) -> None:
    with opened(home) as book:
        erin = find(book, "Erin")
        left = rosters.retire(book, Script(), erin, Quorums())
    assert any("cards" in line for line in left)
    with reading(home) as book:
        assert len(book.files.names("vaults")) == 1
        assert book.identity(erin) is None
        slots = book.vault("main").slots
        assert erin.key not in {slot.member.identity.public.officer for slot in slots}
        assert erin.recipient not in {slot.member.identity.public.recipient for slot in slots}
    with pytest.raises(Declined):
        opens(home, ("Carol", "Dave", "Erin"))
    assert opens(home, ("Carol", "Dave", "Alice")) == SECRET


def test_a_roster_change_with_one_approval_too_few_leaves_everything_as_it_was(home: Path) -> None:
    before = (home / "journal.jsonl").read_bytes()
    for change in (
        lambda book: rosters.retire(book, Script(("Alice", "Bob")), find(book, "Erin"), Quorums()),
        lambda book: rosters.enrol(book, Script(("Alice", "Bob")), FRANK, Quorums()),
    ):
        with opened(home) as book, pytest.raises(Declined):
            change(book)
        assert (home / "journal.jsonl").read_bytes() == before
        assert opens(home) == SECRET


def test_who_joins_opens_the_vault_from_then_on(home: Path) -> None:
    with opened(home) as book:
        rosters.enrol(book, Script(), FRANK, Quorums())
    assert opens(home, ("Frank", "Alice", "Bob")) == SECRET
    with reading(home) as book:
        assert book.book.state.roster.version == 2
        assert len(book.files.names("vaults")) == 1


def test_an_alternate_takes_over_the_seat_of_who_leaves(home: Path) -> None:
    with opened(home) as book:
        rosters.enrol(book, Script(), replace(FRANK, seat=5, alternate=True), Quorums())
        rosters.retire(book, Script(), find(book, "Erin"), Quorums())
        officer = find(book, "Frank")
    assert (officer.seat, officer.alternate) == (5, False)
    assert opens(home, ("Frank", "Alice", "Bob")) == SECRET


def test_a_spare_goes_on_where_the_backup_ends(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe in the bank")
        ended = book.book.head_at(book.book.head.number - 1)
        written = paper(book.book, ended.number)
    spare = tmp_path / "spare"
    restoration = Restoration((tmp_path / "backup").read_bytes(), written)
    book = restore(spare, restoration, Script(seats=NAMES))
    assert book.head.number == ended.number + 1
    assert opens(spare, ("Carol", "Dave", "Erin")) == SECRET
    with opened(spare) as again:
        assert again.name_of(again.book.state.roster.officers[0]) == "Alice"


def test_a_restoration_below_the_quorum_makes_nothing(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
    with pytest.raises(Declined):
        restore(
            tmp_path / "spare",
            Restoration((tmp_path / "backup").read_bytes(), None),
            Script(("Alice", "Bob"), seats=NAMES),
        )
    assert not (tmp_path / "spare").exists()


def test_a_newer_paper_than_the_backup_wants_the_receipts_between(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
        halt(book, Script(), "")
        newest, export = paper(book.book), exchange.export(book, 0, documents=True)
    sealed = (tmp_path / "backup").read_bytes()
    with pytest.raises(Refused) as told:
        restore(tmp_path / "spare", Restoration(sealed, newest), Script(seats=NAMES))
    assert told.value.code == "backup-old"
    book_ = restore(tmp_path / "spare", Restoration(sealed, newest, (export,)), Script(seats=NAMES))
    assert book_.state.halted


def test_a_paper_of_another_journal_is_an_alarm(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
    false = PaperHead(1, bytes(10))
    with pytest.raises(Alarm):
        restore(tmp_path / "spare", Restoration((tmp_path / "backup").read_bytes(), false), Script(seats=NAMES))


def test_the_dead_laptop_that_comes_back_is_told_from_the_spare(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
    restore(tmp_path / "spare", Restoration((tmp_path / "backup").read_bytes(), None), Script(seats=NAMES))
    with opened(home) as lost, opened(tmp_path / "spare") as spare:
        assert lost.book.state.writer != spare.book.state.writer
        halt(lost, Script(), "")
        exchange.take_in(spare, exchange.export(lost, 0, documents=True), Script())
        assert spare.book.state.halted


def test_two_machines_tell_each_other_and_the_vault_here_follows_a_roster_there(home: Path, tmp_path: Path) -> None:
    with opened(home) as first:
        begin = exchange.export(first, 0, documents=True)
    exchange.join(tmp_path / "second", begin)
    with opened(tmp_path / "second") as second:
        assert second.book.state.roster == first.book.state.roster
        assert second.book.state.vaults == {}
        news = exchange.export(second, 0, documents=True)
    with opened(home) as first:
        taken = exchange.take_in(first, news, Script())
        assert (taken.entries, taken.statements) == (2, 0)
        assert exchange.take_in(first, news, Script()).entries == 0


def test_a_roster_changed_there_re_keys_the_vault_here(home: Path, tmp_path: Path) -> None:
    with opened(home) as first:
        exchange.join(tmp_path / "second", exchange.export(first, 0, documents=True))
        everybody = [first.identity(officer) for officer in first.book.state.roster.officers]
        carried = [identity for identity in everybody if identity is not None]
    with opened(tmp_path / "second") as second:
        erin = second.book.state.roster.officers[4]
        shown = {
            second.name_of(officer): name
            for officer, name in zip(second.book.state.roster.officers, NAMES, strict=True)
        }
        rosters.retire(second, Script(called=shown), erin, Quorums(), carried)
        news = exchange.export(second, 0, documents=True)
    with opened(home) as first:
        with pytest.raises(Declined):
            exchange.take_in(first, news, Script(("Alice", "Bob")))
        assert exchange.take_in(first, news, Script()).statements == 1
        assert first.book.state.roster.version == 2
        assert len(first.files.names("vaults")) == 1
    with pytest.raises(Declined):
        opens(home, ("Carol", "Dave", "Erin"))
    assert opens(home, ("Alice", "Carol", "Dave")) == SECRET


def test_a_spare_of_an_older_state_is_told_to_who_knows_more(home: Path, tmp_path: Path) -> None:
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
        halt(book, Script(), "")
    restore(tmp_path / "spare", Restoration((tmp_path / "backup").read_bytes(), None), Script(seats=NAMES))
    with opened(tmp_path / "spare") as spare:
        export = exchange.export(spare, 0, documents=True)
    script = Script()
    with opened(home) as book:
        exchange.take_in(book, export, script)
    assert any("went on without them" in line for line in script.said)


def test_a_backup_with_a_file_of_no_home_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever knows the officers' public keys can seal one."""
    whole = backup._files
    monkeypatch.setattr(backup, "_files", lambda home: whole(home) | {"journal.next": b"{}"})
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
    with pytest.raises(Unreadable):
        restore(tmp_path / "spare", Restoration((tmp_path / "backup").read_bytes(), None), Script(seats=NAMES))
    assert not (tmp_path / "spare").exists()


def test_a_halt_that_only_one_machine_knows_bars_neither(home: Path, tmp_path: Path) -> None:
    with opened(home) as first:
        exchange.join(tmp_path / "second", exchange.export(first, 0, documents=True))
        everybody = [first.identity(officer) for officer in first.book.state.roster.officers]
        carried = [identity for identity in everybody if identity is not None]
        halt(first, Script(("Erin",)), "")
        resume(first, Script())
        decided = exchange.export(first, 0, documents=True)
    with opened(tmp_path / "second") as second:
        officers = second.book.state.roster.officers
        shown = {second.name_of(officer): name for officer, name in zip(officers, NAMES, strict=True)}
        halt(second, Script(("Bob",), called=shown), "", carried)
        exchange.take_in(second, decided, Script())
        assert len(second.book.state.halts) == 1
        heard = exchange.export(second, 0, documents=True)
    with opened(home) as first:
        exchange.take_in(first, heard, Script())
        assert first.book.state.halted
        resume(first, Script())
        decided = exchange.export(first, 0, documents=True)
    with opened(tmp_path / "second") as second:
        exchange.take_in(second, decided, Script())
        assert not second.book.state.halted
