import fcntl
import os
import select
import signal
import struct
import termios
from functools import partial

import pytest

from custody.cli.people.terminal import Terminal, fold, paginate
from custody.errors import Usage
from tests.cli.screen import Screen
from tests.support.patience import until

SETUP = """
import sys
from custody.cli.front import main
from custody.cli.people.terminal import Terminal
from custody.errors import CustodyError
terminal = Terminal(idle_seconds=float(sys.argv[1]) if len(sys.argv) > 1 else 60)
def go(work):
    try:
        terminal.write("ANSWER " + str(work()) + chr(10))
    except CustodyError as failure:
        terminal.write("FAILED " + str(failure.exit_code) + " " + failure.message + chr(10))
    except KeyboardInterrupt:
        terminal.write("INTERRUPTED" + chr(10))
"""
SHARE = SETUP + "go(lambda: terminal.show_secret(['card 2 of 5', '', ' 1 canary   2 zebra']))"


def test_the_share_screen_shows_and_then_clears_screen_and_scrollback():
    with Screen("print('before')\n" + SHARE) as screen:
        screen.until("canary")
        assert "Enter clears" in screen.text
        assert "before" not in screen.text
        screen.enter()
        screen.until("ANSWER None")
        assert b"\x1b[?1049h" in screen.raw
        after = screen.raw[screen.raw.rindex(b"canary") :]
        assert after.index(b"\x1b[2J") < after.index(b"\x1b[3J") < after.index(b"\x1b[?1049l")
        assert after.rindex(b"\x1b[3J") > after.index(b"\x1b[?1049l")
        assert "canary" not in screen.text
        assert screen.finish() == 0


def test_the_share_screen_goes_blank_when_nobody_is_there_and_comes_back():
    with Screen(SHARE, "0.2") as screen:
        screen.until("Hidden, because")
        assert "canary" not in screen.text
        screen.type("x")  # another key than Enter does not bring it back: each time it is shown is one Enter's doing
        presses = 0
        while "ANSWER None" not in screen.text:
            presses += 1
            screen.enter()
            until(partial(shown_again_or_done, screen, presses), lambda: f"the share again: {screen.text}")
        assert presses >= 2
        assert screen.raw.count(b"canary") == presses


def shown_again_or_done(screen, presses):
    return "ANSWER None" in screen.text or screen.raw.count(b"canary") > presses


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_an_interrupted_share_screen_is_cleared_and_the_terminal_echoes_again(number):
    with Screen(SHARE) as screen:
        screen.until("canary")
        assert not screen.echoes
        screen.send(number)
        screen.until("INTERRUPTED")
        assert "canary" not in screen.text
        assert screen.raw.rindex(b"\x1b[3J") > screen.raw.rindex(b"canary")
        assert screen.echoes


def test_the_share_screen_cannot_be_suspended_with_the_secret_on_it():
    with Screen(SHARE) as screen:
        screen.until("canary")
        screen.type("\x1a")
        screen.enter()
        screen.until("ANSWER None")


def test_the_end_of_input_on_the_share_screen_clears_it_and_is_a_no():
    with Screen(SHARE) as screen:
        screen.until("canary")
        screen.type("\x04")
        screen.until("FAILED 6")
        assert "canary" not in screen.text


def test_a_card_that_is_longer_than_the_screen_is_shown_in_pages():
    code = SETUP + "go(lambda: terminal.show_secret([f'line {n}' for n in range(1, 31)]))"
    with Screen(code, size=(80, 12)) as screen:
        screen.until("Page 1 of 3")
        assert "line 10" in screen.text
        screen.enter()
        screen.until("Page 2 of 3")
        assert "line 10" not in screen.text
        screen.enter()
        screen.until("line 30")
        screen.enter()
        screen.until("ANSWER None")


def test_a_secret_is_never_shown_where_there_is_no_terminal():
    reader, writer = os.pipe()
    try:
        with pytest.raises(Usage, match="no terminal") as refusal:
            Terminal(source=reader, screen=writer).show_secret(["canary"])
        assert "--secret-out-fd" in refusal.value.hint
        os.close(writer)
        assert os.read(reader, 100) == b""
    finally:
        os.close(reader)


