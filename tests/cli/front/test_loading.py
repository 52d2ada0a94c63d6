"""What is loaded by name: a command once it is called, its job once the whole line was read and its files are there."""

import gc
import os
from pathlib import Path

import pytest

from custody.cli.front import loading
from custody.cli.front.named_files import refuse_absent
from custody.errors import Usage


def test_only_a_command_is_taken_for_one() -> None:
    assert loading.command("wallets.commands:address").name == "address"
    with pytest.raises(TypeError):
        loading.command("wallets.addresses:address")


@pytest.mark.parametrize("collecting", [True, False])
@pytest.mark.parametrize("target", ["front.completing:words", "front.nowhere:nothing"])
def test_garbage_is_collected_afterwards_as_it_was_before(collecting: bool, target: str) -> None:
    was = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        try:
            loading.loaded(target)
        except ModuleNotFoundError:
            assert "nowhere" in target
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if was else gc.disable)()


def test_what_is_wrong_with_a_line_is_said_before_a_file_that_is_not_there(custody, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.json")
    answer = custody("share", "check", "--set", missing, "--passphrase-fd", "hunter2")
    assert answer.code == 2
    assert "never a secret" in answer.stderr
    assert "hunter2" not in answer.stderr
    answer = custody("sign", "legal", "winner", "thank", "year", "-o", "out", "--wallet", missing)
    assert answer.code == 2
    assert "legal" not in answer.stderr
    assert "winner" not in answer.stderr


def test_a_file_that_is_not_there_or_is_a_folder_is_said_by_its_name(custody, tmp_path: Path) -> None:
    for name, told in ((tmp_path / "missing.json", "there is no file"), (tmp_path, "is a folder")):
        answer = custody("wallet", "address", str(name))
        assert answer.code == 2
        assert told in answer.stderr
        with pytest.raises(Usage):
            refuse_absent([str(name)], ["wallet", "address", str(name)])


def test_looking_for_a_file_opens_nothing(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # opening it would wait for a writer, for ever
    refuse_absent([str(pipe), "-"], ["psbt", "combine", str(pipe), "-"])
