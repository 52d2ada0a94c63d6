"""`journal show` as an auditor reads it, on a screen, as JSON and as a table; `status` as an officer reads it."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.aloud import ungrouped
from custody.ceremony.register.row import Doubt, Kept, Outcome, Payment, Person, Presence, Row
from custody.cli.front.layout import weighed
from custody.cli.treasury.register import register_lines, row_json
from custody.cli.treasury.register_csv import COLUMNS, guarded, table
from custody.cli.treasury.times import shown_time, written_time
from custody.governance.chain import Head
from custody.governance.commitment import Names
from custody.governance.entry import LATEST
from custody.store.folder import writing
from tests.ceremony.register.homes import BEGUN, DECLINED, HOUR, at, objected
from tests.ceremony.register.homes import payment as paying
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.test_treasury import OWNER, STRANGER, THREE, begun, payment, read, sign, status
from tests.support import desk
from tests.support.officers import Answer, custody, quick_identities

ADDRESS = desk.wallet("tr").address(0, 7)


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a treasury in which something was signed, refused, declined, copied, halted and taken in."""
    folder = tmp_path_factory.mktemp("lived")
    with quick_identities():
        home = begun(folder)
        assert sign(home, payment(folder), str(folder / "out")).code == 0
        refused = folder / "refused.psbt"
        refused.write_bytes(desk.psbt(OWNER, [desk.coins(OWNER, 2)[1]], [(STRANGER, 1_000)], 98_000, 2))
        assert sign(home, str(refused), str(folder / "never")).code == 3
        with at(Path(home), BEGUN) as book:
            objected(book, paying(2, 20_000, 30_000), DECLINED)
        copy = ("home", "backup", "--home", home, "-o", str(folder / "backup"), "--label", "the safe in the bank")
        assert custody(*copy).code == 0
        assert custody("halt", "--home", home, "--reason", "a strange message", officers=("Erin",)).code == 0
        assert custody("resume", "--home", home, officers=THREE).code == 0
        assert custody("officer", "retire", "Erin", "--home", home, officers=THREE).code == 0
        export, answer = str(folder / "export"), str(folder / "answer")
        assert custody("journal", "export", "--home", home, "-o", export).code == 0
        joined = custody("home", "new", "--home", str(folder / "second"), "--join", export)
        assert joined.code == 0
        admit = ("home", "admit", key_in(str(folder / "second")), "--home", home, "--name", "Laptop B")
        assert custody(*admit, officers=THREE).code == 0
        assert custody("journal", "export", "--home", home, "-o", export, "--force").code == 0
        assert custody("journal", "import", export, "--home", str(folder / "second")).code == 0
        assert custody("journal", "export", "--home", str(folder / "second"), "-o", answer).code == 0
        assert custody("journal", "import", answer, "--home", home).code == 0
    return folder


def key_in(home: str) -> str:
    """The key of the machine that a directory is of."""
    key: str = status(home)["machine"]["key"]
    return key


@pytest.fixture
def home(lived: Path) -> str:
    return str(lived / "treasury")


@pytest.fixture
def quick() -> Iterator[None]:
    with quick_identities():
        yield


def show(home: str, *options: str) -> Answer:
    return custody("journal", "show", "--home", home, *options)


def entries(home: str, *options: str) -> Any:
    return read(show(home, *options, "--json"))["entries"]


def cells(home: str, *options: str) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "journal", "show", "--home", home, "--csv", *options],
        capture_output=True,
        check=True,
    )
    return list(csv.DictReader(io.StringIO(done.stdout.decode("ascii"), newline="")))


def block(shown: str, kind: str) -> list[str]:
    """The lines of the first entry of a kind."""
    blocks = [part.splitlines() for part in shown.split("\n\n")]
    return next(lines for lines in blocks if lines[0].endswith(f"  {kind}"))


# --- the screen


def test_each_entry_says_when_on_which_machine_what_happened_and_who_was_there(home: str) -> None:
    answer = show(home)
    assert answer.code == 0
    assert "UTC, by the clock of the machine" in answer.out.splitlines()[0]
    signed = block(answer.out, "signed")
    machine = key_in(home)[:8]
    assert signed[0].startswith("Entry 3  20")
    assert f" UTC  machine {machine}  signed" in signed[0]
    assert "   Signed by Alice, Bob, Carol" in signed
    assert "   Signed by Erin" in block(answer.out, "halt")
    assert "   Reason: a strange message" in block(answer.out, "halt")
    assert "   By the machine alone; nobody need have been there" in block(answer.out, "refused")
    assert "   Somebody was there, and the book does not name who" in block(answer.out, "declined")
    assert "   Left: Erin" in block(answer.out, "roster")
    assert any("the safe in the bank" in line for line in block(answer.out, "backup"))


