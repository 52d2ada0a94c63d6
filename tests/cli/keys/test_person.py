"""Whole sessions of a person at a terminal of 80 columns and 24 rows."""

import hashlib
import json
import random
import re
import subprocess

from custody.keys.phrases import mnemonic
from custody.secret import Secret
from tests.cli.conftest import COMMAND, PROGRAM
from tests.cli.screen import Screen

ABOUT = "abandon " * 11 + "about"
PHRASE = mnemonic.phrase(Secret(hashlib.sha256(b"typed by a person").digest()[:16])).reveal().decode()
DICE = "".join(random.Random(3).choices("123456", k=100))
NUMBERED = re.compile(r"(?<!\S)(\d{1,2})\.? +([a-z]{3,8})(?![a-z])")


def words_on(screen: Screen) -> list[str]:
    """The words of the card that is on the screen, in their order."""
    found = {int(number): word for number, word in NUMBERED.findall(screen.text)}
    assert sorted(found) == list(range(1, len(found) + 1)), screen.text
    return [found[number] for number in sorted(found)]


def still_shown(words: list[str], screen: Screen) -> list[str]:
    """The numbered words of a card that the screen still shows. (A sentence of ours may use a word of the list.)"""
    return [word for number, word in enumerate(words, 1) if f"{number}  {word}" in screen.text]


def copy_card(screen: Screen, count: int) -> list[str]:
    """Do what a holder does: look, copy, clear, read back by four letters."""
    screen.until("only its holder")
    screen.enter()
    screen.until("Enter clears")
    words = words_on(screen)
    assert len(words) == count
    assert all(len(line) <= 80 for line in screen.lines)
    screen.enter()
    screen.until("Now read it back")
    assert not still_shown(words, screen)
    for position, word in enumerate(words, 1):
        screen.until(f"Word {str(position).rjust(2)} of {count}")
        screen.enter(word[:4])
    screen.until(f"All {count} words agree")
    return words


def test_a_person_makes_a_key_with_dice_and_copies_its_cards(tmp_path):
    arguments = ("key", "new", "--network", "main", "--words", "12", "--threshold", "2", "--shares", "2", "--json")
    with Screen(PROGRAM, *arguments, stdout=subprocess.PIPE, cwd=tmp_path) as screen:
        screen.until("Write the commitment down")
        commitment = re.search(r"[0-9a-f]{64}", screen.text)
        assert commitment
        screen.enter()
        screen.until("Rolls 0 of 50")
        screen.enter(DICE[:20])
        screen.until("Rolls 20 of 50")
        screen.enter("7")
        screen.until("is not a number from 1 to 6")
        screen.enter(DICE[20:50])
        cards = [copy_card(screen, 20), copy_card(screen, 20)]
        assert screen.finish() == 0
        assert screen.process.stdout is not None
        public = json.loads(screen.process.stdout.read())
        assert public["commitment"] == commitment[0]
        assert public["dice"] == 50
        assert DICE[:20].encode() not in screen.raw
        assert list(tmp_path.iterdir()) == []
    opened = combine_by_hand(cards)
    assert public["fingerprint"] in opened


def combine_by_hand(cards: list[list[str]]) -> str:
    """Type cards, word by word, into `share combine`; return what it says at the end."""
    with Screen(PROGRAM, "share", "combine") as screen:
        screen.until("Bring the first card.")
        for number, words in enumerate(cards, 1):
            screen.until("Word 1:" if number == 1 else "Next card, word 1")
            screen.enter(words)
        screen.until("These open the secret")
        screen.enter()
        screen.until("Passphrase, or Enter")
        screen.enter()
        assert screen.finish() == 0
        for words in cards:
            assert " ".join(words[3:6]).encode() not in screen.raw
        return screen.text


