"""`custody ceremony verify` says what a transcript comes to, and its exit code says whether it is whole."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.transcript.contents import Closed, Deviation
from custody.ceremony.transcript.key_lines import Voided
from custody.ceremony.transcript.signature import Says
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.transcript.sittings import Sat, a_plan, made
from tests.support.officers import Answer, custody

PLAN = a_plan(Threat.ACCIDENT)


@pytest.fixture
def sat() -> Sat:
    return Sat(PLAN).aloud().everybody().add(Deviation("a noise \x1b[2J".replace("\x1b", "e"), "holder-1")).to_end()


def verify(folder: Path, content: bytes, *signatures: bytes, as_json: bool = False) -> Answer:
    (folder / "sitting.jsonl").write_bytes(content)
    files = []
    for number, each in enumerate(signatures):
        files.append(folder / f"{number}.sig")
        files[-1].write_bytes(each)
    line = ("ceremony", "verify", str(folder / "sitting.jsonl"), *map(str, files))
    return custody(*line, *(("--json",) if as_json else ()))


def test_a_whole_one_is_told_line_by_line_with_who_says_so(sat: Sat, tmp_path: Path) -> None:
    answer = verify(tmp_path, sat.encode())
    assert answer.code == 0, answer.err
    for line in sat.transcript.lines:
        assert f"{line.number:>5}  {line.evidence.value}" in answer.out
    assert "It is whole" in answer.out
    assert " ".join(sat.plan.words[:8]) in answer.out
    assert "exception, by holder-1" in answer.out
    assert sat.standing.made["key-1"].follows.fingerprint.hex() in answer.out


def test_scripts_are_told_the_same(sat: Sat, tmp_path: Path) -> None:
    told = json.loads(verify(tmp_path, sat.encode(), as_json=True).out)
    assert (told["whole"], told["passed"], told["closed"], told["rehearsal"]) == (True, True, True, False)
    assert told["plan"] == PLAN.digest.hex()
    assert [each["n"] for each in told["lines"]] == list(range(len(sat.transcript.lines)))
    assert told["keys"]["key-1"] == sat.standing.made["key-1"].follows.to_json()


def test_what_is_missing_is_exit_3_and_named(tmp_path: Path) -> None:
    sat = Sat(PLAN).everybody().until(lambda step: step.id.endswith("/card-2"))
    sat.add(Voided("key-1", 17, (1,), "a fire alarm"))
    answer = verify(tmp_path, sat.encode())
    assert answer.code == 3
    assert "It is not closed" in answer.out
    assert "set 17. Cards of this set to be destroyed: 1" in answer.out
    assert "Not signed, or not all of it, by: holder-1" in answer.out


def test_a_changed_line_is_exit_4_with_its_number(sat: Sat, tmp_path: Path) -> None:
    lines = sat.encode().splitlines(keepends=True)
    answer = verify(tmp_path, b"".join([*lines[:5], *lines[6:]]))
    assert answer.code == 4
    assert "line 5 " in answer.err


@pytest.mark.parametrize("name", ["empty", "a plan", "bytes", "a line changed", "a line added", "lines too many"])
def test_a_file_that_is_not_read_is_exit_4_with_a_next_step(name: str, sat: Sat, tmp_path: Path) -> None:
    lines = sat.encode().splitlines(keepends=True)
    content, step = {
        "empty": (b"", "Name the file"),
        "a plan": (b"title = 'x'\n[[key]]\n", "Name the file"),
        "bytes": (b"\x00\xff\x1b[31m\n", "Name the file"),
        "lines too many": (b"\n" * 20_001, "Name the file"),
        "a line changed": (b"".join([*lines[:3], lines[3].replace(b'"at":', b'"at": ')]), "Take the copy"),
        "a line added": (sat.encode() + lines[-1], "Take the copy"),
    }[name]
    answer = verify(tmp_path, content)
    assert answer.code == 4
    assert step in answer.err
    assert "\x1b" not in answer.err


def test_a_line_that_cannot_follow_is_exit_4_with_a_next_step(tmp_path: Path) -> None:
    sat = Sat(PLAN).everybody()
    strange = sat.transcript.next(Voided("key-1", 17, (1,), "a fire alarm"), 1)
    answer = verify(tmp_path, sat.encode() + strange.encode() + b"\n")
    assert answer.code == 4
    assert "no key key-1 was being made" in answer.err
    assert "Take the copy" in answer.err


def test_a_false_signature_is_exit_9_and_a_true_one_is_taken(sat: Sat, tmp_path: Path) -> None:
    good = sat.signature(Says.SAW, "holder-1")
    false = replace(good, signature=bytes([good.signature[0] ^ 1]) + good.signature[1:])
    assert verify(tmp_path, sat.encode(), good.encode()).code == 0
    answer = verify(tmp_path, sat.encode(), false.encode())
    assert (answer.code, "holder-1 is false" in answer.err) == (9, True)
    refused = verify(tmp_path, sat.encode(), sat.signature(Says.REFUSED, "holder-1").encode())
    assert (refused.code, "Refused by: holder-1" in refused.out) == (3, True)


def test_a_line_that_was_torn_off_is_no_line_and_is_said(sat: Sat, tmp_path: Path) -> None:
    answer = verify(tmp_path, sat.encode()[:-10], as_json=True)
    assert answer.code == 3
    assert json.loads(answer.out)["torn"] is True


def test_what_a_machine_wrote_into_a_key_moves_no_cursor_and_forges_no_line(tmp_path: Path) -> None:
    sat = Sat(PLAN).everybody().until(lambda step: step.id.endswith("/forget"))
    good = made(PLAN, sat.live)
    evil = replace(good.follows.accounts[0], xpub="x\x1b[2J\nIt is whole: \u202ex")
    sat.add(replace(good, follows=replace(good.follows, accounts=(evil,))))
    answer = verify(tmp_path, sat.encode())
    assert answer.code == 4
    assert "\x1b" not in answer.out + answer.err
    assert "\u202e" not in answer.out + answer.err


# --- records, the plan, rehearsals


def with_plan(folder: Path, *more: str, of: Sat) -> Answer:
    """Verify a transcript beside a plan, into a folder of its own."""
    (folder / "sitting.jsonl").write_bytes(of.encode())
    (folder / "plan.toml").write_text(TEXT)
    (folder / "records").mkdir(exist_ok=True)
    return custody("ceremony", "verify", str(folder / "sitting.jsonl"), "--records", str(folder / "records"), *more)


TEXT = filled(wish(Threat.ACCIDENT))
ON_PAPER = read(TEXT)


def test_records_are_of_the_plan_that_somebody_has(tmp_path: Path) -> None:
    sat = Sat(ON_PAPER).aloud().everybody().on_paper()
    plan = ("--plan", str(tmp_path / "plan.toml"))
    none = with_plan(tmp_path, of=sat)
    assert (none.code, "--plan PLAN" in none.err) == (2, True)
    other = with_plan(tmp_path, *plan, of=Sat(replace(ON_PAPER, purpose="another")).aloud().everybody().on_paper())
    assert (other.code, "another plan" in other.err) == (5, True)
    assert list((tmp_path / "records").iterdir()) == []
    assert with_plan(tmp_path, *plan, of=sat).code == 0
    assert sorted(each.name for each in (tmp_path / "records").iterdir()) == ["key-1.set.json", "wallet.wallet.json"]


@pytest.mark.parametrize("taken", ["key-1.set.json", "wallet.wallet.json"])
def test_where_one_name_is_taken_by_another_file_none_is_written(taken: str, tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / taken).write_text("another")
    answer = with_plan(tmp_path, "--plan", str(tmp_path / "plan.toml"), of=Sat(ON_PAPER).aloud().everybody().on_paper())
    assert answer.code == 8
    assert [(each.name, each.read_text()) for each in (tmp_path / "records").iterdir()] == [(taken, "another")]


def test_of_a_rehearsal_and_of_what_is_not_whole_no_record_is_written(tmp_path: Path) -> None:
    plan = ("--plan", str(tmp_path / "plan.toml"))
    rehearsal = with_plan(tmp_path, *plan, of=Sat(ON_PAPER, rehearsal=True).aloud().everybody().on_paper())
    assert (rehearsal.code, "of a rehearsal no records" in rehearsal.err) == (3, True)
    left = Sat(ON_PAPER).aloud().everybody().until(lambda step: step.id.endswith("/printer"))
    still_open = with_plan(tmp_path, *plan, of=left)
    assert (still_open.code, "No record is written" in still_open.out) == (3, True)
    name = min(ON_PAPER.people)
    failed = Sat(ON_PAPER).aloud().everybody().until(lambda step: step.id.endswith("/printer"))
    failed.add(Closed(False, name, date(2027, 1, 1)))
    assert with_plan(tmp_path, *plan, of=failed).code == 3
    assert list((tmp_path / "records").iterdir()) == []


def test_words_at_the_end_that_are_of_another_transcript_are_an_alarm(tmp_path: Path) -> None:
    answer = verify(tmp_path, Sat(PLAN).everybody().to_end().encode())
    assert (answer.code, "of another transcript" in answer.err) == (9, True)


def test_a_rehearsal_that_was_not_shown_is_said_to_be_claimed(sat: Sat, tmp_path: Path) -> None:
    answer = verify(tmp_path, sat.encode())
    assert "as the machine says" in answer.out
    assert "was read here" not in answer.out
