"""The course of a sitting: its chapters in their order, with breaks where no secret is live."""

from collections.abc import Iterable, Iterator
from itertools import chain

from custody.ceremony.plan.plan import Plan, Sitting
from custody.ceremony.steps.before import before
from custody.ceremony.steps.closing import closing
from custody.ceremony.steps.making import making
from custody.ceremony.steps.rates import ASSUMED, Rates
from custody.ceremony.steps.seats import leading, operating
from custody.ceremony.steps.sentences import sentence
from custody.ceremony.steps.step import Evidence, Role, Step


def course(plan: Plan, sitting: Sitting, rates: Rates = ASSUMED) -> tuple[Step, ...]:
    """Return the steps of a sitting, from the first paper that is checked to the last card that leaves."""
    steps = chain(before(plan, sitting, rates), making(plan, sitting, rates), closing(plan, sitting, rates))
    return tuple(_with_breaks(steps, sitting, rates))


def _with_breaks(steps: Iterable[Step], sitting: Sitting, rates: Rates) -> Iterator[Step]:
    """Put a break after `work` minutes, before the next step at which nothing is live yet and one is to become so.

    A key is made in one go. So a break stands before one, or after it, and never in its middle.
    """
    worked, was_live, breaks = 0.0, False, 0
    for step in steps:
        if worked >= 60 * rates.work and not was_live:
            breaks += 1
            yield _break(step, sitting, rates, breaks)
            worked = 0.0
        yield step
        worked, was_live = worked + step.seconds, step.live


def _break(then: Step, sitting: Sitting, rates: Rates, number: int) -> Step:
    """Return a break; who leads and who types stay with the machine."""
    at, there = f"{sitting.id}/break-{number}", (operating(sitting), leading(sitting))
    does = sentence("break", minutes=rates.rest)
    return Step(at, then.chapter, Role.OPERATOR, there, does, Evidence.CLAIMED, 60 * rates.rest)
