"""`custody doctor` through the front door, on a false laptop: what a script gets, what a person sees at 80x24."""

import json
import re
import sys
from hashlib import sha256

import pytest

from airgap.door import landlock
from airgap.receiving.collector import Collector
from custody import canonical, guard
from custody.cli.machine import doctor
from custody.machine.examination import PROBES
from custody.machine.keyboard import SHOWN
from custody.machine.measurement import Seen, Standing
from custody.selftest.check import Outcome
from custody.selftest.check import Standing as Checked
from tests.cli.screen import Screen
from tests.cli.wallets.test_codes import codes_on
from tests.conftest import ROOT
from tests.machine.laptop import SWAPS, Laptop
from tests.support.patience import until

ON_LAPTOP = """
import sys
from pathlib import Path
from custody import guard
from custody.cli.front.main import main
from custody.cli.machine import doctor
from custody.machine.measurement import Seen, Standing
doctor.landlock.version = lambda: 7
doctor.own_files = lambda: Seen(Standing.FIT, "as they were signed")
doctor.ROOT = Path(sys.argv.pop(1))
guard.onlookers = tuple
main()
"""
"""The command as a process; its first argument is the folder that stands for `/`."""

CONNECTED = {"sys/class/net/eth0/flags": "0x1003\n", "sys/class/net/eth0/carrier": "1\n"}
SWAPPING = {"proc/swaps": f"{SWAPS}/dev/sda3 partition 8 0 9\n"}


OWN_FILES = doctor.own_files


@pytest.fixture
def laptop(tmp_path, monkeypatch) -> Laptop:
    laptop = Laptop(tmp_path / "laptop")
    monkeypatch.setattr(doctor, "ROOT", laptop.folder)
    monkeypatch.setattr(guard, "onlookers", tuple)
    monkeypatch.setattr(landlock, "version", lambda: 7)
    monkeypatch.setattr(doctor, "own_files", lambda: Seen(Standing.FIT, "as they were signed"))
    return laptop


# --- a script


def test_a_fit_machine_is_exit_0_and_its_fit_things_are_counted(custody, laptop: Laptop) -> None:
    answer = custody("doctor", "--quiet")
    assert (answer.code, answer.stderr) == (0, "")
    first, *_between, last = answer.stdout.splitlines()
    assert first == "Nothing was found that makes keys unsafe here (Linux 6.12.9)."
    assert last == f"{len(PROBES) - 1} of {len(PROBES)} are fit; --all shows them, and why each matters."
    assert "MACHINE-SWAP" not in answer.stdout


def test_an_unfit_machine_is_exit_7_and_what_is_unfit_comes_first(custody, laptop: Laptop) -> None:
    laptop.change({**CONNECTED, **SWAPPING, "dev/video0": "", "sys/power": None})
    answer = custody("doctor")
    assert answer.code == 7
    found = re.findall(r"^ (?:UNFIT )?(MACHINE-[A-Z-]+)", answer.stdout, re.MULTILINE)
    assert found == [
        *("MACHINE-NET-UP", "MACHINE-SWAP", "MACHINE-CAMERA", "MACHINE-HIBERNATION", "MACHINE-KEYBOARD"),
    ]
    assert answer.stdout.count("UNFIT") == 2
    assert answer.stderr.startswith(
        "error: this machine is not fit for secrets (MACHINE-NET-UP: eth0 is up and connected;"
    )
    assert "hint: custody doctor says why" in answer.stderr


@pytest.mark.parametrize(
    ("found", "code", "standing"),
    [(Checked.OK, 0, "fit"), (Checked.UNKNOWN, 0, "unknown"), (Checked.FAILED, 7, "unfit")],
)
def test_our_own_files_are_held_against_what_was_signed(
    custody, laptop: Laptop, monkeypatch, found: Checked, code: int, standing: str
) -> None:
    monkeypatch.setattr(doctor, "own_files", OWN_FILES)
    monkeypatch.setattr(
        doctor.installed, "files", lambda prefix: (Outcome("SELFTEST-FILES", found, "x", f"seen in {prefix}"), ())
    )
    answer = custody("doctor", "--json")
    (line,) = [each for each in answer.json["findings"] if each["id"] == "MACHINE-FILES"]
    assert (answer.code, line["standing"], line["seen"]) == (code, standing, f"seen in {sys.prefix}")


def test_a_checkout_has_nothing_to_be_held_against() -> None:
    assert OWN_FILES().standing is Standing.UNKNOWN


def test_all_shows_every_probe_once_and_why_it_matters(custody, laptop: Laptop) -> None:
    laptop.change({**SWAPPING, "dev/video0": ""})
    shown = custody("doctor", "--all").stdout
    assert sorted(re.findall(r"MACHINE-[A-Z-]+(?=:)", shown)) == sorted(each.id for each in PROBES)
    assert "It may see cards" in shown
    assert "It may see cards" not in custody("doctor").stdout


def test_a_script_gets_one_object_with_every_finding(custody, laptop: Laptop) -> None:
    answer = custody("doctor", "--json")
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.json.keys() == {"fit", "findings", "system", "date", "digest"}
    assert answer.json["fit"] is True
    assert [each["id"] for each in answer.json["findings"]] == [each.id for each in PROBES]
    assert all(
        each.keys() == {"id", "standing", "seen", "subjects", "why", "remedy"} for each in answer.json["findings"]
    )
    (keyboard,) = [each for each in answer.json["findings"] if each["id"] == "MACHINE-KEYBOARD"]
    assert (keyboard["standing"], keyboard["seen"]) == ("unknown", "not tested")


