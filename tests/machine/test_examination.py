"""Who is refused on a machine that is not fit, and with which words; the report, and its digest."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from custody import canonical
from custody.errors import Unfit
from custody.machine.examination import PROBES, require_fit
from custody.machine.measurement import Standing
from custody.machine.report import Report
from tests.conftest import ROOT
from tests.machine.laptop import NOW, STATUS, SWAPS, Laptop

UNFIT = {
    "proc/swaps": f"{SWAPS}/dev/sda3 partition 8 0 9\n",
    "proc/sys/kernel/core_pattern": "|/usr/lib/dumper\n",
    "proc/self/status": STATUS.format(tracer=5, uid=9, powers="0"),
    "etc/ld.so.preload": "evil.so\n",
}


def test_a_fit_machine_is_let_pass(laptop: Laptop) -> None:
    require_fit(laptop.examined())


def test_what_is_told_or_unknown_lets_pass(laptop: Laptop) -> None:
    laptop.change({"sys/power": None, "dev/video0": ""})
    machine = laptop.examined()
    assert machine.standing(Standing.TOLD)
    assert machine.standing(Standing.UNKNOWN)
    require_fit(machine)


def test_an_unfit_machine_is_refused_with_the_first_that_are_unfit(laptop: Laptop) -> None:
    laptop.change(dict(UNFIT))
    with pytest.raises(Unfit) as refused:
        require_fit(laptop.examined())
    assert refused.value.exit_code == 7
    assert re.findall(r"MACHINE-[A-Z-]+", refused.value.message) == [
        "MACHINE-SWAP",
        "MACHINE-CORE-PIPE",
        "MACHINE-TRACED",
    ]
    assert "/dev/sda3" in refused.value.message
    assert "custody doctor" in refused.value.hint


@pytest.mark.parametrize("path", UNFIT)
def test_one_is_enough(laptop: Laptop, path: str) -> None:
    laptop.change({path: UNFIT[path]})
    with pytest.raises(Unfit):
        require_fit(laptop.examined())


def test_a_report_for_scripts_and_one_for_a_code_have_one_digest(laptop: Laptop) -> None:
    laptop.change(dict(UNFIT))
    report = Report(laptop.examined(), NOW)
    whole, short = report.to_json(), json.loads(report.encode())
    digest = short.pop("digest")
    assert sha256(canonical.encode(short)).hexdigest() == digest == whole["digest"]
    assert short["findings"] == {each["id"]: each["standing"] for each in whole["findings"]}
    assert short["subjects"] == {each["id"]: each["subjects"] for each in whole["findings"] if each["subjects"]}
    assert short["subjects"]["MACHINE-SWAP"] == ["/dev/sda3"]
    assert (short["fit"], short["date"], short["system"]) == (whole["fit"], whole["date"], whole["system"])
    assert (whole["fit"], whole["date"], whole["system"]) == (False, "2030-03-17T17:46:40Z", "Linux 6.12.9")
    assert short["format"] == "custody-machine/1"


def test_another_standing_and_another_second_are_another_digest(laptop: Laptop) -> None:
    first = Report(laptop.examined(), NOW)
    later = Report(laptop.examined(), NOW + 1)
    laptop.write("dev/video0", "")
    assert len({first.digest, later.digest, Report(laptop.examined(), NOW).digest}) == 3


def test_a_time_beyond_any_calendar_is_null(laptop: Laptop) -> None:
    assert Report(laptop.examined(), 1 << 60).to_json()["date"] is None


def table() -> list[list[str]]:
    """The rows of docs/spec/machine.md's table: an ID, what is looked at, and how it may stand."""
    page = (ROOT / "docs" / "spec" / "machine.md").read_text(encoding="utf-8")
    rows = page.partition("## The table\n")[2].partition("\n## ")[0].splitlines()
    return [line.strip("| ").split(" | ") for line in rows if line.startswith("| `MACHINE-")]


def test_the_page_has_every_probe_in_its_order_and_says_which_may_be_unfit() -> None:
    assert [row[0].strip("`") for row in table()] == [each.id for each in PROBES]
    assert {row[0].strip("`") for row in table() if row[2] != "-"} == {
        *("MACHINE-NET-UP", "MACHINE-NET-ROUTE", "MACHINE-RADIO", "MACHINE-SWAP"),
        *("MACHINE-CORE-PIPE", "MACHINE-TRACED", "MACHINE-PRELOAD", "MACHINE-FILES"),
    }


def test_the_real_machine_is_examined_without_an_error() -> None:
    machine = Laptop.__new__(Laptop)
    machine.folder = Path("/")
    assert len(machine.examined().measurements) == len(PROBES)
