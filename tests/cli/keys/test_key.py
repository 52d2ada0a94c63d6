import hashlib
import hmac
import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from custody.derivation import parse_path
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.keys.phrases.wordlist import BIP39
from custody.secret import Secret
from tests.cli.conftest import COMMAND, process
from tests.support.patience import LONG

ABOUT = "abandon " * 11 + "about"
UNKNOWN = mnemonic.phrase(Secret(hashlib.sha256(b"a key of these tests").digest())).reveal().decode()
DICE = "".join(random.Random(2).choices("123456", k=100))


def test_a_new_key_leaves_as_one_card_that_opens_it_again(custody):
    made = custody("key", "new", "--network", "main", "--no-dice", "--json", out=True)
    assert made.code == 0
    (card,) = made.secrets
    assert len(card.split()) == 33
    shown = custody("key", "show", "--json", secret=card)
    assert shown.json["fingerprint"] == made.json["fingerprint"]
    assert made.json["kind"] == "slip39"
    assert made.json["words"] == 24


@pytest.mark.parametrize(("words", "length"), [("12", 20), ("24", 33)])
def test_the_size_of_the_key_decides_the_length_of_its_card(custody, words, length):
    made = custody("key", "new", "--network", "main", "--no-dice", "--words", words, "--json", out=True)
    assert len(made.secrets[0].split()) == length


@pytest.mark.parametrize("words", ["12", "24"])
def test_a_new_phrase_opens_the_key_again(custody, words):
    made = custody(
        "key", "new", "--network", "main", "--no-dice", "--kind", "bip39", "--words", words, "--json", out=True
    )
    assert made.code == 0
    (phrase,) = made.secrets
    assert len(phrase.split()) == int(words)
    shown = custody("key", "show", "--json", secret=phrase)
    assert shown.json["fingerprint"] == made.json["fingerprint"]
    assert shown.json["kind"] == made.json["kind"] == "bip39"


def test_the_key_can_be_recomputed_from_the_dice_and_the_machines_part(custody):
    made = custody(
        "key",
        "new",
        "--network",
        "main",
        "--kind",
        "bip39",
        "--show-machine-part",
        "--json",
        secret=f"dice: {DICE}\n",
        out=True,
    )
    machine, phrase = made.secrets
    part = bytes.fromhex(machine.removeprefix("machine: "))
    assert hashlib.sha256(part).hexdigest() == made.json["commitment"]
    assert made.json["commitment"] in made.stderr
    mixed = hmac.digest(b"custody/entropy/v1", part + DICE.encode(), "sha512")[:32]
    assert mnemonic.entropy_of(phrase).reveal() == mixed
    assert made.json["dice"] == 100