def test_a_person_types_a_phrase_and_corrects_the_one_word_that_is_wrong():
    words = PHRASE.split()
    wrong = [*words[:3], "zoo" if words[3] != "zoo" else "zebra", *words[4:]]
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Word 1:")
        screen.enter(wrong)
        screen.until("Word 13, or Enter if these were all:")
        screen.enter()
        screen.until("checksum does not hold")
        screen.enter("4")
        screen.until("Word 4 again:")
        screen.enter([words[3], ""])
        screen.until("Passphrase, or Enter")
        screen.enter("a passphrase")
        assert screen.finish() == 0
        assert "Fingerprint" in screen.text
        assert b"a passphrase" not in screen.raw
        assert words[3].encode() not in screen.raw


def test_a_mistyped_word_is_told_by_its_place_and_neither_it_nor_one_like_it_is_shown():
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Word 1:")
        screen.enter("abandn")
        screen.until("Word 1 is not in the list. Type it again.")
        assert b"aband" not in screen.raw
        screen.interrupt()
        assert screen.finish() == 6
        assert "error: stopped, as you asked" in screen.text


def test_the_end_of_input_at_a_prompt_is_a_no():
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Word 1:")
        screen.type("\x04")
        assert screen.finish() == 6


def test_answers_beside_the_question_do_not_end_the_command():
    with Screen(PROGRAM, "key", "show") as screen:
        screen.until("Word 1:")
        for turn, answer in enumerate(("13", "dozen", "", "12"), 2):
            screen.enter(answer)
            screen.until_raw(b"Word 1: ", turn)
        screen.interrupt()
        assert screen.finish() == 6


def test_a_warning_tells_who_else_may_keep_the_screen():
    arguments = ("key", "new", "--network", "main", "--no-dice", "--words", "12")
    with Screen(PROGRAM, *arguments, env={"TMUX": "/tmp/tmux,1,0"}) as screen:
        screen.until("tmux is running around this terminal")
        screen.until("only its holder")
        screen.enter()
        screen.until("Enter clears")
        words = words_on(screen)
        screen.interrupt()
        assert screen.finish() == 6
        assert not still_shown(words, screen)
        assert screen.echoes


def test_a_card_that_was_copied_wrong_is_shown_again():
    with Screen(PROGRAM, "key", "new", "--network", "main", "--no-dice", "--words", "12") as screen:
        screen.until("only its holder")
        screen.enter()
        screen.until("Enter clears")
        words = words_on(screen)
        screen.enter()
        screen.until("Word  1 of 20")
        screen.enter("zero" if words[0] != "zero" else "acid")
        screen.until("Word 1 differs")
        screen.enter("")
        screen.until("Enter clears")
        assert b"Word  1 of 20: \r\n" in screen.raw
        assert words_on(screen) == words
        screen.enter()
        screen.until("Word  1 of 20")
        for position, word in enumerate(words, 1):
            screen.until(f"Word {str(position).rjust(2)} of 20")
            screen.enter(word)
        assert screen.finish() == 0


def test_two_different_new_passphrases_are_a_mismatch():
    with Screen(PROGRAM, "key", "new", "--network", "main", "--no-dice", "--ask-passphrase") as screen:
        screen.try_keys()
        screen.until("New passphrase")
        screen.enter("one canary")
        screen.until("The same again")
        screen.enter("two canary")
        assert screen.finish() == 5
        assert b"canary" not in screen.raw


def test_the_rest_of_a_longer_phrase_does_not_fall_into_the_shell():
    shell = f"import subprocess, sys; subprocess.run([{COMMAND!r}, 'key', 'show']); input('$ ')"
    with Screen(shell) as screen:
        screen.until("Word 1:")
        screen.enter("\n".join([*PHRASE.split(), "", *["canary"] * 11]))  # as a paste comes, in one piece
        screen.until("Passphrase, or Enter")
        screen.enter()
        screen.until("$")
        screen.read(0.5)
        assert screen.process.poll() is None
        assert b"canary" not in screen.raw
        screen.enter()
        assert screen.finish() == 0


def test_a_terminal_for_input_only_gives_no_share_screen():
    with Screen(PROGRAM, "key", "new", "--network", "main", "--no-dice", size=(80, 24)) as screen:
        screen.until("only its holder")
        screen.interrupt()
        assert screen.finish() == 6
