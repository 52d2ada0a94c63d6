"""Each command says which files it opens, by the types of its options; every other one is closed off before its job."""

import ast
import errno
import os
from pathlib import Path

import click
import pytest

from airgap.cli import front as window
from airgap.cli.named import NamedFile
from airgap.cli.table import COMMANDS
from airgap.door.places import WRITING, Use
from custody import store
from custody.cli.front.loading import command
from custody.cli.front.named_files import FileOfSomebody, NamedPath, TextOrFile
from custody.cli.front.table import ROWS
from custody.errors import StorageFailed
from custody.store import failures
from tests.cli.conftest import pipe_with, process
from tests.conftest import ROOT

OFFICERS = "medium:MEDIUM key_files:READ officer_files:READ"
KEEPS = f"home_path:KEEP {OFFICERS}"
MESSAGE = f"{KEEPS} message_file:READ record_path:READ wallet:READ out:WRITE"
SIGNS = "identity_file:READ key_file:READ out:WRITE"
BESIDE = "file:READ signatures:READ rehearsals:READ receipts:READ"

OPENS = {
    "key new": "record_path:WRITE",
    "key show": "record_path:READ",
    "key restore": KEEPS,
    "share split": "record_path:WRITE",
    "share check": f"record_path:READ transcript:READ plan_file:READ receipts:READ {SIGNS}",
    "share combine": "record_path:READ",
    "wallet new": f"{KEEPS} foreign:READ out:WRITE",
    "wallet list": "wallets:READ",
    "wallet address": "wallet:READ",
    "wallet find": "wallet:READ",
    "wallet export": "wallet:READ out:WRITE",
    "review": "files:READ home_path:READ wallet:READ before:READ labels_file:READ",
    "sign": f"{KEEPS} file:READ wallet:READ before:READ labels_file:READ record_path:READ out:WRITE",
    "psbt complete": "file:READ transactions:READ out:WRITE",
    "psbt combine": "files:READ wallet:READ out:WRITE",
    "psbt finalize": "file:READ wallet:READ out:WRITE",
    "psbt extract": "file:READ out:WRITE",
    "compare": "file:READ other:READ out:WRITE",
    "message sign": f"{MESSAGE} files:READ",
    "message verify": "file:READ message_file:READ",
    "message prove": f"{MESSAGE} coins:READ transactions:READ",
    "status": "home_path:READ",
    "officer enrol": f"{KEEPS} tokens:PLUGGED",
    "officer list": "home_path:READ",
    "officer retire": KEEPS,
    "officer passphrase": f"{KEEPS} tokens:PLUGGED",
    "officer absence": KEEPS,
    "officer rules": KEEPS,
    "officer carry": "home_path:READ out:WRITE",
    "halt": KEEPS,
    "resume": KEEPS,
    "journal show": "home_path:READ out:WRITE",
    "journal verify": "home_path:READ file:READ",
    "journal export": "home_path:READ out:WRITE",
    "journal import": f"{KEEPS} file:READ",
    "journal answer": "home_path:KEEP file:READ out:WRITE",
    "journal adopt": KEEPS,
    "home new": f"home_path:MAKE {OFFICERS} joined:READ follows:READ tokens:PLUGGED",
    "home backup": "home_path:KEEP medium:MEDIUM officer_files:READ out:PROVE",
    "home restore": f"home_path:MAKE {OFFICERS} file:READ receipts:READ",
    "home admit": KEEPS,
    "home end": KEEPS,
    "home exception": f"{KEEPS} report_file:READ",
    "home renew": f"{KEEPS} new_home:MAKE receipts:READ",
    "ceremony plan": "file:READ signatures:READ rehearsals:READ out:WRITE",
    "ceremony identity": "key_file:READ out:WRITE",
    "ceremony sign": f"file:READ {SIGNS}",
    "ceremony print": "file:READ out:WRITE",
    "ceremony rehearse": "file:READ out:PROVE medium:MEDIUM printer:PRINT",
    "ceremony run": "file:READ rehearsals:READ signatures:READ out:PROVE medium:MEDIUM printer:PRINT",
    "ceremony service": "file:READ others:READ signatures:READ out:PROVE medium:MEDIUM",
    "ceremony verify": f"{BESIDE} others:READ service_file:READ plan_file:READ records:MEDIUM report:WRITE "
    "home_path:READ",
    "ceremony enter": f"{KEEPS} file:READ signatures:READ rehearsals:READ others:READ service_file:READ plan_file:READ",
    "doctor": "",
    "selftest": "",
    "verify-bundle": "folder:READ",
    "completion": "",
}
"""A command -> its parameters that are files, each with what is done with them. Whoever adds a command says it here."""


def use_of(parameter: click.Parameter) -> Use | None:
    """What a parameter's file is for; None for what is no file, or is none that could be opened."""
    if isinstance(parameter.type, NamedPath | NamedFile):
        return parameter.type.use
    return Use.READ if isinstance(parameter.type, FileOfSomebody | TextOrFile) else None