def test_amounts_and_addresses_stand_in_groups_and_are_whole(home: str) -> None:
    signed = block(show(home).out, "signed")
    assert "   #0  0.00 060 000 BTC (60 000 satoshi)" in signed
    assert "   Fee 0.00 000 500 BTC (500 satoshi)" in signed
    assert "   In all 0.00 060 500 BTC (60 500 satoshi) with the fee" in signed
    assert ADDRESS in ungrouped("".join(signed))


def test_entries_of_another_machine_stand_under_its_name(home: str) -> None:
    shown = show(home).out
    joined = block(shown, "joined")
    assert joined[0].startswith("Entry 0  20")
    assert " UTC  Laptop B  joined" in joined[0]
    assert "   It is called Laptop B" in block(shown, "machine")
    only = entries(home, "--machine", "Laptop B")
    assert [(each["machine"], each["n"]) for each in only] == [("Laptop B", 0), ("Laptop B", 1)]
    assert entries(home, "--machine", only[0]["writer"][:8], "--from", "1") == only[1:]
    assert show(home, "--machine", "Laptop C").code == 5


def test_what_does_not_count_is_said_at_the_entry(home: str, lived: Path) -> None:
    rows = [hostile_row(doubts=(doubt,), presence=presence) for doubt in Doubt for presence in Presence]
    shown = " ".join("\n".join(register_lines(rows)).split())
    for sentence in (
        "WAITS: it has no effect until a quorum adopts it",
        "DOES NOT COUNT: who halted was no officer any more where this was written",
        "No quorum has admitted this machine; it does not count",
        "Officers ended this machine before this entry; what officers signed in it counts all the same",
        "it wrote two entries of this number or one before; it does not count",
    ):
        assert sentence in shown
    assert not [each for each in entries(home) if each["doubts"]]


def test_the_register_fits_a_terminal_of_80_columns(home: str) -> None:
    with Screen(PROGRAM, "journal", "show", "--home", home, size=(80, 400)) as screen:
        assert screen.finish() == 0
        assert "Entry 3 " in screen.text
    assert all(len(line) <= 80 for line in show(home).out.splitlines())


def test_the_register_is_turned_page_by_page_and_nothing_is_locked_meanwhile(home: str) -> None:
    with Screen(PROGRAM, "journal", "show", "--home", home) as screen:
        screen.until("-- page 1 of ")
        assert "Entry 0" in screen.text, "the first entry is above the fold"
        with writing(Path(home), patience=0):
            pass
        count = int(screen.text.split("-- page 1 of ")[1].split(":")[0])
        for number in range(1, count):
            screen.until(f"-- page {number} of {count}")
            screen.enter()
        assert screen.finish() == 0
        assert f"Entry {status(home)['head']['n']} ".encode() in screen.raw


def test_entries_are_chosen_by_kind_and_by_day(home: str) -> None:
    assert {each["kind"] for each in entries(home, "--kind", "signed", "--kind", "halt")} == {"signed", "halt"}
    (declined,) = entries(home, "--since", "2023-11-14", "--until", "2023-11-14")
    assert (declined["kind"], declined["date"]) == ("declined", "2023-11-14T22:13:20Z")
    assert entries(home, "--until", "2023-11-13") == []
    assert entries(home, "--from", "4", "--since", "2023-11-15")[0]["n"] == 4
    assert "No entry is of this kind and time." in show(home, "--until", "2023-11-13").out


@pytest.mark.parametrize(
    "options",
    [
        ("--kind", "sign"),
        ("--since", "14.11.2023"),
        ("--since", "2023-02-30"),
        ("--until", "20231114"),
        ("--until", "\u0662\u0660\u0662\u0663-11-14"),
        ("--csv", "--json"),
        ("-o", "FILE"),
    ],
    ids=str,
)
def test_what_would_show_nothing_or_two_things_is_a_wrong_line(options: tuple[str, ...], home: str) -> None:
    answer = show(home, *options)
    assert answer.code == 2
    assert "Entry" not in answer.out


# --- JSON


KEYS = {
    *("n", "kind", "at", "date", "hash", "writer", "machine", "title", "details", "presence", "who", "doubts"),
    *("outcome", "what"),
}
OUTCOME_KEYS = {"digest", "review", "wallets", "payments", "burned", "fee", "message", "findings"}


