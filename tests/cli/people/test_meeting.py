"""Who sits down at the table: an officer's number is the same in every question, and says what a passphrase signs."""

from collections.abc import Sequence

import pytest

from custody.ceremony.meeting import Offered
from custody.cli.people.meeting import FrontMeeting, given_passphrase
from custody.cli.people.terminal import Terminal
from custody.errors import Declined, Refused
from custody.keys.vaults.parameters import Network
from custody.secret import Secret


class Hearing(Terminal):
    """A terminal where answers lie ready; it writes down what was asked."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[str] = []

    def ask_hidden(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0)


def officer(name: str, seat: int, key: int, signs: str = "") -> Offered:
    return Offered(name, bytes([key]) * 32, seat, False, None, signs)


ALICE, BOB, CAROL = (officer(name, seat, seat) for seat, name in enumerate(("Alice", "Bob", "Carol"), 1))
FRANK, GRACE = officer("Frank", 1, 4), officer("Grace", 1, 5)


def meeting(*answers: str) -> FrontMeeting:
    return FrontMeeting(Hearing(*answers), Network.TEST, False, None, {})


def chosen(at: FrontMeeting, *offered: Offered) -> str:
    return offered[at.next_officer("One more", offered)[0]].name


def numbers(told: str) -> Sequence[str]:
    return [line.strip() for line in told.splitlines() if line.startswith("  ")]


def test_a_number_is_the_seat_and_stays_when_others_sat_down(capsys: pytest.CaptureFixture[str]) -> None:
    at = meeting("1", "passphrase", "3", "passphrase")
    assert chosen(at, ALICE, BOB, CAROL) == "Alice"
    assert numbers(capsys.readouterr().err) == ["1  Alice", "2  Bob", "3  Carol"]
    assert chosen(at, BOB, CAROL) == "Carol"
    assert numbers(capsys.readouterr().err) == ["2  Bob", "3  Carol"]


def test_who_shares_a_seat_has_a_second_number_which_stays(capsys: pytest.CaptureFixture[str]) -> None:
    at = meeting("1.2", "passphrase", "1.3", "passphrase")
    assert chosen(at, ALICE, BOB, FRANK, GRACE) == "Frank"
    assert chosen(at, GRACE, ALICE) == "Grace"
    assert numbers(capsys.readouterr().err)[4:] == ["1.3  Grace", "1  Alice"]


def test_a_number_of_somebody_who_sits_already_calls_nobody() -> None:
    at = meeting("1", "passphrase", "1", "1", "1", "1", "1")
    chosen(at, ALICE, BOB)
    with pytest.raises(Declined):
        chosen(at, BOB, CAROL)


def test_who_is_called_the_same_is_told_apart_by_the_key_and_called_by_the_number(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one, other = officer("seat 1", 1, 1), officer("seat 1", 1, 9)
    at = meeting("seat 1", "1.2", "passphrase")
    assert at.next_officer("One more", (one, other, BOB))[0] == 1
    assert numbers(capsys.readouterr().err) == ["1  seat 1, key 01010101", "1.2  seat 1, key 09090909", "2  Bob"]


def test_what_a_passphrase_signs_is_said_before_and_at_the_passphrase(capsys: pytest.CaptureFixture[str]) -> None:
    at = meeting("2", "passphrase")
    chosen(at, officer("Alice", 1, 1, "I decline this"), officer("Bob", 2, 2, "I decline this"))
    assert capsys.readouterr().err.count("A passphrase signs: I decline this.") == 1
    assert isinstance(at.terminal, Hearing)
    assert at.terminal.asked[-1] == 'Bob, your passphrase, to sign "I decline this": '


def test_an_answer_that_calls_nobody_is_told_and_never_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """It may be a passphrase, typed too early."""
    at = meeting("purple otter vanishes", "2", "passphrase")
    assert chosen(at, ALICE, BOB) == "Bob"
    told = capsys.readouterr().err
    assert told.count("That is none of these: type a number, or a name as it stands above.") == 1
    assert "otter" not in told


def test_a_weak_passphrase_of_a_script_guards_no_real_money() -> None:
    for typed in (b"password", b"birthday 1990"):
        assert given_passphrase(Secret(typed), Network.TEST).secret == Secret(typed)
        with pytest.raises(Refused):
            given_passphrase(Secret(typed), Network.MAIN)
    given_passphrase(Secret(b"seven purple elephants walk slowly home"), Network.MAIN).wipe()
