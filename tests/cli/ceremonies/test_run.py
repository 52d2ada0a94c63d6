"""`custody ceremony run` begins on a rehearsal of this very plan and sitting that passed, and on nothing else."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.transcript.contents import Closed
from custody.ceremony.transcript.signature import Says
from tests.ceremony.plan.plans import filled, identities, read, wish
from tests.ceremony.transcript.sittings import Sat
from tests.support.officers import Answer, custody

TEXT = filled(wish(Threat.ACCIDENT))
KEYED = TEXT + identities(TEXT)
"""The plan of a person who signs with a key, and whose holders sign in ink."""
PLAN = read(KEYED)


def run(folder: Path, *rehearsals: Sat, beside: tuple[bytes, ...] = (), out: bool = True) -> Answer:
    """Without a terminal: what passes the gate ends there, with exit 2."""
    (folder / "plan.toml").write_text(KEYED)
    options: list[str] = ["-o", str(folder / "real.jsonl")] if out else []
    for number, each in enumerate(rehearsals):
        (folder / f"{number}.jsonl").write_bytes(each.encode())
        options += ["--rehearsal", str(folder / f"{number}.jsonl")]
    for number, signature in enumerate(beside):
        (folder / f"{number}.sig").write_bytes(signature)
        options += ["--signature", str(folder / f"{number}.sig")]
    answer = custody("ceremony", "run", str(folder / "plan.toml"), *options)
    assert not (folder / "real.jsonl").exists()
    return answer


def rehearsed() -> Sat:
    return Sat(PLAN, rehearsal=True).aloud().everybody()


def test_a_rehearsal_that_all_signed_leads_to_the_terminal(tmp_path: Path) -> None:
    answer = run(tmp_path, rehearsed().to_end())
    assert (answer.code, "terminal" in answer.err) == (2, True)


def test_its_transcript_is_named(tmp_path: Path) -> None:
    answer = run(tmp_path, rehearsed().to_end(), out=False)
    assert (answer.code, "named with -o" in answer.err) == (2, True)


def test_a_signature_that_came_later_lies_beside_it(tmp_path: Path) -> None:
    late = rehearsed().on_paper()
    unsigned = run(tmp_path, late)
    assert (unsigned.code, "by holder-1" in unsigned.err) == (3, True)
    saw = late.signature(Says.SAW, "holder-1").encode()
    assert run(tmp_path, late, beside=(saw,)).code == 3, "the plan is not agreed to"
    agreed = late.signature(Says.AGREED, "holder-1").encode()
    assert (run(tmp_path, late, beside=(saw, agreed)).code) == 2
    other = rehearsed().to_end()
    assert run(tmp_path, other, beside=(saw,)).code == 5, "of none of the rehearsals"


@pytest.mark.parametrize(
    ("sat", "code", "said"),
    [
        (lambda: Sat(replace(PLAN, purpose="other"), rehearsal=True).aloud().everybody().to_end(), 5, "another plan"),
        (lambda: Sat(PLAN).aloud().everybody().to_end(), 5, "no rehearsal"),
        (lambda: rehearsed().until(lambda step: step.id.endswith("/printer")), 3, "not over"),
        (
            lambda: (
                rehearsed()
                .until(lambda step: step.id.endswith("/printer"))
                .add(Closed(False, "holder-1", date(2027, 1, 31)))
            ),
            3,
            "holder-1 sees to it, until 2027-01-31",
        ),
        (lambda: Sat(PLAN, rehearsal=True).everybody().to_end(), 9, "of another transcript"),
    ],
    ids=["another plan", "a ceremony", "open", "failed", "other words at the end"],
)
def test_nothing_else_is_begun_on(sat: object, code: int, said: str, tmp_path: Path) -> None:
    answer = run(tmp_path, sat())  # type: ignore[operator]
    assert (answer.code, said in answer.err) == (code, True), answer.err
    if code != 9:
        assert "hint: " in answer.err
