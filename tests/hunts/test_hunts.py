"""The hunts themselves work: a short one runs in every check."""

import ast
from math import inf
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest

from custody.chains.bitcoin.psbt.envelope import MAGIC
from custody.chains.bitcoin.review.ownership import Place, Registry
from tests.hunts import (
    command_line,
    fault,
    foreign_scripts,
    honest_files,
    mutation,
    ownership,
    psbt,
    random_transactions,
)
from tests.hunts.command_line import Ended
from tests.hunts.fault import ROOT
from tests.hunts.rooms import ROOMS
from tests.support import desk


def test_a_short_hunt_of_psbts_finds_nothing() -> None:
    tally = psbt.hunt((1_500, 2_026), seconds_per_megabyte=inf)  # how long one took is for a real hunt to tell
    assert tally.tried == 1_500
    assert tally.reviewed > 100
    assert tally.refused["Unreadable"] > 500
    assert tally.faults == []


def test_a_short_hunt_through_the_command_line_finds_nothing() -> None:
    with get_context("spawn").Pool(1) as small:  # a process counts the memory of the one that it was forked from
        tally = small.apply(command_line.hunt, ((20, 2_027),))
    assert tally.tried == 20
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


def test_a_short_hunt_of_ownership_finds_nothing() -> None:
    seen, faults = ownership.hunt(60, 2_029)
    assert faults == []
    assert {"honest: accept", "honest: warn", "honest: refuse", "cleared by registering"} <= seen.keys()
    assert seen["said to be silent"] > 60
    assert {naming.removeprefix("named: ") for naming in seen if naming.startswith("named: ")} == {
        *foreign_scripts.NAMINGS
    }


def test_every_kind_of_wallet_is_hunted_and_every_change_of_it_is_tried() -> None:
    made = [honest_files.honest(number, 1) for number in range(150)]
    assert {each.owner for each in made} == {*honest_files.OWNERS}
    assert {each.maker for each in made} == {
        "drawn, version 0",
        "drawn, version 2",
        "bdk, version 0",
        "bdk and libwally, version 2",
    }
    for name, change in foreign_scripts.CHANGES.items():
        changed = [
            (owner.descriptor, change(Random(1), owner.descriptor, foreign_scripts.thief(0)))
            for owner in honest_files.OWNERS.values()
        ]
        assert any(after not in (None, before) for before, after in changed), name


@pytest.mark.parametrize(
    ("judge", "broken", "name", "answer"),
    [
        (ownership.judge_honest, Registry, "find", lambda *_asked: None),
        (ownership.judge_attack, Registry, "_named", lambda *_asked: iter(())),
        (ownership.judge_edge, Place, "is_within_reach", True),
    ],
    ids=["declarations decide", "our keys are not looked for", "no reach"],
)
def test_the_hunt_of_ownership_sees_what_it_hunts(
    judge: ownership.Judge, broken: type, name: str, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broken, name, answer)
    answers = [ownership.fault_of(judge, number, 2_029) for number in range(12)]
    assert any(isinstance(each, str) and "Fault" in each and "70736274ff" in each for each in answers)


def test_every_fault_of_a_module_changes_it_and_still_compiles() -> None:
    path = ROOT / "custody" / "governance" / "known" / "judging.py"
    found = list(fault.faults(path))
    original = ast.unparse(ast.parse(path.read_text()))
    assert len(found) > 200 and len({str(each) for each in found}) > 200
    for each in found[::20]:
        assert ast.unparse(each.tree()) != original, each
        assert each.compiled()


def test_sentences_for_people_are_no_faults() -> None:
    path = ROOT / "custody" / "governance" / "chain.py"
    assert not [each for each in fault.faults(path) if "Keep this copy" in each.what or "Read them again" in each.what]


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_has_code_and_tests_that_judge_it(name: str) -> None:
    room = ROOMS[name]
    assert len(room.modules()) > 1 and len(room.judges()) > 1
    assert all(path.is_file() for path in (*room.modules(), *room.judges()))
    assert not [place for place in room.left_out if not (ROOT / "tests" / place).is_file()]


def test_the_tests_nearest_to_a_fault_come_first() -> None:
    """Mirrored by its name, then imported; whatever else is in the room comes last."""
    judges = ROOMS["psbt"].judges()
    nearest = mutation.nearest_first(judges, ROOT / "custody" / "chains" / "bitcoin" / "psbt" / "effort.py")
    assert nearest[0].name == "test_effort.py" and sorted(nearest) == sorted(judges)
    nearest = mutation.nearest_first(judges, ROOT / "custody" / "chains" / "bitcoin" / "psbt" / "envelope.py")
    assert nearest[0].name == "test_envelope.py" and "test_vectors.py" not in [each.name for each in nearest[:2]]
