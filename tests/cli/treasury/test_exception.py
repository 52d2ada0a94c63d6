"""On a main network an unfit machine gets no secret, unless its treasury's quorum has excepted just that, for a while.

The treasury here is of a test network that counts as a main one: a script may answer for its officers.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from custody.cli.front import hardened, output
from custody.cli.people.meeting import FrontMeeting
from custody.governance.exception import MOST_FINDINGS
from custody.machine.measurement import Machine, Measurement, Standing, Subject
from custody.machine.report import Report
from tests.cli.treasury.test_absences import clock
from tests.cli.treasury.test_treasury import COINS, OWNER, STRANGER, THREE, begun, payment, read, sign, status
from tests.support import desk, unhardened
from tests.support.custody_command import run
from tests.support.officers import Answer, custody, quick_identities

SWAP = Measurement("MACHINE-SWAP", Standing.UNFIT, "swap is on", "why", "swapoff -a")


def online(*names: str) -> Measurement:
    """Interfaces that are connected."""
    subjects = tuple(Subject(name, f"{name} is up and connected") for name in names)
    seen = "; ".join(each.seen for each in subjects)
    return Measurement("MACHINE-NET-UP", Standing.UNFIT, seen, "why", "pull the cable", subjects)


ONLINE = online("eth0")
OLD = Measurement("MACHINE-CPU", Standing.TOLD, "old", "why", "nothing")


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


@pytest.fixture
def machine() -> Iterator[list[Measurement]]:
    """What is measured on this machine from now on, and real money."""
    seen = [OLD]
    with (
        quick_identities(),
        clock("2031-12-01 09:00:00"),
        mock.patch.object(unhardened, "measured", lambda: Machine("Linux", tuple(seen))),
        mock.patch.object(output, "TEST_MONEY", frozenset()),
    ):
        yield seen


@pytest.fixture
def home(tmp_path: Path, machine: list[Measurement]) -> str:
    return begun(tmp_path)


LAST = "2031-12-31"


@contextmanager
def agreed_to(folder: Path) -> Iterator[Callable[[], list[str]]]:
    """Keep the lines that officers are shown before they agree."""
    kept = folder / "shown"

    def confirm(_meeting: FrontMeeting, lines: Sequence[str], _question: str, _word: str) -> None:
        kept.write_text("\n".join(lines))

    with mock.patch.object(FrontMeeting, "confirm", confirm):
        yield lambda: kept.read_text().splitlines()


def paper(home: str) -> str:
    head = status(home)["head"]
    return f"{head['n']} {head['words']}"


def excepted(
    home: str, *arguments: str, until: str = LAST, officers: Any = THREE, reason: str = "the old one"
) -> Answer:
    told = ("--until", until, "--reason", reason)
    return custody("home", "exception", *arguments, "--home", home, *told, "--json", officers=officers)


def test_an_unfit_machine_signs_nothing_until_officers_except_it(
    home: str, machine: list[Measurement], tmp_path: Path
) -> None:
    machine.append(SWAP)
    before = status(home)["head"]
    refused = sign(home, payment(tmp_path), str(tmp_path / "out"))
    assert refused.code == 7
    assert "MACHINE-SWAP: swap is on" in refused.err and "home exception" in refused.err
    assert status(home)["head"] == before and not (tmp_path / "out").exists()
    made = read(excepted(home))
    assert made["findings"] == [["MACHINE-SWAP", ""]] and made["machine"] == status(home)["machine"]["key"]
    signed = sign(home, payment(tmp_path), str(tmp_path / "out"))
    assert signed.code == 0
    assert f"Officers excepted MACHINE-SWAP on this machine up to {LAST}: the old one" in signed.err
    assert [each["findings"] for each in status(home)["exceptions"]] == [[["MACHINE-SWAP", ""]]]
    assert "the old one" in custody("status", "--home", home).out
    shown = custody("journal", "show", "--home", home, "--kind", "exception").out
    assert "Excepted: MACHINE-SWAP" in shown and "Reason: the old one" in shown
    assert read(custody("journal", "verify", "--home", home, "--json"))


def test_what_is_not_named_is_not_excepted(home: str, machine: list[Measurement], tmp_path: Path) -> None:
    machine += [SWAP, ONLINE]
    assert read(excepted(home, "MACHINE-SWAP"))["findings"] == [["MACHINE-SWAP", ""]]
    refused = sign(home, payment(tmp_path), str(tmp_path / "out"))
    assert refused.code == 7
    assert "MACHINE-NET-UP" in refused.err and "MACHINE-SWAP:" not in refused.err
    assert read(excepted(home))["findings"] == [["MACHINE-NET-UP", "eth0"], ["MACHINE-SWAP", ""]]
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0


def test_another_thing_under_the_same_id_is_not_excepted(home: str, machine: list[Measurement], tmp_path: Path) -> None:
    machine.append(ONLINE)
    with agreed_to(tmp_path) as shown:
        assert read(excepted(home, "MACHINE-NET-UP"))["findings"] == [["MACHINE-NET-UP", "eth0"]]
    assert f"Except MACHINE-NET-UP for eth0 until {LAST}: eth0 is up and connected" in shown()
    machine[1] = online("eth0", "wlan0")
    refused = sign(home, payment(tmp_path), str(tmp_path / "out"))
    assert refused.code == 7
    assert "MACHINE-NET-UP: wlan0 is up and connected" in refused.err and "eth0 is up" not in refused.err
    machine[1] = online("wlan0")
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 7
    machine[1] = replace(SWAP, id="MACHINE-NET-UP")
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 7, "nor where no thing is named"
    machine[1] = online("eth0")
    signed = sign(home, payment(tmp_path), str(tmp_path / "out"))
    assert signed.code == 0 and f"Officers excepted MACHINE-NET-UP for eth0 on this machine up to {LAST}" in signed.err
    assert "Excepted: MACHINE-NET-UP for eth0" in custody("journal", "show", "--home", home).out
    assert "MACHINE-NET-UP for eth0 (the old one)" in " ".join(custody("status", "--home", home).out.split())


def test_one_thing_of_several_is_named(home: str, machine: list[Measurement], tmp_path: Path) -> None:
    machine.append(online("eth0", "wlan0"))
    wrong = excepted(home, "MACHINE-NET-UP=eth1")
    assert wrong.code == 5 and "MACHINE-NET-UP=eth0, MACHINE-NET-UP=wlan0" in wrong.out
    assert read(excepted(home, "MACHINE-NET-UP=eth0"))["findings"] == [["MACHINE-NET-UP", "eth0"]]
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 7
    assert read(excepted(home, "MACHINE-NET-UP=wlan0"))["findings"] == [["MACHINE-NET-UP", "wlan0"]]
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0, "two exceptions cover the two"


def test_more_things_than_one_exception_holds_are_refused(home: str, machine: list[Measurement]) -> None:
    names = [f"eth{number}" for number in range(MOST_FINDINGS + 1)]
    machine.append(online(*names))
    refused = excepted(home)
    assert refused.code == 3 and "at most 64 things, and 65 are meant" in refused.out
    assert excepted(home, *(f"MACHINE-NET-UP={name}" for name in names[1:])).code == 0


def test_it_ends_and_a_clock_put_back_does_not_revive_it(home: str, machine: list[Measurement], tmp_path: Path) -> None:
    machine.append(SWAP)
    assert excepted(home, until="2031-12-02").code == 0
    with clock("2031-12-03 00:00:00"):
        assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 7
        machine.remove(SWAP)
        assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    machine.append(SWAP)
    assert sign(home, payment(tmp_path, coin=1), str(tmp_path / "again")).code == 7
    assert status(home)["exceptions"] == []
    assert excepted(home, until="2031-12-02").code == 2, "it would be over as soon as it was made"


def test_a_line_that_the_machine_wrote_after_the_end_ends_it_too(
    home: str, machine: list[Measurement], tmp_path: Path
) -> None:
    machine.append(SWAP)
    assert excepted(home, until="2031-12-02").code == 0
    with clock("2031-12-01 20:00:00"):
        assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0
    with clock("2031-12-03 00:00:00"):
        assert custody("home", "backup", "--home", home, "-o", str(tmp_path / "copy"), "--head", paper(home)).code == 0
    refused = sign(home, payment(tmp_path, coin=1), str(tmp_path / "again"))
    assert refused.code == 7 and status(home)["exceptions"] == []


def test_a_halt_comes_through_on_any_machine(home: str, machine: list[Measurement]) -> None:
    machine.append(ONLINE)
    assert custody("halt", "--home", home, officers=("Dave",)).code == 0
    assert custody("resume", "--home", home, officers=THREE).code == 7
    machine.remove(ONLINE)
    assert custody("resume", "--home", home, officers=THREE).code == 0


def test_an_unfit_machine_shows_exports_and_copies_what_is_sealed(
    home: str, machine: list[Measurement], tmp_path: Path
) -> None:
    machine.append(ONLINE)
    assert custody("journal", "export", "--home", home, "-o", str(tmp_path / "export")).code == 0
    assert custody("review", payment(tmp_path), "--home", home).code == 0
    assert custody("home", "backup", "--home", home, "-o", str(tmp_path / "copy"), "--head", paper(home)).code == 0
    begun = custody("home", "restore", str(tmp_path / "copy"), "--home", str(tmp_path / "x"), officers=THREE)
    assert "warning: this machine is not fit for secrets (MACHINE-NET-UP)" in begun.err  # its network is not proven yet


def test_another_machine_is_excepted_by_its_report(home: str, machine: list[Measurement], tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.write_bytes(Report(Machine("Linux", (SWAP, ONLINE, OLD)), 1_700_000_000).encode())
    own = status(home)["machine"]["key"]
    with agreed_to(tmp_path) as shown:
        made = read(excepted(home, "--machine", own, "--report", str(report)))
    assert f"Except MACHINE-NET-UP for eth0 until {LAST}: as its report says" in shown()
    assert made["report"] == json.loads(report.read_bytes())["digest"]
    machine += [SWAP, online("wlan0")]
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 7
    machine[-1] = ONLINE
    assert sign(home, payment(tmp_path), str(tmp_path / "out")).code == 0


def test_an_exception_that_is_none_is_refused(home: str, machine: list[Measurement], tmp_path: Path) -> None:
    assert excepted(home).code == 3  # nothing is unfit
    machine.append(SWAP)
    before = status(home)["head"]
    assert excepted(home, "MACHINE-RADIO").code == 5
    assert excepted(home, until="2031-11-30").code == excepted(home, until="2032-12-03").code == 2
    assert excepted(home, reason=" ").code == excepted(home, reason="x" * 201).code == 2
    assert excepted(home, "--machine", "Laptop B").code == 2
    (tmp_path / "report").write_text("{}")
    own = status(home)["machine"]["key"]
    assert excepted(home, "--machine", own, "--report", str(tmp_path / "report")).code == 4
    assert excepted(home, officers=THREE[:2]).code == 3  # no quorum
    assert status(home)["head"] == before


def test_without_a_treasury_an_unfit_machine_has_no_way_around(machine: list[Measurement], tmp_path: Path) -> None:
    wallet = tmp_path / "wallet.json"
    line = ("wallet", "new", "pay", "--descriptor", OWNER.descriptor, "--network", "regtest", "-o", str(wallet))
    assert custody(*line).code == 0
    file = tmp_path / "payment.psbt"
    file.write_bytes(desk.psbt(OWNER, [COINS[0]], [(STRANGER, 60_000)], 500, 2))
    sign_it = ("sign", str(file), "--wallet", str(wallet), "--yes", "-o", str(tmp_path / "out"))
    machine.append(SWAP)
    assert custody(*sign_it, secret=desk.PHRASES["A"] + "\n").code == 7
    machine.remove(SWAP)
    assert custody(*sign_it, secret=desk.PHRASES["A"] + "\n").code == 0


def test_where_no_network_is_known_an_unfit_machine_is_told(machine: list[Measurement]) -> None:
    machine.append(SWAP)
    shown = custody("key", "show", secret=desk.PHRASES["A"] + "\n")
    assert shown.code == 0
    assert "warning: this machine is not fit for secrets (MACHINE-SWAP): custody doctor" in shown.err


def test_on_test_networks_a_machine_may_be_what_it_is() -> None:
    with mock.patch.object(hardened, "measured_machine", lambda: pytest.fail("measured")):
        hardened.require_fit("regtest")


def test_the_installed_command_measures_the_machine_that_it_is_on_as_the_doctor_does() -> None:
    """Behind the door, where files are closed off."""
    measured = json.loads(run("custody", "doctor", "--json").out)["findings"]
    unfit = {each["id"] for each in measured if each["standing"] == "unfit"}
    shown = run("custody", "key", "show", secret=desk.PHRASES["A"] + "\n")
    assert shown.code == 0
    told = [line for line in shown.err.splitlines() if "this machine is not fit for secrets" in line]
    assert set(re.findall("MACHINE-[A-Z-]+[A-Z]", "".join(told))) == unfit
    refused = run("custody", "key", "show", "--network", "main", secret=desk.PHRASES["A"] + "\n")
    assert (refused.code == 7) == bool(unfit)
