"""Dice for the cards of a secret that exists: of a person always, of a script that brings them; none passed over."""

import hashlib
import json
import random
import re
import subprocess
import sys

import pytest

from custody.keys.cards.shares import Scheme
from custody.keys.phrases import mnemonic
from custody.secret import Secret
from tests.cli.conftest import PROGRAM
from tests.cli.keys.test_person import copy_card
from tests.cli.screen import Screen
from tests.conftest import ROOT
from tests.support.recomputed import four_letters, recomputed

SECRET = hashlib.sha256(b"an old phrase").digest()[:16]
PHRASE = mnemonic.phrase(Secret(SECRET)).reveal().decode()
DICE = "".join(random.Random(31).choices("123456", k=50))
SPLIT = ("share", "split", "--threshold", "2", "--shares", "3", "--iteration-exponent", "0", "--json")
SCHEME = Scheme.single(2, 3)


def test_a_script_gives_dice_beside_the_secret_and_the_cards_can_be_recomputed(custody):
    given = f"{PHRASE}\ndice: {DICE}\n"
    made = custody(*SPLIT, "--show-machine-part", secret=given, out=True)
    assert made.code == 0, made.stderr
    assert made.json["dice"] == 50
    part, *cards = made.secrets
    machine = bytes.fromhex(part.removeprefix("machine: "))
    commitment, again = recomputed(machine, DICE, SECRET.hex(), made.json["identifier"], SCHEME)
    assert commitment == made.json["commitment"]
    assert commitment in made.stderr
    assert again == [four_letters(card) for card in cards]


def test_a_script_without_dice_is_told_what_the_cards_rest_on(custody):
    for beside in ((), ("--no-dice",)):
        made = custody(*SPLIT, *beside, secret=PHRASE, out=True)
        assert made.code == 0
        assert made.json["dice"] is None
        assert "what is random in these cards rests on this machine alone" in made.stderr
    assert "warning" not in custody(*SPLIT, secret=f"{PHRASE}\ndice: {DICE}", out=True).stderr


@pytest.mark.parametrize(
    ("options", "lines", "code", "says"),
    [
        (("--dice",), "", 2, "no line that begins with dice:"),
        (("--no-dice",), f"dice: {DICE}", 4, "no dice are wanted here"),
        ((), f"dice: {DICE[:49]}", 3, "49 rolls are too few for 128 bits: roll 50"),
        ((), f"dice: {'1' * 50}", 3, "do not look like fair dice"),
        ((), f"dice: {DICE[:49]}7", 4, "roll 50 is not a number from 1 to 6"),
        ((), f"dice: {DICE}\ndice: {DICE}", 4, "more than one line begins with"),
    ],
)
def test_dice_that_are_missing_poor_or_passed_over_cut_no_cards(custody, options, lines, code, says):
    made = custody(*SPLIT, *options, secret=f"{PHRASE}\n{lines}\n", out=True)
    assert made.code == code, made.stderr
    assert says in made.json["error"]["message"]
    assert made.secrets == ()
    assert DICE[:20] not in made.stderr + made.stdout


def test_dice_for_a_card_that_opens_alone_are_passed_over_and_so_refused(custody):
    alone = ("share", "split", "--threshold", "1", "--shares", "1", "--json")
    assert custody(*alone, secret=f"{PHRASE}\ndice: {DICE}", out=True).code == 4
    for asked in ("--dice", "--show-machine-part"):
        refused = custody(*alone, asked, secret=PHRASE, out=True)
        assert refused.code == 2
        assert refused.secrets == ()
    made = custody(*alone, secret=PHRASE, out=True)
    assert made.code == 0
    assert made.json["commitment"] is None
    assert "warning" not in made.stderr


def test_the_record_of_a_set_keeps_nothing_of_the_mix(custody, tmp_path):
    record = tmp_path / "set.json"
    made = custody(*SPLIT, "-o", str(record), secret=f"{PHRASE}\ndice: {DICE}", out=True)
    assert made.code == 0
    assert set(json.loads(record.read_text())) == set(made.json) - {"commitment", "dice", "warnings"}
    assert made.json["commitment"] not in record.read_text()


def test_a_new_key_in_cards_takes_one_throw_for_both(custody):
    scheme = ("--threshold", "2", "--shares", "3", "--iteration-exponent", "0")
    new = ("key", "new", "--network", "test", "--words", "12", *scheme)
    made = custody(*new, "--show-machine-part", "--json", secret=f"dice: {DICE}", out=True)
    assert made.code == 0, made.stderr
    part, *cards = made.secrets
    machine = bytes.fromhex(part.removeprefix("machine: "))
    published = [sys.executable, "-I", str(ROOT / "docs" / "dice.py")]
    typed = f"{machine.hex()}\n{DICE}\n128\n"
    key = subprocess.run(published, input=typed, capture_output=True, text=True, check=True).stdout.split()[-1]
    commitment, again = recomputed(machine, DICE, key, made.json["set"]["identifier"], SCHEME)
    assert commitment == made.json["commitment"]
    assert again == [four_letters(card) for card in cards]


def test_a_person_is_asked_for_dice_after_the_commitment_and_the_number_of_the_set():
    with Screen(PROGRAM, *SPLIT, stdout=subprocess.PIPE) as screen:
        screen.until("Word 1:")
        screen.enter(PHRASE)
        screen.enter("")
        screen.until_raw(b"Passphrase, or Enter")
        screen.enter("")
        screen.until("Write the commitment down")
        commitment, number = re.search(r"[0-9a-f]{64}", screen.text), re.search(r"will be set (\d+)", screen.text)
        assert commitment
        assert number
        screen.enter()
        screen.until("Rolls 0 of 50")
        screen.enter("1" * 50)
        screen.until("do not look like fair dice")
        screen.enter("")
        screen.until("Rolls 0 of 50")
        screen.enter(DICE)
        for _card in range(3):
            copy_card(screen, 20)
        assert screen.finish() == 0
        assert screen.process.stdout is not None
        public = json.loads(screen.process.stdout.read())
        assert (public["commitment"], str(public["identifier"]), public["dice"]) == (commitment[0], number[1], 50)
        assert DICE.encode() not in screen.raw


def test_a_person_may_cut_without_dice_by_saying_so():
    with Screen(PROGRAM, *SPLIT, "--no-dice", stdout=subprocess.PIPE) as screen:
        screen.until("Word 1:")
        screen.enter(PHRASE)
        screen.enter("")
        screen.until_raw(b"Passphrase, or Enter")
        screen.enter("")
        screen.until("only its holder")
        assert "rests on this machine alone" in " ".join(screen.text.split())
        screen.interrupt()
        assert screen.finish() == 6
