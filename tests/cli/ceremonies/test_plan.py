"""`custody ceremony plan` at the command line: written, filled in, read; and what it says no to."""

import json
import re
from pathlib import Path

import pytest

from custody.ceremony.plan.plan import Threat
from custody.cli.ceremonies.commands import MOST, THREATS
from custody.keys.cards import shares
from tests.ceremony.plan.plans import filled, put, read, wish
from tests.ceremony.transcript.test_measured import timed
from tests.support.officers import custody


def saved(tmp_path: Path, text: str) -> str:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("threat", THREATS)
def test_a_plan_is_written_and_says_what_is_to_be_filled_in(threat: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    line = ("ceremony", "plan", "--new", "--threat", threat, "--network", "regtest", "-o", str(path))
    assert custody(*line).code == 0
    assert custody(*line).code == 8, "it is not written over"
    told = custody("ceremony", "plan", str(path), "--json")
    assert told.code == 3
    found = json.loads(told.out)
    assert not found["fit"]
    refused = {each["id"] for each in found["findings"] if each["severity"] == "refuse"}
    assert refused <= {"PLAN-UNFILLED", "PLAN-NO-SEAL", "PLAN-IN-INK"}
    path.write_text(re.sub(r'"\?"', '"x"', path.read_text()))


def test_a_plan_that_is_filled_in_is_read_with_its_words(tmp_path: Path) -> None:
    text = filled(wish(keys=3, quorum=2))
    told = custody("ceremony", "plan", saved(tmp_path, text), "--json")
    assert told.code == 0, told.out
    found = json.loads(told.out)
    assert found["fit"]
    assert found["digest"] == read(text).digest.hex()
    assert found["words"].split() == list(read(text).words)
    assert [each["sitting"] for each in found["sittings"]] == ["sitting-1", "sitting-2", "sitting-3"]
    shown = custody("ceremony", "plan", saved(tmp_path, text)).out
    assert " ".join(read(text).words[:8]) in shown
    assert "assumed, not measured" in shown


def test_minutes_come_from_a_rehearsal_that_is_named(tmp_path: Path) -> None:
    held = timed(lambda _step: 240)[1]
    (tmp_path / "rehearsal.jsonl").write_bytes(b"".join(line.encode() + b"\n" for line in held.lines))
    line = ("ceremony", "plan", saved(tmp_path, filled(wish())), "--rehearsal", str(tmp_path / "rehearsal.jsonl"))
    found = json.loads(custody(*line, "--json").out)
    assert (found["rates"], found["seconds"]["said"], found["seconds"]["bag"]) == ("measured", 240, 240)
    assert "as rehearsals took" in custody(*line).out
    (tmp_path / "rehearsal.jsonl").write_bytes(b"{}\n")
    assert custody(*line).code == 4


def test_what_is_wrong_is_said_with_its_rule_and_why(tmp_path: Path) -> None:
    text = put(filled(wish()), "needed = 3", "needed = 5")
    told = custody("ceremony", "plan", saved(tmp_path, text))
    assert told.code == 3
    assert "PLAN-NO-SPARE-CARD" in told.out
    assert told.out.count("Paper is lost, burnt and misread.") == 1, "once, for five cards"
    assert told.out.count("PLAN-NO-SPARE-CARD") == 5
    assert "It is not to be signed as it stands. Change the file, and look again." in told.out


def test_letters_that_are_no_letters_do_not_reach_the_screen(tmp_path: Path) -> None:
    told = custody("ceremony", "plan", saved(tmp_path, put(filled(wish()), '"Tokyo"', '"To\\u001b[31mkyo"')))
    assert told.code == 4
    assert "\x1b" not in told.out + told.err


@pytest.mark.parametrize(
    "line",
    [
        (),
        ("--new",),
        ("--new", "--network", "regtest", "-o", "@"),
        ("--new", "--network", "regtest", "--threat", "insider"),
        ("--new", "--network", "regtest", "--threat", "insider", "-o", "@", "--needed", "6"),
        ("--new", "--network", "regtest", "--threat", "insider", "-o", "@", "--needed", "1"),
        ("--new", "--network", "regtest", "--threat", "insider", "-o", "@", "--quorum", "2"),
        ("--new", "--threat", "insider", "-o", "@"),
        ("@", "--new", "--threat", "insider", "--network", "regtest"),
        ("@", "--threat", "insider"),
        ("@", "--network", "regtest"),
        ("@", "-o", "@"),
    ],
)
def test_a_line_that_says_two_things_or_too_little_is_refused(line: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    if line[:1] == ("@",):
        path.write_text(filled(wish()))
    before = path.read_text() if path.exists() else None
    assert custody("ceremony", "plan", *(each.replace("@", str(path)) for each in line)).code == 2
    assert (path.read_text() if path.exists() else None) == before


def test_options_are_bounded_as_the_plan_is() -> None:
    assert tuple(Threat) == THREATS
    assert shares.MOST == MOST