def test_scripts_find_every_key_in_every_entry(home: str) -> None:
    every = entries(home)
    assert all(each.keys() == KEYS for each in every)
    outcomes = {each["kind"]: each["outcome"] for each in every if each["outcome"] is not None}
    assert outcomes.keys() == {"signed", "refused", "declined"}
    assert all(outcome.keys() == OUTCOME_KEYS for outcome in outcomes.values())
    (paid,) = outcomes["signed"]["payments"]
    assert (paid["address"], paid["atoms"], paid["script"]) == (ADDRESS, 60_000, STRANGER.hex())
    assert (outcomes["signed"]["fee"], outcomes["signed"]["review"]) == (500, "here")
    assert [each["atoms"] for each in outcomes["declined"]["payments"]] == [20_000, 30_000]
    assert "BTC-FEE-EXCESSIVE" in outcomes["refused"]["findings"]


def test_scripts_find_who_was_there_by_name_and_key(home: str) -> None:
    (signed,) = entries(home, "--kind", "signed")
    assert signed["presence"] == "signed"
    assert [each["name"] for each in signed["who"]] == list(THREE)
    approved = {each["approval"]["officer"] for each in signed["what"]["present"]}
    assert {each["officer"] for each in signed["who"]} == approved


# --- the table


def test_the_table_has_a_row_for_each_payment_and_for_each_entry_without_one(home: str) -> None:
    rows = cells(home)
    assert set(rows[0]) == set(COLUMNS)
    assert [row["entry"] for row in rows if row["kind"] == "declined"] == ["5", "5"]
    assert len(rows) == len(entries(home)) + 1
    (signed,) = (row for row in rows if row["kind"] == "signed")
    assert (signed["payee"], signed["satoshi"], signed["fee_satoshi"]) == (ADDRESS, "60000", "500")
    assert signed["who"] == "Alice | Bob | Carol"
    assert signed["doubts"] == ""
    assert {row["machine_name"] for row in rows} == {"", "Laptop B"}


def test_columns_of_the_table_can_be_summed(home: str) -> None:
    declined = cells(home, "--kind", "declined")
    assert sum(int(row["satoshi"]) for row in declined) == 50_000
    assert [row["fee_satoshi"] for row in declined] == ["500", ""]


def test_the_table_is_rfc_4180(home: str, tmp_path: Path) -> None:
    out = tmp_path / "register.csv"
    assert show(home, "--csv", "-o", str(out)).code == 0
    content = out.read_bytes()
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == len(cells(home)) + 1
    assert content.split(b"\r\n")[0].decode() == ",".join(COLUMNS)
    assert show(home, "--csv", "-o", str(out)).code == 8, "never over another"
    assert show(home, "--csv", "-o", str(out), "--force").code == 0


HOSTILE = '=HYPERLINK("http://evil","x")'


def hostile_row(**changed: Any) -> Row:
    """An entry in which all that others may say is hostile."""
    payments = (Payment(0, HOSTILE, "=1", 1, "@SUM(A1)"), Payment(1, None, "-1", 2, "\t=1\x1b[2J"))
    outcome = Outcome(bytes(32), Kept.HERE, ("+1+1", 'a","b'), payments, 3, None, None, ("=1",))
    fields: dict[str, Any] = {
        "head": Head(7, bytes(32)),
        "at": 0,
        "machine": bytes(32),
        "called": "=1\x1b[2J",
        "kind": "signed",
        "title": "-2+3",
        "details": ("=1",),
        "presence": Presence.SIGNED,
        "who": (Person(bytes(32), "=cmd|' /C calc'!A0"), Person(bytes(32), "\x1b[2J\u202eevil")),
        "outcome": outcome,
        "doubts": (Doubt.WAITS,),
        "what": {},
    }
    return Row(**fields | changed)


def test_no_cell_is_a_formula() -> None:
    written = table([hostile_row()])
    rows = list(csv.reader(io.StringIO(written.decode("ascii"), newline="")))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert rows[1][COLUMNS.index("payee")] == f"'{HOSTILE}"
    assert rows[1][COLUMNS.index("wallets")] == '\'+1+1 | a","b'


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\ta", "\ra", "'a", "a", "", "a=1"])
def test_one_quote_taken_away_gives_what_was_there(cell: str) -> None:
    found = guarded(cell)
    assert found.removeprefix("'") == cell


