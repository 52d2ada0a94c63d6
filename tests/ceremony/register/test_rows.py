"""A book to rows: when, where, what, who, and what of it nobody signed, whatever happened to the review or a name."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from custody.ceremony.home.home import Home, kept_path
from custody.ceremony.register.row import Kept, Presence, Row
from custody.ceremony.register.rows import _TELLING, KINDS, Wanted, _other, rows
from custody.ceremony.treasury import exchange, rosters
from custody.ceremony.treasury.backup import Restoration, back_up, restore
from custody.ceremony.treasury.enrolment import Candidate
from custody.ceremony.treasury.halting import halt, resume
from custody.ceremony.treasury.rosters import Quorums
from custody.errors import Alarm, Unreadable
from custody.governance import records
from custody.governance.commitment import Names
from custody.governance.entry import LATEST
from tests.ceremony.register.homes import (
    ALARM,
    BEGUN,
    DECLINED,
    HOUR,
    REFUSED,
    STRANGERS,
    at,
    looked_at,
    objected,
    payment,
    signed,
)
from tests.ceremony.treasury.officers import NAMES, WORKING, Script, begun, sign, with_vault


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A treasury of five with a 3-of-5 vault."""
    path = tmp_path / "home"
    begun(path)
    with_vault(path)
    return path


def read(path: Path, **wanted: Any) -> list[Row]:
    with looked_at(path) as home:
        return list(rows(home, Wanted(**wanted)))


def newest(path: Path) -> Row:
    return read(path)[-1]


def names(row: Row) -> tuple[str | None, ...]:
    return tuple(person.name for person in row.who)


def test_every_kind_of_entry_is_told_in_words() -> None:
    assert _TELLING.keys() == KINDS


def test_a_kind_that_is_not_told_yet_is_told_by_its_name() -> None:
    told = _other(None, SimpleNamespace(kind="adopt"), None)  # type: ignore[arg-type]
    assert "adopt" in told.title


def test_a_beginning_names_every_officer_and_the_witnesses(home: Path) -> None:
    row = read(home)[0]
    assert (row.number, row.kind, row.presence, row.covered) == (0, "genesis", Presence.SIGNED, True)
    assert names(row) == NAMES
    assert any("Wanda" in detail for detail in row.details)


def test_a_signature_tells_payees_amounts_fee_and_who_opened_the_vault(home: Path) -> None:
    with at(home, BEGUN + HOUR) as book:
        by = [officer.key for officer in book.book.state.roster.officers[1:4]]
        signed(book, payment(0, 20_000, 30_000), *by)
    row = newest(home)
    assert (row.at, row.presence) == (BEGUN + HOUR, Presence.OPENED)
    assert names(row) == ("Bob", "Carol", "Dave")
    assert row.outcome is not None
    assert [(each.index, each.satoshi) for each in row.outcome.payments] == [(0, 20_000), (1, 30_000)]
    assert [each.script for each in row.outcome.payments] == [script.hex() for script in STRANGERS[:2]]
    assert (row.outcome.fee, row.outcome.leaving, row.outcome.wallets) == (500, 50_000, ("pay",))
    assert row.outcome.digest is not None
    assert row.outcome.findings == ("BTC-RBF",)


def test_a_key_from_cards_names_nobody(home: Path) -> None:
    with at(home, BEGUN) as book:
        signed(book, payment(0, 20_000))
    row = newest(home)
    assert (row.presence, row.who) == (Presence.UNNAMED, ())


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
        rosters.retire(book, Script(), rosters.find(book, "Erin"), Quorums())
    with at(home, BEGUN) as book:
        rosters.enrol(book, Script(), Candidate("Frank", 6, False, WORKING), Quorums())
    left, joined = read(home)[-2:]
    assert "Left: Erin" in left.details
    assert "Joined: Frank" in joined.details
    assert "Frank" in names(joined), "who joins signs too"


def test_who_left_keeps_the_name_in_what_was_signed_before(home: Path) -> None:
    with at(home, BEGUN) as book:
        halt(book, Script(("Erin",)), "")
        resume(book, Script(("Carol", "Dave", "Erin")))
        rosters.retire(book, Script(), rosters.find(book, "Erin"), Quorums())
    assert [names(row) for row in read(home, kinds=frozenset({"halt", "resume"}))] == [
        ("Erin",),
        ("Carol", "Dave", "Erin"),
    ]


