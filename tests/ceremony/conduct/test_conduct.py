"""A sitting goes from step to step; whatever is answered becomes a line or is asked again, and nothing is lost."""

from collections.abc import Callable
from datetime import date

import pytest

from custody.ceremony.conduct.answers import (
    Answer,
    AreHere,
    Brought,
    Did,
    Fails,
    GivesUp,
    Noted,
    SignedInInk,
    Stops,
    TakesOver,
)
from custody.ceremony.conduct.page import Page
from custody.ceremony.plan.plan import Threat
from custody.ceremony.steps.step import Role
from custody.ceremony.transcript.contents import Closed, Deviation, Done, Here, Resumed
from custody.ceremony.transcript.key_lines import Voided
from custody.ceremony.transcript.replay import replay
from custody.ceremony.transcript.signature import Says
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import StorageFailed
from tests.ceremony.conduct.hosts import Memory, Rule, World, everybody
from tests.ceremony.transcript.sittings import a_plan

PLAN = a_plan()


def at(ending: str, answer: Callable[[Page], Answer]) -> Rule:
    """Answer so, the first time that a step with this ending stands on the screen and does not wait."""
    return lambda page: answer(page) if page.step.id.endswith(ending) and page.waits is None else None


def leave(name: str) -> Callable[[Page], Answer]:
    return lambda page: AreHere(page.standing.here - {name})


@pytest.mark.parametrize("threat", list(Threat))
def test_a_sitting_of_every_threat_is_led_to_its_end(threat: Threat) -> None:
    plan = a_plan(threat, keys=3, quorum=2)
    for number in range(len(plan.sittings)):
        world = World.of(plan, sitting=number)
        assert world.conduct().go_on()
        assert replay(world.memory.read()).closed == Closed(True, None, None)
        assert not world.host.failures
        made = [each.key.id for each in world.makers]
        assert made == [key.id for key in plan.made_at(plan.sittings[number])]


def test_the_machine_does_its_part_of_each_step_of_a_key_once_and_in_order() -> None:
    world = World.of(PLAN, at("/roll", lambda _page: Noted("a die fell off the table", "witness-1")))
    assert world.conduct().go_on()
    steps = [
        step.id for step in replay(world.memory.read()).course if "/key-1/" in step.id and "/closing/" not in step.id
    ]
    assert world.makers[0].performed == steps


def test_every_line_is_kept_before_the_next_page_is_shown() -> None:
    world = World.of(PLAN)
    seen: list[int] = []
    usual = world.host.usual
    world.host.usual = lambda page: (seen.append(len(world.memory.kept)), usual(page))[1]  # type: ignore[method-assign]
    world.conduct().go_on()
    assert seen == sorted(seen)
    done = [line.content.step for line in world.memory.read().lines if isinstance(line.content, Done)]
    shown = [page.step.id for page in world.host.pages if page.waits is None]
    assert done == shown, "a page for each step, and its line before the next"


def test_a_step_waits_until_who_is_missing_is_there_and_says_who() -> None:
    world = World.of(PLAN, at("/key-1/candidate-2/roll", leave("witness-1")))
    assert world.conduct().go_on()
    waiting = [
        page for page in world.host.pages if page.waits is not None and page.step.id.endswith("candidate-2/roll")
    ]
    assert waiting
    assert "witness-1" in (waiting[0].waits or "")


def test_who_stands_in_takes_over_before_anything_is_done() -> None:
    def standing_in(page: Page) -> AreHere:
        return AreHere((everybody(page.standing) - {"operator-1"}) | {"operator-2"})

    def takes_over(page: Page) -> Answer | None:
        if "operator-2" in page.standing.here and page.waits is not None:
            return TakesOver(Role.OPERATOR, "operator-1", "operator-2")
        return None

    world = World.of(PLAN, at("/kit", standing_in), takes_over)
    assert world.conduct().go_on()
    by = {line.content.by for line in world.memory.read().lines if isinstance(line.content, Done)}
    assert "operator-2" in by
    assert "operator-1" not in by


@pytest.mark.parametrize(
    ("ending", "answer"),
    [
        ("/kit", GivesUp("fire")),
        ("/kit", TakesOver(Role.OPERATOR, "operator-1", "operator-2")),
        ("/kit", AreHere(frozenset({"mallory"}))),
        ("/kit", Did({"written-words": "one too many"})),
        ("/card-2", Stops("lunch")),
        ("/card-2", Fails("administrator-1", date(2027, 1, 1))),
        ("/kit", Noted("a noise", "mallory")),
        ("/kit", SignedInInk(frozenset({"mallory"}), Says.SAW)),
    ],
)
def test_what_cannot_be_is_told_and_asked_again_and_leaves_no_line(ending: str, answer: Answer) -> None:
    world, plain = World.of(PLAN, at(ending, lambda _page: answer)), World.of(PLAN)
    assert world.conduct().go_on()
    assert plain.conduct().go_on()
    assert len(world.host.failures) == 1
    assert world.memory.read() == plain.memory.read()


