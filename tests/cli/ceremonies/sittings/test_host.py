"""Letters are taken only where the page offers them, and what nobody may overlook stays until it was read."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from custody.ceremony.conduct.answers import Answer, Attaches, Did, GivesUp, SawDestroyed, Spoils, Stops
from custody.ceremony.conduct.page import Page, page
from custody.ceremony.transcript.key_lines import Printed, Voided
from custody.cli.ceremonies.sittings import screen
from custody.cli.ceremonies.sittings.host import TerminalHost
from tests.ceremony.transcript.sittings import Sat, a_plan


@dataclass
class Typist:
    """A terminal at which these lines are typed, one after the other."""

    lines: list[str]
    shown: list[str] = field(default_factory=list)
    size: tuple[int, int] = (80, 24)

    def write(self, text: str) -> None:
        self.shown.append(text)

    def answer(self, question: str) -> str:
        self.shown.append(question)
        return self.lines.pop(0)


def at(ending: str, sat: Sat | None = None) -> Page:
    """The page of the next step that ends so."""
    sat = Sat(a_plan(), rehearsal=True).everybody() if sat is None else sat
    sat.until(lambda step: step.id.endswith(ending))
    assert sat.standing.next is not None
    return page(sat.standing, sat.standing.next)


def answered(shown: Page, *lines: str, medium: Path | None = None) -> tuple[Answer, Typist]:
    typist = Typist(list(lines))
    folder = None if medium is None else str(medium)
    return TerminalHost(typist, folder).answer(shown), typist  # type: ignore[arg-type]


LETTERS = {
    "/before/kit": (screen.GIVE_UP, screen.DESTROYED, screen.SIGN, screen.INK, screen.REFUSE),
    "/card-1/bag": (screen.STOP, screen.FAIL, screen.DESTROYED, screen.SIGN, screen.ATTACH, screen.SPOILED),
}


@pytest.mark.parametrize(("ending", "letter"), [(at_, each) for at_, letters in LETTERS.items() for each in letters])
def test_a_letter_that_is_not_offered_is_no_answer(ending: str, letter: str) -> None:
    shown = at(ending)
    answer, typist = answered(shown, letter, "", *("typed" for _each in shown.to_type))
    assert isinstance(answer, Did)
    assert f"{letter} is no answer here" in "".join(typist.shown)


def test_what_is_offered_is_taken() -> None:
    assert answered(at("/before/kit"), "p", "lunch")[0] == Stops("lunch")
    assert answered(at("/card-1/bag"), "g", "give up", "a fire alarm")[0] == GivesUp("a fire alarm")
    sat = Sat(a_plan(), rehearsal=True).everybody().until(lambda step: step.id.endswith("/card-2"))
    sat.add(Voided("key-1", sat.standing.set_of(sat.live), (1,), "a fire alarm"))
    told = answered(at("/commit", sat), "d", "operator-1 witness-1")[0]
    assert told == SawDestroyed(frozenset({"operator-1", "witness-1"}))


def test_whoever_stops_where_the_machine_has_drawn_is_told_to_strike_it_out() -> None:
    sat = Sat(a_plan(), rehearsal=True).everybody().until(lambda step: step.id.endswith("candidate-1/commit"))
    assert sat.standing.next is not None
    shown = page(sat.standing, sat.standing.next, (), {each.name: "drawn" for each in sat.standing.next.records})
    answer, typist = answered(shown, "p", "no", "p", "stop", "lunch")
    assert answer == Stops("lunch")
    assert "strike it out" in "".join(typist.shown)


def test_a_page_of_its_own_stays_until_it_was_read() -> None:
    typist = Typist(["", "yes", "READ "])
    TerminalHost(typist, None).acknowledged(("Destroy card 1.",))  # type: ignore[arg-type]
    assert typist.lines == []
    assert "".join(typist.shown).count("Destroy card 1.") == 3


def test_a_page_at_which_the_machine_asks_has_no_letters() -> None:
    typist = Typist([])
    TerminalHost(typist, None).shown(at("/card-1"))  # type: ignore[arg-type]
    text = "".join(typist.shown)
    assert "Card 1 of 5" in text
    assert "x: exception" not in text


def test_a_photograph_is_taken_by_its_digest_from_the_medium_and_from_nowhere_else(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    (tmp_path / "medium").mkdir()
    (tmp_path / "medium" / "bag.jpg").write_bytes(content)
    (tmp_path / "other.jpg").write_bytes(b"elsewhere")
    shown = at("/before/kit")
    lines = ("a", "../other.jpg", "a", "none.jpg", "a", "bag.jpg", "bag B-17, closed", "witness-1")
    answer, typist = answered(shown, *lines, medium=tmp_path / "medium")
    assert answer == Attaches("bag B-17, closed", "witness-1", sha256(content).digest(), len(content))
    told = "".join(typist.shown)
    assert "these are names of files in" in told
    assert "there is no file" in told
    assert "no folder was named" in "".join(answered(shown, "a", "bag.jpg", "p", "lunch")[1].shown)


def test_a_sheet_that_failed_is_named_by_its_number_and_before_whom_it_was_destroyed() -> None:
    sat = Sat(a_plan(), rehearsal=True).everybody().until(lambda step: step.id.endswith("/card-2"))
    sat.add(Printed("key-1", 2, 1))
    shown = at("/card-2", sat)
    lines = ("w", "2", "w", "1", "perhaps", "w", "1", "no", "operator-1 witness-1", "a jam")
    answer, typist = answered(shown, *lines)
    assert answer == Spoils(1, False, frozenset({"operator-1", "witness-1"}), "a jam")
    told = "".join(typist.shown)
    assert "no such sheet is here: 1" in told
    assert "neither yes nor no" in told
