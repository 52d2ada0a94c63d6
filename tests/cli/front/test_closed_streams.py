"""Streams that were closed by whoever started a command."""

import os
import subprocess

import pytest

from tests.cli.conftest import COMMAND, pipe_with, process
from tests.support.patience import LONG

ABOUT = "abandon " * 11 + "about"


def key_show(**settings):
    """Run `key show` for the phrase that everybody knows, in a process of its own."""
    reader = pipe_with(ABOUT)
    try:
        return process("key", "show", "--json", "--secret-fd", str(reader), pass_fds=(reader,), **settings)
    finally:
        os.close(reader)


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `custody` is ours."""
    function = f'custody() {{ {COMMAND} "$@"; }}; '
    return subprocess.run(["bash", "-c", function + line], capture_output=True, text=True, check=False, timeout=LONG)


@pytest.mark.parametrize("line", ["custody --help", "custody --version", "custody wallet address w.json --json"])
def test_a_closed_standard_output_is_a_storage_error_or_the_commands_own(line):
    done = shell(f"{line} >&-")
    assert done.returncode == (2 if "wallet" in line else 8)
    assert "Traceback" not in done.stderr
    assert "internal" not in done.stderr


def test_a_result_for_a_closed_standard_output_is_a_storage_error():
    done = shell(f"custody key show --json --secret-fd 3 3< <(echo {ABOUT}) >&-")
    assert done.returncode == 8
    assert shell(f"custody key show --json --secret-fd 3 3< <(echo {ABOUT}) >&- 2>&-").returncode == 8


def test_nobody_who_listens_does_not_stop_the_work():
    for silence in ("2>&-", "2>/dev/full", "2>/dev/null"):
        done = shell(f"custody key show --secret-fd 3 3< <(echo {ABOUT}) {silence}")
        assert done.returncode == 0
        assert "73c5da0a" in done.stdout
        assert shell(f"custody wallet address absent.json {silence}").returncode == 2


def test_a_closed_standard_input_is_an_empty_one():
    done = shell("custody wallet address - --json <&-")
    assert done.returncode == 4
    assert done.stdout.startswith('{\n  "error"')
    assert shell(f"custody key show --secret-fd 3 3< <(echo {ABOUT}) <&-").returncode == 0


def test_cards_go_from_one_command_to_the_next_without_a_file():
    split = "custody share split --threshold 2 --shares 3 --secret-fd 3 --secret-out-fd 4"
    done = shell(f"{split} 3< <(echo {ABOUT}) 4>&1 >/dev/null | custody share combine --secret-fd 0 --json")
    assert done.returncode == 0, done.stderr
    assert '"bip39": "73c5da0a"' in done.stdout


@pytest.mark.parametrize(
    "variables",
    [
        {"_CUSTODY_COMPLETE": "x"},
        {"_CUSTODY_COMPLETE": "bash_complete"},
        {"_CUSTODY_COMPLETE": "bash_complete", "COMP_WORDS": "custody key", "COMP_CWORD": "x"},
    ],
)
def test_a_variable_for_completion_that_no_shell_set_is_a_usage_error(variables):
    answer = process("key", "show", env={**os.environ, **variables})
    assert answer.code == 2
    assert "_CUSTODY_COMPLETE" in answer.stderr