def test_a_hidden_answer_is_not_shown():
    with Screen(SETUP + "go(lambda: len(terminal.ask_hidden('Passphrase: ')))") as screen:
        screen.until("Passphrase:")
        assert not screen.echoes
        screen.enter("canary words")
        screen.until("ANSWER 12")
        assert b"canary" not in screen.raw
        assert screen.echoes


def test_a_hidden_question_cannot_be_suspended():
    with Screen(SETUP + "go(lambda: repr(terminal.ask_hidden('Passphrase: ')))") as screen:
        screen.until("Passphrase:")
        screen.enter("a\x1ab")
        screen.until("ANSWER 'a\\x1ab'")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_an_interrupted_hidden_question_leaves_a_terminal_that_echoes(number):
    with Screen(SETUP + "go(lambda: terminal.ask_hidden('Passphrase: '))") as screen:
        screen.until("Passphrase:")
        assert not screen.echoes
        screen.send(number)
        screen.until("INTERRUPTED")
        assert screen.echoes


@pytest.mark.parametrize("typed", [b"p\xe4sswort", b"\x80", b"\xff", b"\xc3", b"\xed\xa0\x80"])
def test_a_passphrase_that_is_not_utf8_is_refused_and_not_replaced_by_another(typed):
    with Screen(SETUP + "go(lambda: terminal.ask_hidden('Passphrase: '))") as screen:
        screen.until("Passphrase:")
        os.write(screen.master, typed + b"\n")
        screen.until("FAILED 4 what was typed is not UTF-8 text")


WAITING = (
    SETUP
    + """
import fcntl, select, struct, termios
terminal = Terminal(lasting=True)
def rest(count):
    while struct.unpack("i", fcntl.ioctl(0, termios.FIONREAD, bytes(4)))[0] < count:
        select.select([], [], [], 0.01)
"""
)


def test_what_was_pasted_beyond_the_hidden_question_is_forgotten():
    work = "(terminal.ask_hidden('Passphrase: '), rest(25), terminal.forget_typed(), terminal.ask('Next? '))[-1]"
    with Screen(WAITING + f"go(lambda: {work})") as screen:
        screen.until("Passphrase:")
        screen.enter(["one", "canary words", "more canary"])
        screen.until("Next?")
        assert screen.echoes
        screen.enter("fresh")
        screen.until("ANSWER fresh")
        assert b"canary" not in screen.raw


def test_the_end_of_a_command_forgets_a_paste_that_still_comes(monkeypatch):
    master, slave = os.openpty()
    late, select_now = [b"canary words\n"] * 3, select.select

    def select_after_more(*wanted):
        if late:
            os.write(master, late.pop())
        return select_now(*wanted)

    monkeypatch.setattr(select, "select", select_after_more)
    command = Terminal(source=slave, lasting=True)
    with command.hidden():
        os.write(master, b"canary words\n")
    assert not termios.tcgetattr(slave)[3] & termios.ECHO
    command.forget_typed()
    assert late == []
    assert termios.tcgetattr(slave)[3] & termios.ECHO
    assert struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, bytes(4)))[0] == 0
    assert not select_now([master], [], [], 0)[0], "something was echoed"
    os.close(master)
    os.close(slave)


def test_what_was_pasted_beyond_the_hidden_question_answers_no_visible_one_and_is_not_shown():
    work = "(terminal.ask_hidden('Passphrase: '), rest(13), terminal.ask('Next? '))[-1]"
    with Screen(WAITING + f"go(lambda: {work})") as screen:
        screen.until("Passphrase:")
        screen.enter(["one", "canary words"])
        screen.until("Next?")
        assert screen.echoes
        screen.enter("fresh")
        screen.until("ANSWER fresh")
        assert b"canary" not in screen.raw


def test_what_was_typed_before_a_passphrase_is_asked_for_is_none():
    work = "(terminal.write('Wait. '), rest(7), terminal.ask_hidden('Passphrase: '))[-1]"
    with Screen(WAITING + f"go(lambda: {work})") as screen:
        screen.until("Wait.")
        screen.enter("canary")
        screen.until("Passphrase:")
        screen.enter("fresh")
        screen.until("ANSWER fresh")