def test_a_signature_of_something_else_is_told_and_not_taken() -> None:
    other = World.of(a_plan(Threat.TARGETED))
    other.conduct().go_on()
    strange = next(
        line.content.signature for line in other.memory.read().lines if type(line.content).__name__ == "Signed"
    )
    world = World.of(PLAN, lambda page: Brought((strange,)) if page.is_signed else None)
    assert world.conduct().go_on()
    assert [failure.exit_code for failure in world.host.failures] == [9]


def test_a_sitting_stops_where_nothing_is_live_and_goes_on_where_it_was() -> None:
    world = World.of(PLAN, at("/before/plan", lambda _page: Stops("the courier is late")))
    assert not world.conduct().go_on()
    again = world.conduct()
    again.resume("he came")
    assert again.go_on()
    assert any(isinstance(line.content, Resumed) for line in world.memory.read().lines)


@pytest.mark.parametrize(
    ("ending", "cards"),
    [
        ("candidate-1/roll", ()),
        ("/choose", ()),
        ("/card-1", (1,)),
        ("/card-3/bag", (1, 2, 3)),
        ("/forget", (1, 2, 3, 4, 5)),
    ],
)
def test_a_key_that_is_given_up_names_its_cards_and_is_made_again_under_another_number(
    ending: str, cards: tuple[int, ...]
) -> None:
    world = World.of(PLAN, at(ending, lambda _page: GivesUp("a fire alarm")))
    assert world.conduct().go_on()
    voided = [line.content for line in world.memory.read().lines if isinstance(line.content, Voided)]
    cards = {
        "candidate-1/roll": (),
        "/choose": (),
        "/card-1": (1,),
        "/card-3/bag": (1, 2, 3),
        "/forget": (1, 2, 3, 4, 5),
    }
    assert [each.cards for each in voided] == [cards[ending]]
    assert len(world.makers) == 2
    assert replay(world.memory.read()).made["key-1"].set == 32_741
    (given_up,) = [each for each in world.host.said if "is given up" in each]
    assert f"set {voided[0].set or 32_740}" in given_up, "before the dice chose: the numbers that were drawn"
    destroyed = [each for each in world.host.said if each.startswith("Destroy these cards of set")]
    assert len(destroyed) == bool(cards[ending])
    assert [each.split(":")[0].strip() for each in world.host.said if each.startswith("  card ")] == [
        f"card {number}" for number in cards[ending]
    ]


def test_whoever_cuts_it_off_finds_it_as_it_was_or_the_key_given_up() -> None:
    """Cut off after every single line: where a key was live it is given up, else the next step is the same."""
    whole = World.of(PLAN)
    whole.conduct().go_on()
    for count in range(1, len(whole.memory.kept)):
        left = whole.memory.kept[count]
        before = replay(left)
        if before.closed is not None:
            continue
        world = World(Memory([left]), whole.host)
        conduct = world.conduct()
        conduct.resume("the power came back")
        assert conduct.standing.live is None
        voided = [line.content for line in world.memory.read().lines if isinstance(line.content, Voided)]
        if before.live is None:
            assert not voided
            assert conduct.standing == before
        else:
            left_room = set(before.cards) | {before.next.card if before.next is not None else None} - {None}
            assert [set(each.cards) for each in voided] == [left_room - {None}]


def test_a_refusal_ends_the_sitting_without_a_pass_and_with_an_owner() -> None:
    def refuses(page: Page) -> Answer | None:
        if page.step.id.endswith("/final"):
            return SignedInInk(frozenset({"witness-1"}), Says.REFUSED)
        return None

    def fails(page: Page) -> Answer | None:
        return Fails("administrator-1", date(2027, 1, 1)) if page.standing.next is None else None

    world = World.of(PLAN, refuses, fails)
    assert world.conduct().go_on()
    assert replay(world.memory.read()).closed == Closed(False, "administrator-1", date(2027, 1, 1))
    assert any("witness-1 refused" in (page.waits or "") and page.number <= page.count for page in world.host.pages)


def test_what_was_otherwise_is_written_down_by_whom() -> None:
    world = World.of(PLAN, at("/choose", lambda _page: Noted("the die was loaded", "witness-1")))
    world.conduct().go_on()
    assert Deviation("the die was loaded", "witness-1") in [line.content for line in world.memory.read().lines]


def test_a_disk_that_is_full_ends_it_and_leaves_what_was_kept() -> None:
    world = World.of(PLAN)

    def full(transcript: object) -> None:
        raise StorageFailed("full")

    world.memory.write = full  # type: ignore[method-assign]
    with pytest.raises(StorageFailed):
        world.conduct().go_on()
    assert len(world.memory.read().lines) == 1


def test_the_first_page_says_that_nobody_is_there_yet() -> None:
    world = World.of(PLAN)
    world.conduct().go_on()
    assert world.host.pages[0].waits is not None
    assert isinstance(world.memory.read().lines[1].content, Here)


def test_a_line_that_could_not_be_read_again_is_not_kept() -> None:
    world = World.of(PLAN, at("/kit", lambda _page: Noted("a\tb", "witness-1")))
    assert world.conduct().go_on()
    assert len(world.host.failures) == 1
    assert Transcript.decode(b"".join(line.encode() + b"\n" for line in world.memory.read().lines))
