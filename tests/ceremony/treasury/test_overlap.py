"""While one officer's passphrase is derived the next one types, and nothing that is secret or due gets lost thereby."""

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest

from custody.ceremony.machines.backup import Restoration, back_up, restore
from custody.ceremony.meeting import Factors, Offered
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.table.background import Background
from custody.ceremony.treasury.genesis import found
from custody.ceremony.treasury.halting import halt
from custody.errors import Declined, Mismatch, Refused, Unfit
from tests.ceremony.treasury.gated import (
    Derivations,
    Opened,
    People,
    derivations,
    key_file,
    main_founding,
    main_home,
    opened_keys,
    until_idle,
)
from tests.ceremony.treasury.officers import NAMES, Script, opened, passphrase_of, with_vault

FIRST_THREE = [(name, True) for name in NAMES[:3]]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Derivations]:
    slow = derivations(monkeypatch)
    yield slow
    slow.gate.set()
    until_idle()  # what nobody waited for must not derive in the next test


@pytest.fixture
def home(tmp_path: Path, slow: Derivations) -> Path:
    """A main network's treasury of five, three of whom agree and unlock."""
    path = main_home(tmp_path / "home")
    slow.begun = slow.ended = 0
    return path


@pytest.fixture
def keys(home: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    return opened_keys(monkeypatch)


class Waiting(People):
    """Derivations go on only when somebody waits for one."""

    slow: Derivations

    def waits(self) -> None:
        self.slow.gate.set()


def waiting(slow: Derivations, answers: Sequence[tuple[str, bool]]) -> Waiting:
    slow.gate.clear()
    people = Waiting(answers=answers)
    people.slow = slow
    return people


def test_all_three_of_a_quorum_are_asked_before_the_first_derivation_has_ended(home: Path, slow: Derivations) -> None:
    people = waiting(slow, FIRST_THREE)
    seen = []
    people.at = lambda _question: seen.append(slow.ended)
    with opened(home) as book, Attendance(book, people) as table:
        assert len(table.holders(3)) == 3
    assert seen == [0, 0, 0]
    assert slow.ended == 3
    assert people.wanted == [
        "3 more seats must unlock the vault",
        "2 more seats must unlock the vault",
        "1 more seat must unlock the vault",
    ]
    assert people.offered[1] == ["Bob", "Carol", "Dave", "Erin"], "who is being tried is not offered again"


def test_a_wrong_first_passphrase_is_told_by_name_before_the_next_question_and_asked_for_again(
    home: Path, slow: Derivations
) -> None:
    """It becomes known while the second types: nothing is said before that question is answered."""
    slow.gate.clear()
    people = People(answers=[("Alice", False), ("Bob", True), ("Alice", True), ("Carol", True)])

    def at(question: int) -> None:
        if question == 2:
            before = list(people.said)
            slow.gate.set()
            until_idle()
            assert people.said == before, "nothing is told within a question"

    people.at = at
    with opened(home) as book, Attendance(book, people) as table:
        table.holders(3)
        assert set(table.present) == {each.key for each in book.book.state.roster.officers[:3]}
    told = next(line for line in people.said if "does not open" in line)
    assert told.startswith("Alice: ")
    assert ["Alice" in each for each in people.offered] == [True, False, True, False]


@pytest.mark.parametrize("rights", list(product((True, False), repeat=4)))
def test_a_quorum_is_never_short_and_nobody_is_asked_beyond_it(
    rights: tuple[bool, ...], home: Path, slow: Derivations
) -> None:
    """Whoever is wrong comes again: as many questions as there are places and wrong answers, whenever they end."""
    people = waiting(slow, ())
    turns = iter(rights)

    def next_officer(wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
        people.offered.append([each.name for each in offered])
        right = next(turns, True)
        if len(people.offered) % 2:
            slow.gate.set()
        else:
            slow.gate.clear()
        return 0, Factors(passphrase_of(offered[0].name if right else "somebody else"))

    people.next_officer = next_officer  # type: ignore[method-assign]
    with opened(home) as book, Attendance(book, people) as table:
        assert len(table.holders(3)) == 3
        assert len(table.present) == 3
    wrong = sum("does not open" in line for line in people.said)
    assert len(people.offered) == 3 + wrong
    assert slow.ended == 3 + wrong


def test_one_officer_is_enough_where_one_is_asked_for(home: Path, slow: Derivations) -> None:
    people = waiting(slow, [("Erin", True)])
    with opened(home) as book:
        halt(book, people, "smoke")
    assert len(people.offered) == 1
    assert slow.ended == 1, "one derivation, and no second one"


def test_who_was_tried_while_others_were_asked_is_told_to_be_there(home: Path, slow: Derivations) -> None:
    people = waiting(slow, FIRST_THREE)
    with opened(home) as book, Attendance(book, people) as table:
        table.holders(3)
    assert people.said == [
        "Alice: the passphrase is being tried.",
        "Bob: the passphrase is being tried.",
        "Opening the identity of Alice",
        "Alice is here.",
        "Opening the identity of Bob",
        "Bob is here.",
        "Opening the identity of Carol",
    ]


def test_a_script_ends_with_the_first_wrong_passphrase_also_where_it_gives_nobody_more(
    home: Path, slow: Derivations
) -> None:
    class Brief(Waiting):
        def next_officer(self, wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
            if len(self.offered) == len(self.answers):
                raise Refused("nobody more", code="quorum")
            return super().next_officer(wanted, offered)

    slow.gate.clear()
    people = Brief(answers=[("Alice", False), ("Bob", True)], forgiving=False)
    people.slow = slow
    with opened(home) as book, pytest.raises(Mismatch), Attendance(book, people) as table:
        table.holders(3)
    people = Brief(answers=[("Alice", True), ("Bob", True)], forgiving=False)
    people.slow = slow
    with opened(home) as book, pytest.raises(Refused), Attendance(book, people) as table:
        table.holders(3)


def test_more_seats_than_there_are_identities_are_refused_once_all_that_came_were_heard(
    home: Path, slow: Derivations
) -> None:
    """A wrong passphrase of the last who is here is told, and asked for again, before too few are here."""
    answers = [("Alice", True), ("Bob", True), ("Carol", True), ("Dave", True), ("Erin", False), ("Erin", True)]
    people = waiting(slow, answers)
    with opened(home) as book, pytest.raises(Refused) as told, Attendance(book, people) as table:
        table.holders(6)
    assert told.value.code == "quorum"
    assert people.offered[-1] == ["Erin"]
    assert len(people.offered) == len(answers)


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, Declined, Unfit])
def test_whoever_stops_at_a_question_waits_for_no_derivation_and_everything_is_wiped(
    stopped: type[BaseException], home: Path, slow: Derivations, keys: Opened
) -> None:
    slow.gate.clear()
    people = People(answers=FIRST_THREE)

    def at(question: int) -> None:
        if question == 3:
            slow.gate.set() if stopped is Unfit else None
            raise stopped("no")

    people.at = at
    with opened(home) as book, pytest.raises(stopped), Attendance(book, people) as table:
        table.holders(3)
    assert len(people.given) == 2
    assert not any(len(each) for each in people.given), "at once, and not when the derivation ends"
    slow.gate.set()
    until_idle()
    keys.until_wiped(*people.given)


def test_whoever_stops_while_a_derivation_is_awaited_leaves_nothing(
    home: Path, slow: Derivations, keys: Opened
) -> None:
    class Leaving(People):
        def waits(self) -> None:
            raise KeyboardInterrupt

    slow.gate.clear()
    people = Leaving(answers=FIRST_THREE)
    with opened(home) as book, pytest.raises(KeyboardInterrupt), Attendance(book, people) as table:
        table.holders(3)
    slow.gate.set()
    until_idle()
    keys.until_wiped(*people.given)


@pytest.mark.parametrize("right", [True, False])
def test_once_the_table_is_left_every_key_and_passphrase_is_wiped(
    right: bool, home: Path, slow: Derivations, keys: Opened
) -> None:
    people = People(answers=[("Alice", right), *((name, True) for name in NAMES[1:4])])
    with opened(home) as book, Attendance(book, people) as table:
        table.holders(3)
        assert not any(len(each) for each in people.given), "a passphrase that was tried is gone"
        assert all(len(each.seed) for each in table.present.values())
    keys.until_wiped(*people.given)
    assert len(keys.keys) == 3


def test_a_key_file_is_wiped_with_the_passphrase() -> None:
    factors = Factors(passphrase_of("Alice"), key_file())
    factors.wipe()
    assert factors.key_file is not None
    assert not len(factors.passphrase.secret)
    assert not len(factors.key_file.secret)


def test_a_failure_that_is_no_wrong_passphrase_is_raised_as_it_is(home: Path, slow: Derivations, keys: Opened) -> None:
    people = waiting(slow, FIRST_THREE)
    slow.failing[2] = Unfit("no memory", code="memory")
    with opened(home) as book, pytest.raises(Unfit), Attendance(book, people) as table:
        table.holders(3)
    until_idle()
    keys.until_wiped(*people.given)


def test_the_next_candidate_is_asked_while_the_one_before_is_sealed_and_opened_again(
    tmp_path: Path, slow: Derivations, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = opened_keys(monkeypatch)
    people = waiting(slow, ())
    seen = []
    people.at = lambda _question: seen.append(slow.ended)
    book = found(tmp_path / "home", main_founding(), people)
    assert people.asked == list(NAMES)
    assert seen == [0] * 5
    assert slow.ended == 10, "each is sealed, and opened again"
    assert len(book.state.roster.officers) == 5
    keys.until_wiped(*people.given)


def test_an_identity_that_does_not_open_again_makes_no_treasury(
    tmp_path: Path, slow: Derivations, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = opened_keys(monkeypatch)
    people = waiting(slow, ())
    slow.failing[4] = Mismatch("this does not open")
    with pytest.raises(Mismatch):
        found(tmp_path / "home", main_founding(), people)
    assert not (tmp_path / "home").exists()
    keys.until_wiped(*people.given)


def test_a_failure_is_raised_before_the_next_candidate_is_asked_where_it_is_known(
    tmp_path: Path, slow: Derivations
) -> None:
    slow.failing[1] = Unfit("no memory", code="memory")
    people = People()
    people.at = lambda question: until_idle() if question == 2 else None
    with pytest.raises(Unfit):
        found(tmp_path / "home", main_founding(), people)
    assert people.asked == ["Alice", "Bob"]
    assert not (tmp_path / "home").exists()


def test_whoever_stops_a_beginning_waits_for_nothing_and_leaves_nothing(
    tmp_path: Path, slow: Derivations, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = opened_keys(monkeypatch)
    slow.gate.clear()
    people = People()

    def at(question: int) -> None:
        if question == 3:
            raise KeyboardInterrupt

    people.at = at
    with pytest.raises(KeyboardInterrupt):
        found(tmp_path / "home", main_founding(), people)
    assert not any(len(each) for each in people.given)
    slow.gate.set()
    until_idle()
    keys.until_wiped(*people.given)
    assert not (tmp_path / "home").exists()


def test_a_backup_asks_the_next_seat_while_the_one_before_is_tried(
    home: Path, tmp_path: Path, slow: Derivations
) -> None:
    with_vault(home)
    with opened(home) as book:
        back_up(book, tmp_path / "backup", "the safe")
    slow.begun = slow.ended = 0
    slow.gate.clear()
    seen = []

    class Seats(Script):
        def next_officer(self, wanted: str, offered: Sequence[Offered]) -> tuple[int, Factors]:
            seen.append(slow.ended)
            if len(seen) == 3:
                slow.gate.set()
            return super().next_officer(wanted, offered)

    book_ = restore(tmp_path / "spare", Restoration((tmp_path / "backup").read_bytes(), None), Seats(seats=NAMES))
    assert seen == [0, 0, 0]
    assert book_.state.roster.network == "main"


def test_a_quick_derivation_is_waited_for_so_that_its_answer_comes_before_the_next_question(
    tmp_path: Path, slow: Derivations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test network's takes a moment: there people are told one by one, as ever."""
    found(tmp_path / "home", main_founding().__class__("regtest", False, main_founding().officers, 3, 3), People())
    slow.begun = slow.ended = 0
    seen = []
    people = People(answers=[("Alice", False), ("Alice", True), ("Bob", True), ("Carol", True)])
    people.at = lambda _question: seen.append(slow.ended)
    with opened(tmp_path / "home") as book, Attendance(book, people) as table:
        table.holders(3)
    assert seen == [0, 1, 2, 3]


def test_nothing_is_left_at_work_when_all_was_fetched(home: Path, slow: Derivations) -> None:
    people = People(answers=FIRST_THREE)
    with opened(home) as book, Attendance(book, people) as table:
        table.holders(3)
        background: Background = table._arrivals._background
        until_idle()
        assert not background._at_work
