"""A page of a sitting fits one screen of 80x24, whatever the plan calls things, and its last line is always there."""

import re

import pytest

from custody.ceremony.conduct.page import Page, page
from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.transcript.contents import Begun
from custody.ceremony.transcript.replay import begin
from custody.cli.ceremonies.sittings import screen
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.transcript.sittings import RUN, Sat, with_keys


def pages(plan: Plan) -> list[Page]:
    """A page for every step, with nobody there, and with everybody."""
    begun = Begun(plan, plan.sittings[0].id, True, RUN, "0.1")
    empty = begin(begun)
    found = [page(empty, step) for step in empty.course]
    sat = Sat(plan, rehearsal=True).everybody()
    while (step := sat.standing.next) is not None:
        found.append(page(sat.standing, step, ("shown by the machine", "  and more of it")))
        sat.step()
    return found


def distinct(text: str) -> Plan:
    """A plan in which people, places and machines are called so, and bags nearly."""
    numbers = iter(range(100))
    return with_keys(
        read(
            re.sub(
                r'seal = "text \d+"',
                lambda _found: f'seal = "{next(numbers)} {text}"',
                re.sub(r'name = "text \d+"', f'name = "{text}"', filled(wish(Threat.TARGETED))),
            )
        )
    )


@pytest.mark.parametrize("name", ["Ann", "a name " * 25, "\u5c71\u7530\u592a\u90ce" * 20, "x" * 195])
def test_a_page_fits_eighty_columns_and_twenty_four_rows_and_its_foot_is_whole(name: str) -> None:
    for each in pages(distinct(name[:190].strip())):
        shown = screen.lines(each, 80, 23)
        assert len(shown) <= 22
        foot = shown[-3:]
        assert any("x: exception" in line for line in foot)
        assert any("c: clear" in line for line in foot)


def test_a_page_says_what_is_done_by_whom_what_is_said_and_what_comes_next() -> None:
    plan = distinct("Ann")
    for each in pages(plan):
        text = " ".join(" ".join(screen.lines(each, 200, 60)).split())
        assert each.step.does.english in text
        assert "REHEARSAL" in text
        if each.step.says is not None:
            assert each.step.says.english in text
        for record in each.step.records:
            assert f"{record.english}:" in text
        if each.following is not None:
            assert each.following.does.english in text
        if each.acts is not None:
            assert each.acts in text
        if each.waits is not None:
            assert each.waits in text
            assert "Enter: look again" in text


def test_while_a_secret_is_live_the_page_says_so_and_offers_no_stop() -> None:
    for each in pages(distinct("Ann")):
        text = "\n".join(screen.lines(each, 80, 23))
        assert ("SECRET IS LIVE" in text) is (each.step.live or each.standing.live is not None)
        if each.standing.live is not None:
            assert "g: give the key up" in text
            assert "p: stop here" not in text
        else:
            assert "p: stop here" in text


def test_signatures_are_taken_where_somebody_signs_and_nowhere_else() -> None:
    for each in pages(distinct("Ann")):
        text = "\n".join(screen.lines(each, 80, 23))
        assert ("s: signatures" in text) is each.is_signed


def test_a_real_sitting_is_not_called_a_rehearsal() -> None:
    plan = distinct("Ann")
    standing = begin(Begun(plan, plan.sittings[0].id, False, RUN, "0.1"))
    assert standing.next is not None
    text = "\n".join(screen.lines(page(standing, standing.next), 80, 23))
    assert "REHEARSAL" not in text