def test_the_commitment_is_shown_before_the_dice_are_read():
    reader, writer = os.pipe()
    out_reader, out_writer = os.pipe()
    process = subprocess.Popen(
        [
            COMMAND,
            "key",
            "new",
            "--network",
            "test",
            "--secret-fd",
            str(reader),
            "--secret-out-fd",
            str(out_writer),
        ],
        pass_fds=(reader, out_writer),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(reader)
    os.close(out_writer)
    assert process.stderr is not None
    lines = []
    while not any(len(line.strip()) == 64 for line in lines):
        lines.append(process.stderr.readline())
        assert lines[-1], "the program ended without a commitment"
    os.write(writer, f"dice: {DICE}\n".encode())
    os.close(writer)
    stdout, _stderr = process.communicate(timeout=LONG)
    assert process.returncode == 0
    assert lines[-1].strip() in stdout
    os.close(out_reader)


@pytest.mark.parametrize("dice", ["1" * 100, "123456" * 17, DICE[:99], ""])
def test_poor_dice_are_refused_and_nothing_leaves(custody, dice):
    made = custody("key", "new", "--network", "main", "--json", secret=f"dice: {dice}\n", out=True)
    assert made.code == 3
    assert made.secrets == ()
    assert made.json["error"]["code"] in ("dice", "refused")


def test_what_is_no_dice_is_unreadable_and_not_repeated(custody):
    made = custody("key", "new", "--network", "main", "--json", secret="dice: 12345x7\n", out=True)
    assert made.code == 4
    assert "x" not in made.json["error"]["message"].split()
    assert made.secrets == ()


def test_dice_that_are_wanted_and_absent_are_a_usage_error(custody):
    made = custody("key", "new", "--network", "main", "--json", secret="\n", out=True)
    assert made.code == 2
    assert "--no-dice" in made.json["error"]["hint"]


def test_without_a_terminal_the_options_to_use_are_named():
    assert "--secret-out-fd" in process("key", "new", "--network", "main", "--no-dice").stderr
    assert process("key", "new", "--network", "main", "--no-dice").code == 2
    answer = process("key", "show")
    assert answer.code == 2
    assert "--secret-fd" in answer.stderr
    assert "--secret-fd" in process("key", "new", "--network", "main").stderr


def test_a_key_can_leave_as_the_cards_of_a_quorum_at_once(custody, tmp_path):
    record = tmp_path / "set.json"
    made = custody(
        "key",
        "new",
        "--network",
        "main",
        "--no-dice",
        "--threshold",
        "2",
        "--shares",
        "3",
        "-o",
        str(record),
        "--json",
        out=True,
    )
    assert made.code == 0
    assert len(made.secrets) == 3
    opened = custody("share", "combine", "--json", secret="\n".join(made.secrets[1:]))
    assert opened.json["fingerprints"]["slip39"] == made.json["fingerprint"]
    public = json.loads(record.read_text())
    assert public["kind"] == "slip39"
    assert set(public) == {
        "format", "identifier", "kind", "extendable", "iteration_exponent", "group_threshold", "groups",
        "fingerprint", "fingerprints",
    }  # fmt: skip


def test_a_passphrase_protects_the_card_and_gives_another_key_without_it(custody):
    made = custody("key", "new", "--network", "main", "--no-dice", "--json", passphrase="correct horse\n", out=True)
    card = made.secrets[0]
    right = custody("key", "show", "--json", secret=f"{card}\npassphrase: correct horse\n")
    wrong = custody("key", "show", "--json", secret=card)
    assert right.json["fingerprint"] == made.json["fingerprint"]
    assert wrong.code == 0
    assert wrong.json["fingerprint"] != made.json["fingerprint"]


def test_a_passphrase_that_slip39_cannot_take_is_a_mismatch_and_nothing_leaves(custody):
    made = custody("key", "new", "--network", "main", "--no-dice", "--json", passphrase="pässwort", out=True)
    assert made.code == 5
    assert made.secrets == ()


def test_the_record_that_cannot_be_written_is_told_before_any_card_leaves(custody, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("kept")
    made = custody("key", "new", "--network", "main", "--no-dice", "--json", "-o", str(taken), out=True)
    assert made.code == 8
    assert made.secrets == ()
    assert taken.read_text() == "kept"


def test_a_known_phrase_is_named_and_warned_of(custody):
    shown = custody("key", "show", "--json", secret=ABOUT)
    assert shown.code == 0
    assert shown.json["fingerprint"] == "73c5da0a"
    assert shown.json["kind"] == "bip39"
    assert shown.json["fingerprints"] == {"bip39": "73c5da0a"}
    assert any("publicly known" in warning for warning in shown.json["warnings"])
    assert "warning: this key is publicly known" in custody("key", "show", secret=ABOUT).stderr


def test_a_known_phrase_is_refused_where_the_main_network_is_named(custody):
    for command in (("key", "show"), ("share", "split", "--threshold", "2", "--shares", "2")):
        out = command[0] == "share"
        refused = custody(*command, "--network", "main", "--json", secret=ABOUT, out=out)
        assert refused.code == 3
        assert refused.json["error"]["code"] == "known-secret"
        assert refused.secrets == ()
        named = custody(*command, "--network", "regtest", "--json", secret=ABOUT, out=out)
        assert named.code == 0
        assert any("publicly known" in warning for warning in named.json["warnings"])
        assert custody(*command, "--network", "main", secret=UNKNOWN, out=out).code == 0


def test_known_entropy_on_cards_is_named_under_any_passphrase(custody):
    """A passphrase of kind bip39 is none of the cards': the entropy is what everybody knows."""
    cards = custody("share", "split", "--threshold", "2", "--shares", "2", secret=ABOUT, out=True).secrets
    for command in (("key", "show"), ("share", "check"), ("share", "combine")):
        answer = custody(*command, "--json", secret="\n".join(cards), passphrase="TREZOR")
        assert any("publicly known" in warning for warning in answer.json["warnings"]), command


def test_a_secret_or_dice_that_a_new_key_would_pass_over_are_unreadable(custody):
    given = custody("key", "new", "--network", "main", "--no-dice", "--json", secret=UNKNOWN, out=True)
    assert given.code == 4
    assert given.secrets == ()
    dice = custody("key", "new", "--network", "main", "--no-dice", "--json", secret=f"dice: {DICE}\n", out=True)
    assert dice.code == 4
    assert dice.secrets == ()
    both = custody("key", "new", "--network", "main", "--json", secret=f"dice: {DICE}\n{UNKNOWN}\n", out=True)
    assert both.code == 4
    assert both.secrets == ()


def test_dice_have_no_part_in_opening_a_secret(custody):
    for command in (("key", "show"), ("share", "check"), ("share", "combine")):
        answer = custody(*command, "--json", secret=f"dice: 1234\n{UNKNOWN}\n")
        assert answer.code == 4
        assert "dice:" in answer.json["error"]["message"]


def test_a_record_on_standard_output_is_alone_there(custody):
    made = custody("key", "new", "--network", "main", "--no-dice", "-o", "-", out=True)
    assert made.code == 0
    assert json.loads(made.stdout)["fingerprint"] in made.stderr


def test_an_unknown_phrase_has_no_warning(custody):
    assert custody("key", "show", "--json", secret=UNKNOWN).json["warnings"] == []


def test_a_bip39_passphrase_gives_the_standards_key(custody):
    shown = custody("key", "show", "--json", secret=f"{ABOUT}\npassphrase: TREZOR\n")
    expected = MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(ABOUT), Secret(b"TREZOR")))
    assert shown.json["fingerprint"] == expected.fingerprint.hex()
    assert custody("key", "show", "--json", secret=ABOUT, passphrase="TREZOR").json == shown.json


