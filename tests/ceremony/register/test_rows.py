"""A book to rows: when, where, what, who, and what of it nobody signed, whatever happened to the review or a name."""

import json
from pathlib import Path
from typing import Any

import pytest

from custody.ceremony.home.changing import FilesInMemory
from custody.ceremony.home.home import Home, kept_path
from custody.ceremony.machines import admission as machines
from custody.ceremony.machines import exchange
from custody.ceremony.machines.backup import Restoration, back_up, restore
from custody.ceremony.officers import rosters, seats
from custody.ceremony.officers.rearrangement import Rearrangement, rearrange
from custody.ceremony.officers.rosters import Quorums
from custody.ceremony.register.row import Doubt, Kept, Presence, Row
from custody.ceremony.register.rows import _TELLING, Wanted, rows
from custody.ceremony.table.by_name import find
from custody.ceremony.table.enrolment import Candidate
from custody.ceremony.treasury.halting import halt, resume
from custody.errors import Alarm
from custody.governance import records
from custody.governance.book import Book
from custody.governance.commitment import Names
from custody.governance.entry import LATEST
from custody.governance.known.judging import KINDS
from custody.governance.statement import WALLET
from custody.keys.vaults.writer import WriterKey
from tests.ceremony.register.homes import (
    ALARM,
    BEGUN,
    DECLINED,
    HOUR,
    REFUSED,
    STRANGERS,
    at,
    carried,
    looked_at,
    objected,
    payment,
    signed,
    two_machines,
)
from tests.ceremony.treasury.officers import NAMES, WORKING, Script, sign
from tests.governance import treasury as made_up
from tests.governance.treasury import ALICE, BOB, CAROL, DAVE, ERIN, A, B


def read(path: Path, **wanted: Any) -> list[Row]:
    with looked_at(path) as home:
        return list(rows(home, Wanted(**wanted)))


def newest(path: Path) -> Row:
    return read(path)[-1]


def names(row: Row) -> tuple[str | None, ...]:
    return tuple(person.name for person in row.who)


def test_every_kind_of_entry_is_told_in_words() -> None:
    assert _TELLING.keys() == KINDS


def test_a_beginning_names_every_officer_and_the_witnesses(home: Path) -> None:
    row = read(home)[0]
    assert (row.number, row.kind, row.presence, row.doubts) == (0, "genesis", Presence.SIGNED, ())
    assert names(row) == NAMES
    assert any("Wanda" in detail for detail in row.details)


def test_a_signature_tells_payees_amounts_fee_and_who_signed_for_it(home: Path) -> None:
    with at(home, BEGUN + HOUR) as book:
        signed(book, payment(0, 20_000, 30_000), "Bob", "Carol", "Dave")
    row = newest(home)
    assert (row.at, row.presence) == (BEGUN + HOUR, Presence.SIGNED)
    assert names(row) == ("Bob", "Carol", "Dave")
    assert row.outcome is not None
    assert [(each.index, each.satoshi) for each in row.outcome.payments] == [(0, 20_000), (1, 30_000)]
    assert [each.script for each in row.outcome.payments] == [script.hex() for script in STRANGERS[:2]]
    assert (row.outcome.fee, row.outcome.leaving, row.outcome.wallets) == (500, 50_000, ("pay",))
    assert row.outcome.digest is not None
    assert row.outcome.findings == ("BTC-RBF",)


def test_a_key_from_cards_is_said_to_be_one(home: Path) -> None:
    with at(home, BEGUN) as book:
        signed(book, payment(0, 20_000))
    assert "The key came from cards." in newest(home).details
    sign(home, "a payment from the vault")
    assert newest(home).details == ()


def test_nobody_stands_in_an_entry_who_did_not_sign_it(home: Path) -> None:
    """Whoever has the disk has the machine's key: approvals of one payment do not stand under another."""
    with at(home, BEGUN) as book:
        signed(book, payment(0, 20_000))
        what = book.book.entry(book.book.head.number).what
        outcome = json.loads(json.dumps(what)) | {"digest": "00" * 32}
        forged = book.book.next("signed", outcome, at=BEGUN)
        key = WriterKey.read((home / "writer.key").read_bytes())
    line = forged.sealed(key.sign(forged.to_seal)).encode()
    with (home / "journal.jsonl").open("ab") as journal:
        journal.write(line + b"\n")
    with pytest.raises(Alarm) as caught:
        read(home)
    assert caught.value.code == "journal-broken"


