"""A key is made by its steps: what is said before the dice is what is opened, kept, and handed over."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from custody.ceremony.candidates.follows import Follows
from custody.ceremony.candidates.opening import check_handed
from custody.ceremony.candidates.records import set_record
from custody.ceremony.conduct.answers import Answer, AreHere, GivesUp
from custody.ceremony.conduct.conduct import Conduct
from custody.ceremony.conduct.maker import KeyMaker
from custody.ceremony.conduct.page import Page
from custody.ceremony.operator import Sheet
from custody.ceremony.plan.plan import Key, Plan, Threat
from custody.ceremony.transcript.account import account
from custody.ceremony.transcript.contents import Content, Done
from custody.ceremony.transcript.key_lines import KeyMade, Opened
from custody.ceremony.transcript.recomputed import recomputed
from custody.ceremony.transcript.replay import replay
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import Alarm, CustodyError, Refused, Unreadable
from custody.keys.cards.collection import UntrustedCollection
from custody.keys.cards.rehearsal import NUMBERS
from custody.keys.entropy import Dice
from custody.keys.kinds import fingerprints
from custody.keys.reading import read_secret
from custody.secret import Secret
from tests.ceremony.conduct.hosts import World
from tests.ceremony.transcript.sittings import NOON, a_plan, by_all, rechained

PLAN = a_plan()


@dataclass
class Holders:
    """An operator: rolls dice, and takes each card. `throws` choose a candidate."""

    throws: list[str] = field(default_factory=lambda: ["2"])
    refused: list[CustodyError] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    rolls: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, _question: str) -> str:
        return self.throws.pop(0)

    def ask_dice(self, rolls: int) -> Dice:
        self.asked += 1
        text = self.rolls.pop(0) if self.rolls else "".join(random.Random(self.asked).choices("123456", k=rolls))
        return Dice.parse(text)

    def dice_refused(self, failure: CustodyError) -> None:
        self.refused.append(failure)

    def warn(self, text: str) -> None:
        self.warned.append(text)

    def hand_over(self, sheet: Sheet) -> None:
        self.sheets.append(sheet)
        self.cards.append(sheet.content.reveal().decode())


def sat(plan: Plan, holders: Holders, *, rehearsal: bool = True) -> World:
    """A sitting that passed, with keys that were made."""
    world = World.of(plan, rehearsal=rehearsal)

    def maker(key: Key, standing: Standing) -> KeyMaker:
        return KeyMaker(standing.plan, key, holders, holders.ask, (), rehearsal=rehearsal)  # type: ignore[arg-type]

    conduct = Conduct(world.memory, world.host, lambda: NOON, world.machine, maker, world.apart)
    conduct.stand_on(() if rehearsal else (by_all(plan),))
    assert conduct.go_on()
    assert not world.host.failures
    return world


@pytest.fixture(scope="module")
def holders() -> Holders:
    return Holders()


@pytest.fixture(scope="module")
def whole(holders: Holders) -> Transcript:
    return sat(PLAN, holders).memory.read()


def test_what_was_made_is_whole_and_every_opened_candidate_comes_to_what_was_said(whole: Transcript) -> None:
    found = account(whole)
    assert found.is_whole
    ((opened, words),) = found.opened
    assert opened.candidate == 1
    assert words == " ".join(recomputed(PLAN, opened).words)
    assert found.standing.made["key-1"].follows.candidate == 2


def test_each_holder_gets_the_card_that_was_committed_to_and_the_cards_open_the_key_that_was_said(
    whole: Transcript, holders: Holders
) -> None:
    made = replay(whole).made["key-1"]
    assert len(holders.cards) == 5
    for number, card in enumerate(holders.cards, 1):
        check_handed(made.follows, (1, number), made.salts[0][number - 1], Secret(card.encode()))
        with pytest.raises(Alarm):
            check_handed(made.follows, (1, number % 5 + 1), made.salts[0][number % 5], Secret(card.encode()))
    assert made.set in NUMBERS
    with pytest.raises(Refused, match="rehearsal"):
        read_secret(holders.cards[:3], None).candidates()
    real = Holders()
    of_real = replay(sat(PLAN, real, rehearsal=False).memory.read()).made["key-1"]
    assert of_real.set not in NUMBERS
    (_kind, master), *_others = read_secret(real.cards[:3], None).candidates()
    assert master.fingerprint == of_real.follows.fingerprint
    record = set_record(PLAN.keys[0], of_real.follows)
    collection = UntrustedCollection(record.check_card)
    for card in real.cards[:3]:
        collection.add(card)
    assert fingerprints(collection.quorum(), None) == record.fingerprints


def test_a_card_says_what_its_holder_writes_on_it_and_a_rehearsal_s_says_so_first(holders: Holders) -> None:
    for sheet in holders.sheets:
        assert sheet.heading[0].startswith("REHEARSAL")
        assert any("Any 3 of the 5" in line for line in sheet.heading)
        assert all(len(line) <= 80 for line in sheet.heading)


def test_a_throw_that_decides_nothing_is_kept_and_another_one_decides() -> None:
    plan = a_plan(Threat.TARGETED)
    holders = Holders(throws=["7", "6", "5", "3"])
    made = replay(sat(plan, holders).memory.read()).made["key-1"]
    assert made.follows.candidate == 3, "four candidates: fives and sixes decide nothing"
    assert len(holders.warned) == 3


def test_a_key_that_is_given_up_while_somebody_is_missing_is_never_shown_again() -> None:
    """Holder 2 leaves, the key is given up at the page that waits, and another key is made for all."""
    holders = Holders(throws=["2", "2"])
    world = World.of(PLAN)
    left: list[str] = []

    def leaves(page: Page) -> Answer | None:
        if page.step.id.endswith("/card-1/bag") and not left:
            left.append(page.step.id)
            return AreHere(page.standing.here - {"holder-2"})
        return None

    def gives_up(page: Page) -> Answer | None:
        return GivesUp("holder 2 is gone") if page.step.id.endswith("/card-2") and page.waits is not None else None

    world.host.rules += [leaves, gives_up]

    def maker(key: Key, standing: Standing) -> KeyMaker:
        return KeyMaker(standing.plan, key, holders, holders.ask, (), rehearsal=True)  # type: ignore[arg-type]

    assert Conduct(world.memory, world.host, lambda: NOON, world.machine, maker, world.apart).go_on()
    assert not world.host.failures
    assert len(holders.cards) == 1 + 5
    assert holders.cards[0] not in holders.cards[1:]
    (voided,) = replay(world.memory.read()).voided
    assert voided.cards in ((1,), (1, 2))
    assert account(world.memory.read()).is_whole


def test_poor_dice_are_rolled_again() -> None:
    holders = Holders(rolls=["1" * 100])
    sat(PLAN, holders)
    assert len(holders.refused) == 1


def changed(whole: Transcript, change: Callable[[Content], Content]) -> Transcript:
    """The chain computed anew by somebody who has the machine, with other contents; ink for every signature."""
    return rechained([(change(line.content), line.evidence) for line in whole.lines])


Change = Callable[[Opened], Opened]


@pytest.mark.parametrize(
    "change",
    [
        lambda each: replace(each, part=bytes([each.part[0] ^ 1]) + each.part[1:]),
        lambda each: replace(each, rolls=each.rolls[:-1] + ("1" if each.rolls[-1] != "1" else "2")),
        lambda each: replace(each, set=each.set ^ 1),
        lambda each: replace(each, salts=(tuple(reversed(each.salts[0])),)),
    ],
)
def test_an_opened_candidate_that_is_another_than_was_said_is_an_alarm(whole: Transcript, change: Change) -> None:
    """By whoever verifies, although every line follows, and nobody signed."""
    plan = replace(PLAN, identities={})
    unsigned = sat(plan, Holders()).memory.read()
    forged = changed(unsigned, lambda each: change(each) if isinstance(each, Opened) else each)
    with pytest.raises((Alarm, Unreadable)) as told:
        account(forged)
    assert told.value.code == "candidate-differs" or "before the dice" in told.value.message
    assert account(changed(unsigned, lambda each: each)).is_whole


def test_a_machine_that_keeps_another_key_than_it_said_is_told(whole: Transcript) -> None:
    plan = replace(PLAN, identities={})
    unsigned = sat(plan, Holders()).memory.read()
    other: Follows = replay(sat(plan, Holders()).memory.read()).made["key-1"].follows

    def swap(each: Content) -> Content:
        return replace(each, follows=other) if isinstance(each, KeyMade) else each

    with pytest.raises(CustodyError, match="not what was said"):
        account(changed(unsigned, swap))

    def keep(each: Content) -> Content:
        if isinstance(each, Done) and each.step.endswith("/choose"):
            return replace(each, wrote={"written-kept": "1"})
        return each

    with pytest.raises(CustodyError):
        account(changed(unsigned, keep))


def test_the_rolls_of_one_candidate_are_never_taken_for_another_which_is_kept() -> None:
    """What is opened is everybody's: a kept candidate of the same dice would have nothing but the machine's part."""
    same = "".join(random.Random(1).choices("123456", k=PLAN.keys[0].rolls))
    other = "".join(random.Random(2).choices("123456", k=PLAN.keys[0].rolls))
    holders = Holders(rolls=[same, same, other])
    whole = replay(sat(PLAN, holders).memory.read())
    assert [failure.message for failure in holders.refused] == ["these are the rolls of candidate 1; each has its own"]
    assert [each.rolls for each in whole.opened] == [same]
    assert holders.asked == 3