def test_a_public_key_is_shown_as_a_descriptor_takes_it(custody):
    on_test = ("--network", "test")
    shown = custody("key", "show", "--path", "m/84'/1h/0H", "--json", *on_test, secret=ABOUT)
    tpub = (
        "tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7Hs"
        "L2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M"
    )
    assert shown.json["xpub"] == tpub
    assert shown.json["key"] == f"[73c5da0a/84h/1h/0h]{tpub}"
    told = custody("key", "show", "--path", "m/84h/1h/0h", *on_test, secret=ABOUT)
    assert f"[73c5da0a/84h/1h/0h]{tpub}" in told.stdout


def test_a_test_network_gives_its_own_public_keys(custody):
    shown = custody("key", "show", "--path", "m/84h/1h/0h", "--network", "regtest", "--json", secret=ABOUT)
    master = MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(ABOUT)))
    assert shown.json["xpub"] == master.account_xpub(parse_path("m/84h/1h/0h"), bytes.fromhex("043587cf"))
    assert shown.json["network"] == "regtest"


def test_a_wrong_path_network_or_kind_is_refused(custody):
    assert custody("key", "show", "--path", "84h", secret=ABOUT).code == 4
    assert custody("key", "show", "--network", "doge", secret=ABOUT).code == 2
    assert custody("key", "show", "--kind", "slip39", secret=ABOUT).code == 5


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "abandon",
        ABOUT.replace("about", "zebrq"),
        ABOUT.replace("about", "zebra"),
        ABOUT + "\n" + ABOUT,
        "x" * 70_000,
        b"\xff\xfe" + ABOUT.encode(),
        "academic acid " * 10,
    ],
)
def test_an_unreadable_secret_is_exit_4_and_never_repeated(custody, secret):
    shown = custody("key", "show", secret=secret[:60_000]) if len(secret) < 60_000 else custody_of_long(secret)
    assert shown.code == 4
    assert shown.stdout == ""
    for word in ("zebrq", "abandon", "academic", "xxxx"):
        assert word not in shown.stderr
    assert "Traceback" not in shown.stderr


