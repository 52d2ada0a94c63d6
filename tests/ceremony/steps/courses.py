"""Courses for tests: of plans as the template writes them, and of some that differ in one thing."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.steps.closing import service
from custody.ceremony.steps.course import course
from custody.ceremony.steps.rates import ASSUMED
from custody.ceremony.steps.step import Step
from tests.ceremony.plan.plans import filled, put, read, wish


def plans(threat: Threat) -> Iterator[Plan]:
    """A key and a quorum; a card on metal, a card without a bag, no second machine, two keys at one sitting."""
    alone, several = filled(wish(threat)), filled(wish(threat, keys=3, quorum=2))
    for text in (alone, several, alone.replace('medium = "paper"', 'medium = "metal"', 2)):
        yield read(text)
    unsealed = alone.replace('seal = "text', 'seal = "?" #', 1)
    yield read(unsealed)
    yield read(put(alone, "machine_random = true", "machine_random = false"))
    if threat is not Threat.ACCIDENT:
        yield read(put(alone, 'second_machine = "second-laptop"\n', ""))


def steps_of(plan: Plan) -> list[Step]:
    return [*(step for sitting in plan.sittings for step in course(plan, sitting)), *service(plan, ASSUMED)]


def all_steps(threat: Threat) -> list[Step]:
    return [step for plan in plans(threat) for step in steps_of(plan)]
