"""Cards are typed, clumsily, into every command that takes them: the terminal receives not one word of a card."""

import fcntl
import random
import re
import struct
import termios
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import parse_path
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import Scheme
from custody.keys.kinds import Kind
from custody.keys.reading import read_secret
from tests.chains.bitcoin.review.drafts import honest
from tests.cli.conftest import PROGRAM
from tests.cli.keys.test_person import words_on
from tests.cli.screen import Screen
from tests.cli.treasury.test_person import words_of
from tests.support import desk
from tests.support.officers import NAMES, custody, quick_identities

CARDS = (
    "smirk keyboard academic agency describe shrimp animal erode explain dwarf "
    "equation realize glad jury level focus emission flash ruler ceramic",
    "smirk keyboard academic always angel mineral science faint orange much "
    "hesitate fumes extra mustang lift speak aspect ajar exchange smith",
    "smirk keyboard academic aquatic careful fact picture discuss minister ajar "
    "identify webcam kidney document license forecast lungs kidney regular clock",
)
"""Cards 2, 3 and 4 of five, two of which open the set: no beginning of a word of theirs is in a sentence of ours."""

FOREIGN = (
    "scroll moment academic acid analysis alarm gross imply gravity oral "
    "square branch aide alarm member lamp tofu display gravity drift"
)
"""A card of another set, likewise."""

SET = SetRecord(26575, Kind.SLIP39, True, 0, Scheme.single(2, 5), bytes.fromhex("1c50a464"), bytes.fromhex("99437a4a"))

PASSPHRASE = b"Passphrase, or Enter for none: "
DICE = "".join(random.Random(23).choices("123456", k=50))