def custody_of_long(secret):
    reader, writer = os.pipe()
    feeder = threading.Thread(target=_pour, args=(writer, secret))
    feeder.start()
    answer = process("key", "show", "--secret-fd", str(reader), pass_fds=(reader,))
    os.close(reader)
    feeder.join()
    return answer


def _pour(writer, secret):
    try:
        os.write(writer, secret.encode())
    except BrokenPipeError:
        pass
    finally:
        os.close(writer)


def test_a_mistyped_word_is_answered_by_position_with_a_suggestion(custody):
    shown = custody("key", "show", secret=ABOUT.replace("about", "abuot"))
    assert shown.code == 4
    assert "12" in shown.stderr
    assert '"about"' in shown.stderr
    assert "abuot" not in shown.stderr


def test_no_word_of_a_secret_reaches_the_screens_of_any_command(custody):
    """The canary: rare words that no sentence of ours uses, in every command that reads or makes a secret."""
    words = UNKNOWN.split()
    spoken = {word for word in words if word in Path(__file__).read_text()}
    canaries = [word for word in words if len(word) > 5 and word not in spoken] or words
    answers = [
        custody("key", "show", secret=UNKNOWN),
        custody("key", "show", "--json", "--path", "m/84h/0h/0h", "--network", "main", secret=UNKNOWN),
        custody("share", "split", "--threshold", "2", "--shares", "3", "--json", secret=UNKNOWN, out=True),
        custody("share", "check", secret=UNKNOWN),
        custody("share", "combine", secret=UNKNOWN),
        custody("key", "show", secret=UNKNOWN + " canary"),
        custody("key", "show", secret=" ".join(reversed(words))),
        custody("key", "show", *words),
    ]
    for answer in answers:
        said = set((answer.stdout + answer.stderr).lower().replace('"', " ").split())
        assert not said & set(canaries)


def test_a_made_secret_reaches_no_screen(custody):
    made = custody("key", "new", "--network", "main", "--no-dice", "--threshold", "2", "--shares", "2", out=True)
    said = (made.stdout + made.stderr).lower()
    assert len(made.secrets) == 2
    for card in made.secrets:
        words = card.split()
        assert all(" ".join(words[at : at + 3]) not in said for at in range(len(words) - 2))


def test_a_secret_never_goes_to_a_file_or_to_standard_output(custody, tmp_path):
    descriptor = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
    try:
        assert custody("key", "new", "--network", "main", "--no-dice", "--secret-out-fd", str(descriptor)).code == 2
    finally:
        os.close(descriptor)
    assert (tmp_path / "file").read_bytes() == b""
    for number in ("0", "1", "2"):
        answer = custody("key", "new", "--network", "main", "--no-dice", "--secret-out-fd", number)
        assert answer.code == 2
        assert answer.stdout == ""


def test_the_wordlist_of_these_tests_is_the_standards():
    assert all(BIP39.index(word) is not None for word in UNKNOWN.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("key", "new", "--network", "main", "--no-dice"),
        ("key", "show"),
        ("share", "split", "--threshold", "2", "--shares", "2"),
    ],
)
def test_a_machine_that_swaps_is_warned_of_before_a_secret_is_touched(custody, monkeypatch, arguments):
    monkeypatch.setattr("custody.guard.harden", lambda: ("swap is on (/dev/dm-1)",))
    out = arguments[1] != "show"
    answer = custody(*arguments, secret=None if arguments[1] == "new" else UNKNOWN, out=out)
    assert answer.code == 0
    assert answer.stderr.startswith("warning: swap is on (/dev/dm-1)\n")


def test_a_command_that_touches_a_secret_hardens_its_process():
    program = (
        "import ctypes, os, resource; from airgap.door.shutting import shut; shut()\n"
        "from custody.cli.front import main\n"
        "main.run(['key', 'show', '--path', 'm/84h/1h/0h', '--network', 'test', '--secret-fd', '998'])\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), os.umask(0))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["0", "0", str(0o077)]