def test_a_script_gets_the_same_object_with_exit_7(custody, laptop: Laptop) -> None:
    laptop.change(dict(SWAPPING))
    answer = custody("doctor", "--json")
    assert (answer.code, answer.stderr) == (7, "")
    assert answer.json["fit"] is False
    assert [each["id"] for each in answer.json["findings"] if each["standing"] == "unfit"] == ["MACHINE-SWAP"]


def test_programs_around_this_one_are_asked_of_the_guard(custody, laptop: Laptop, monkeypatch) -> None:
    monkeypatch.setattr(guard, "onlookers", lambda: ("tmux",))
    assert "MACHINE-RECORDER: tmux can see" in custody("doctor").stdout


def test_another_system_is_told_that_nothing_can_be_measured(custody, laptop: Laptop) -> None:
    laptop.write("proc/sys/kernel/ostype", "Darwin\n")
    answer = custody("doctor")
    assert answer.code == 0
    assert answer.stdout.count("cannot be measured: this is not Linux") == len(PROBES)
    assert f"0 of {len(PROBES)} are fit" in answer.stdout


def test_codes_are_drawn_on_a_terminal_alone(custody, laptop: Laptop) -> None:
    for line in (("doctor", "--qr"), ("doctor", "--qr", "--json")):
        answer = custody(*line)
        assert answer.code == 2
        assert "standard output is for a program here" in answer.stdout + answer.stderr


def test_a_hostile_name_stays_on_its_line(custody, laptop: Laptop) -> None:
    laptop.change({"dev/video\x1b[2J\n MACHINE-SWAP: swap is off": ""})
    shown = custody("doctor").stdout
    assert "\x1b" not in shown
    assert "\n MACHINE-SWAP" not in shown
    assert r"video\x1b[2J\x0a MACHINE-SWAP" in shown


# --- a person


def test_a_person_types_a_line_and_is_told_what_is_wrong_with_the_keys(laptop: Laptop) -> None:
    with Screen(ON_LAPTOP, str(laptop.folder), "doctor") as screen:
        screen.until(SHOWN)
        screen.until_raw(b"\n> ")
        screen.enter("zZyYaAqQ\"£@'#~-_=+?")
        screen.until("MACHINE-KEYBOARD: the keys look English (US), and are read as English (UK)")
        assert screen.finish() == 0


@pytest.mark.parametrize(("typed", "count"), [(SHOWN, len(PROBES)), ("", len(PROBES) - 1)])
def test_the_line_as_it_stands_is_fit_and_enter_alone_leaves_it_untested(
    laptop: Laptop, typed: str, count: int
) -> None:
    with Screen(ON_LAPTOP, str(laptop.folder), "doctor") as screen:
        screen.until_raw(b"\n> ")
        screen.enter(typed)
        screen.until(f"{count} of {len(PROBES)} are fit")
        assert screen.finish() == 0


def test_whoever_stops_at_the_question_is_told_nothing_more(laptop: Laptop) -> None:
    with Screen(ON_LAPTOP, str(laptop.folder), "doctor") as screen:
        screen.until_raw(b"\n> ")
        screen.interrupt()
        assert screen.finish() == 6
        assert "MACHINE" not in screen.text


def test_a_long_list_is_paged_with_what_is_unfit_first_and_nothing_below_the_fold(laptop: Laptop) -> None:
    laptop.change({**CONNECTED, **SWAPPING, "sys/kernel": None, "dev/video0": "", "dev/lp0": "", "sys/power": None})
    laptop.change({"sys/firmware": None, "sys/class/rtc": None, "proc/self/ns": None, "sys/devices": None})
    seen: list[str] = []
    with Screen(ON_LAPTOP, str(laptop.folder), "doctor") as screen:
        screen.until_raw(b"\n> ")
        screen.enter()
        screen.until("page 1 of 2")
        assert screen.lines[-1].startswith("-- page 1 of 2") or screen.lines[-2].startswith("-- page 1 of 2")
        assert any(line.startswith(" UNFIT MACHINE-SWAP") for line in screen.lines)
        seen += screen.lines
        screen.enter()
        screen.until("hint: custody doctor")
        seen += screen.lines
        assert screen.finish() == 7
    shown = "\n".join(seen)
    for each in ("LOCKDOWN", "CAMERA", "PRINTER", "HIBERNATION", "SECURE-BOOT", "CLOCK", "CONTAINER", "CPU"):
        assert f"MACHINE-{each}:" in shown


def test_the_codes_hold_the_short_report(laptop: Laptop) -> None:
    laptop.change(dict(SWAPPING))
    collector = Collector()
    with Screen(ON_LAPTOP, str(laptop.folder), "doctor", "--qr") as screen:
        screen.until_raw(b"\n> ")
        screen.enter(SHOWN)

        def whole() -> bool:
            for code in codes_on(screen):
                collector.receive(code)
            screen.read()
            return collector.settled

        until(whole, lambda: screen.text)
        screen.type("q")
        assert screen.finish() == 7
        assert "swap is on: /dev/sda3" in screen.text
    report = json.loads(collector.require().payload)
    digest = report.pop("digest")
    assert digest == sha256(canonical.encode(report)).hexdigest()
    assert report["fit"] is False
    assert report["findings"]["MACHINE-SWAP"] == "unfit"
    assert report["findings"]["MACHINE-KEYBOARD"] == "fit"
    assert report["findings"].keys() == {each.id for each in PROBES}


def test_the_screen_in_the_officers_page_is_what_the_command_prints_today(custody, laptop: Laptop, monkeypatch) -> None:
    laptop.change({**CONNECTED, **SWAPPING, "dev/video0": "", "sys/kernel": None})
    monkeypatch.setattr(doctor, "typed_line", lambda: SHOWN)
    page = (ROOT / "docs" / "officer.md").read_text(encoding="utf-8")
    assert f"```\n{custody('doctor').stdout}```\n" in page
