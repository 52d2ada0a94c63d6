"""What `custody` and `airgap` alone say: a screen, of commands that are taken as they stand."""

import pytest

from airgap.cli.table import COMMANDS
from airgap.cli.table import EVENING as WINDOW
from custody.cli.guide.evening import EVENING
from tests.support.command_lines import commands_in, parse


@pytest.mark.parametrize("page", [EVENING, WINDOW], ids=["custody", "airgap"])
def test_the_page_fits_a_terminal_and_its_commands_are_taken(page: str) -> None:
    lines = page.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    for line in commands_in("\n".join(line for line in lines if line.startswith("  "))):
        parse(line)


def test_the_page_names_each_job_of_an_evening_in_its_order() -> None:
    said = [" ".join(line.split()[1:3]) for line in EVENING.splitlines() if line.startswith("  custody")]
    order = ["key new", "key show", "wallet new", "wallet address", "review request.psbt", "sign request.psbt"]
    assert [each for each in said if each in order] == order
    assert {"share check", "share combine"} <= set(said[said.index("sign request.psbt") :])


def test_the_windows_page_shows_and_takes() -> None:
    said = {line.split()[1] for line in WINDOW.splitlines() if line.startswith("  airgap")}
    assert said <= COMMANDS.keys()
    assert {"show", "scan", "decode"} <= said


def test_custody_alone_says_the_evening_and_help_the_map(custody) -> None:
    alone = custody()
    assert (alone.code, alone.stdout) == (2, "")
    assert alone.stderr == f"{EVENING}\n"
    assert "Keys and cards:" in custody("--help").stdout
    assert "Usage: custody key" in custody("key").stderr
