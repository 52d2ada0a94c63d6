"""Whole rehearsals at a terminal of 80x24, by people who know what the screen says; what goes wrong has a way on."""

import json
import re
from pathlib import Path

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.transcript.contents import Closed, Deviation, Handover
from custody.ceremony.transcript.key_lines import Voided
from tests.leaks.needles import Needles, of_card
from tests.support.officers import custody
from tests.transcripts.sitting import Sitting, rolls_of
from tests.transcripts.world import World, at, flat


@pytest.mark.parametrize("threat", list(Threat))
def test_a_rehearsal_is_led_to_its_end_and_its_cards_are_refused_for_real(threat: Threat, tmp_path: Path) -> None:
    world = World(tmp_path, threat)
    assert world.rehearse() == 0
    standing = world.standing
    assert standing.closed == Closed(True, None, None)
    assert standing.begun.rehearsal
    assert all(each.rolls == rolls_of(each.candidate) for each in standing.opened), "each candidate has its own dice"
    assert len(world.cards) == 5
    shown = custody("key", "show", "--network", "regtest", secret="\n".join(world.cards[:3]))
    assert (shown.code, "rehearsal" in shown.err) == (3, True), shown.err
    content = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()))
    for card in world.cards:
        assert not Needles.of(of_card(card)).found_in(content)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["plan.toml", "rehearsal.jsonl"]


def test_a_rehearsal_with_surprises_goes_on_and_says_what_happened(tmp_path: Path) -> None:
    """A witness who leaves, an operator who does not come, a torn bag, a noise, lunch, and a fire alarm at a card."""
    alternates = ('holder = "holder-2"\n', 'holder = "holder-2"\nalternates = ["holder-4"]\n')
    world = World(tmp_path, Threat.INSIDER, alternates, ("needed = 3", "needed = 4"))
    come = {
        "Who is here now": ["all", "+operator-2 -operator-1", "-witness-1", "+witness-1", "-holder-2"],
        "What was otherwise?": ["the bag tore, and another one was taken", "a noise in the corridor"],
        "Who says so?": ["holder-1", "mallory", "witness-1"],
        "serial:": ["Q-17", "Q-17"],
        "Why does it stop here?": ["lunch"],
        "Why?": ["a fire alarm"],
    }
    surprises = (
        at("Compare each serial of the kit list", "h"),
        at("Roll a die 50 times", "h"),
        lambda _sitting, text: "h" if "witness is missing" in flat(text) and "Roll a die" in flat(text) else None,
        lambda _sitting, text: "x" if "the plan says" in flat(text) else None,
        at("Do Card 2 of 5", "h"),
        at("Do Card 3 of 5", "x"),
        lambda _sitting, text: "x" if "has no name mallory" in flat(text) else None,
        at("Do Card 4 of 5", "g"),
        at("Read every exception aloud", "p"),
    )
    come["What was otherwise?"].append("a noise in the corridor")
    assert world.rehearse(*surprises, **come) == 3, "it stopped for lunch"
    assert world.rehearse() == 0
    standing = world.standing
    assert standing.closed == Closed(True, None, None)
    assert [each.cards for each in standing.voided] == [(1, 2, 3, 4)]
    texts = [each.text for each in world.told(Deviation)]  # type: ignore[attr-defined]
    assert texts == ["the bag tore, and another one was taken", "a noise in the corridor"]
    handed = [(each.role, each.from_, each.to) for each in world.told(Handover)]  # type: ignore[attr-defined]
    assert handed == [("operator", "operator-1", "operator-2"), ("holder", "holder-2", "holder-4")]
    assert re.search("mallory", world.transcript.read_text()) is None


@pytest.mark.parametrize("ending", ["Do Candidate 2 of 2", "Do Card 2 of 5", "bag text"])
def test_a_power_cut_while_a_key_is_live_voids_it_and_names_the_cards(ending: str, tmp_path: Path) -> None:
    class Cut(Exception):
        pass

    def cut(sitting: Sitting, text: str) -> str | None:
        if ending in flat(text) and "SECRET IS LIVE" in text and "\nWaits " not in text:
            sitting.screen.process.kill()
            raise Cut
        return None

    world = World(tmp_path, Threat.INSIDER)
    with pytest.raises(Cut):
        world.rehearse(cut)
    live = world.standing
    assert live.live is not None
    assert world.rehearse() == 0
    (voided,) = world.told(Voided)
    assert isinstance(voided, Voided)
    assert set(live.cards) <= set(voided.cards)
    first = flat(world.seen[0])
    assert f"Key key-1 is given up, with its set {voided.set or 327}" in first, (
        "before the dice chose: the numbers that were drawn"
    )
    assert re.findall(r"card (\d+): ", first) == list(map(str, voided.cards))
    assert ("No card of it had left" in first) is not bool(voided.cards)


def test_a_rehearsal_that_everybody_signed_with_keys_of_their_own_is_whole_on_another_machine(tmp_path: Path) -> None:
    world = World(tmp_path, Threat.INSIDER)
    world.medium = tmp_path / "stick"
    world.medium.mkdir()
    assert world.rehearse() == 0
    verified = custody("ceremony", "verify", str(world.transcript), "--json")
    told = json.loads(verified.out)
    assert (verified.code, told["whole"], told["lacking"]) == (0, True, [])
    keyed = {each["name"] for each in told["signers"] if each["has_key"]}
    assert keyed == {"administrator-1", "operator-1", "witness-1"}
    assert {each["name"] for each in told["signers"] if each["in_ink"]} >= {
        f"holder-{number}" for number in range(1, 6)
    }
    lines = world.transcript.read_bytes().splitlines(keepends=True)
    world.transcript.write_bytes(b"".join(lines[:-1]))
    assert custody("ceremony", "verify", str(world.transcript)).code == 3, "whoever cuts its end off has no whole one"


def test_who_misreads_a_card_who_finds_the_clock_wrong_and_who_refuses_are_heard(tmp_path: Path) -> None:
    """A card misread twice is read again; a clock an hour off is noted; one who refuses at the end ends it."""
    world = World(tmp_path, Threat.INSIDER)
    world.misread = 2
    come = {
        "What was otherwise?": ["the clock is an hour behind the witness's watch"],
        "Who says so?": ["witness-1"],
        "Who refuses, on paper?": ["witness-1"],
        "Who sees to what is left?": ["administrator-1"],
        "Until which day": ["soon", "2027-01-31"],
    }
    surprises = (
        at("The clock here", "x"),
        at("Do Show the last words of this sitting", "r"),
        lambda _sitting, text: "f" if "witness-1 refused" in flat(text) else None,
        lambda _sitting, text: "f" if "this is a date" in flat(text) else None,
    )
    come["Who sees to what is left?"].append("administrator-1")
    assert world.rehearse(*surprises, **come) == 3
    standing = world.standing
    assert standing.closed is not None
    assert (standing.closed.passed, standing.closed.owner) == (False, "administrator-1")
    assert [each.text for each in standing.deviations] == ["the clock is an hour behind the witness's watch"]
    assert len(world.cards) == 5
    told = custody("ceremony", "verify", str(world.transcript))
    assert (told.code, "Refused by: witness-1" in told.out) == (3, True)
    line = ("ceremony", "run", str(world.plan), "--rehearsal", str(world.rehearsal), "-o", str(tmp_path / "real.jsonl"))
    gate = custody(*line)
    assert (gate.code, "administrator-1 sees to it, until 2027-01-31" in gate.err) == (3, True)