def test_a_commands_terminal_stays_hidden_between_two_hidden_questions():
    work = "(terminal.ask_hidden('Passphrase: '), terminal.write('Working. '), rest(7), terminal.forget_typed())"
    with Screen(WAITING + f"go(lambda: {work})") as screen:
        screen.until("Passphrase:")
        screen.enter("one")
        screen.until("Working.")
        assert not screen.echoes
        screen.enter("canary")
        screen.until("ANSWER")
        assert b"canary" not in screen.raw
        assert screen.echoes


def test_a_pause_shows_nothing_of_what_is_typed_instead_of_enter():
    with Screen(SETUP + "go(lambda: terminal.pause('Look.'))") as screen:
        screen.until("Then press Enter.")
        screen.enter("canary")
        screen.until("ANSWER None")
        assert b"canary" not in screen.raw


def test_the_end_of_input_at_a_question_is_a_no():
    with Screen(SETUP + "go(lambda: terminal.ask_hidden('Passphrase: '))") as screen:
        screen.until("Passphrase:")
        screen.type("\x04")
        screen.until("FAILED 6")
        assert screen.echoes


@pytest.mark.parametrize(
    ("typed", "said"),
    [("pay", "ANSWER None"), ("no", "FAILED 6"), ("", "FAILED 6"), ("PAY", "ANSWER None"), (" No ", "FAILED 6")],
)
def test_only_the_word_itself_confirms_in_whatever_case(typed, said):
    with Screen(SETUP + "go(lambda: terminal.confirm('Sign this?', 'pay'))") as screen:
        screen.until('Type "pay"')
        screen.enter(typed)
        screen.until(said)


@pytest.mark.parametrize(("again", "said"), [("pay", "ANSWER None"), ("pya", "FAILED 6"), ("", "FAILED 6")])
def test_a_mistyped_word_is_asked_for_once_more(again, said):
    with Screen(SETUP + "go(lambda: terminal.confirm('Sign this?', 'pay'))") as screen:
        screen.until('Type "pay"')
        screen.enter("pay now")
        screen.until_raw(b'Type "pay"', 2)
        assert 'That was not "pay". Sign this?' in screen.text
        screen.enter(again)
        screen.until(said)


def test_what_was_pasted_behind_a_mistyped_word_confirms_nothing():
    with Screen(SETUP + "go(lambda: terminal.confirm('Sign this?', 'pay'))") as screen:
        screen.until('Type "pay"')
        screen.type("pya\npay\n")
        screen.until_raw(b'Type "pay"', 2)
        screen.enter()
        screen.until("FAILED 6")


def test_nothing_is_below_the_fold():
    with Screen(SETUP + "go(lambda: terminal.page([f'line {n}' for n in range(1, 41)]))") as screen:
        screen.until("page 1 of 2")
        assert "line 1\n" in screen.text
        assert "line 22" in screen.text
        assert "line 23" not in screen.text
        screen.enter()
        screen.until("ANSWER None")
        assert "line 23" in screen.text
        assert "line 40" in screen.text


def test_a_long_line_is_folded_and_never_shortened():
    assert fold("a" * 170, 80) == ["a" * 80, "a" * 80, "a" * 10]
    assert fold("\x1b[1m" + "a" * 80 + "\x1b[0m", 80) == ["\x1b[1m" + "a" * 80 + "\x1b[0m"]


def test_a_page_ends_at_a_blank_line_where_one_is_in_its_lower_half_and_no_line_is_lost():
    keys = ["whose", "key", "key", ""] * 4
    assert paginate(keys, 6) == [keys[0:4], keys[4:8], keys[8:12], keys[12:16]]
    assert [len(page) for page in paginate(["", *["line"] * 9], 4)] == [4, 4, 2]
    assert paginate([], 4) == [[]]
    assert [len(page) for page in paginate(["line"] * 8, 4, 2)] == [4, 3, 1], "the last of several leaves two free"
    assert [len(page) for page in paginate(["line"] * 6, 4, 2)] == [4, 2]
    assert [len(page) for page in paginate(["line"] * 4, 4, 2)] == [4], "one page alone keeps all of its height"
    for height in range(1, 20):
        pages = paginate(keys, height)
        assert [line for page in pages for line in page] == keys
        assert max(map(len, pages)) <= height