def test_nothing_from_outside_reaches_the_screen_or_leaves_its_place_as_it_is() -> None:
    lines = register_lines([hostile_row(), hostile_row(outcome=None, presence=Presence.MACHINE)])
    shown = [weighed(line, is_terminal=False) for line in lines]
    assert all(line.isascii() and line.isprintable() for line in shown)
    assert "\\x1b[2J\\u{202e}evil" in "".join(shown).replace(" ", "")
    assert row_json(hostile_row())["who"][1]["name"] == "\x1b[2J\u202eevil", "JSON escapes it when it is written"


# --- what there may be in a review


def told(**changed: Any) -> str:
    outcome = {
        "digest": bytes(32),
        "kept": Kept.HERE,
        "wallets": ("pay",),
        "payments": (),
        "burned": 0,
        "fee": None,
        "message": None,
        "findings": (),
    }
    row = hostile_row(title="Signed", details=(), who=(), outcome=Outcome(**outcome | changed))
    return "\n".join(register_lines([row]))


def test_a_long_batch_is_summed_up() -> None:
    payments = tuple(Payment(number, ADDRESS, "00", 1_000, None) for number in range(1_020))
    shown = told(payments=payments)
    assert shown.count("satoshi)") == 21
    assert "1 000 payments more, of 0.01 000 000 BTC (1 000 000 satoshi)" in shown
    assert (
        len(table([hostile_row(outcome=Outcome(None, Kept.HERE, (), payments, 0, 1, None, ()))]).splitlines()) == 1021
    )


def test_a_message_is_shown_and_its_lines_pass_for_none_of_ours() -> None:
    shown = told(message="we own this\nEntry 9\x1b\n\n" + "x" * 300)
    assert "       | we own this\n       | Entry 9\\x1b\n       |\n       | xxx" in shown
    assert "characters more" in shown
    assert "Fee" not in shown


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (Kept.GONE, "Its review is not here"),
        (Kept.STRANGE, "in a form that this release does not read"),
        (Kept.NONE, "There was no review"),
    ],
)
def test_amounts_that_are_not_known_are_said_not_to_be(kept: Kept, sentence: str) -> None:
    shown = told(kept=kept)
    assert sentence in shown
    assert "Fee" not in shown


def test_a_fee_that_was_not_proven_is_not_shown() -> None:
    assert "Fee cannot be checked" in told()


def test_what_is_destroyed_and_what_stays_ours_is_said() -> None:
    own = (Payment(0, ADDRESS, "00", 1_000, "savings"),)
    shown = told(payments=own, burned=7, fee=3)
    assert "Transfer to our own wallet: savings" in shown
    assert "Destroyed 0.00 000 007 BTC (7 satoshi)" in shown
    assert "In all 0.00 001 010 BTC (1 010 satoshi) with the fee" in shown


@pytest.mark.parametrize("seconds", [0, LATEST])
def test_a_time_that_no_calendar_has_is_unknown(seconds: int) -> None:
    assert shown_time(seconds) == "unknown time"
    assert written_time(seconds) is None


def test_an_erased_name_shows_as_the_beginning_of_the_key(quick: None, tmp_path: Path) -> None:
    home = begun(tmp_path)
    key = status(home)["officers"][0]["officer"]
    (Path(home) / "names.json").write_bytes(Names({}).encode())
    assert f"officer {key[:8]}" in show(home).out
    assert entries(home)[0]["who"][0] == {"name": None, "officer": key}


# --- status


def test_status_says_when_what_was_last_done(home: str) -> None:
    found = status(home)
    assert [found[key]["n"] for key in ("last_signature", "last_backup", "last_import")] == [3, 6, 11]
    assert {found[key]["machine"] for key in ("newest", "last_signature", "last_backup")} == {key_in(home)}
    assert found["newest"]["n"] == found["head"]["n"]
    assert found["last_backup"]["label"] == "the safe in the bank"
    shown = custody("status", "--home", home).out
    for name in ("Newest entry", "Last signature", "Last import", "Last backup"):
        assert f"   {name}" in shown
    assert "the safe in the bank; 5 entries since" in shown


def test_status_names_what_is_overdue_who_left_and_what_still_opens_for_them(home: str) -> None:
    found = status(home)
    assert found["overdue"] == ["backup-before-roster"]
    assert [(each["name"], [copy["n"] for copy in each["opens"]]) for each in found["retired"]] == [("Erin", [6])]
    shown = " ".join(custody("status", "--home", home).out.split())
    assert "No backup was made since the officers changed" in shown
    key = found["retired"][0]["officer"][:8]
    assert f"The key {key} of Erin is no officer's any more, and still counts for opening the backup of" in shown


