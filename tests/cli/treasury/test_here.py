"""A command inside a sentence names the treasury as it was named: whoever copies it runs it as it stands."""

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.treasury.test_treasury import begun, custody, payment, sign
from tests.support.command_lines import parse
from tests.support.officers import quick_identities


@pytest.fixture(scope="module")
def halted(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("made {here}")
    with quick_identities():
        home = begun(folder)
        assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    return home


def commands(text: str) -> list[str]:
    return [f"custody {line.split('custody ', 1)[1]}" for line in text.splitlines() if "custody " in line]


def test_a_hint_names_the_home_that_was_named(halted: str, tmp_path: Path) -> None:
    with quick_identities():
        refused = sign(halted, payment(tmp_path), str(tmp_path / "out"))
    assert refused.code == 3
    assert commands(refused.err) == [f"custody resume --home {shlex.quote(halted)}"]
    parse(commands(refused.err)[0])


def test_a_script_reads_the_same_hint(halted: str) -> None:
    answer = custody("officer", "passphrase", "Nobody", "--home", halted, "--json", officers=("Erin",))
    assert json.loads(answer.out)["error"]["hint"].startswith(
        f"custody officer list --home {shlex.quote(halted)} names"
    )


def test_where_the_environment_names_the_home_no_command_does(halted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_HOME", halted)
    answer = custody("officer", "passphrase", "Nobody", officers=("Erin",))
    assert "custody officer list names them" in answer.err


def test_status_says_how_a_copy_is_sealed_here(halted: str) -> None:
    shown = custody("status", "--home", halted).out
    assert f"   custody home backup --home {shlex.quote(halted)} -o BACKUP" in shown.splitlines()


def test_what_was_written_since_the_paper_is_shown_by_a_line_that_is_taken(halted: str) -> None:
    first = custody("journal", "show", "--home", halted, "--json")
    assert first.code == 0
    words = json.loads(custody("status", "--home", halted, "--json").out)["head"]
    with quick_identities():
        resumed = custody(
            *("resume", "--home", halted, "--head", f"{words['n']} {words['words']}"),
            officers=("Alice", "Bob", "Carol"),
        )
        assert resumed.code == 0, resumed
        again = custody(
            *("resume", "--home", halted, "--head", f"{words['n']} {words['words']}"),
            officers=("Alice", "Bob", "Carol"),
        )
    assert f"custody journal show --from {words['n'] + 1} --home {shlex.quote(halted)}" in again.err
