"""`custody ceremony identity`: a key that one person signs with, sealed, and told as a plan takes it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from custody.ceremony.plan.identity import identity_words
from custody.errors import Mismatch
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.passphrase import Passphrase
from custody.keys.vaults.sealed import KeyFile, read_officer_file
from custody.machine.keyboard import SHOWN
from custody.secret import Secret
from tests.ceremony.plan.plans import filled, read, wish
from tests.cli.ceremonies.participants import PASSPHRASE, made, named
from tests.cli.conftest import PROGRAM, pipe_with
from tests.cli.screen import Screen
from tests.support.officers import custody, given, quick_identities

LINE = ("ceremony", "identity", "--network", "regtest")


def passphrase(text: str = PASSPHRASE) -> Passphrase:
    return Passphrase.read(Secret(text.encode()))


def test_what_is_told_is_what_a_plan_takes_and_the_file_opens_with_the_passphrase(tmp_path: Path) -> None:
    key = made(tmp_path, "witness-1")
    assert read(named(filled(wish()), witness_1=key)).identities["witness-1"].hex() == key
    sealed = read_officer_file((tmp_path / "witness-1.identity").read_bytes())
    assert (sealed.network, sealed.needs_key_file) == (Network.TEST, False)
    with sealed.unseal(passphrase()) as keys:
        assert keys.public.officer.hex() == key
    with pytest.raises(Mismatch):
        sealed.unseal(passphrase("another passphrase"))
    assert (tmp_path / "witness-1.identity").stat().st_mode & 0o777 == 0o600


def test_the_line_and_the_words_are_said_to_a_person(tmp_path: Path) -> None:
    out = tmp_path / "id"
    with quick_identities():
        told = given(*LINE, "-o", str(out), lines=[PASSPHRASE])
    key = read_officer_file(out.read_bytes()).public.officer
    assert f'name = "{key.hex()}"' in told.out.splitlines()
    words = identity_words(key)
    assert ["  " + " ".join(words[:8]), "  " + " ".join(words[8:])] == told.out.splitlines()[-2:]
    assert PASSPHRASE not in told.out + told.err


def test_no_two_identities_are_alike(tmp_path: Path) -> None:
    assert made(tmp_path, "witness-1") != made(tmp_path, "witness-2")


def test_a_key_file_is_a_second_factor(tmp_path: Path) -> None:
    (tmp_path / "factor").write_bytes(bytes(range(32)))
    made(tmp_path, "witness-1", "--key-file", str(tmp_path / "factor"))
    sealed = read_officer_file((tmp_path / "witness-1.identity").read_bytes())
    assert sealed.needs_key_file
    with pytest.raises(Mismatch):
        sealed.unseal(passphrase())
    sealed.unseal(passphrase(), KeyFile.read(bytes(range(32)))).wipe()


@pytest.mark.parametrize(
    ("options", "lines", "code"),
    [
        ((), [], 2),
        ((), [PASSPHRASE, PASSPHRASE], 2),
        ((), ["tab\there"], 4),
        (("--key-file", "short"), [PASSPHRASE], 4),
        (("--key-file", "absent"), [PASSPHRASE], 2),
        (("-o", "taken"), [PASSPHRASE], 8),
        (("-o", "taken"), ["tab\there"], 8),
        (("--network", "main"), [PASSPHRASE], 2),
        (("--json", "-o", "-"), [PASSPHRASE], 2),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    options: tuple[str, ...], lines: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("short").write_bytes(bytes(31))
    Path("taken").write_bytes(b"taken")
    with quick_identities():
        answer = given(*LINE, "-o", "id", *options, lines=lines)
    assert answer.code == code, answer
    assert sorted(path.name for path in tmp_path.iterdir()) == ["short", "taken"]
    assert Path("taken").read_bytes() == b"taken"
    assert PASSPHRASE not in answer.out + answer.err


def test_a_file_has_to_be_named() -> None:
    assert given(*LINE, lines=[PASSPHRASE]).code == 2


def test_a_script_without_a_passphrase_is_told_how_to_give_one(tmp_path: Path) -> None:
    answer = custody(*LINE, "-o", str(tmp_path / "id"), "--yes")
    assert answer.code == 2
    assert "--passphrase-fd" in answer.err


def test_it_goes_to_standard_output_too() -> None:
    reader = pipe_with(PASSPHRASE)
    try:
        line = [sys.executable, "-I", "-c", PROGRAM, *LINE, "-o", "-", "--yes", "--passphrase-fd", str(reader)]
        done = subprocess.run(line, capture_output=True, check=False, pass_fds=[reader])
    finally:
        os.close(reader)
    assert done.returncode == 0, done.stderr
    key = read_officer_file(done.stdout).public.officer
    assert f'name = "{key.hex()}"' in done.stderr.decode()


def test_a_person_types_a_passphrase_twice_unseen(tmp_path: Path) -> None:
    out = tmp_path / "id"
    with Screen(PROGRAM, *LINE, "-o", str(out)) as screen:
        screen.until("Only you may look now")
        screen.until_raw(b"leave the keys untested")
        screen.enter(SHOWN.translate(str.maketrans("zZyY", "yYzZ")))
        screen.until("That was another line.")
        screen.until_raw(b"leave the keys untested", 2)
        screen.enter(SHOWN)
        screen.until("or type one of your own")
        screen.enter("password")
        screen.until_raw(b"or type one of your own", 2)
        screen.enter(PASSPHRASE)
        screen.until("The passphrase again")
        screen.enter("another one")
        screen.until("That was another one")
        screen.enter(PASSPHRASE)
        assert screen.finish() == 0
        assert b"lanterns" not in screen.raw
        assert "Its words" in screen.text
    read_officer_file(out.read_bytes()).unseal(passphrase()).wipe()


def test_a_person_who_stops_leaves_nothing(tmp_path: Path) -> None:
    with Screen(PROGRAM, *LINE, "-o", str(tmp_path / "id")) as screen:
        screen.until_raw(b"leave the keys untested")
        screen.enter()
        screen.until("or type one of your own")
        screen.interrupt()
        assert screen.finish() == 6
    assert list(tmp_path.iterdir()) == []
