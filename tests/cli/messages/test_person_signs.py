"""A person at an 80x24 terminal reads a message, whole and as it is, before a word signs it."""

from collections.abc import Sequence
from pathlib import Path

import pyte
import pytest

from custody.chains.bitcoin.message.review import review_message
from custody.cli.messages.job import PersonReadsMessage
from custody.cli.messages.screen import lines, message_lines
from custody.cli.people.terminal import Terminal
from custody.errors import Refused
from tests.chains.bitcoin.message.requests import asked, judged
from tests.chains.bitcoin.review.drafts import honest, judge, registered
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.transactions.test_person_signs import PHRASE, lay
from tests.support import desk
from tests.support.aloud import WEIGHT, spaced
from tests.support.custody_command import run

MESSAGE = "We hold this.\n  Date: 2026-11-23  \nAnd " + "x" * 100


def begun(folder: Path, *words: str) -> Screen:
    _file, wallet, _out = lay(folder)
    arguments = ("message", "sign", "--wallet", wallet, "--index", "0", "--message", MESSAGE, *words)
    return Screen(PROGRAM, *arguments, "-o", str(folder / "signature"))


def test_a_person_reads_the_message_and_signs_on_the_main_network(tmp_path: Path) -> None:
    with begun(tmp_path) as screen:
        shown = screen.until("A MESSAGE to sign, not a payment. Bitcoin main network, wallet")
        assert "MAIN: real money" in shown
        shown = screen.until('Type "sign"')
        assert "   | We hold this." in shown
        assert "   |   Date: 2026-11-23" in shown
        assert "   \\ " + "x" * 28 in shown
        screen.enter("sign")
        screen.until("Word 1:")
        screen.enter([*PHRASE.split(), ""])
        assert screen.finish() == 0, screen.text
    address = run("custody", "wallet", "address", str(tmp_path / "wallet.json"), "--index", "0").out.strip()
    signature = str(tmp_path / "signature")
    assert run("custody", "message", "verify", signature, "--address", address, "--message", MESSAGE).code == 0


def test_a_person_who_does_not_type_the_word_has_declined(tmp_path: Path) -> None:
    with begun(tmp_path) as screen:
        screen.until('Type "sign"')
        screen.enter("yes")
        screen.until_raw(b'Type "sign"', 2)
        screen.enter("yes")
        assert screen.finish() == 6
    assert not (tmp_path / "signature").exists()


class Notebook(Terminal):
    """A terminal that writes down what is shown and asked, and says yes."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.asked: list[str] = []

    def page(self, lines: Sequence[str]) -> None:
        self.shown += lines

    def confirm(self, question: str, word: str) -> None:  # noqa: ARG002  it hears the word
        self.asked.append(question)


def test_the_message_that_is_shown_is_the_one_that_is_approved() -> None:
    notebook = Notebook()
    reader = PersonReadsMessage(notebook, None, None)
    for words in (b"We hold this.", b"We owe this."):
        review = judged("wpkh", asked("wpkh", message=words)).review
        assert reader.approve(review).commitment == review.commitment
        assert notebook.shown[-len(tuple(lines(review))) :] == list(lines(review))
    assert notebook.asked == ["Sign exactly this message?"] * 2


def test_a_payment_is_never_approved_as_a_message() -> None:
    notebook = Notebook()
    with pytest.raises(Refused, match="not a message; nothing was signed"):
        PersonReadsMessage(notebook, None, None).approve(judge(honest()).review)
    assert not (notebook.shown or notebook.asked)


HOSTILE = {
    "ANSI": "\x1b[2J\x1b[H",
    "C1": "\x9b2J",
    "bidi": "\u202e\u2066",
    "zero width": "\u200b\u200d\ufeff",
    "carriage return": "harmless\rREFUSED",
    "homoglyph": "\u0430\u0435",
    "very long": "A" * 5_000,
    "many lines": "\n" * 60,
    "a bar of its own": "x\n   | SHA-256 of what was read:",
    "a backslash": "\\x1b",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_message_leaves_the_rest_of_the_screen_as_it_is(text: str) -> None:
    review = review_message(asked("wpkh", 2, text.encode()), [registered("wpkh")]).review
    shown = [WEIGHT.sub("", line) for line in lines(review)]
    emulator = pyte.Screen(80, len(shown) + 1)
    pyte.Stream(emulator).feed("\r\n".join(shown))
    assert [line.rstrip() for line in emulator.display][: len(shown)] == [line.rstrip() for line in shown]
    assert all(len(line) <= 80 for line in shown)
    assert f"   {spaced(desk.wallet('wpkh').address(0, 0))}" in shown
    assert " Shows 0.00 200 001 BTC (200 001 satoshi) in 2 coins" in shown
    assert shown.count(" SHA-256 of what was read:") == 1


def test_every_line_of_a_message_stands_behind_a_bar() -> None:
    told = list(message_lines("one\n\n two \n" + "y" * 80))
    assert told[0] == " The message, 91 characters"
    assert told[1:4] == ["   | one", "   |", "   |  two "]
    assert told[4:] == ["   | " + "y" * 75, "   \\ " + "y" * 5]