@pytest.mark.parametrize(
    ("failure", "kind", "presence"),
    [
        (REFUSED, "refused", Presence.MACHINE),
        (DECLINED, "declined", Presence.UNNAMED),
        (ALARM, "alarm", Presence.MACHINE),
    ],
)
def test_what_was_not_signed_is_told_with_its_amounts(failure: Any, kind: str, presence: Presence, home: Path) -> None:
    with at(home, BEGUN) as book:
        objected(book, payment(0, 20_000), failure)
    row = newest(home)
    assert (row.kind, row.presence, row.who) == (kind, presence, ())
    assert "nothing was signed" in row.title
    assert row.outcome is not None
    assert [each.satoshi for each in row.outcome.payments] == [20_000]
    assert any(failure.code in detail for detail in row.details) == (failure.code != kind)


def test_what_could_not_be_read_has_no_review_and_no_amounts(home: Path) -> None:
    with at(home, BEGUN) as book:
        objected(book, b"no file at all", ALARM, read=False)
    outcome = newest(home).outcome
    assert outcome is not None
    assert (outcome.kept, outcome.digest, outcome.payments, outcome.fee) == (Kept.NONE, None, (), None)


def test_a_review_that_was_taken_away_is_said_to_be(home: Path) -> None:
    sign(home, "a payment of long ago")  # its bytes were never laid down
    outcome = newest(home).outcome
    assert outcome is not None
    assert (outcome.kept, outcome.payments, outcome.fee) == (Kept.GONE, (), None)


def test_a_review_with_other_bytes_is_an_alarm(home: Path) -> None:
    with at(home, BEGUN) as book:
        signed(book, payment(0, 20_000))
        digest = bytes.fromhex(book.book.entry(book.book.head.number).what["review"])
    (home / kept_path(digest)).write_bytes(b"{}")
    with pytest.raises(Alarm):
        read(home)
    assert read(home, kinds=frozenset({"genesis"})), "the other entries can be read"


def paying(**changed: Any) -> bytes:
    """A review of one payment."""
    honest = {"index": 0, "address": None, "script": "00", "atoms": 1, "label": None}
    fee = {"atoms": None, "proven": False, "rate": None, "unit": "sat/vB"}
    return json.dumps({"payments": [honest | changed], "burned": [], "fee": fee}).encode()