def test_a_name_that_was_erased_is_none(home: Path) -> None:
    (home / "names.json").write_bytes(Names({}).encode())
    row = read(home)[0]
    assert names(row) == (None,) * 5
    assert len({person.key for person in row.who}) == 5


def test_a_backup_an_import_and_a_restoration_need_nobody_named(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        back_up(book, tmp_path / "backup", "the safe in the bank")
        export = exchange.export(book, 0, documents=True)
    exchange.join(tmp_path / "second", export)
    imported = newest(tmp_path / "second")
    assert (imported.kind, imported.presence, imported.who) == ("imported", Presence.MACHINE, ())
    made = newest(home)
    assert (made.kind, made.presence) == ("backup", Presence.MACHINE)
    assert "the safe in the bank" in made.title
    restore(tmp_path / "spare", Restoration((tmp_path / "backup").read_bytes(), None), Script(seats=NAMES))
    restored = newest(tmp_path / "spare")
    assert (restored.kind, restored.presence) == ("restored", Presence.UNNAMED)
    assert any("No head from paper" in detail for detail in restored.details)
    assert restored.machine != made.machine


def test_what_was_decided_elsewhere_is_told_with_who_signed_it(home: Path, tmp_path: Path) -> None:
    with at(home, BEGUN) as book:
        exchange.join(tmp_path / "second", exchange.export(book, 0, documents=True))
        halt(book, Script(("Erin",)), "")
        news = exchange.export(book, 0, documents=True)
        erin = rosters.find(book, "Erin").key.hex()[:8]
    with at(tmp_path / "second", BEGUN) as second:
        exchange.take_in(second, news, Script())
    assert any("halt" in detail and erin in detail for detail in newest(tmp_path / "second").details)


def test_what_no_officers_signature_covers_is_marked_until_a_quorum_signs_again(home: Path) -> None:
    with at(home, BEGUN) as book:
        signed(book, payment(0, 20_000))
    assert not newest(home).covered
    with at(home, BEGUN) as book:
        halt(book, Script(("Erin",)), "")
    assert [row.covered for row in read(home)[-2:]] == [False, True], "one officer covers nothing but the halt"
    with at(home, BEGUN) as book:
        resume(book, Script())
    assert all(row.covered for row in read(home))


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


SIGNED = {"by": "00" * 32, "signature": "00" * 64}


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("signed", {"wallets": 1}),
        ("refused", {"wallets": [1]}),
        ("refused", {"code": 1}),
        ("alarm", {"findings": [None]}),
        ("halt", {"signatures": [SIGNED]}),
        ("wallet", {"signatures": [SIGNED | {"by": "00 " * 32}], "statement": {}}),
        ("roster", {"signatures": [{}], "statement": {}}),
        ("genesis", {"signatures": 1, "statement": {}}),
        ("vault", {}),
        ("resume", {}),
        ("imported", {"heads": {}}),
        ("backup", {"label": 1}),
        ("restored", {}),
        ("mended", {"bytes": 0}),
        ("checkpoint", {}),
    ],
    ids=str,
)
def test_an_entry_that_is_not_as_we_write_it_is_unreadable(kind: str, what: dict[str, Any], home: Path) -> None:
    """Behind a forged checkpoint stand lines that no rule was held against."""
    with looked_at(home) as opened:
        entry = opened.book.entry(1)
        forged = SimpleNamespace(
            journal=opened.book.journal,
            chain=opened.book.chain,
            entry=lambda _number: SimpleNamespace(kind=kind, what=what, at=entry.at, number=1, writer=entry.writer),
        )
        with pytest.raises(Unreadable):
            next(rows(SimpleNamespace(book=forged), Wanted(first=1)))  # type: ignore[arg-type]


def test_a_torn_line_that_was_cut_away_is_told(home: Path) -> None:
    with (home / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"after":')
    with at(home, BEGUN):
        pass
    row = newest(home)
    assert (row.kind, row.presence) == (records.Mended.KIND, Presence.MACHINE)
    assert "9 bytes" in row.title
