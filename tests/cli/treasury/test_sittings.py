"""Officers sit down in a process of its own: whichever of the two is stopped or killed, nothing has happened."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custody.governance.paper import slow_words
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.test_person import words_of
from tests.faults import homes
from tests.leaks.scenes import digest_of
from tests.support.officers import quick_identities
from tests.support.patience import until


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""
    slow_words.beginning.cache_clear()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with quick_identities():
        homes.without_vault(folder)
    return folder / homes.HOME


@contextmanager
def sitting(home: Path) -> Iterator[tuple[Screen, int]]:
    """A change of rules, as the first officer is asked for a passphrase; and the process that asks."""
    with Screen(
        PROGRAM, "officer", "rules", "--unlock", "2", "--home", str(home), "--head", words_of(str(home))
    ) as screen:
        screen.until('Type "propose"')
        screen.enter("propose")
        screen.until_raw(b"Who comes?")
        screen.enter("1")
        screen.until_raw(b"Alice, your passphrase")
        yield screen, copy_of(screen)


def copy_of(screen: Screen) -> int:
    """The process that has the secrets: of those that the command began, the one on its terminal."""
    command = screen.process.pid
    begun = map(int, Path(f"/proc/{command}/task/{command}/children").read_text(encoding="ascii").split())
    (copy,) = [each for each in begun if os.getsid(each) == os.getsid(command)]
    return copy


def lives(process: int) -> bool:
    """Whether a process is there and is none that ended and waits to be counted."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_whoever_presses_ctrl_c_changed_nothing(made: Path) -> None:
    before = digest_of(made)
    with sitting(made) as (screen, copy):
        screen.type("\x03")
        assert screen.finish() == 6, screen.text
        assert screen.echoes and not lives(copy)
    assert digest_of(made) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_an_ending_that_the_command_is_sent_reaches_the_process_with_the_keys(made: Path, number: int) -> None:
    before = digest_of(made)
    with sitting(made) as (screen, copy):
        os.kill(copy if number == signal.SIGQUIT else screen.process.pid, number)
        assert screen.finish() == 6, screen.text
        assert screen.echoes and not lives(copy)
    assert digest_of(made) == before


def test_a_copy_that_is_killed_changed_nothing_and_leaves_the_terminal_as_it_was(made: Path) -> None:
    before = digest_of(made)
    with sitting(made) as (screen, copy):
        os.kill(copy, signal.SIGKILL)
        assert screen.finish() == 1, screen.text
        assert screen.echoes
    assert digest_of(made) == before


def test_the_officers_process_ends_with_the_command_that_waits_for_it(made: Path) -> None:
    before = digest_of(made)
    with sitting(made) as (screen, copy):
        screen.process.kill()
        screen.process.wait()
        until(lambda: not lives(copy), "the copy is still there")
    assert digest_of(made) == before


def test_a_copy_that_is_killed_while_a_card_is_shown_leaves_no_card_on_the_screen(tmp_path: Path) -> None:
    line = ("key", "new", "--no-dice", "--network", "regtest", "-o", str(tmp_path / "set.json"))
    with Screen(PROGRAM, *line) as screen:
        screen.until("only its holder may see the screen")
        screen.enter()
        screen.until("  1  ")
        # With its number: a word of a card may stand in a sentence of ours by chance.
        shown = [word for line in screen.lines if line.startswith("   ") for word in re.findall(r"\d+ +[a-z]+", line)]
        os.kill(copy_of(screen), signal.SIGKILL)
        assert screen.finish() == 1, screen.text
        assert len(shown) > 20 and not [word for word in shown if word in screen.text]
        assert screen.raw.rindex(b"\x1b[?1049l") > screen.raw.rindex(b"\x1b[?1049h")
        assert screen.echoes
    assert not (tmp_path / "set.json").exists()
