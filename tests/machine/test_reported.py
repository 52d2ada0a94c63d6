"""The report of another machine: read in both its forms, with its own digest, and in no other."""

import json
from typing import Any

import pytest

from custody import canonical
from custody.errors import Unreadable
from custody.machine.measurement import Machine, Measurement, Standing, Subject
from custody.machine.report import Report, digest_of
from custody.machine.reported import Reported

MACHINE = Machine(
    "Linux 6.1",
    tuple(
        Measurement(f"MACHINE-{name}", standing, "seen", "why", "remedy", tuple(map(Subject, names, names)))
        for name, standing, names in (
            ("SWAP", Standing.UNFIT, ()),
            ("CPU", Standing.TOLD, ()),
            ("NET-UP", Standing.UNFIT, ("wlan0", "eth0")),
        )
    ),
)
REPORT = Report(MACHINE, 1_700_000_000)


@pytest.mark.parametrize("content", [REPORT.encode(), json.dumps(REPORT.to_json(), indent=1).encode()])
def test_the_short_and_the_whole_report_say_the_same(content: bytes) -> None:
    reported = Reported.parse(content)
    assert reported.unfit == (("MACHINE-NET-UP", "eth0"), ("MACHINE-NET-UP", "wlan0"), ("MACHINE-SWAP", ""))
    assert reported.standings["MACHINE-CPU"] is Standing.TOLD
    assert reported.digest.hex() == REPORT.digest


def changed(**more: Any) -> bytes:
    return canonical.encode(json.loads(REPORT.encode()) | more)


def with_own_digest(**more: Any) -> bytes:
    short = {name: value for name, value in (json.loads(REPORT.encode()) | more).items() if name != "digest"}
    return canonical.encode({**short, "digest": digest_of(short)})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        changed(fit=True),
        changed(date="2000-01-01T00:00:00Z"),
        changed(findings={"MACHINE-SWAP": "fit"}),
        changed(subjects={"MACHINE-NET-UP": ["eth0"]}),
        with_own_digest(subjects=None),
        with_own_digest(subjects=["eth0"]),
        with_own_digest(subjects={"MACHINE-CPU": ["eth0"]}),
        with_own_digest(subjects={"MACHINE-RADIO": ["eth0"]}),
        with_own_digest(subjects={"MACHINE-NET-UP": []}),
        with_own_digest(subjects={"MACHINE-NET-UP": [""]}),
        with_own_digest(subjects={"MACHINE-NET-UP": "eth0"}),
        with_own_digest(subjects={"MACHINE-NET-UP": [1]}),
        with_own_digest(subjects={"MACHINE-NET-UP": [["eth0"]]}),
        with_own_digest(subjects={"MACHINE-NET-UP": ["eth0", "eth0"]}),
        with_own_digest(subjects={"MACHINE-NET-UP": ["\x1b[2J"]}),
        with_own_digest(subjects={"MACHINE-NET-UP": ["\u0435th0"]}),
        with_own_digest(subjects={"MACHINE-NET-UP": ["a" * 201]}),
        changed(digest="00" * 32),
        changed(format="custody-machine/2"),
        with_own_digest(format="custody-machine/2"),
        with_own_digest(findings=None),
        with_own_digest(findings={"MACHINE-SWAP": "good"}),
        with_own_digest(findings={"MACHINE-SWAP": 1}),
        with_own_digest(findings={"MACHINE-SWAP": ["fit"]}),
        with_own_digest(findings={"Swap": "unfit"}),
        with_own_digest(findings={f"MACHINE-{number}": "fit" for number in range(65)}),
        b'{"findings":[{"id":{},"standing":1}],"digest":""}',
    ],
)
def test_whatever_else_is_no_report(content: bytes) -> None:
    with pytest.raises(Unreadable):
        Reported.parse(content)


def test_a_report_with_its_own_digest_is_one() -> None:
    report = with_own_digest(findings={"MACHINE-SWAP": "unfit"}, subjects={"MACHINE-SWAP": ["/dev/sda3"]})
    assert Reported.parse(report).unfit == (("MACHINE-SWAP", "/dev/sda3"),)
