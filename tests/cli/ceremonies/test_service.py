"""`custody ceremony service` begins on whole sittings of its plan, and on nothing else."""

from pathlib import Path

import pytest

from tests.ceremony.transcript.sittings import Sat
from tests.cli.ceremonies.verifying.test_service import PLAN, TEXT, held
from tests.support.officers import Answer, custody

OTHER = TEXT.replace('purpose = "', 'purpose = "another ')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.toml").write_text(TEXT)
    (tmp_path / "other.toml").write_text(OTHER)
    (tmp_path / "held.jsonl").write_bytes(held().encode())
    return tmp_path


def serve(folder: Path, *more: str, plan: str = "plan.toml") -> Answer:
    return custody("ceremony", "service", str(folder / plan), *more)


def test_it_begins_only_when_every_sitting_is_there_and_whole(folder: Path) -> None:
    out = ("-o", str(folder / "service.jsonl"))
    none = serve(folder, *out)
    assert (none.code, "none was named" in none.err) == (3, True)
    left = Sat(PLAN).aloud().everybody().until(lambda step: step.id.endswith("/printer"))
    (folder / "left.jsonl").write_bytes(left.encode())
    lacking = serve(folder, "--with", str(folder / "left.jsonl"), *out)
    assert (lacking.code, "it waits for: sitting-1" in lacking.err) == (3, True)
    rehearsal = Sat(PLAN, rehearsal=True).aloud().everybody().on_paper()
    (folder / "rehearsal.jsonl").write_bytes(rehearsal.encode())
    assert serve(folder, "--with", str(folder / "rehearsal.jsonl"), *out).code == 5
    another = serve(folder, "--with", str(folder / "held.jsonl"), *out, plan="other.toml")
    assert (another.code, "another plan" in another.err) == (5, True)
    assert not (folder / "service.jsonl").exists()


def test_it_is_led_at_a_terminal_and_leaves_a_transcript(folder: Path) -> None:
    whole = ("--with", str(folder / "held.jsonl"))
    assert serve(folder, *whole).code == 2
    assert serve(folder, "--signature", str(folder / "held.jsonl"), "-o", str(folder / "service.jsonl")).code == 2
    led = serve(folder, *whole, "-o", str(folder / "service.jsonl"))
    assert (led.code, "at a terminal" in led.err) == (2, True)
    assert not (folder / "service.jsonl").exists()