@pytest.mark.parametrize(
    "review",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"payments": 1, "burned": [], "fee": {}}',
        b'{"kind": "message"}',
        paying(address="bcrt1\x1b[2J"),
        paying(script="zz"),
        paying(script="\x1b[2J"),
        paying(atoms=-1),
        paying(atoms=True),
        paying(label=1),
    ],
    ids=str,
)
def test_a_review_of_another_form_is_said_to_be_one(review: bytes, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign(home, "a payment")
    monkeypatch.setattr(Home, "kept", lambda _home, _digest: review)
    outcome = newest(home).outcome
    assert outcome is not None
    assert outcome.kept is Kept.STRANGE
    monkeypatch.setattr(Home, "kept", lambda _home, _digest: paying())
    outcome = newest(home).outcome
    assert outcome is not None
    assert outcome.kept is Kept.HERE


def test_a_halt_tells_who_called_it_and_why_and_a_resumption_who_went_on(home: Path) -> None:
    with at(home, BEGUN) as book:
        halt(book, Script(("Erin",)), "a message that nobody sent")
        resume(book, Script(("Alice", "Bob", "Carol")))
    called, resumed = read(home)[-2:]
    assert names(called) == ("Erin",)
    assert called.details == ("Reason: a message that nobody sent",)
    assert names(resumed) == ("Alice", "Bob", "Carol")


def test_a_change_of_officers_tells_who_came_and_who_left(home: Path) -> None:
    with at(home, BEGUN) as book:
        rosters.retire(book, Script(), find(book, "Erin"), Quorums())
    with at(home, BEGUN) as book:
        rosters.enrol(book, Script(("Frank", *NAMES)), Candidate("Frank", 6, False, WORKING), Quorums())
    left, joined = read(home)[-2:]
    assert "Left: Erin" in left.details
    assert "Joined: Frank" in joined.details
    assert "Frank" in names(joined), "who joins signs too"


def test_who_gets_new_keys_neither_joined_nor_left(home: Path) -> None:
    with at(home, BEGUN) as book:
        seats.new_keys(book, Script(), find(book, "Carol"))
    (row,) = read(home, kinds=frozenset({"roster"}))
    assert "Have new keys: Carol" in row.details
    assert not [detail for detail in row.details if detail.startswith(("Joined", "Left"))]


def test_who_changes_places_is_named(home: Path) -> None:
    with at(home, BEGUN) as book:
        erin = find(book, "Erin").key
        rearrange(book, Script(), Rearrangement({erin: (4, True)}, {}, Quorums(rules=3, unlock=3)))
    (row,) = read(home, kinds=frozenset({"roster"}))
    assert "Have another seat, or do something else: Erin" in row.details


def test_an_absence_and_another_passphrase_are_told_with_whose_they_are(home: Path) -> None:
    with at(home, BEGUN) as book:
        stand_in = Candidate("Frank", 5, True, WORKING, dated=True)
        rosters.enrol(book, Script(("Frank", *NAMES)), stand_in, Quorums())
    with at(home, BEGUN) as book:
        seats.absent(book, Script(), find(book, "Frank"), seats.Days(BEGUN, BEGUN + 24 * HOUR))
        seats.new_passphrase(book, Script(("Alice",)), find(book, "Alice"))
    absence, identity = read(home)[-2:]
    assert absence.title == "Frank counts for days of absence"
    assert absence.details == ("From 2023-11-14 up to 2023-11-15 (UTC), and then no more",)
    assert (absence.presence, identity.presence) == (Presence.SIGNED, Presence.SIGNED)
    assert identity.title == "Alice chose another passphrase"
    assert names(identity) == ("Alice",)


def test_who_left_keeps_the_name_in_what_was_signed_before(home: Path) -> None:
    with at(home, BEGUN) as book:
        halt(book, Script(("Erin",)), "")
        resume(book, Script(("Carol", "Dave", "Erin")))
        rosters.retire(book, Script(), find(book, "Erin"), Quorums())
    assert [names(row) for row in read(home, kinds=frozenset({"halt", "resume"}))] == [
        ("Erin",),
        ("Carol", "Dave", "Erin"),
    ]


def test_a_name_that_was_erased_is_none(home: Path) -> None:
    (home / "names.json").write_bytes(Names({}).encode())
    row = read(home)[0]
    assert names(row) == (None,) * 5
    assert len({person.key for person in row.who}) == 5


def test_a_backup_and_an_import_need_nobody_and_a_restoration_names_who_opened_it(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "backup", "the safe in the bank")
    made = newest(home)
    assert (made.kind, made.presence, made.who) == ("backup", Presence.MACHINE, ())
    assert "the safe in the bank" in made.title
    two_machines(home, tmp_path / "second")
    joined, imported = (row for row in read(tmp_path / "second") if row.machine != made.machine)
    assert [(each.kind, each.presence, each.who) for each in (joined, imported)] == [
        ("joined", Presence.MACHINE, ()),
        ("imported", Presence.MACHINE, ()),
    ]
    restore(tmp_path / "spare", Restoration((tmp_path / "backup").read_bytes(), None), Script(seats=NAMES))
    restored = newest(tmp_path / "spare")
    assert (restored.kind, restored.presence) == ("begun", Presence.SIGNED)
    assert names(restored) == NAMES[:3]
    assert any("No head from paper" in detail for detail in restored.details)
    assert any("was opened by Alice, Bob, Carol" in detail for detail in restored.details)
    assert restored.machine != made.machine


def test_a_machine_that_is_admitted_and_ended_is_told_by_its_name(home: Path, tmp_path: Path) -> None:
    two_machines(home, tmp_path / "second")
    carried(tmp_path / "second", home)
    with at(home, BEGUN) as book:
        machines.end(book, Script(), machines.find(book, "Laptop B"))
    admitted, ended = read(home, kinds=frozenset({"machine"}))
    assert "It is called Laptop B" in admitted.details
    assert ended.details == ("The last entry of Laptop B that is its own is 1",)
    assert [each.presence for each in (admitted, ended)] == [Presence.SIGNED] * 2


def test_entries_of_all_machines_stand_after_all_that_they_follow(home: Path, tmp_path: Path) -> None:
    two_machines(home, tmp_path / "second")
    with at(tmp_path / "second", BEGUN) as second:
        objected(second, payment(0, 10_000), REFUSED)
    carried(tmp_path / "second", home)
    shown = [(row.called, row.number, row.kind) for row in read(home)]
    assert shown == [
        (None, 0, "genesis"),
        (None, 1, "vault"),
        (None, 2, "machine"),
        ("Laptop B", 0, "joined"),
        ("Laptop B", 1, "imported"),
        ("Laptop B", 2, "refused"),
        (None, 3, "imported"),
    ]
    assert [row.outcome.kept for row in read(home) if row.outcome is not None] == [Kept.GONE], "it did not come along"


def test_a_number_to_begin_from_counts_the_entries_of_one_machine(home: Path, tmp_path: Path) -> None:
    two_machines(home, tmp_path / "second")
    carried(tmp_path / "second", home)
    with looked_at(home) as opened:
        second = machines.find(opened, "Laptop B").key
    assert [row.number for row in read(home, first=3)] == [0, 1, 3], "with what came to be known with it"
    assert [row.number for row in read(home, first=4)] == []
    assert [(row.called, row.number) for row in read(home, machine=second)] == [("Laptop B", 0), ("Laptop B", 1)]
    assert [row.number for row in read(home, machine=second, first=1)] == [1]


def doubts(book: Book) -> dict[tuple[bytes, str], tuple[Doubt, ...]]:
    """The doubts about each entry that is known, by its machine and kind."""
    home = Home(FilesInMemory({}), book, Names({}))
    return {(row.machine, row.kind): row.doubts for row in rows(home, Wanted())}


def test_a_statement_that_waits_is_said_to_have_no_effect() -> None:
    first, second = made_up.both(B)
    first = made_up.change(first, (ALICE, BOB, CAROL), (ALICE, BOB, CAROL), rules=2, unlock=2)
    wallet = {"document": {}, "name": "other"}
    second = made_up.agree(second, WALLET, wallet, (CAROL, DAVE, ERIN))
    found = doubts(made_up.taken(first, made_up.exported(second)))
    assert found[B.key, "wallet"] == (Doubt.WAITS,)
    assert found[A.key, "roster"] == ()


def test_a_halt_by_somebody_who_had_left_is_said_not_to_count() -> None:
    first, second = made_up.both(B)
    first = made_up.change(first, (ALICE, BOB, CAROL), (ALICE, BOB, CAROL), rules=2, unlock=2)
    second = made_up.taken(second, made_up.exported(first))
    found = doubts(made_up.halted(made_up.halted(second, ALICE), ERIN))
    assert found[B.key, "halt"] == (Doubt.MUTE,)


def test_what_a_machine_wrote_that_forked_is_said_to_stand_on_a_fork() -> None:
    first, second = made_up.both(B)
    one, other = made_up.signed(first, "one"), made_up.signed(first, "other")
    for branch in (one, other):
        second = made_up.taken(second, made_up.exported(branch))
    found = doubts(second)
    assert found[A.key, "signed"] == (Doubt.FORKED,)
    assert found[A.key, "machine"] == ()


def test_what_officers_signed_on_a_machine_after_its_end_is_said_to_stand_there() -> None:
    first, second = made_up.both(B)
    ended = made_up.ended(made_up.taken(first, made_up.exported(second)), B)
    late = made_up.signed(made_up.halted(second, ALICE), "late")
    found = doubts(made_up.taken(ended, made_up.exported(late)))
    assert found[B.key, "joined"] == ()
    assert found[B.key, "halt"] == found[B.key, "signed"] == (Doubt.ENDED,)


def test_a_machine_that_no_quorum_admitted_is_said_to_be_one(home: Path, tmp_path: Path) -> None:
    with looked_at(home) as book:
        exchange.join(tmp_path / "second", exchange.export(book, 0, documents=True))
    assert [row.doubts for row in read(tmp_path / "second")] == [(), (), (Doubt.NOT_ADMITTED,)]


def test_entries_are_chosen_by_number_kind_and_time(home: Path) -> None:
    for hour in (1, 2, 3):
        with at(home, BEGUN + hour * HOUR) as book:
            signed(book, payment(hour, 10_000 + hour))
    assert [row.number for row in read(home, first=3)] == [3, 4]
    assert {row.kind for row in read(home, kinds=frozenset({"vault"}))} == {"vault"}
    between = read(home, kinds=frozenset({"signed"}), begin=BEGUN + 2 * HOUR, end=BEGUN + 3 * HOUR)
    assert [row.at for row in between] == [BEGUN + 2 * HOUR]
    assert read(home, first=1000) == []


@pytest.mark.parametrize("seconds", [0, LATEST])
def test_an_entry_of_an_unknown_time_is_never_left_out(seconds: int, home: Path) -> None:
    with at(home, seconds) as book:
        signed(book, payment(0, 10_000))
    (row,) = read(home, kinds=frozenset({"signed"}), begin=BEGUN, end=BEGUN + 1)
    assert row.at == seconds


def test_a_torn_line_that_was_cut_away_is_told(home: Path) -> None:
    with (home / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"after":')
    with at(home, BEGUN):
        pass
    row = newest(home)
    assert (row.kind, row.presence) == (records.Mended.KIND, Presence.MACHINE)
    assert "9 bytes" in row.title
