"""The course of a sitting follows from its plan: nothing is left out or done twice, and no break while it is live."""

from dataclasses import replace
from itertools import pairwise

import pytest

from custody.ceremony.plan.plan import Medium, Plan, Threat
from custody.ceremony.steps.course import course
from custody.ceremony.steps.rates import ASSUMED
from custody.ceremony.steps.step import Chapter, Evidence, Role, Step
from tests.ceremony.plan.plans import filled, read, wish
from tests.ceremony.steps.courses import plans, steps_of

PLANS = [plan for threat in Threat for plan in plans(threat)]


@pytest.fixture(params=range(len(PLANS)))
def plan(request: pytest.FixtureRequest) -> Plan:
    return PLANS[request.param]


def test_every_step_has_an_id_of_its_own(plan: Plan) -> None:
    ids = [step.id for step in steps_of(plan)]
    assert len(set(ids)) == len(ids)


def test_whoever_acts_is_among_those_who_have_to_be_there_and_is_somebody(plan: Plan) -> None:
    for step in steps_of(plan):
        assert step.who.people
        for each in step.attend:
            assert 1 <= each.count <= len(each.people)
            assert set(each.people) <= set(plan.people)


def test_chapters_come_in_their_order(plan: Plan) -> None:
    for sitting in plan.sittings:
        chapters = [list(Chapter).index(step.chapter) for step in course(plan, sitting)]
        assert chapters == sorted(chapters)


def test_a_secret_is_live_from_the_first_commitment_of_a_key_to_its_end_and_at_no_other_time(plan: Plan) -> None:
    for sitting in plan.sittings:
        steps = course(plan, sitting)
        stretches = [pair for pair in pairwise(step.live for step in steps) if pair == (False, True)]
        assert len(stretches) == len(plan.made_at(sitting))
        for before, after in pairwise(steps):
            if before.live and not after.live:
                assert after.id.endswith("/forget")
            if after.live and not before.live:
                assert "/candidate-1/" in after.id
        assert not steps[0].live
        assert not steps[-1].live


def test_every_card_is_handed_over_put_away_and_carried_by_its_holder_or_who_stands_in(plan: Plan) -> None:
    steps = {step.id: step for step in steps_of(plan)}
    for key, card in plan.cards:
        number = key.cards.index(card) + 1
        at = f"{key.sitting}/{key.id}/card-{number}"
        carried = f"{key.sitting}/closing/{key.id}/card-{number}"
        for name in (at, f"{at}/bag", carried, f"service/{key.id}/card-{number}"):
            assert steps[name].acts is Role.HOLDER
            assert steps[name].who.people == (card.holder, *card.alternates)
        assert steps[at].evidence is Evidence.MEASURED
        assert (f"{at}/metal" in steps) is (card.medium is Medium.METAL)


def test_of_the_candidates_all_but_one_are_opened_and_one_alone_is_not_chosen(plan: Plan) -> None:
    ids = {step.id for step in steps_of(plan)}
    for key in plan.keys:
        opened = {name for name in ids if name.startswith(f"{key.sitting}/{key.id}/open-")}
        assert len(opened) == key.candidates - 1
        assert (f"{key.sitting}/{key.id}/choose" in ids) is (key.candidates > 1)


def test_a_person_alone_is_not_told_to_speak_to_an_empty_room() -> None:
    plan = read(filled(wish(Threat.ACCIDENT)))
    steps = course(plan, plan.sittings[0])
    assert not [step for step in steps if step.says is not None]
    assert not [step for step in steps if step.id.endswith(("/identities", "/devices", "/software"))]


def test_where_somebody_watches_witnesses_throw_and_whoever_types_does_not(plan: Plan) -> None:
    for sitting in plan.sittings:
        throws = [step for step in course(plan, sitting) if step.id.endswith(("/roll", "/choose"))]
        assert {step.acts for step in throws} == {Role.WITNESS if sitting.witnesses else Role.OPERATOR}


def test_no_address_is_printed_at_a_sitting_while_keys_of_its_wallet_are_missing() -> None:
    plan = read(filled(wish(Threat.TARGETED, keys=3, quorum=2)))
    for sitting in plan.sittings:
        names = {step.does.name for step in course(plan, sitting)}
        assert "descriptor-waits" in names
        assert not names & {"descriptor", "descriptor-alone", "if-gone"}
    assert "together" in {step.does.name for step in steps_of(plan)}


def test_without_the_machine_s_part_nothing_is_committed_to_and_without_dice_nobody_rolls() -> None:
    text = filled(wish(Threat.ACCIDENT))
    by_dice = read(text.replace("machine_random = true", "machine_random = false"))
    by_machine = read(text.replace("rolls = 100", "rolls = 0"))
    (commit,) = [step for step in steps_of(by_dice) if step.id.endswith("/commit")]
    assert [each.name for each in commit.records] == ["written-set"], "a set that is given up has a number"
    assert not [step for step in steps_of(by_machine) if step.id.endswith("/roll")]


def _breaks(steps: tuple[Step, ...]) -> list[int]:
    return [at for at, step in enumerate(steps) if step.does.name == "break"]


def test_a_break_comes_when_people_have_worked_long_and_never_while_a_secret_is_live(plan: Plan) -> None:
    for work in (1, 10, 30, 90):
        for sitting in plan.sittings:
            steps = course(plan, sitting, replace(ASSUMED, work=work))
            for at in _breaks(steps):
                assert not steps[at - 1].live
                assert not steps[at].live
            worked = 0.0
            for before, step in pairwise(steps):
                worked = 0.0 if before.does.name == "break" else worked + before.seconds
                if worked >= 60 * work and not before.live:
                    assert step.does.name == "break", "people have worked long, and nothing is live"
