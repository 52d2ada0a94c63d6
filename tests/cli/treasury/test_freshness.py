"""A home that was rolled back goes on nowhere: whatever changes, signs, registers, seals or copies compares the paper.

Halts, imports and what only looks do not ask.
"""

import shutil
from pathlib import Path

import pytest

from custody.ceremony.plan.plan import Threat
from custody.cli.front import loading
from custody.cli.front.table import ROWS
from tests.ceremony.plan.plans import filled, wish
from tests.ceremony.plan.plans import read as plan_of
from tests.ceremony.transcript.sittings import Sat
from tests.cli.treasury.test_treasury import COINS, OWNER, STRANGER, THREE, begun, read, status
from tests.support import desk
from tests.support.officers import NAMES, Coming, custody, quick_identities

Line = tuple[tuple[str, ...], Coming | None]

GOING_ON: dict[str, Line] = {
    "officer enrol": (("Frank",), ("Frank", *NAMES[:4])),
    "officer retire": (("Dave",), THREE),
    "officer rules": (("--rules", "2"), THREE),
    "resume": ((), THREE),
    "wallet new": (("other", "--descriptor", desk.wallet("tr").single(0), "--network", "regtest"), THREE),
    "key restore": (("--vault", "second"), THREE),
    "sign": (("@/payment.psbt", "-o", "@/signed.psbt"), THREE),
    "message sign": (("--message", "we agree", "--index", "0", "-o", "@/message"), THREE),
    "message prove": (("--message", "these are ours", "--coins", "@/payment.psbt", "-o", "@/proof"), THREE),
    "home backup": (("-o", "@/backup"), None),
    "home admit": (("00" * 32,), THREE),
    "home exception": (
        ("--until", "2031-12-24", "--reason", "old", "--machine", "x", "--report", "@/payment.psbt"),
        THREE,
    ),
    "ceremony enter": (("@/ceremony.jsonl", "--plan", "@/plan.toml"), THREE),
    "home end": (("Laptop B",), THREE),
    "home renew": (("--to", "@/renewed"), THREE),
    "journal adopt": ((), THREE),
    "officer passphrase": (("Dave",), ("Dave",)),
    "officer absence": (("Dave", "--from", "2026-12-24", "--to", "2026-12-26"), THREE),
}
"""Every command that goes on in a home: what it is told, and who comes."""

LAID = {"old", "treasury", "payment.psbt", "plan.toml", "ceremony.jsonl"}

NOT_COMPARED = {"halt", "journal import", "home new", "home restore", "journal verify"}
"""A halt and an import are never late, a beginning has no paper; the others say themselves what they compare."""


@pytest.fixture(scope="module")
def rolled_back(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home that was put back to what it was before Erin left, and what stands on the newest paper."""
    folder = tmp_path_factory.mktemp("rolled")
    with quick_identities():
        home = begun(folder)
        shutil.copytree(home, folder / "old")
        retired = read(custody("officer", "retire", "Erin", "--home", home, "--json", officers=THREE))
    (folder / "payment.psbt").write_bytes(desk.psbt(OWNER, [COINS[0]], [(STRANGER, 60_000)], 500, 2))
    text = filled(wish(Threat.ACCIDENT))
    (folder / "plan.toml").write_text(text)
    (folder / "ceremony.jsonl").write_bytes(Sat(plan_of(text)).aloud().everybody().on_paper().encode())
    return folder / "old", f"{retired['head']['n']} {retired['head']['words']}"


def test_every_command_that_officers_come_for_compares_the_paper() -> None:
    taking = {name: {each.name for each in loading.command(row.target).params} for name, row in ROWS.items()}
    at_home = {name for name, given in taking.items() if "home_path" in given and {"officer_files", "paper"} & given}
    assert at_home - NOT_COMPARED == set(GOING_ON)
    assert all("paper" in taking[name] for name in GOING_ON)


@pytest.mark.parametrize("command", GOING_ON)
def test_a_rolled_back_home_goes_on_nowhere(command: str, rolled_back: tuple[Path, str], tmp_path: Path) -> None:
    home, paper = rolled_back
    before = status(str(home))["head"]
    told, officers = GOING_ON[command]
    line = [part.replace("@", str(home.parent)) for part in told]
    secret = desk.PHRASES["A"] + "\n" if command == "key restore" else None
    with quick_identities():
        answer = custody(
            *command.split(), *line, "--home", str(home), "--head", paper, officers=officers, secret=secret
        )
    assert answer.code == 9, answer
    assert "it is older than the paper, or another journal" in answer.err
    assert status(str(home))["head"] == before
    assert not [file for file in home.parent.iterdir() if file.name not in LAID]


def test_a_script_that_says_no_words_is_warned_of_it(rolled_back: tuple[Path, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(rolled_back[0], home)
    backed_up = custody("home", "backup", "--home", str(home), "-o", str(tmp_path / "copy"))
    assert backed_up.code == 0
    assert "No head from paper was compared" in backed_up.err


def test_a_halt_asks_for_no_paper(rolled_back: tuple[Path, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(rolled_back[0], home)
    halted = custody("halt", "--home", str(home), officers=("Erin",))
    assert halted.code == 0
    assert "paper was compared" not in halted.err