def laid(folder: Path) -> Path:
    """Lay the set's record, a wallet of its key and a payment of that wallet into a folder."""
    (folder / "set.json").write_text(SET.to_json())
    master = dict(read_secret(CARDS[:2]).candidates())[Kind.SLIP39]
    account = master.account_xpub(parse_path("m/84h/1h/0h"), network("regtest").xpub)
    owner = desk.Wallet("wpkh", f"wpkh([{master.fingerprint.hex()}/84h/1h/0h]{account}/<0;1>/*)", ("A",))
    (folder / "w.json").write_text(Wallet.register("cards", [owner.descriptor], network("regtest")).to_json())
    (folder / "in.psbt").write_bytes(honest(owner=owner).psbt())
    return folder


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a set, its wallet and a payment, and a home in which no key is."""
    folder = laid(tmp_path_factory.mktemp("d"))
    with quick_identities():
        officers = [part for name in NAMES for part in ("--officer", name)]
        home = ("home", "new", "--home", str(folder / "home"), "--network", "regtest", *officers)
        assert custody(*home, officers=NAMES).code == 0
    return folder


def nothing(screen: Screen) -> None:
    """Nothing is asked before the cards."""


def approve(screen: Screen) -> None:
    screen.until('Type "sign"')
    screen.enter("sign")


Beginning = Callable[[Screen], None]
COMMANDS: dict[str, tuple[tuple[str, ...], Beginning]] = {
    "combine": (("share", "combine"), nothing),
    "check": (("share", "check"), nothing),
    "combine, set": (("share", "combine", "--set", "set.json"), nothing),
    "show": (("key", "show"), nothing),
    "sign": (("sign", "in.psbt", "--wallet", "w.json", "--set", "set.json", "-o", "{out}"), approve),
    "message": (("message", "sign", "--wallet", "w.json", "--index", "0", "--message", "m", "-o", "{out}"), approve),
    "restore": (("key", "restore", "--home", "home", "--kind", "slip39", "--head", "{paper}"), nothing),
    "split": (("share", "split", "--threshold", "2", "--shares", "2"), nothing),
}


def begun(command: str, table: Path, out: Path) -> Screen:
    line, begin = COMMANDS[command]
    paper = words_of(str(table / "home"))
    screen = Screen(PROGRAM, *(part.format(out=out / "out", paper=paper) for part in line), cwd=table)
    begin(screen)
    screen.until("Word 1:")
    return screen


def of_a_card(screen: Screen) -> list[str]:
    """The words of our cards whose first letters the terminal has received."""
    received = re.sub("[0-9a-f]{64}", "", cleared(screen.raw).decode().lower())  # a digest may hold "acad" by chance
    return [word for word in " ".join((*CARDS, FOREIGN)).split() if word[:4] in received]


def left_behind(screen: Screen) -> int:
    """What a shell would read next, in bytes."""
    return int(struct.unpack("i", fcntl.ioctl(screen.slave, termios.FIONREAD, bytes(4)))[0])


def type_clumsily(screen: Screen) -> None:
    """Bring a quorum, and do whatever people do on the way."""
    one, two = CARDS[0].split(), CARDS[1].split()
    screen.enter(one[0][:-1] + "q")
    screen.until("Word 1 is not in the list")
    screen.enter([one[0], one[1][:4].upper(), " ".join(one[2:9]), one[8]])
    screen.until("Word 11:")
    screen.enter(["<", " ".join([*one[9:15], one[3], *one[16:]]), ""])
    screen.until("checksum does not hold")
    screen.enter("16")
    screen.until("Word 16 again:")
    screen.enter(one[15])
    screen.until("Taken: card 2.")
    screen.until("Next card, word 1")
    screen.enter(CARDS[0])
    screen.until("This card was given already: card 2. It counts once.")
    screen.enter(FOREIGN)
    screen.until("This card was not taken: card 1 ")
    screen.enter("")
    screen.enter(two[0])
    screen.until("Word  2 of 20:")
    screen.enter([*two[1:4], two[4] + "q"])
    screen.until("Word 5 is not in the list")
    screen.enter(" ".join(two[4:]))
    screen.until("Taken: card 3.")
    screen.until("These open the secret.")


def cleared(raw: bytes) -> bytes:
    """What was received beside the screens on which new cards are shown to their holders."""
    return re.sub(rb"\x1b\[\?1049h.*?\x1b\[\?1049l", b"", raw, flags=re.DOTALL)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_word_of_a_card_is_received_however_clumsily_it_is_typed(command: str, table: Path, tmp_path: Path) -> None:
    with begun(command, table, tmp_path) as screen:
        type_clumsily(screen)
        screen.enter("")
        if command not in ("sign", "message", "combine, set"):
            screen.until_raw(PASSPHRASE)
            screen.enter(CARDS[2])
            screen.until_raw(PASSPHRASE, 2)
            assert "looks like words of a card" in screen.text
            screen.enter(CARDS[0])
            screen.until_raw(PASSPHRASE, 3)
            assert "and no passphrase." in screen.text
            screen.enter("")
        if command == "split":
            screen.until("Write the commitment down")
            screen.enter(CARDS[2])
            screen.until("Rolls 0 of 50")
            screen.enter(CARDS[0])
            screen.until("Line not taken: roll 1 is not a number")
            screen.enter(DICE)
            screen.until("only its holder")
            screen.enter(CARDS[2])
            screen.until("Enter clears")
        if command == "restore":
            screen.until('Type "seal"')
        if command in ("split", "restore"):
            screen.interrupt()
            assert screen.finish() == 6
            assert "stopped, as you asked" in " ".join(screen.text.split())
        else:
            assert screen.finish() == 0, screen.text
        assert screen.echoes
        assert of_a_card(screen) == []


def test_with_the_record_of_the_set_no_passphrase_is_asked_for_where_none_is_needed(
    table: Path, tmp_path: Path
) -> None:
    with begun("sign", table, tmp_path) as screen:
        assert f"key {SET.fingerprint.hex()}: 2 of 5 cards open it." in screen.text
        screen.enter([*CARDS[:2], ""])
        assert screen.finish() == 0, screen.text
        assert b"Passphrase" not in screen.raw


def test_a_wrong_passphrase_is_told_by_both_fingerprints_and_asked_for_again(table: Path, tmp_path: Path) -> None:
    opened = dict(read_secret([*CARDS[:2], "passphrase: the right one"]).candidates())[Kind.SLIP39].fingerprint
    under = replace(SET, fingerprint=opened)
    (tmp_path / "set.json").write_text(under.to_json())
    for command in (("share", "combine"), ("key", "show")):
        with Screen(PROGRAM, *command, "--set", "set.json", cwd=tmp_path) as screen:
            screen.until(f"key {opened.hex()}: 2 of 5 cards open it.")
            screen.until("Word 1:")
            screen.enter([*CARDS[:2], ""])
            screen.until(f"this opens key {SET.fingerprint.hex()}, the set's is {opened.hex()}")
            screen.until_raw(PASSPHRASE)
            screen.enter("the wrong one")
            screen.until_raw(PASSPHRASE, 2)
            assert "this passphrase leads to key" in screen.text
            screen.enter("the right one")
            assert screen.finish() == 0, screen.text
            assert b"the right one" not in screen.raw
    line = ("sign", "in.psbt", "--wallet", "w.json", "--set", str(tmp_path / "set.json"), "-o", str(tmp_path / "out"))
    with Screen(PROGRAM, *line, cwd=table) as screen:
        assert screen.finish() == 5
        assert f"the set opens key {opened.hex()}, the wallet has {SET.fingerprint.hex()}" in " ".join(screen.lines)
        assert b"Word 1" not in screen.raw


@pytest.mark.parametrize("command", ["combine", "show"])
def test_a_paste_of_all_cards_is_taken_and_nothing_of_it_is_received_or_left_for_a_shell(
    command: str, table: Path, tmp_path: Path
) -> None:
    with begun(command, table, tmp_path) as screen:
        screen.enter("\n".join((*CARDS, "", *CARDS)))
        screen.until_raw(PASSPHRASE)
        assert "Taken: card" in screen.text
        screen.enter("")
        assert screen.finish() == 0, screen.text
        assert of_a_card(screen) == []
        assert left_behind(screen) == 0


@pytest.mark.parametrize("command", ["combine", "show"])
def test_who_stops_in_the_middle_of_a_paste_leaves_nothing_for_a_shell(
    command: str, table: Path, tmp_path: Path
) -> None:
    with begun(command, table, tmp_path) as screen:
        screen.enter("\n".join((CARDS[0], ".", *CARDS)))
        assert screen.finish() == 3, screen.text
        assert "at least 1 more card is needed" in screen.text
        assert of_a_card(screen) == []
        assert left_behind(screen) == 0


def test_ctrl_c_within_a_card_shows_nothing_of_it(table: Path, tmp_path: Path) -> None:
    with begun("check", table, tmp_path) as screen:
        screen.enter(CARDS[0].split()[:7])
        screen.type(CARDS[0].split()[7])
        screen.until("Word 8:")
        screen.interrupt()
        assert screen.finish() == 6
        assert of_a_card(screen) == []
        assert left_behind(screen) == 0


def test_a_new_card_that_is_read_back_in_several_ways_is_on_its_own_screen_alone(tmp_path: Path) -> None:
    line = (
        "key",
        "new",
        "--network",
        "main",
        "--no-dice",
        "--words",
        "12",
        "--threshold",
        "2",
        "--shares",
        "2",
        "--iteration-exponent",
        "0",
    )
    with Screen(PROGRAM, *line, "-o", "set.json", cwd=tmp_path) as screen:
        for number, wrong in ((1, False), (2, True)):
            screen.until(f"Card {number} of 2: only its holder")
            screen.enter("")
            screen.until("Enter clears")
            words = words_on(screen)
            screen.enter("")
            screen.until("Word  1 of 20")
            if wrong:
                screen.enter(" ".join([*words[:9], words[10]]))
                screen.until("Word 10 differs")
                screen.enter(" ".join(words[9:]))
            else:
                screen.enter(" ".join(words))
            screen.until_raw(b"All 20 words agree.", number)
            typed = [f"{one} {two}" for one, two in pairwise(words)]
            assert not [each for each in typed if each.encode() in cleared(screen.raw)]
        assert screen.finish() == 0
        assert "is in set.json: keep a copy" in screen.text
        assert "custody share combine --set set.json" in screen.text
        assert "custody key show --set set.json --network main --path m/84h/0h/0h" in screen.text


def test_who_stops_while_a_card_is_shown_or_read_back_is_told_to_destroy_the_copy(tmp_path: Path) -> None:
    for reading_back in (False, True):
        with Screen(PROGRAM, "key", "new", "--network", "main", "--no-dice", "--words", "12", cwd=tmp_path) as screen:
            screen.until("only its holder")
            screen.enter("")
            screen.until("Enter clears")
            if reading_back:
                screen.enter("")
                screen.until("Word  1 of 20")
            screen.interrupt()
            assert screen.finish() == 6
            assert "error: stopped, as you asked" in screen.text
            assert "hint: Destroy what was copied" in screen.text