def test_status_says_how_far_other_machines_are_known_and_what_they_last_did(home: str, lived: Path) -> None:
    second = status(str(lived / "second"))
    machine = status(home)["machines"][second["machine"]["key"]]
    assert machine["newest"] == {"n": second["head"]["n"], "hash": second["head"]["hash"]}
    assert (machine["brought"]["n"], machine["name"], machine["live"]) == (11, "Laptop B", True)
    assert (machine["last_import"]["n"], machine["last_backup"], machine["last_signature"]) == (1, None, None)
    shown = custody("status", "--home", home).out
    assert f"Laptop B ({machine['key'][:8]}) writes; known to entry 1" in shown
    assert "   Heard of        20" in shown
    first = next(iter(second["machines"].values()))
    assert first["last_backup"]["label"] is None


def test_status_of_a_spare_names_the_machine_whose_backup_it_was(home: str, lived: Path, tmp_path: Path) -> None:
    spare = str(tmp_path / "spare")
    with quick_identities():
        seats = {f"seat {number}": name for number, name in enumerate(THREE, 1)}
        seen = ("--receipts", str(lived / "export"))
        restored = custody("home", "restore", str(lived / "backup"), "--home", spare, *seen, officers=seats)
    assert restored.code == 0, restored
    found = status(spare)
    assert (found["last_backup"], found["last_signature"]) == (None, None)
    assert found["machines"][key_in(home)]["last_backup"]["n"] == 6
    assert [(each["machine"], each["n"]) for each in found["backups"]] == [(key_in(home), 6)]
    shown = custody("status", "--home", spare).out
    assert [line.split()[2] for line in shown.splitlines() if "Last backup" in line] == ["never", shown_day_of(found)]
    assert "No backup of this machine was made yet" in shown


def shown_day_of(found: Any) -> str:
    """The day on which the machine before was copied."""
    (day,) = {each["last_backup"]["date"][:10] for each in found["machines"].values() if each["last_backup"]}
    return str(day)


def test_officers_are_listed_with_the_beginnings_of_their_keys(home: str) -> None:
    keys = {each["name"]: each["officer"] for each in status(home)["officers"]}
    listed = custody("officer", "list", "--home", home).out.splitlines()
    assert listed[0] == f"Seat 1: Alice (approves, holds a piece of the vault), key {keys['Alice'][:8]}"


def test_status_of_a_treasury_that_has_just_begun(quick: None, tmp_path: Path) -> None:
    home = begun(tmp_path)
    found = status(home)
    assert found["overdue"] == ["no-backup", "no-import"]
    assert (found["last_signature"], found["last_backup"], found["retired"], found["machines"]) == (None, None, [], {})
    shown = custody("status", "--home", home).out
    assert "Last backup     never" in shown
    assert "No backup of this machine was made yet" in shown


def test_a_machine_that_no_quorum_has_admitted_is_not_told_to_do_what_it_may_not(quick: None, tmp_path: Path) -> None:
    home, second = begun(tmp_path), str(tmp_path / "second")
    assert custody("journal", "export", "--home", home, "-o", str(tmp_path / "export")).code == 0
    assert custody("home", "new", "--home", second, "--join", str(tmp_path / "export")).code == 0
    assert "no-backup" not in status(second)["overdue"]
    shown = custody("status", "--home", second).out
    assert "No quorum has admitted this machine yet" in shown
    assert "custody home backup" not in shown
    assert custody("home", "backup", "--home", second, "-o", str(tmp_path / "copy")).code == 3


def test_status_of_a_halted_treasury_says_so_where_a_small_screen_still_shows_it(quick: None, tmp_path: Path) -> None:
    home = begun(tmp_path)
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    with Screen(PROGRAM, "status", "--home", home) as screen:
        screen.until("-- page 1 of")
        assert screen.lines[0].startswith("HALTED")
        screen.enter()
        assert screen.finish() == 0


def test_days_are_those_of_utc(quick: None, tmp_path: Path) -> None:
    home = begun(tmp_path)
    midnight = BEGUN - BEGUN % (24 * HOUR)
    for seconds in (midnight - 1, midnight, midnight + 24 * HOUR - 1, midnight + 24 * HOUR):
        with at(Path(home), seconds) as book:
            objected(book, paying(0, 20_000), DECLINED)
    found = entries(home, "--kind", "declined", "--since", "2023-11-14", "--until", "2023-11-14")
    assert [each["at"] for each in found] == [midnight, midnight + 24 * HOUR - 1]
    assert json.dumps(found[0]["date"]) == '"2023-11-14T00:00:00Z"'
