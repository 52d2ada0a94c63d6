import errno
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from custody import __version__
from custody.cli.front import loading, main, table
from custody.cli.guide import next_steps
from custody.errors import Alarm, Declined, Mismatch, Refused, StorageFailed, Unfit, Unreadable, Usage
from tests.cli.conftest import COMMAND, process
from tests.leaks.scenes import SCENES

WORDS = "abandon " * 11 + "about"
HEAVY = (
    "bip_utils",
    "rich",
    "PIL",
    "numpy",
    "qrcode",
    "coincurve",
    "cryptography",
    "shamir_mnemonic",
    "Crypto",
    "requests",
    "zxingcpp",
    "ecdsa",
)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["key", "--help"], ["share", "--help"], ["nothing"]])
def test_help_starts_without_any_heavy_library(arguments):
    program = (
        "import sys; from custody.cli.front import main\n"
        f"main.run({arguments!r})\n"
        f"print('LOADED', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "LOADED []" in answer.stdout


def test_help_shows_the_headings_and_every_command_with_a_line(custody):
    page = custody("--help").stdout
    positions = [page.index(f"{heading.title}:") for heading in table.HEADINGS]
    assert positions == sorted(positions)
    assert "Keys and cards:" in page
    assert "Wallets and transactions:" in page
    for row in table.ROWS.values():
        assert any(line.startswith(f"  {row.name} ") and row.help in line for line in page.splitlines()), row.name


def test_help_fits_a_terminal_of_80_columns(custody):
    assert max(len(line) for line in custody("--help").stdout.splitlines()) <= 80


def test_every_command_of_the_table_is_there_and_explains_itself():
    for row in table.ROWS.values():
        command = loading.command(row.target)
        assert command.help, row.name
        assert row.help, f"{row.name}: a line of help in front/table.py"
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert all(option.help for option in options), row.name


def test_version_is_the_packages(custody):
    assert custody("--version").stdout == f"custody {__version__}\n"


def test_half_a_command_shows_its_page_and_is_a_usage_error(custody):
    answer = custody("key")
    assert answer.code == 2
    assert "Usage: custody key" in answer.stderr
    assert answer.stdout == ""


@pytest.mark.parametrize(
    ("line", "message", "guess"),
    [
        ("reveiw", "there is no command custody reveiw", "custody review"),
        ("frobnicate", "there is no command of that name", ""),
        ("key nwe", "there is no command custody key nwe", "custody key new"),
        ("psbt combin", "there is no command custody psbt combin", "custody psbt combine"),
        ("wallet review", "there is no command custody wallet review", "custody review"),
        ("combine", "there is no command custody combine", "custody share combine or custody psbt combine"),
        ("scan photo.png", "there is no command custody scan", "airgap scan"),
        ("help", "there is no command custody help", "custody --help"),
        ("\x1b[2Jfoo", "there is no command of that name", ""),
        ("--hlep", "custody has no option --hlep", "--help"),
        ("wallet address w.json --rnage 0:3", "custody wallet address has no option --rnage", "--range"),
        ("wallet address w.json --count=3", "custody wallet address has no option --count", ""),
        ("wallet export w.json --to sparow", "--to does not take sparow", "sparrow"),
        ("key new --network tesnet", "--network does not take tesnet", "testnet"),
        ("key new --kind bip93", "--kind does not take bip93", "bip39"),
        ("completion bsh", "shell does not take bsh", "bash"),
        ("officer enrol Al --role aproover", "--role does not take aproover", "approver"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_name(custody, line, message, guess):
    answer = custody(*line.split(" "))
    assert answer.code == 2
    said, *hints = answer.stderr.splitlines()
    assert said == f"error: {message}"
    assert [hint for hint in hints if "Did you mean" in hint] == ([f"hint: Did you mean {guess}?"] if guess else [])
    assert hints


def test_where_no_option_is_near_those_of_the_command_are_named(custody):
    answer = custody("wallet", "address", "w.json", "--count", "3")
    assert "hint: It takes --index, --range, --change, --qr, --json, --quiet, --help.\n" in answer.stderr


@pytest.mark.parametrize(
    "line", ["abandon", "hope", "key zebra", "wallet export w.json --to zebra", "key new --kind hope"]
)
def test_a_word_of_a_phrase_is_refused_and_not_repeated(custody, line):
    answer = custody(*line.split())
    assert answer.code == 2
    assert line.split()[-1] not in answer.stderr


def test_an_unknown_command_is_refused_and_not_repeated(custody):
    answer = custody("abandon")
    assert answer.code == 2
    assert answer.stderr.startswith("error: there is no command of that name\nhint: ")
    assert "abandon" not in answer.stderr
    assert custody("key", "zebra").code == 2
    assert custody("key new").code == 2


def test_an_error_with_json_is_exactly_one_object(custody):
    answer = custody("wallet", "address", "absent.json", "--json")
    assert answer.code == 2
    assert answer.stderr == ""
    assert set(json.loads(answer.stdout)) == {"error"}
    assert set(answer.json["error"]) == {"code", "message", "hint"}
    assert answer.json["error"]["code"] == "usage"


def test_who_stops_after_the_result_was_printed_gets_no_second_object(custody, monkeypatch):
    def stopped(_context):
        raise KeyboardInterrupt

    monkeypatch.setattr(next_steps, "say", stopped)
    answer = custody(*SCENES["message verify"].arguments, "--json")
    assert answer.code == 6
    assert answer.json["valid"] is True
    assert answer.stderr.startswith("error: stopped, as you asked")


def test_a_usage_error_with_json_has_the_same_shape(custody):
    answer = custody("key", "new", "--network", "main", "--json", "--words", "13")
    assert answer.code == 2
    assert answer.json["error"] == {
        "code": "usage",
        "message": "--words does not take 13",
        "hint": "It takes 12, 24.",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("key", "show", WORDS),
        ("key", "show", *WORDS.split()),
        ("share", "split", "--threshold", "2", *WORDS.upper().split()),
        ("key", "show", "--secret-fd", WORDS),
        ("key", "show", f"--secret={WORDS}"),
        ("key", "show", ",".join(WORDS.split())),
        ("key", "show", "abandon abandon about", "abandon"),
        ("key", "show", "--passphrase-fd", "hunter2"),
        ("key", "show", "--passphrase-fd=hunter2"),
        ("key", "show", "--passphrase", "hunter2"),
        ("key", "show", "--passphrase=hunter2"),
        ("key", "new", "--network", "main", "--kind", "abandon"),
        ("abandon", "abandon"),
    ],
)
def test_a_secret_on_the_command_line_is_refused_and_never_repeated(custody, arguments):
    answer = custody(*arguments)
    assert answer.code == 2
    for word in ("abandon", "about", "hunter2"):
        assert word not in answer.stdout.lower()
        assert word not in answer.stderr.lower()


@pytest.mark.parametrize(
    "key",
    [
        "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
        "wpkh(tprv8ZgxMBicQKsPd7Uf69XL1XwhmjHopUGep8GuEiJDZmbQz6o58LninorQAfcKZWARbtRtfnLcJ5MQ2AtHcQJCCRUcMRvmDUjyEmNUWwx8UbK/0/*)",
        "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    ],
)
def test_a_private_key_on_the_command_line_is_refused_and_never_repeated(custody, key):
    answer = custody("wallet", "new", "x", "--network", "main", "--descriptor", key, "-o", "out")
    assert answer.code == 2
    assert "history" in answer.stderr
    assert key[8:30] not in answer.stderr


def test_a_secret_on_the_command_line_comes_with_the_way_to_clean_the_history(custody):
    assert "history" in custody("key", "show", WORDS).stderr
    assert "history" in custody("key", "show", "--passphrase", "hunter2").stderr


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (Usage("x"), 2),
        (Refused("x"), 3),
        (Unreadable("x"), 4),
        (Mismatch("x"), 5),
        (Declined("x"), 6),
        (Unfit("x"), 7),
        (StorageFailed("x"), 8),
        (Alarm("x"), 9),
        (click.Abort(), 6),
        (KeyboardInterrupt(), 6),
        (EOFError(), 6),
        (BrokenPipeError(errno.EPIPE, "gone"), 8),
        (OSError(errno.ENOSPC, "full"), 8),
        (OSError(errno.EACCES, "a file that no door opened"), 1),
    ],
)
def test_each_error_has_its_exit_code_and_one_sentence(custody, monkeypatch, raised, code):
    @click.command()
    def failing() -> None:
        raise raised

    monkeypatch.setattr(main, "command", lambda _target: failing)
    answer = custody("review")
    assert answer.code == code
    assert answer.stderr.startswith("error: ")
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("bug", [ValueError, KeyError, RecursionError, MemoryError, AssertionError, UnicodeDecodeError])
def test_a_bug_is_one_line_and_a_hint_without_its_message(custody, monkeypatch, bug):
    @click.command()
    def failing() -> None:
        canary = "canary-in-a-local"  # noqa: F841  a traceback with locals would show it
        raise bug("utf-8", b"canary-bytes", 0, 1, "x") if bug is UnicodeDecodeError else bug("canary-message")

    monkeypatch.setattr(main, "command", lambda _target: failing)
    answer = custody("review")
    assert answer.code == 1
    assert bug.__name__ in answer.stderr
    assert len(answer.stderr.splitlines()) == 2
    assert "canary" not in answer.stderr
    as_json = custody("review", "--json") if bug is ValueError else None
    assert as_json is None or as_json.code == 2  # that stand-in command knows no --json


ASIDE = """
import sys, threading
from custody.cli.front import main

class Held:
    def __del__(self):
        raise RuntimeError("canary-message")

def job(arguments):
    if "thread" in arguments:
        beside = threading.Thread(target=lambda: (_ for _ in ()).throw(RuntimeError("canary-message")))
        beside.start()
        beside.join()
    else:
        Held()
    return 0

main.run = job
main.main()
"""


@pytest.mark.parametrize("where", ["finaliser", "thread"])
def test_a_bug_that_reaches_nobody_shows_no_traceback_and_is_exit_1(where):
    done = subprocess.run([sys.executable, "-c", ASIDE, where], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("error: an internal error beside the work (RuntimeError)")
    assert len(done.stderr.splitlines()) == 2
    assert "canary" not in done.stdout + done.stderr


@pytest.mark.parametrize(("room", "module"), [("custody.cli.front", "main"), ("airgap.cli", "front")])
def test_whoever_stops_before_the_first_word_is_heard_as_who_stops_later(room, module):
    code = f"""
from {room} import {module} as front
def run(_arguments):
    raise KeyboardInterrupt("canary")
front.run = run
front.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 6
    assert done.stderr.startswith("error: stopped, as you asked")
    assert "canary" not in done.stderr


def test_a_reader_that_goes_away_gets_no_traceback():
    done = subprocess.run(
        f"{COMMAND} --help | true; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode in (0, 8)


def test_a_full_standard_output_is_a_storage_error():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, "completion", "bash"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 8
    assert done.stderr.startswith("error: the result could not be written")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(custody, shell):
    answer = custody("completion", shell)
    assert answer.code == 0
    assert "_CUSTODY_COMPLETE" in answer.stdout


def test_the_shell_completes_commands_without_loading_them():
    answer = process(env={"_CUSTODY_COMPLETE": "bash_complete", "COMP_WORDS": "custody share ", "COMP_CWORD": "2"})
    assert answer.stdout.split() == ["plain,split", "plain,check", "plain,combine"]


def test_the_shell_completes_the_first_word_with_rooms_and_commands():
    answer = process(env={"_CUSTODY_COMPLETE": "bash_complete", "COMP_WORDS": "custody ", "COMP_CWORD": "1"})
    offered = set(answer.stdout.split())
    assert offered == {f"plain,{name.split()[0]}" for name in table.ROWS}
    assert {"plain,key", "plain,share", "plain,wallet", "plain,review", "plain,sign", "plain,completion"} <= offered


@pytest.mark.parametrize("name", [name for name in table.ROWS if name != "completion"])
def test_every_command_takes_quiet(name: str) -> None:
    answer = process(*name.split(), "--help")
    assert answer.code == 0
    assert "--quiet" in answer.stdout


def test_quiet_keeps_progress_off_and_nothing_else(custody) -> None:
    made = custody("key", "new", "--network", "main", "--no-dice", "--threshold", "2", "--shares", "2", out=True)
    loud = custody("share", "check", secret="\n".join(made.secrets))
    quiet = custody("share", "check", "--quiet", secret="\n".join(made.secrets))
    assert "more card is needed" in loud.stderr
    assert "more card is needed" not in quiet.stderr
    assert quiet.stdout == loud.stdout