def test_every_command_says_which_files_it_opens() -> None:
    found = {
        name: {f"{each.name}:{use.name}" for each in command(row.target).params if (use := use_of(each))}
        for name, row in ROWS.items()
    }
    assert found == {name: set(said.split()) for name, said in OPENS.items()}


def test_no_command_takes_a_path_that_nothing_opens() -> None:
    """A bare `click.Path` would be closed off, and nobody would know why."""
    for name, row in ROWS.items():
        for each in command(row.target).params:
            assert not isinstance(each.type, click.Path | click.File) or use_of(each), (name, each.name)


def test_every_command_does_its_work_as_a_job_alone() -> None:
    """`loading.job` is what closes files off."""
    checked = 0
    for path in sorted((ROOT / "custody" / "cli").glob("*/commands.py")):
        for function in (node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)):
            answers = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
            calls = [each.func.id for each in answers if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
            assert calls == ["job"] * len(answers) != [], (path.parent.name, function.name)
            checked += 1
    assert checked == len(ROWS)


def test_the_door_knows_every_option_that_names_what_is_written() -> None:
    """It knows no command, so a new option of this kind has to be told to it."""
    commands = [*(command(row.target) for row in ROWS.values()), *map(of_window, COMMANDS)]
    options = [each for one in commands for each in one.params if use_of(each) not in (None, Use.READ)]
    assert {name for each in options for name in each.opts} == WRITING.keys()
    assert {each.envvar for each in options if each.envvar} == {"CUSTODY_HOME"}


def of_window(name: str) -> click.Command:
    found = window.front.get_command(click.Context(window.front), name)
    assert found is not None
    return found


def test_commands_of_the_window_say_it_too() -> None:
    found = {
        name: {f"{each.name}:{use.name}" for each in of_window(name).params if (use := use_of(each))}
        for name in COMMANDS
    }
    assert found == {
        "show": {"file:READ", "out:WRITE"},
        "scan": {"pictures:READ", "out:WRITE"},
        "encode": {"file:READ"},
        "decode": {"file:READ", "out:WRITE"},
    }


def test_a_command_of_the_window_that_says_nothing_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("airgap.cli.encode.encode", click.Command("encode"))
    with pytest.raises(TypeError):
        of_window("encode")


# --- honest lines


def test_a_pipe_that_a_shell_names_is_read(tmp_path: Path) -> None:
    reader = pipe_with(b"some bytes")
    answer = process("compare", f"/dev/fd/{reader}", "--show", "--json", pass_fds=(reader,), cwd=tmp_path)
    os.close(reader)
    assert answer.code == 0, answer


def test_a_link_a_relative_name_and_standard_input_are_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_bytes(b"some bytes")
    (tmp_path / "link").symlink_to("elsewhere/file")
    digests = set()
    for name in ("link", "elsewhere/../elsewhere/file", "-", "/dev/stdin"):
        with (tmp_path / "link").open("rb") as stdin:
            digests.add(process("compare", name, "--show", "--json", stdin=stdin, cwd=tmp_path).json["digest"])
    assert len(digests) == 1


def test_a_treasury_that_is_not_begun_leaves_no_directory(tmp_path: Path) -> None:
    new = tmp_path / "new"
    answer = process("home", "new", "--home", str(new), "--network", "regtest", "--officer", "Ann")
    assert answer.code != 0
    assert not new.exists()
    new.mkdir(mode=0o700)
    process("home", "new", "--home", str(new), "--network", "regtest", "--officer", "Ann")
    assert new.exists(), "what was there before stays"


# --- what is said


def test_a_file_that_was_not_named_is_told_from_one_that_its_owner_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.touch()
    refused = PermissionError(errno.EACCES, "Permission denied", str(path))
    assert "--medium" in failures.reason(refused)
    assert "name it there" in failures.step(refused)
    monkeypatch.setattr(os, "access", lambda *_given, **_named: False)
    assert failures.reason(refused) == "this user may not"


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EIO, errno.EROFS])
def test_other_failures_are_told_as_they_are(number: int, tmp_path: Path) -> None:
    assert not failures.is_closed_off(OSError(number, "", str(tmp_path)))


def test_a_file_that_the_kernel_keeps_closed_is_told_in_the_stores_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()

    def closed(path: Path, *_given: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(StorageFailed, match="the command line names neither it") as told:
        store.read(tmp_path / "file", 10)
    assert "every other file closed" in told.value.hint


def test_a_folder_that_the_kernel_keeps_closed_is_told_where_its_file_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def closed(path: str | Path, flags: int, *given: int, **within: int) -> int:
        if within:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path, flags, *given)

    monkeypatch.setattr(os, "open", closed)
    with pytest.raises(StorageFailed, match="--medium, its folder"):
        store.write_new(tmp_path / "file", b"")
