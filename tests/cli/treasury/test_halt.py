"""A halt gets through whatever its reason is: a long one is cut, one that looks like a secret is left out, and said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.test_treasury import status
from tests.support.officers import NAMES, custody, quick_identities

PHRASE = "abandon " * 11 + "about"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[str]:
    officers = [part for name in NAMES for part in ("--officer", name)]
    path = str(tmp_path / "home")
    with quick_identities():
        assert custody("home", "new", "--home", path, "--network", "regtest", *officers, officers=NAMES).code == 0
        yield path


@pytest.mark.parametrize("joined", [False, True])
def test_a_sentence_of_many_words_is_no_phrase_that_bars_a_halt(joined: bool, home: str) -> None:
    told = "stop now because somebody broke into the office and took Bobs laptop away last night"
    reason = (f"--reason={told}",) if joined else ("--reason", told)
    halted = custody("halt", "--home", home, *reason, officers=("Erin",))
    assert halted.code == 0
    assert "the reason is left out" in halted.err
    assert status(home)["halted"]


def test_a_phrase_for_a_reason_is_not_kept_nor_said_again(home: str) -> None:
    halted = custody("halt", "--home", home, "--reason", PHRASE, officers=("Erin",))
    assert halted.code == 0
    assert "abandon" not in halted.err + halted.out
    assert not any(b"abandon" in file.read_bytes() for file in Path(home).rglob("*") if file.is_file())
    assert status(home)["halted"]


def test_a_long_reason_is_kept_by_its_beginning(home: str) -> None:
    halted = custody("halt", "--home", home, "--reason", "burglary! " * 40, officers=("Erin",))
    assert halted.code == 0
    assert "only the first 200 characters" in halted.err
    assert "burglary! burglary!" in custody("status", "--home", home).out


def test_a_phrase_elsewhere_on_the_line_is_refused_as_ever(home: str) -> None:
    assert custody("halt", PHRASE, "--home", home, "--reason", "x", officers=("Erin",)).code == 2
    assert custody("resume", "--home", home, "--reason", PHRASE, officers=NAMES).code == 2
    assert not status(home)["halted"]


@pytest.mark.parametrize("reason", ["vol \udce9 la cave", "\u0958" * 200, "", "   ", "\ud83d\ude00" * 300])
def test_no_letters_bar_a_halt(reason: str, home: str) -> None:
    assert custody("halt", "--home", home, "--reason", reason, officers=("Erin",)).code == 0
    assert status(home)["halted"]
