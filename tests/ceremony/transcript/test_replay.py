"""A line follows only where the plan lets it: each rule of the specification by a sitting that breaks it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.steps.step import Evidence, Role, Step
from custody.ceremony.transcript.contents import (
    Attached,
    Begun,
    Closed,
    Content,
    Deviation,
    Done,
    Handover,
    Here,
    Ink,
    Paused,
    Resumed,
    Signed,
)
from custody.ceremony.transcript.key_lines import Checked, Destroyed, Voided
from custody.ceremony.transcript.replay import refusal, replay
from custody.ceremony.transcript.signature import Says
from custody.errors import Alarm, Unreadable
from tests.ceremony.plan.plans import filled, put, read, wish
from tests.ceremony.transcript.sittings import RUN, Sat, a_plan, made, opened, rechained, salts, with_keys

PLAN = a_plan()
DUE = date(2027, 1, 15)


def begun() -> Sat:
    return Sat(PLAN).everybody()


def making() -> Sat:
    """A sitting at which the first card has just left."""
    return begun().until(lambda step: step.id.endswith("/card-1/bag"))


def refused(sat: Sat, content: Content, match: str, evidence: Evidence | None = None) -> None:
    with pytest.raises(Unreadable, match=match):
        sat.add(content, evidence)


def test_steps_come_in_the_order_of_the_plan_and_none_is_left_out() -> None:
    sat = begun()
    for step in sat.standing.course[1:]:
        refused(sat, Done(step.id, step.who.people[0], {}), "the next step is", step.evidence)
    sat.step()
    refused(sat, Done(sat.standing.course[0].id, "administrator-1", {}), "the next step is", Evidence.CLAIMED)


def test_a_break_may_be_left_out_and_no_other_step() -> None:
    sat = begun().until(lambda step: step.is_break)
    after = sat.standing.course[sat.standing.at + 1]
    skipping = sat.done(after)
    assert after.id in skipping.standing.done
    assert skipping.to_end().standing.closed is not None


def test_a_step_waits_while_somebody_is_missing() -> None:
    for missing in sorted(begun().standing.here):
        sat = Sat(PLAN)
        there = begun().standing.here - {missing}
        sat.add(Here(there))
        step = next(step for step in sat.standing.course if missing in {n for a in step.attend for n in a.people})
        assert sat.standing.course[0].attend == step.attend, "everybody is there at the first step"
        refused(sat, Done(step.id, "administrator-1", {}), f"is missing: .*{missing}", Evidence.CLAIMED)


def test_who_stands_in_has_taken_over_before() -> None:
    sat = Sat(PLAN)
    there = (begun().standing.here - {"administrator-1"}) | {"administrator-2"}
    sat.add(Here(there))
    refused(sat, Done(sat.standing.course[0].id, "administrator-2", {}), "has not taken over", Evidence.CLAIMED)
    sat.add(Handover(Role.ADMINISTRATOR, "administrator-1", "administrator-2"))
    sat.done(sat.standing.course[0])
    assert sat.transcript.lines[-1].content == Done(sat.standing.course[0].id, "administrator-2", {})


@pytest.mark.parametrize(
    ("handover", "match"),
    [
        (Handover(Role.ADMINISTRATOR, "administrator-1", "holder-1"), "does not let"),
        (Handover(Role.OPERATOR, "administrator-1", "administrator-2"), "does not let"),
        (Handover(Role.ADMINISTRATOR, "administrator-2", "administrator-1"), "does not let"),
        (Handover(Role.ADMINISTRATOR, "administrator-1", "administrator-2"), "still there"),
    ],
)
def test_a_role_is_handed_over_only_as_the_plan_has_it(handover: Handover, match: str) -> None:
    sat = begun()
    sat.add(Here(sat.standing.here | {"administrator-2"}))
    refused(sat, handover, match)


def test_a_holder_s_card_is_taken_only_by_the_holder_or_by_whom_the_plan_names() -> None:
    text = put(
        filled(wish(Threat.INSIDER)), 'holder = "holder-1"\n', 'holder = "holder-1"\nalternates = ["holder-5"]\n'
    )
    plan = with_keys(read(put(text, "needed = 3", "needed = 4")))
    sat = Sat(plan).everybody()
    sat.add(Here(sat.standing.here - {"holder-1"}))
    refused(sat, Done(sat.standing.course[0].id, "administrator-1", {}), "has not taken over", Evidence.CLAIMED)
    sat.add(Handover(Role.HOLDER, "holder-1", "holder-5"))
    sat.until(lambda step: step.id.endswith("/card-1"))
    step = sat.standing.next
    assert step is not None
    refused(sat, Done(step.id, "holder-2", {}), "for somebody else", step.evidence)
    sat.done(step)
    assert sat.transcript.lines[-1].content == Done(step.id, "holder-5", {})


def test_a_step_is_told_by_whom_it_falls_to_on_its_own_evidence_and_with_what_it_writes() -> None:
    sat = begun().until(lambda step: step.id.endswith("/candidate-1/commit"))
    step = sat.standing.next
    assert step is not None
    said = {"written-commitment": "ab" * 32, "written-set": "17"}
    refused(sat, Done(step.id, "witness-1", said), "somebody else", step.evidence)
    refused(sat, Done(step.id, "operator-1", said), "evidence", Evidence.CLAIMED)
    refused(sat, Done(step.id, "operator-1", {**said, "written-set": "seventeen"}), "write down", step.evidence)
    refused(sat, Done(step.id, "operator-1", {**said, "written-commitment": "AB" * 32}), "write down", step.evidence)
    refused(sat, Done(step.id, "operator-1", {}), "write down", step.evidence)
    refused(sat, Done(step.id, "operator-1", {"written-words": "ab"}), "write down", step.evidence)
    sat.add(Done(step.id, "operator-1", said), step.evidence)


@pytest.mark.parametrize("ending", ["/plan-signed", "/final"])
def test_a_signed_step_waits_for_everybody_who_is_there(ending: str) -> None:
    says = Says.AGREED if ending == "/plan-signed" else Says.SAW
    sat = begun().until(lambda step: step.id.endswith(ending))
    step = sat.standing.next
    assert step is not None
    people = sorted(sat.standing.here)
    sat.sign(says, people[:-1])
    refused(
        sat,
        Done(step.id, "administrator-1", {each.name: "x" for each in step.records}),
        "has not signed",
        step.evidence,
    )
    sat.add(Ink(frozenset(people[-1:]), says))
    sat.done(step)


def test_what_was_signed_at_the_beginning_does_not_stand_for_the_end() -> None:
    """Who signed what he saw before the last steps has to sign again, with a key or in ink."""
    sat = begun().sign(Says.SAW).ink(Says.SAW).until(lambda step: step.id.endswith("/final"))
    step = sat.standing.next
    assert step is not None
    refused(
        sat,
        Done(step.id, "administrator-1", {each.name: "x" for each in step.records}),
        "has not signed",
        step.evidence,
    )


def test_while_a_key_is_live_nothing_stops_and_the_sitting_does_not_end() -> None:
    sat = making()
    refused(sat, Paused("lunch"), "is being made")
    refused(sat, Closed(False, "administrator-1", DUE), "is being made")
    sat.until(lambda step: "/closing/" in step.id).add(Paused("lunch")).add(Resumed("after lunch")).to_end()


def test_a_sitting_that_stopped_goes_on_only_when_it_is_resumed() -> None:
    sat = begun().add(Paused("lunch"))
    refused(sat, Paused("lunch"), "was stopped")
    refused(sat, Done(sat.standing.course[0].id, "administrator-1", {}), "was stopped", Evidence.CLAIMED)
    sat.add(Resumed("after lunch"))
    refused(sat, Resumed("again"), "nothing was stopped")


def test_a_key_that_is_given_up_is_made_again_from_its_first_step_and_its_cards_are_named() -> None:
    sat = making()
    refused(sat, Voided("key-1", 17, (), "fire"), "cards had left")
    refused(sat, Voided("key-1", 17, (2,), "fire"), "cards had left")
    refused(sat, Voided("key-1", 17, (1, 9), "fire"), "cards had left")
    refused(sat, Voided("key-9", 17, (1,), "fire"), "was being made")
    sat.add(Voided("key-1", 17, (1, 2), "fire"))
    assert sat.standing.next is not None
    assert sat.standing.next.id.endswith("/key-1/candidate-1/commit")
    assert sat.standing.live is None
    sat.until(lambda step: step.id.endswith("/forget"))
    refused(sat, made(PLAN, sat.live, number=17), "not what was said")
    sat.add(made(PLAN, sat.live, number=18))
    assert [each.cards for each in sat.standing.voided] == [(1, 2)]


def test_nothing_is_given_up_where_nothing_is_live() -> None:
    refused(begun(), Voided("key-1", None, (), "fire"), "was being made")


def test_what_is_public_of_a_key_stands_between_its_last_card_and_its_end() -> None:
    sat = making()
    refused(sat, made(PLAN, sat.live), "has just been made")
    sat.until(lambda step: step.id.endswith("/forget"))
    step = sat.standing.next
    assert step is not None
    refused(sat, Done(step.id, "operator-1", {}), "does not stand in the transcript", step.evidence)
    key, good = sat.live, made(PLAN, sat.live)
    for changed, match in (
        ({"key": "key-9"}, "has just been made"),
        ({"candidate": 2}, "another candidate"),
        ({"plan": b"\x01" * 32}, "another plan"),
        ({"cards": ((),)}, "another plan"),
        ({"fingerprint": b"\x04\x03\x02\x01"}, "not what was said"),
        ({"set": 18}, "not what was said"),
        ({"machine": b"\x01" * 32}, "not what was said"),
        ({"cards": (tuple(reversed(good.follows.cards[0])),)}, "not what was said"),
    ):
        refused(sat, replace(good, follows=replace(good.follows, **changed)), match)
    refused(sat, replace(good, salts=(good.salts[0][1:],)), "of other cards")
    sat.add(good)
    refused(sat, made(PLAN, key, number=19), "has just been made")


def test_a_number_of_a_set_never_comes_again_but_of_a_rehearsal_s_few() -> None:
    """A key whose cards were voided under it, or another key of the sitting, has it already."""
    plan = a_plan(Threat.ACCIDENT, keys=2, quorum=1)
    sat = Sat(plan).everybody().until(lambda step: step.id.endswith("key-2/candidate-1/commit"))
    sat.fixed = 17
    sat.until(lambda step: step.id.endswith("key-2/forget"))
    refused(sat, made(plan, sat.live, number=17), "comes again")
    sat.add(Voided("key-2", 17, (1, 2, 3, 4, 5), "fire"))
    sat.fixed = None
    sat.to_end()
    rehearsed = Sat(plan, rehearsal=True).everybody().until(lambda step: step.id.endswith("key-2/candidate-1/commit"))
    rehearsed.fixed = 32_740
    rehearsed.to_end()


def test_a_rehearsal_has_a_rehearsal_s_numbers_and_a_ceremony_has_none_of_them() -> None:
    """Else a real key is shown before an audience, or holders take home what every command refuses."""
    for rehearsal, number in ((False, 32_759), (True, 17)):
        sat = Sat(a_plan(Threat.ACCIDENT), rehearsal=rehearsal).everybody()
        sat.fixed = number
        sat.until(lambda step: step.id.endswith("/forget"))
        refused(sat, made(sat.plan, sat.live, number=number), "rehearsal")


@pytest.mark.parametrize("name", ["written-commitment", "written-set", "written-rolls"])
def test_what_was_said_before_the_dice_is_what_is_opened_and_kept(name: str) -> None:
    """A machine that chose its part, its number or its rolls afterwards is told, whatever else fits."""
    other = {"written-commitment": "ab" * 32, "written-set": "99", "written-rolls": "101"}[name]
    for candidate, ending in (("candidate-2", "/open-1"), ("candidate-1", "/forget")):
        if (candidate, name) == ("candidate-1", "written-rolls"):
            continue  # nobody knows the rolls of the one that was kept
        sat = begun()
        honest = sat.written

        def lying(step: Step, asked: str, otherwise: str, of: str = candidate, told: Any = honest) -> str:
            return other if f"/{of}/" in step.id and asked == name else str(told(step, asked, otherwise))

        sat.written = lying  # type: ignore[method-assign]
        sat.until(lambda step, ending=ending: step.id.endswith(ending))  # type: ignore[misc]
        content = opened(sat.live, 2) if ending == "/open-1" else made(PLAN, sat.live)
        refused(sat, content, "said before the dice|than were counted")


def test_of_a_candidate_only_one_opening_stands_there() -> None:
    sat = opening()
    sat.add(opened(sat.live, 2))
    refused(sat, opened(sat.live, 2), "was opened already")


def test_the_set_that_is_given_up_is_the_one_that_was_being_made() -> None:
    sat = making()
    refused(sat, Voided("key-1", 999, (1, 2), "fire"), "another set")
    refused(sat, Voided("key-1", None, (1, 2), "fire"), "another set")
    sat.until(lambda step: step.id.endswith("/forget")).add(made(PLAN, sat.live))
    refused(sat, Voided("key-1", None, (1, 2, 3, 4, 5), "power"), "another set")
    sat.add(Voided("key-1", 17, (1, 2, 3, 4, 5), "power"))
    before = begun().until(lambda step: step.id.endswith("/candidate-2/commit"))
    before.add(Voided("key-1", None, (), "no set was chosen yet"))


def test_one_handover_is_for_one_person_s_place() -> None:
    text = filled(wish(Threat.INSIDER))
    for holder in ("holder-1", "holder-2"):
        text = put(text, f'holder = "{holder}"\n', f'holder = "{holder}"\nalternates = ["holder-5"]\n')
    sat = Sat(with_keys(read(put(text, "needed = 3", "needed = 4")))).everybody()
    sat.add(Here(sat.standing.here - {"holder-1", "holder-2"}))
    sat.add(Handover(Role.HOLDER, "holder-1", "holder-5"))
    refused(sat, Done(sat.standing.course[0].id, "administrator-1", {}), "has not taken over", Evidence.CLAIMED)
    sat.add(Handover(Role.HOLDER, "holder-2", "holder-5")).done(sat.standing.course[0])


def test_what_is_told_after_a_signature_is_signed_again() -> None:
    sat = begun().until(lambda step: step.id.endswith("/final")).sign(Says.SAW)
    step = sat.standing.next
    assert step is not None
    sat.add(Deviation("card 1 was photographed", "witness-1"))
    done = Done(step.id, "administrator-1", {each.name: "x" for each in step.records})
    refused(sat, done, "has not signed", step.evidence)
    sat.sign(Says.SAW).done(step)


def opening() -> Sat:
    """A sitting at which the first candidate was kept, and the second is to be opened."""
    return begun().until(lambda step: step.id.endswith("/open-1"))


def test_dice_keep_a_candidate_that_there_is() -> None:
    sat = begun().until(lambda step: step.id.endswith("/choose"))
    step = sat.standing.next
    assert step is not None
    for throws, kept, said in (
        *(("1", kept, "keep candidate 1") for kept in ("0", "2", "3", "01", "one", "1 ")),
        *((throws, "1", "roll of a die") for throws in ("7", "0", "one", "1 ")),
        *((("11", "1", "has decided"), ("12", "2", "has decided"))),
    ):
        told = {"written-throws": throws, "written-kept": kept}
        refused(sat, Done(step.id, "witness-1", told), said, step.evidence)
    sat.add(Done(step.id, "witness-1", {"written-throws": "2", "written-kept": "2"}), step.evidence)
    assert sat.standing.kept(sat.live) == 2


def test_the_candidate_that_was_kept_is_not_opened_and_every_other_one_is() -> None:
    sat = opening()
    key, step = sat.live, sat.standing.next
    assert step is not None
    done = Done(step.id, "operator-1", {"written-words": sat.standing.said_of(key, 2) or ""})
    refused(sat, done, "was not opened", step.evidence)
    refused(sat, opened(key, 1), "not to be opened")
    refused(sat, replace(opened(key, 2), key="key-9"), "not to be opened")
    refused(sat, replace(opened(key, 2), part=b""), "not whole")
    refused(sat, replace(opened(key, 2), rolls="1" * (key.rolls - 1)), "other rolls")
    refused(sat, replace(opened(key, 2), salts=salts(key)[:-1]), "of other cards")
    sat.add(opened(key, 2))
    other = Done(step.id, "operator-1", {"written-words": "other words"})
    refused(sat, other, "not those that were said", step.evidence)
    sat.add(Deviation("the other machine says other words", "witness-1"))
    refused(sat, other, "not those that were said", step.evidence)
    sat.add(done, step.evidence)
    refused(sat, opened(key, 2), "not to be opened")


def test_a_sitting_passes_only_when_all_is_done_and_nobody_refused() -> None:
    sat = begun()
    refused(sat, Closed(True, None, None), "steps are left")
    sat.to_end(passed=False).sign(Says.REFUSED, ["witness-1"])
    refused(sat, Closed(True, None, None), "witness-1 refused")
    sat.add(Closed(False, "administrator-1", DUE))
    refused(sat, Here(frozenset({"operator-1"})), "was closed")


def test_nobody_is_named_whom_the_plan_does_not_know() -> None:
    sat = begun()
    strangers: list[Content] = [
        Here(frozenset({"mallory"})),
        Ink(frozenset({"mallory"}), Says.SAW),
        Deviation("a noise", "mallory"),
        Closed(False, "mallory", DUE),
    ]
    for content in strangers:
        refused(sat, content, "called mallory")


def test_a_plan_stands_in_the_first_line_alone_has_the_sitting_and_is_not_refused() -> None:
    refused(begun(), Begun(PLAN, PLAN.sittings[0].id, False, RUN, "0.1"), "first line alone")
    with pytest.raises(Unreadable, match="no sitting"):
        replay(rechained([(Begun(PLAN, "sitting-9", False, RUN, "0.1"), None)]))
    unfit = read(put(filled(wish(Threat.INSIDER)), "needed = 3", "needed = 5"))
    with pytest.raises(Unreadable, match="refused by its own rules"):
        replay(rechained([(Begun(unfit, "sitting-1", False, RUN, "0.1"), None)]))


def test_a_false_signature_is_an_alarm_wherever_it_stands() -> None:
    sat = begun()
    good = sat.signature(Says.SAW, "witness-1")
    for wrong, match in (
        (replace(good, statement=replace(good.statement, person="witness-2")), "is false"),
        (replace(good, statement=replace(good.statement, person="mallory")), "has no key"),
        (replace(good, statement=replace(good.statement, plan=b"\x01" * 32)), "another plan"),
        (replace(good, statement=replace(good.statement, says=Says.REFUSED)), "is false"),
        (replace(good, signature=good.signature[:-1] + b"\x00"), "is false"),
        (Sat(PLAN, rehearsal=True).everybody().signature(Says.SAW, "witness-1"), "another sitting"),
        (Sat(PLAN, run=b"\x09" * 16).everybody().signature(Says.SAW, "witness-1"), "another line"),
    ):
        with pytest.raises(Alarm, match=match):
            sat.add(Signed(wrong))
    assert sat.add(Signed(good)).standing.said("witness-1") == {Says.SAW: 2}


def test_a_signature_does_not_stand_before_what_it_signs() -> None:
    """A line cannot be signed by itself, or by a line after it."""
    sat = begun()
    later = begun().step().signature(Says.SAW, "witness-1")
    with pytest.raises(Alarm, match="another line"):
        sat.add(Signed(later))


def test_a_chain_that_was_computed_anew_loses_every_signature_of_what_was_seen() -> None:
    """A thief of the machine drops a line, or writes another number down, and computes the chain again."""
    whole = begun().add(Deviation("a noise", "witness-1")).to_end()
    lines = [(line.content, line.evidence) for line in whole.transcript.lines]
    assert replay(rechained(lines)) == whole.standing
    noise = next(at for at, (content, _evidence) in enumerate(lines) if isinstance(content, Deviation))
    words = next(at for at, (content, _evidence) in enumerate(lines) if isinstance(content, Done) and content.wrote)
    done, evidence = lines[words]
    assert isinstance(done, Done)
    other = replace(done, wrote=dict.fromkeys(done.wrote, "other"))
    for changed in ([*lines[:noise], *lines[noise + 1 :]], [*lines[:words], (other, evidence), *lines[words + 1 :]]):
        with pytest.raises(Alarm, match="had another line"):
            replay(rechained(changed))


def test_another_bag_than_the_plan_names_is_noted_by_somebody_before_it_is_taken() -> None:
    sat = making()
    step = sat.standing.next
    assert step is not None
    other = Done(step.id, "holder-1", {"written-serial": "another bag"})
    refused(sat, other, "the plan says", step.evidence)
    sat.add(Deviation("the bag tore, and another one was taken", "witness-1")).add(other, step.evidence)
    sat.until(lambda each: each.id.endswith("/card-2/bag"))
    after = sat.standing.next
    assert after is not None
    refused(sat, Done(after.id, "holder-2", {"written-serial": "another bag"}), "the plan says", after.evidence)


# --- cards of a key that was given up


def given_up() -> Sat:
    sat = begun().until(lambda step: step.id.endswith("/card-2"))
    return sat.add(Voided("key-1", sat.standing.set_of(sat.live), (1,), "a fire alarm"))


def test_the_end_waits_until_the_cards_of_a_set_that_was_given_up_are_destroyed_before_two() -> None:
    sat = given_up()
    number = sat.standing.voided[0].set
    sat.until(lambda step: step.id.endswith("/closing/exceptions"))
    step = sat.standing.next
    assert step is not None
    assert refusal(sat.standing, step) == f"cards of set {number} are not destroyed yet"
    two = frozenset({"operator-1", "witness-1"})
    refused(sat, Destroyed("key-1", number, frozenset({"operator-1"})), "before two people")
    refused(sat, Destroyed("key-1", number, frozenset({"operator-1", "operator-2"})), "who are there")
    refused(sat, Destroyed("key-1", number, frozenset({"operator-1", "mallory"})), "called mallory")
    refused(sat, Destroyed("key-1", sat.standing.made["key-1"].set, two), "are to be destroyed")
    sat.add(Destroyed("key-1", number, two))
    assert refusal(sat.standing, step) is None
    refused(sat, Destroyed("key-1", number, two), "are to be destroyed")


def test_a_key_that_is_given_up_between_choice_and_opening_is_marked() -> None:
    assert len(opening().standing.unopened) == 0
    sat = opening()
    sat.add(Voided("key-1", sat.standing.set_of(sat.live), (), "a power cut"))
    assert [each.reason for each in sat.standing.unopened] == ["a power cut"]
    later = begun().until(lambda step: step.id.endswith("/card-1"))
    later.add(Voided("key-1", later.standing.set_of(later.live), (1,), "a fire alarm"))
    assert later.standing.unopened == ()


def test_a_key_of_dice_alone_is_given_up_by_its_number_too() -> None:
    text = filled(wish(Threat.INSIDER)).replace("machine_random = true", "machine_random = false")
    sat = Sat(with_keys(read(text))).everybody().until(lambda step: step.id.endswith("/card-2"))
    assert sat.standing.set_of(sat.live) == 17
    refused(sat, Voided("key-1", None, (1,), "a fire alarm"), "another set")
    sat.add(Voided("key-1", 17, (1,), "a fire alarm")).to_end()
    assert sat.standing.made["key-1"].set == 18


# --- who counts


def test_an_exception_lets_another_serial_by_only_where_somebody_who_counts_says_so() -> None:
    sat = begun().until(lambda step: step.id.endswith("/card-1/bag"))
    step = sat.standing.next
    assert step is not None
    other = Done(step.id, "holder-1", {"written-serial": "FORGED-1"})
    sat.add(Deviation("the bag tore", "operator-2"))
    refused(sat, other, "the plan says", step.evidence)
    sat.add(Deviation("the bag tore", "holder-1")).add(other, step.evidence)


def test_two_do_not_stand_in_for_one_and_nobody_for_somebody_who_is_back() -> None:
    text = put(filled(wish(Threat.TARGETED)), '["witness-3"]', '["witness-3", "witness-4"]')
    plan = with_keys(read(put(text, "[people]\n", '[people]\nwitness-4 = "another"\n')))
    sat = Sat(plan).everybody()
    there = sat.standing.here
    first, second = (f"witness-{number}" for number in (1, 2))
    others = plan.sittings[0].witness_alternates
    sat.add(Here(there - {first, second} | set(others[:2])))
    sat.add(Handover(Role.WITNESS, first, others[0]))
    refused(sat, Handover(Role.WITNESS, first, others[1]), "stands in for witness-1 already")
    sat.add(Handover(Role.WITNESS, second, others[1]))
    sat.add(Here(there - {second} | {others[0]}))
    step = next(each for each in sat.standing.course if each.acts is Role.WITNESS)
    assert [person for _attendance, person in sat.standing.unannounced(step)] == [others[0]]


def test_a_file_is_attached_once_by_somebody_of_the_plan_and_while_no_key_is_live() -> None:
    photograph = Attached("bag B-17, closed", "witness-1", b"\x01" * 32, 2_000_000)
    sat = begun()
    refused(sat, replace(photograph, by="mallory"), "nobody in the plan")
    sat.add(photograph)
    refused(sat, replace(photograph, text="another bag"), "stands there already")
    refused(making(), photograph, "is being made")
    later = begun().until(lambda step: step.id.endswith("/closing/exceptions")).add(photograph)
    assert later.standing.attached == (photograph,)
    assert later.to_end().standing.closed is not None


def test_a_card_is_checked_once_its_key_was_made_and_nothing_is_live() -> None:
    refused(begun(), Checked("key-1", 1), "no card 1 of key-1")
    refused(making(), Checked("key-1", 1), "is being made")
    later = begun().until(lambda step: step.id.endswith("/closing/exceptions"))
    refused(later, Checked("key-1", 6), "no card 6 of key-1")
    refused(later, Checked("key-2", 1), "no card 1 of key-2")
    later.add(Checked("key-1", 5)).to_end()


def test_a_card_of_metal_is_read_back_from_it_before_its_step_is_done() -> None:
    plan = with_keys(read(put(filled(wish(Threat.INSIDER)), '"paper"', '"metal"', 2)))
    sat = Sat(plan).everybody().until(lambda step: step.id.endswith("/card-1/metal"))
    step = sat.standing.next
    assert step is not None
    assert "card 1 was not typed from its metal" in (refusal(sat.standing, step) or "")
    sat.add(Checked("key-1", 2))
    refused(sat, Done(step.id, "holder-1", {}), "not typed from its metal", Evidence.CLAIMED)
    sat.add(Checked("key-1", 1)).done(step)
    second = sat.standing.next
    assert second is not None
    assert second.id.endswith("/card-2/metal")
    assert "card 2 was not typed from its metal" in (refusal(sat.standing, second) or ""), (
        "before the step it does not count"
    )
    assert sat.to_end().standing.closed is not None


def test_candidates_that_are_opened_have_rolls_of_their_own_and_as_many_as_planned() -> None:
    plan = with_keys(read(filled(wish(Threat.TARGETED))))
    sat = Sat(plan).everybody().until(lambda step: step.id.endswith("/open-2"))
    number = sat.standing.opens(sat.standing.next)  # type: ignore[arg-type]
    assert number is not None
    again = replace(opened(sat.live, number, sat.number), rolls=sat.standing.opened[0].rolls)
    refused(sat, again, "has the rolls of another one")
    rolling = begun().until(lambda step: step.id.endswith("candidate-1/roll"))
    step = rolling.standing.next
    assert step is not None
    few = Done(step.id, rolling.standing.acts(step) or "", {"written-rolls": "99"})
    refused(rolling, few, "fewer were counted", Evidence.CLAIMED)
