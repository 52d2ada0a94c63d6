"""Rates are what people took: the median of what was done, without stops and without a clock that jumped."""

from collections.abc import Callable

from custody.ceremony.steps.effort import LONG_MINUTES, effort
from custody.ceremony.steps.rates import ASSUMED, Rates
from custody.ceremony.steps.step import Evidence
from custody.ceremony.transcript.contents import Done, Paused, Resumed
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.measured import measured_rates
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from tests.ceremony.transcript.sittings import NOON, Sat, a_plan, with_keys

PLAN = with_keys(a_plan(), ())
"""All sign in ink: a line at another time has another hash, and no signature of it holds."""


def timed(takes: Callable[[str], float], jumps: Callable[[int], int] = lambda _line: 0) -> tuple[Standing, Transcript]:
    """A rehearsal at which each step takes so long, by its id; `jumps` moves the clock at a line."""
    sat = Sat(PLAN, rehearsal=True).everybody()
    sat.until(lambda step: step.id.endswith("/before/kit"))
    sat.add(Paused("lunch")).add(Resumed("after lunch")).to_end()
    now, transcript = float(NOON), Transcript(())
    for number, line in enumerate(sat.transcript.lines):
        now += takes(line.content.step) if isinstance(line.content, Done) else 0
        now += 3_000 if isinstance(line.content, Resumed) else 0
        transcript = transcript.with_(transcript.next(line.content, int(now) + jumps(number), _said(line)))
    return sat.standing, transcript


def _said(line: Line) -> Evidence | None:
    return line.evidence if isinstance(line.content, Done) else None


def as_people(step: str) -> float:
    """Two seconds a roll, seven a word beside 105 a sheet, 40 a bag, 90 for what is said."""
    if step.endswith("/roll"):
        return 200
    if step.endswith("/bag"):
        return 40
    if "/card-" in step and "/closing/" not in step:
        return (60 + 33 * 4) * 1.75
    return 90


def test_rates_are_what_people_took_and_a_lunch_is_none_of_it() -> None:
    rates = measured_rates([timed(as_people)])
    assert (rates.roll, rates.bag, rates.said) == (2, 40, 90)
    assert (round(rates.word, 1), round(rates.sheet)) == (7, 105)
    assert (rates.work, rates.rest) == (ASSUMED.work, ASSUMED.rest)


def test_one_step_that_took_long_and_a_clock_that_jumped_change_little() -> None:
    standing, transcript = timed(lambda step: 3_000 if step.endswith("/card-3") else as_people(step))
    assert round(measured_rates([(standing, transcript)]).word, 1) == 7
    far = len(transcript.lines) // 2
    assert measured_rates([timed(as_people, lambda line: -40_000 if line >= far else 0)]) == measured_rates(
        [timed(as_people)]
    )


def test_what_a_script_types_and_what_nobody_did_stays_assumed() -> None:
    assert measured_rates([timed(lambda _step: 0)]) == ASSUMED
    assert measured_rates([]) == ASSUMED
    sat = Sat(PLAN, rehearsal=True).everybody()
    assert measured_rates([(sat.standing, sat.transcript)]) == ASSUMED


def test_minutes_follow_from_the_rates_and_several_rehearsals_count_together() -> None:
    slow: Rates = measured_rates([timed(lambda step: 3 * as_people(step))])
    quick = measured_rates([timed(as_people)])
    sitting = PLAN.sittings[0]
    assert effort(PLAN, sitting, quick).minutes < effort(PLAN, sitting, slow).minutes
    assert effort(PLAN, sitting, quick).minutes < LONG_MINUTES
    both = measured_rates([timed(as_people), timed(lambda step: 3 * as_people(step))])
    assert quick.bag < both.bag < slow.bag
