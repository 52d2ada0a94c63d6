"""A card on paper: each sheet is noted before it is sent, and what failed is destroyed before its card comes again."""

from dataclasses import dataclass, field

from custody.ceremony.candidates.opening import check_handed
from custody.ceremony.conduct.answers import Answer, GivesUp, Spoils
from custody.ceremony.conduct.conduct import Conduct
from custody.ceremony.conduct.maker import KeyMaker
from custody.ceremony.conduct.page import Page
from custody.ceremony.conduct.press import CameOut, OnPaper
from custody.ceremony.plan.plan import Key
from custody.ceremony.transcript.contents import Content
from custody.ceremony.transcript.key_lines import Printed, Spoiled, Voided
from custody.ceremony.transcript.replay import replay
from custody.ceremony.transcript.standing import Standing
from custody.errors import CustodyError
from custody.secret import Secret
from tests.ceremony.conduct.hosts import World
from tests.ceremony.conduct.test_maker import Holders
from tests.ceremony.transcript.sittings import NOON, a_plan

PLAN = a_plan()
TWO = frozenset({"operator-1", "witness-1"})


@dataclass
class Tray:
    """A printer at which this comes out, whole in the end. `screen`: titles that are copied from the screen."""

    world: World
    outcomes: list[CameOut] = field(default_factory=list)
    witnesses: list[frozenset[str]] = field(default_factory=list)
    screen: tuple[str, ...] = ()
    sheets: list[tuple[int, str]] = field(default_factory=list)
    failures: list[CustodyError] = field(default_factory=list)

    def wanted(self, title: str) -> bool:
        return title not in self.screen

    def printed(self, card: OnPaper, sheet: int) -> CameOut:
        last = self.world.memory.read().lines[-1].content
        assert last == Printed(card.key.id, card.place[1], sheet), "it is noted first"
        assert card.is_rehearsal, "and it says so"
        self.sheets.append((sheet, card.card.reveal().decode()))
        return self.outcomes.pop(0) if self.outcomes else CameOut.WHOLE

    def destroyed(self, _standing: Standing, _sheet: int, _came: CameOut) -> frozenset[str]:
        return self.witnesses.pop(0) if self.witnesses else TWO

    def refused(self, failure: CustodyError) -> None:
        self.failures.append(failure)


def sat(tray: Tray, holders: Holders) -> list[Content]:
    """Sit to the end; return the lines about sheets, and about what was given up."""

    def maker(key: Key, standing: Standing) -> KeyMaker:
        return KeyMaker(standing.plan, key, holders, holders.ask, (), tray, rehearsal=True)  # type: ignore[arg-type]

    conduct = Conduct(tray.world.memory, tray.world.host, lambda: NOON, tray.world.machine, maker, tray.world.apart)
    assert conduct.go_on()
    lines = tray.world.memory.read().lines
    return [line.content for line in lines if isinstance(line.content, Printed | Spoiled | Voided)]


def test_every_card_is_printed_once_and_read_back_from_the_paper() -> None:
    tray, holders = Tray(World.of(PLAN)), Holders()
    assert sat(tray, holders) == [Printed("key-1", number, number) for number in range(1, 6)]
    assert [card for _sheet, card in tray.sheets] == holders.cards
    assert all(each.on_paper for each in holders.sheets)
    made = replay(tray.world.memory.read()).made["key-1"]
    for number, card in enumerate(holders.cards, 1):
        check_handed(made.follows, (1, number), made.salts[0][number - 1], Secret(card.encode()))


def test_jam_double_and_no_paper_are_noted_and_the_same_card_comes_again() -> None:
    tray = Tray(World.of(PLAN), [CameOut.SPOILED, CameOut.NOTHING, CameOut.TWICE], [frozenset({"operator-1"}), TWO])
    found = sat(tray, Holders())
    assert found[:6] == [
        Printed("key-1", 1, 1),
        Spoiled(1, False, TWO, "spoiled"),
        Printed("key-1", 1, 2),
        Spoiled(2, False, TWO, "nothing"),
        Printed("key-1", 1, 3),
        Spoiled(3, True, TWO, "twice"),
    ]
    assert len(tray.failures) == 1, "one person alone does not destroy where others are there"
    assert len({card for _sheet, card in tray.sheets[:3]}) == 1
    assert [sheet for sheet, _card in tray.sheets] == list(range(1, 8))


def test_a_holder_may_copy_from_the_screen_all_the_same() -> None:
    holders = Holders()
    found = sat(Tray(World.of(PLAN), screen=("Card 2 of 5",)), holders)
    assert found == [Printed("key-1", card, sheet) for sheet, card in enumerate((1, 3, 4, 5), 1)]
    assert [each.on_paper for each in holders.sheets] == [True, False, True, True, True]


def test_a_sheet_that_is_found_spoiled_when_it_was_read_back_is_printed_again() -> None:
    said: list[str] = []

    def spoils(page: Page) -> Answer | None:
        if page.step.id.endswith("/card-2") and not said:
            said.append(page.step.id)
            return Spoils(2, False, TWO, "a letter is smeared")
        return None

    tray, holders = Tray(World.of(PLAN, spoils)), Holders()
    found = sat(tray, holders)
    assert found[1:4] == [
        Printed("key-1", 2, 2),
        Spoiled(2, False, TWO, "a letter is smeared"),
        Printed("key-1", 2, 3),
    ]
    assert holders.cards[1] == holders.cards[2]
    assert "Noted: paper of sheet 2 is destroyed." in tray.world.host.said


def test_a_key_that_is_given_up_beside_the_printer_names_the_card_of_the_sheet() -> None:
    said: list[str] = []

    def gives_up(page: Page) -> Answer | None:
        if page.step.id.endswith("/card-2") and not said:
            said.append(page.step.id)
            return GivesUp("a fire alarm")
        return None

    tray = Tray(World.of(PLAN, gives_up))
    found = sat(tray, Holders(throws=["2", "2"]))
    (voided,) = [each for each in found if isinstance(each, Voided)]
    assert voided.cards == (1, 2)
    assert found[3] == Printed("key-1", 1, 3)
