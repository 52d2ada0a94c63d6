"""The hunts themselves work: a short one runs in every check."""

from math import inf
from multiprocessing import get_context
from pathlib import Path

import pytest

from custody.chains.bitcoin.psbt.envelope import MAGIC
from tests.hunts import command_line, psbt, random_transactions
from tests.hunts.command_line import Ended
from tests.support import desk


def test_a_short_hunt_of_psbts_finds_nothing() -> None:
    tally = psbt.hunt((1_500, 2_026), seconds_per_megabyte=inf)  # how long one took is for a real hunt to tell
    assert tally.tried == 1_500
    assert tally.reviewed > 100
    assert tally.refused["Unreadable"] > 500
    assert tally.faults == []


def test_a_short_hunt_through_the_command_line_finds_nothing() -> None:
    with get_context("spawn").Pool(1) as small:  # a process counts the memory of the one that it was forked from
        tally = small.apply(command_line.hunt, ((40, 2_027),))
    assert tally.tried == 40
    assert {"exit 0", "exit 3", "exit 4", "signed"} <= tally.answers.keys()
    assert 0 < tally.largest < psbt.MEGABYTES_OF_MEMORY
    assert [fault for fault in tally.faults if "s beside starting" not in fault] == []


ACCEPT = b'{"verdict": "accept"}\n'


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (Ended(0, ACCEPT, b"", 2.4, 50), None),
        (Ended(1, b"{}", b"", 0.5, 50), "exit 1"),
        (Ended(-9, b"{}", b"", 0.5, 50), "exit -9"),
        (Ended(3, ACCEPT, b"", 0.5, 50), "exit 3 with verdict accept"),
        (Ended(4, ACCEPT, b"", 0.5, 50), "exit 4 with"),
        (Ended(0, ACCEPT * 2, b"", 0.5, 50), "standard output is not one JSON object"),
        (Ended(0, ACCEPT, b"Traceback (most recent call last):", 0.5, 50), "a traceback"),
        (Ended(0, ACCEPT, b"\x1b[2J", 0.5, 50), "control characters"),
        (Ended(0, ACCEPT, b"", 2.6, 50), "s beside starting"),
        (Ended(0, ACCEPT, b"", 0.5, 301), "MB of memory"),
    ],
)
def test_the_hunt_through_the_command_line_sees_what_it_hunts(ended: Ended, told: str | None) -> None:
    faults = list(command_line.faults_of(ended, 1_000, 0.5))
    assert [told is not None and told in fault for fault in faults] == [True] * (told is not None)


def test_time_and_memory_of_a_process_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process that does nothing takes is not what another took before it, nor what its parent holds."""
    monkeypatch.setattr(command_line, "PROGRAM", "many = [0] * 60_000_000; print(sum(many))")
    ended = command_line.run(tmp_path, "review")
    assert (ended.code, ended.out) == (0, b"0\n")
    assert ended.megabytes > 450
    monkeypatch.setattr(command_line, "PROGRAM", "pass")
    idle = command_line.run(tmp_path, "review")
    assert idle.megabytes < ended.megabytes / 3
    assert 0 < idle.seconds < ended.seconds


def test_the_hunt_sees_what_signing_must_not_do() -> None:
    content, _wallets = psbt.corpus()[0]
    first, *rest = command_line.maps(content)
    for changed in ([first, *rest], [first | {b"\xfb": b""}, *rest], [{}, *rest]):
        written = MAGIC + b"".join(desk.psbt_map(each.items()) for each in changed)
        assert list(command_line.faults_of_signing(content, written))


def test_the_hunt_of_honest_transactions_says_which_one_is_judged_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert random_transactions.fault_of(3, 2_028) == ""

    def judge(number: int, seed: int) -> None:
        raise AssertionError("another txid")

    monkeypatch.setattr(random_transactions, "judge", judge)
    assert random_transactions.fault_of(3, 2_028).startswith("3 of seed 2028: AssertionError another txid: 70736274ff")
