"""A passphrase is tried against the key that is meant, and asked for only where none is right without one."""

import os
import pty
import termios
from collections.abc import Sequence
from typing import Any

import pytest

from custody.cli.people import passphrases, typed_secret
from custody.cli.people.passphrases import ask_passphrase, ask_until_right
from custody.cli.people.terminal import Terminal
from custody.cli.people.typed_secret import Wanted, record_lines
from custody.errors import Mismatch
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import Scheme
from custody.keys.kinds import Kind, SecretInput
from custody.keys.reading import read_secret
from custody.secret import Secret
from tests.cli.people.test_hidden_cards import CARDS, SET

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"

LOCAL_FLAGS = 3


class Hearing(Terminal):
    """A terminal where answers lie ready; it counts how often somebody was asked."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)

    def ask_hidden(self, question: str) -> str:  # noqa: ARG002  there is one question
        return self.answers.pop(0)


class Door:
    """Opens for one passphrase; remembers what was tried."""

    def __init__(self, right: bytes | None, code: str = "") -> None:
        self.right = right
        self.code = code
        self.tried: list[bytes | None] = []

    def __call__(self, passphrase: Secret | None) -> str:
        self.tried.append(None if passphrase is None else passphrase.reveal())
        if self.tried[-1] != self.right:
            raise Mismatch(f"attempt {len(self.tried)}", code=self.code)
        return "open"


def test_nobody_is_asked_where_no_passphrase_is_needed() -> None:
    door = Door(None)
    assert ask_until_right(Hearing(), door) == "open"
    assert door.tried == [None]


def test_a_wrong_passphrase_is_told_and_asked_for_again(capsys: pytest.CaptureFixture[str]) -> None:
    door = Door(b"right one!")
    assert ask_until_right(Hearing("wrong one!", "", "right one!"), door) == "open"
    assert door.tried == [None, b"wrong one!", None, b"right one!"]
    assert capsys.readouterr().err.split() == ["attempt", "1", "attempt", "2", "attempt", "3"]


def test_the_third_wrong_passphrase_ends_it() -> None:
    door, hearing = Door(b"right one!"), Hearing("1!", "2!", "3!", "right one!")
    with pytest.raises(Mismatch, match="attempt 4"):
        ask_until_right(hearing, door)
    assert hearing.answers == ["right one!"]


def test_what_no_passphrase_mends_is_not_asked_about() -> None:
    door = Door(b"x", code=passphrases.OTHER_KIND)
    with pytest.raises(Mismatch, match="attempt 1"):
        ask_until_right(Hearing(), door)


def asked(*answers: str) -> str | None:
    passphrase = ask_passphrase(Hearing(*answers))
    return None if passphrase is None else passphrase.reveal().decode()


@pytest.mark.parametrize("words", [CARDS[0], "Smir KEYB acad", "zebra zoo", PHRASE])
def test_words_of_a_card_are_a_passphrase_only_if_they_are_typed_twice(words: str) -> None:
    assert asked(words, words) == words
    assert asked(words, "another one!") == "another one!"
    assert asked(words, "") is None


def test_the_secret_itself_is_never_the_passphrase() -> None:
    assert ask_passphrase(Hearing(CARDS[0], CARDS[0], ""), [CARDS[0]]) is None


def test_other_passphrases_are_taken_at_once() -> None:
    assert asked("correct horse 7 battery") == "correct horse 7 battery"


# Which key is meant


def found(words: Sequence[str], passphrase: str = "") -> bytes:
    lines = [*words, *([f"passphrase: {passphrase}"] if passphrase else [])]
    return dict(read_secret(lines).candidates())[Kind.SLIP39].fingerprint


def test_cards_of_the_set_open_its_key_and_no_other_passphrase_does() -> None:
    wanted = Wanted(SET)
    wanted.check(read_secret(CARDS[:2], wanted.check_card))
    with pytest.raises(Mismatch) as refusal:
        wanted.check(read_secret([*CARDS[:2], "passphrase: x"]))
    other = found(CARDS[:2], "x").hex()
    assert refusal.value.message == f"this passphrase leads to key {other}, the set's is {SET.fingerprint.hex()}"


def test_a_wallets_key_is_told_from_another_with_and_without_a_passphrase() -> None:
    wanted = Wanted.of_wallet(frozenset({found(CARDS[:2], "x")}), None)
    wanted.check(read_secret([*CARDS[:2], "passphrase: x"]))
    with pytest.raises(Mismatch, match=r"^without a passphrase this opens key 1c50a464 \(slip39\), .*the wallet has "):
        wanted.check(read_secret(CARDS[:2]))
    with pytest.raises(Mismatch, match=r"^this passphrase leads to key "):
        wanted.check(read_secret([*CARDS[:2], "passphrase: y"]))
    assert "is wanted" in wanted.lines()[0]
    Wanted().check(read_secret(CARDS[:2]))


def test_a_set_of_another_wallet_is_told_before_anybody_types() -> None:
    with pytest.raises(Mismatch, match=r"the set opens key 1c50a464, the wallet has 01020304$"):
        Wanted.of_wallet(frozenset({b"\1\2\3\4"}), SET)


def test_a_record_says_how_many_cards_of_which_groups_it_wants() -> None:
    groups = SetRecord(7, Kind.BIP39, True, 1, Scheme(2, ((2, 3), (1, 1))), b"\1\2\3\4", bytes(4))
    assert record_lines(groups) == [
        "Set 7, kind bip39, key 01020304: 2 of its 2 groups open it (cards: 2 of 3, 1 of 1)."
    ]
    assert record_lines(SET) == ["Set 26575, kind slip39, key 1c50a464: 2 of 5 cards open it."]


class Watched(Hearing):
    """The same on a terminal that is there and does not last; it remembers what it would have shown."""

    def __init__(self, terminal: int, *answers: str) -> None:
        super().__init__(*answers)
        self._source = self._screen = terminal
        self.shown: list[bool] = []

    def line(self) -> str:
        return self.answers.pop(0)

    def watch(self) -> None:
        self.shown.append(bool(termios.tcgetattr(self._source)[LOCAL_FLAGS] & termios.ECHO))


def test_between_the_cards_and_the_passphrase_nothing_shows_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types on while cards are put together types the next secret."""
    master, slave = pty.openpty()
    try:
        terminal = Watched(slave, PHRASE, "", "a passphrase")
        opening = typed_secret.read_secret

        def watched(*arguments: Any) -> SecretInput:
            terminal.watch()
            return opening(*arguments)

        monkeypatch.setattr(typed_secret, "read_secret", watched)
        assert typed_secret.ask_secret(terminal).passphrase == Secret(b"a passphrase")
        assert terminal.shown == [False] * 3, "for the language, for the cards, and with the passphrase"
        terminal.watch()
        assert terminal.shown[-1], "what is typed shows again afterwards"
    finally:
        os.close(master)
        os.close(slave)
