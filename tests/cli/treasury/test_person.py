"""People at an 80x24 terminal begin a treasury, are asked again where they mistype, and compare the head on paper."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.test_treasury import begun, payment
from tests.support import desk
from tests.support.officers import custody, passphrases, quick_identities

OWN = {
    "Alice": "seven purple elephants walk slowly home",
    "Bob": "under the bridge nine herons count trains",
}
"""What officers choose themselves: long enough, and in no list."""


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


def words_of(home: str) -> str:
    """The number and the ten words of the newest entry."""
    words = re.search(r"entry ([0-9]+): ([a-z ]+)", custody("status", "--home", home).out)
    assert words is not None
    return f"{words[1]} {words[2].strip()}"


def typed(screen: Screen, passphrase: str, officer: int, tries: int = 1) -> None:
    screen.until_raw(b"or type one of your own", officer - 1 + tries)
    screen.enter(passphrase)
    screen.until_raw(b"The passphrase again", officer)
    screen.enter(passphrase)


def test_officers_begin_a_treasury_and_sign_in_it(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    line = ("home", "new", "--home", home, "--network", "regtest", "--officer", "Alice", "--officer", "Bob")
    with Screen(PROGRAM, *line) as screen:
        screen.until('Type "begin"')
        screen.enter("begin")
        screen.try_keys()
        screen.until("or type one of your own")
        screen.enter("birthday 1990")
        screen.until("too weak")
        typed(screen, OWN["Alice"], 1, tries=2)
        screen.until("Bob becomes an officer")
        typed(screen, OWN["Bob"], 2, tries=2)
        screen.until("Write on paper")
        assert screen.finish() == 0, screen.text
        genesis = words_of(home)
        assert not any(passphrase.encode() in screen.raw for passphrase in OWN.values())
    wallet, coin = desk.wallet("wpkh"), desk.coins(desk.wallet("wpkh"), 1)
    descriptors = [part for branch in (0, 1) for part in ("--descriptor", wallet.single(branch))]
    with Screen(PROGRAM, "wallet", "new", "pay", *descriptors, "--network", "regtest", "--home", home) as screen:
        screen.until("newest paper")
        number, *words = genesis.split()
        screen.enter(" ".join(words))
        screen.until("number is missing")
        screen.enter(" ".join([number, *words[1:], "acid"]))
        screen.until("Read them once more")
        screen.enter(genesis)
        screen.until('Type "register"')
        screen.enter("register")
        screen.until_raw(b"Who comes?")
        screen.enter(OWN["Alice"])  # a passphrase, too early
        comes(screen, "Alice", "something else", 2)
        screen.until("does not open")
        comes(screen, "Alice", OWN["Alice"], 3, 2)
        comes(screen, "Bob", OWN["Bob"], 4, 3)
        screen.until("page 1 of 2")
        screen.enter()
        assert screen.finish() == 0, screen.text
        assert not any(passphrase.encode() in screen.raw for passphrase in OWN.values())
    payment, out = tmp_path / "in.psbt", tmp_path / "out.psbt"
    payment.write_bytes(desk.psbt(wallet, coin, [(desk.wallet("tr").script(0, 7), 60_000)], 500, 2))
    newest = words_of(home)
    with Screen(PROGRAM, "sign", str(payment), "--home", home, "-o", str(out)) as screen:
        screen.until("newest paper")
        screen.enter(newest)
        screen.until('Type "sign"')
        screen.enter("no")
        comes(screen, "Bob", OWN["Bob"], 1)  # who says no signs that, too
        assert screen.finish() == 6
    assert "declined" in custody("journal", "show", "--home", home).out
    verified = json.loads(custody("journal", "verify", "--home", home, "--json").out)
    assert [len(each["officers"]) for each in verified["signed"] if each["kind"] == "declined"] == [1]
    assert not out.exists()


def comes(screen: Screen, name: str, passphrase: str, asked: int, turn: int = 1) -> None:
    screen.until_raw(b"Who comes?", asked)
    screen.enter(name)
    screen.until_raw(b", your passphrase", turn)
    screen.enter(passphrase)


def test_a_command_at_its_prompt_keeps_no_officer_from_a_halt(tmp_path: Path) -> None:
    with quick_identities():
        home = begun(tmp_path)
        assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    with Screen(PROGRAM, "resume", "--home", home, "--head", words_of(home)) as screen:
        screen.until('Type "resume"')
        with quick_identities():
            assert custody("halt", "--home", home, officers=("Dave",)).code == 0
        screen.enter("resume")
        for turn, name in enumerate(("Alice", "Bob", "Carol"), 1):
            comes(screen, name, f"the passphrase of {name}", turn, turn)
        assert screen.finish() == 3, screen.text
        assert "another command wrote into the book meanwhile" in screen.text
    assert "HALTED" in custody("status", "--home", home).out


def test_who_sat_down_for_a_yes_signs_no_no(tmp_path: Path) -> None:
    with quick_identities():
        home = begun(tmp_path)
    line = ("sign", payment(tmp_path), "--home", home, "-o", str(tmp_path / "out"), "--head", words_of(home))
    with Screen(PROGRAM, *line) as screen:
        screen.until('Type "sign"')
        screen.enter("sgin")
        screen.until_raw(b'Type "sign"', 2)
        screen.enter("sign")
        screen.until("A passphrase signs: I approve exactly this.")
        comes(screen, "1", "the passphrase of Alice", 1, 1)
        screen.until_raw(b"Who comes?", 2)
        assert screen.raw.count(b'Alice, your passphrase, to sign "I approve exactly this": ') == 1
        screen.enter("")  # nobody else agrees
        screen.until("A passphrase signs: I decline this.")
        comes(screen, "2", "the passphrase of Bob", 3, 2)
        assert screen.raw.count(b'Bob, your passphrase, to sign "I decline this": ') == 1
        assert screen.finish() == 6, screen.text
    verified = json.loads(custody("journal", "verify", "--home", home, "--json").out)
    (declined,) = (each["officers"] for each in verified["signed"] if each["kind"] == "declined")
    keys = {
        each["name"]: each["officer"]
        for each in json.loads(custody("status", "--home", home, "--json").out)["officers"]
    }
    assert declined == [keys["Bob"]]


def test_a_no_that_a_person_says_is_signed_by_no_passphrase_that_a_script_brought(tmp_path: Path) -> None:
    """The next line of a script may be of an officer who never heard of the question."""
    with quick_identities():
        home = begun(tmp_path)
    reader, writer = os.pipe()
    os.write(writer, passphrases(("Alice", "Bob", "Carol")).encode())
    os.close(writer)
    line = ("sign", payment(tmp_path), "--home", home, "-o", str(tmp_path / "out"), "--head", words_of(home))
    with Screen(PROGRAM, *line, "--passphrase-fd", str(reader), pass_fds=(reader,)) as screen:
        os.close(reader)
        screen.until('Type "sign"')
        screen.enter("no")
        assert screen.finish() == 6, screen.text
    verified = json.loads(custody("journal", "verify", "--home", home, "--json").out)
    assert not [each for each in verified["signed"] if each["kind"] == "declined"]
    assert [each["kind"] for each in verified["alone"]].count("declined") == 1
