"""Letters are taken only where the page offers them, and what nobody may overlook stays until it was read."""

from dataclasses import dataclass, field

import pytest

from custody.ceremony.conduct.answers import Answer, Did, GivesUp, SawDestroyed, Stops
from custody.ceremony.conduct.page import Page, page
from custody.ceremony.transcript.key_lines import Voided
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


def answered(shown: Page, *lines: str) -> tuple[Answer, Typist]:
    typist = Typist(list(lines))
    return TerminalHost(typist, None).answer(shown), typist  # type: ignore[arg-type]


LETTERS = {
    "/before/kit": (screen.GIVE_UP, screen.DESTROYED, screen.SIGN, screen.INK, screen.REFUSE),
    "/card-1/bag": (screen.STOP, screen.FAIL, screen.DESTROYED, screen.SIGN),
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
