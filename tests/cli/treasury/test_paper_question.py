"""The newest paper is asked for right before the first question that matters, once, and by no refusal before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from custody.cli.people.meeting import FrontMeeting
from custody.cli.treasury import freshness
from custody.errors import Alarm
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.test_freshness import GOING_ON
from tests.cli.treasury.test_person import comes, words_of
from tests.cli.treasury.test_treasury import THREE, begun, payment
from tests.faults.changes import AWAY, COMMANDS, SIGN, Command, spoken
from tests.faults.homes import HOME
from tests.support import desk
from tests.support.officers import custody, quick_identities


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


PROVE = ("message", "prove", "--message", "ours", "--coins", "@/payment.psbt", "-o", "@/proof")
SIGNED = ("message", "sign", "--message", "ours", "--index", "0", "-o", "@/signature")
NOBODYS = ("--until", "2031-12-24", "--reason", "x", "--machine", "Laptop B", "--report", "@/payment.psbt")
AT = ("--home", f"@/{HOME}")
BEGUN = COMMANDS["sign --home"].prepare

COMPARING = {
    **{name: each for name, each in COMMANDS.items() if name.split(" --")[0] in GOING_ON and each.code == 0},
    "message sign": Command(BEGUN, spoken(*SIGNED, *AT, officers=THREE), "signed", (8,)),
    "message prove": Command(BEGUN, spoken(*PROVE, *AT, officers=THREE), "signed", (8,)),
}
"""Every command that compares the paper, where nothing else refuses it."""

REFUSED = {
    **{name: each for name, each in COMPARING.items() if 0 not in each.again},
    "sign --home": Command(BEGUN, spoken("sign", "@/refused.psbt", *AT, "-o", "@/x", officers=THREE), "refused", (3,)),
    "sign --home, to a file that is there": Command(
        COMMANDS["sign --home"].prepare, spoken(*SIGN, officers=THREE), "", (8,)
    ),
    "officer passphrase": Command(BEGUN, spoken("officer", "passphrase", "Zoe", *AT, officers=THREE), "", (5,)),
    "officer absence": Command(
        BEGUN,
        spoken("officer", "absence", "Erin", *AWAY, *AT, officers=THREE),
        "",
        (2,),
    ),
    "home exception": Command(BEGUN, spoken("home", "exception", *NOBODYS, *AT, officers=THREE), "", (5,)),
    "home end": Command(BEGUN, spoken("home", "end", "Laptop B", *AT, officers=THREE), "", (5,)),
}
"""Commands that something else refuses: where they happened already, or as they stand here."""


@contextmanager
def asked() -> Iterator[list[str]]:
    """What people are asked, in order: the paper, and whatever the meeting asks after that."""
    order: list[str] = []

    def noted(name: str, real: object) -> object:
        def call(*arguments: object, **named: object) -> object:
            found = real(*arguments, **named)  # type: ignore[operator]
            order.append(name)
            return found

        return call

    with (
        mock.patch.object(freshness, "compare_paper", noted("paper", freshness.compare_paper)),
        mock.patch.object(FrontMeeting, "confirm", noted("confirm", FrontMeeting.confirm)),
        mock.patch.object(FrontMeeting, "next_officer", noted("officer", FrontMeeting.next_officer)),
        mock.patch.object(FrontMeeting, "new_factors", noted("new", FrontMeeting.new_factors)),
        quick_identities(),
    ):
        yield order


def test_the_table_has_every_command_that_goes_on() -> None:
    assert {name.split(" --")[0].split(",")[0] for name in COMPARING} == set(GOING_ON)


@pytest.mark.parametrize("name", COMPARING)
def test_a_command_asks_once_and_before_anything_else(name: str, tmp_path: Path) -> None:
    command = COMPARING[name]
    with quick_identities():
        command.prepare(tmp_path)
    with asked() as order:
        answer = command.act(tmp_path)
    assert answer.code == 0, answer
    assert order[0] == "paper"
    assert order.count("paper") == 1
    assert len(order) > 1 or name == "home backup"


@pytest.mark.parametrize("name", COMPARING)
def test_what_the_paper_does_not_know_goes_on_nowhere(name: str, tmp_path: Path) -> None:
    command = COMPARING[name]
    with quick_identities():
        command.prepare(tmp_path)
        before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
        with mock.patch.object(freshness, "compare_paper", side_effect=Alarm("another journal")):
            answer = command.act(tmp_path)
    assert answer.code == 9, answer
    after = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and file.name != "beside.jsonl"}
    assert after == {file: content for file, content in before.items() if file.name != "beside.jsonl"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_anyway_asks_for_no_paper(name: str, tmp_path: Path) -> None:
    command = REFUSED[name]
    with quick_identities():
        command.prepare(tmp_path)
        if command is COMPARING.get(name) or not command.kind:
            command.act(tmp_path)
    with asked() as order:
        answer = command.act(tmp_path)
    assert answer.code in command.again, answer
    assert answer.code != 0
    assert "paper" not in order, answer


def test_a_step_that_nobody_was_asked_for_is_compared_all_the_same(tmp_path: Path) -> None:
    """The home itself asks, where a command forgot."""
    with quick_identities():
        home = begun(tmp_path)
        with (
            mock.patch.object(FrontMeeting, "confirm", lambda *_given: None),
            mock.patch.object(FrontMeeting, "next_officer", lambda at, *given: at._from_script(*given)),
            mock.patch.object(freshness, "compare_paper", side_effect=Alarm("another journal")),
        ):
            line = ("wallet", "new", "other", "--descriptor", desk.wallet("tr").single(0), "--network", "regtest")
            assert custody(*line, "--home", home, officers=THREE).code == 9


def test_a_person_is_asked_for_the_paper_once_and_a_copy_afterwards_does_not_ask_again(tmp_path: Path) -> None:
    with quick_identities():
        home = begun(tmp_path)
    newest = words_of(home)
    with Screen(PROGRAM, "resume", "--home", home) as screen:
        assert screen.finish() == 3, screen.text
        assert "newest paper" not in screen.text
    line = ("sign", payment(tmp_path), "--home", home, "-o", str(tmp_path / "out"))
    with Screen(PROGRAM, *line) as screen:
        screen.until("newest paper")
        screen.enter(newest)
        screen.until('Type "sign"')
        screen.enter("sign")
        for turn, name in enumerate(("Alice", "Bob", "Carol"), 1):
            comes(screen, name, f"the passphrase of {name}", turn, turn)
        assert screen.finish() == 0, screen.text
        assert screen.raw.count(b"words on the newest paper") == 1
