"""A card goes to the device whole, or whoever stands there is asked what came of it; nothing else holds it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.ceremony.conduct.press import CameOut, OnPaper
from custody.ceremony.printed.cards import Filled
from custody.ceremony.steps.rates import WORDS
from custody.cli.ceremonies.sittings.printer import Printer
from custody.errors import Declined
from custody.keys.cards.shares import SLIP39
from custody.secret import Secret
from tests.ceremony.transcript.sittings import Sat, a_plan
from tests.cli.ceremonies.sittings.test_host import Typist
from tests.printing.faces import face
from tests.support.patience import until
from tests.support.printers import FakePrinter, fake_printer

PLAN = a_plan()
CARD = " ".join(SLIP39.words[: WORDS[PLAN.keys[0].bits]])


@pytest.fixture
def device(tmp_path: Path) -> Iterator[FakePrinter]:
    with fake_printer(tmp_path) as printer:
        yield printer


def printer(path: Path, *lines: str, patience: float = 10.0) -> tuple[Printer, Typist]:
    typist = Typist(list(lines))
    return Printer(typist, str(path), face(), patience), typist  # type: ignore[arg-type]


def paper() -> OnPaper:
    return OnPaper(PLAN.keys[0], (1, 2), Filled("slip39", "17", "able"), Secret(CARD.encode()), is_rehearsal=False)


def came(device: FakePrinter, jobs: int) -> list[str]:
    until(lambda: len(device.jobs) == jobs, lambda: f"{jobs} jobs, and not {len(device.jobs)}")
    return device.cards()


def test_each_card_is_a_job_of_its_own_and_its_code_says_its_words(device: FakePrinter) -> None:
    prints, _typist = printer(device.path, "whole", "what?", "two")
    assert prints.printed(paper(), 1) is CameOut.WHOLE
    assert came(device, 1) == [CARD]
    assert prints.printed(paper(), 2) is CameOut.TWICE
    assert came(device, 2) == [CARD, CARD]
    assert sorted(each.name for each in device.path.parent.iterdir()) == ["printer"]


def test_a_printer_without_paper_is_waited_for_or_given_up(device: FakePrinter) -> None:
    device.has_paper.clear()
    prints, typist = printer(device.path, "wait", "stop", "nothing", patience=0.05)
    assert prints.printed(paper(), 1) is CameOut.NOTHING
    told = "".join(typist.shown)
    assert told.count("takes nothing") == 2
    assert "did not take all of the sheet" in told
    assert "Switch the printer off and on" in told
    assert not typist.lines


def test_a_pipe_that_nobody_reads_is_told_and_nothing_came(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    prints, typist = printer(tmp_path / "pipe", "nothing")
    assert prints.printed(paper(), 1) is CameOut.NOTHING
    assert "nobody reads" in "".join(typist.shown)


def test_who_is_to_have_it_says_whether_it_is_printed() -> None:
    prints, typist = printer(Path("/dev/null"), "perhaps", "screen", "PRINT")
    assert not prints.wanted("Card 1 of 5")
    assert prints.wanted("Card 2 of 5")
    assert "".join(typist.shown).count("spooler's disk") == 1


def test_who_destroys_is_asked_until_the_plan_knows_the_names() -> None:
    prints, typist = printer(Path("/dev/null"), "nobody", "operator-1, witness-1")
    standing = Sat(PLAN).everybody().standing
    assert prints.destroyed(standing, 3, CameOut.SPOILED) == {"operator-1", "witness-1"}
    assert "the plan has no name nobody" in "".join(typist.shown)


def test_of_two_whole_sheets_one_is_kept_and_of_a_spoiled_one_no_scrap() -> None:
    standing = Sat(PLAN).everybody().standing
    for came, said in ((CameOut.TWICE, "all pages of sheet 3 but one"), (CameOut.NOTHING, "each scrap")):
        prints, typist = printer(Path("/dev/null"), "operator-1, witness-1")
        prints.destroyed(standing, 3, came)
        assert said in "".join(typist.shown)


def test_a_printer_that_was_switched_off_ends_nothing(tmp_path: Path) -> None:
    prints, typist = printer(tmp_path / "lp0", "nothing")
    assert prints.printed(paper(), 1) is CameOut.NOTHING
    told = "".join(typist.shown)
    assert "cannot be written to" in told
    assert "was sent" not in told


def test_whoever_stops_beside_the_printer_is_told_which_sheet_to_destroy() -> None:
    prints, typist = printer(Path("/dev/null"))
    typist.answer = stopped  # type: ignore[method-assign]
    with pytest.raises(Declined) as told:
        prints.printed(paper(), 7)
    assert "Sheet 7 may be in the printer" in told.value.hint


def stopped(_question: str) -> str:
    raise Declined("stopped")
