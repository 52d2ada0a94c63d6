"""Before: people, things, program and plan are what was agreed, while nothing secret exists yet."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import Plan, Sitting
from custody.ceremony.steps.rates import Rates
from custody.ceremony.steps.seats import everybody, is_watched, leading, operating
from custody.ceremony.steps.sentences import sentence
from custody.ceremony.steps.step import Chapter, Evidence, Role, Step


def before(plan: Plan, sitting: Sitting, rates: Rates) -> Iterator[Step]:
    """Yield the steps of a sitting up to its first key. A person alone is not asked who is there."""
    at, all_ = f"{sitting.id}/before", everybody(plan, sitting)
    if is_watched(sitting):
        yield Step(
            f"{at}/identities",
            Chapter.BEFORE,
            Role.ADMINISTRATOR,
            all_,
            sentence("identities"),
            Evidence.CLAIMED,
            rates.said,
            sentence("identities-says"),
        )
        yield Step(
            f"{at}/devices",
            Chapter.BEFORE,
            Role.ADMINISTRATOR,
            all_,
            sentence("devices"),
            Evidence.CLAIMED,
            rates.said,
        )
    yield Step(f"{at}/kit", Chapter.BEFORE, Role.ADMINISTRATOR, all_, sentence("kit"), Evidence.CLAIMED, rates.said)
    yield from _machines(plan, sitting, rates)
    yield Step(
        f"{at}/plan",
        Chapter.BEFORE,
        Role.ADMINISTRATOR,
        all_,
        sentence("plan-words"),
        Evidence.CLAIMED,
        rates.said,
        sentence("plan-words-says", words=" ".join(plan.words)) if is_watched(sitting) else None,
    )
    yield Step(
        f"{at}/plan-signed",
        Chapter.BEFORE,
        Role.ADMINISTRATOR,
        all_,
        sentence("plan-signed"),
        Evidence.SIGNED,
        rates.said,
    )


def _machines(plan: Plan, sitting: Sitting, rates: Rates) -> Iterator[Step]:
    """Start each machine, measure it, and compare the program with what people rebuilt."""
    at, there = f"{sitting.id}/before", (leading(sitting), operating(sitting))
    machines = (sitting.machine, *((sitting.second_machine,) if sitting.second_machine else ()))
    for name in machines:
        machine = plan.machines[name]
        does = sentence("boot", machine=machine.name, serial=machine.serial)
        yield Step(f"{at}/{name}/boot", Chapter.BEFORE, Role.OPERATOR, there, does, Evidence.CLAIMED, rates.said)
        says = Evidence.MEASURED if name == sitting.machine else Evidence.CLAIMED  # the other one is read by people
        fit, found = sentence("fit"), (sentence("written-findings"),)
        yield Step(f"{at}/{name}/fit", Chapter.BEFORE, Role.OPERATOR, there, fit, says, rates.said, None, found)
    if sitting.attested_by:
        people = ", ".join(plan.people[name] for name in sitting.attested_by)
        does = sentence("software", people=people)
        yield Step(f"{at}/software", Chapter.BEFORE, Role.OPERATOR, there, does, Evidence.CLAIMED, rates.said)
