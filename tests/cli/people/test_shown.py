"""A result longer than the screen is read page by page, with its first line in sight; a script has it whole."""

import json
import subprocess

import pytest

from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen

CODE = """
import sys
from custody.cli.front import main
from custody.cli.people.shown import show
show({"warnings": ["mind this"]}, [f"line {n}" for n in range(1, int(sys.argv[1]) + 1)], as_json="--json" in sys.argv)
print("next: one", "  two", "$ ", sep=chr(10), end="", flush=True)
"""


@pytest.mark.parametrize("count", [1, 18, 19])
def test_what_fits_with_what_comes_next_is_one_piece(count: int) -> None:
    with Screen(CODE, str(count)) as screen:
        assert screen.finish() == 0
        assert screen.lines[0] == "warning: mind this"
        assert b"-- page" not in screen.raw


@pytest.mark.parametrize("count", [20, 21, 22, 40])
def test_what_does_not_fit_is_left_page_by_page(count: int) -> None:
    with Screen(CODE, str(count)) as screen:
        screen.until("-- page 1 of 2: Enter goes on --")
        assert screen.lines[0] == "warning: mind this"
        screen.emulator.reset()
        screen.enter()
        assert screen.finish() == 0
        seen = [line for line in screen.lines if line]
        assert seen[-4:] == [f"line {count}", "next: one", "  two", "$"]
        first, last = (int(line.removeprefix("line ")) for line in (seen[0], seen[-4]))
        assert last - first == len(seen) - 4, "nothing of the last page is out of sight"


@pytest.mark.parametrize("option", ["", "--json"])
def test_a_pipe_gets_all_of_it_and_nobody_is_asked(option: str) -> None:
    with Screen(CODE, "40", option, stdout=subprocess.PIPE) as screen:
        assert screen.process.stdout is not None
        told = screen.process.stdout.read().decode()
        assert screen.finish() == 0
        assert b"-- page" not in screen.raw
    result = told.removesuffix("next: one\n  two\n$ ")
    assert json.loads(result) == {"warnings": ["mind this"]} if option else result.splitlines()[-1] == "line 40"


def test_json_at_a_terminal_is_not_cut_into_pages() -> None:
    with Screen(CODE, "40", "--json") as screen:
        assert screen.finish() == 0
        assert b"-- page" not in screen.raw


def test_a_self_test_begins_with_its_first_line() -> None:
    with Screen(PROGRAM, "selftest") as screen:
        screen.until("-- page 1 of")
        assert any("the files that are laid" in line for line in screen.lines[:2])
        screen.enter()
        screen.until("checks are ok")
