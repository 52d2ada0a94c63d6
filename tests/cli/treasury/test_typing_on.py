"""At a terminal of a main network the next officer types while the passphrase of the one before is derived.

A derivation ends here when the test says so, and tells that it has.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from airgap.door.shutting import LAUNCH
from custody.ceremony.treasury.halting import halt
from tests.ceremony.treasury.gated import People, derivations, main_home
from tests.ceremony.treasury.officers import opened
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.test_person import OWN, comes, typed, words_of
from tests.support.patience import until_idle

GATED = PROGRAM.replace(
    LAUNCH,
    f"""{LAUNCH}
import os, sys
from hashlib import sha256
from custody.keys.vaults import primitives
from custody.secret import Secret
gate, told = (int(sys.argv.pop(1).removeprefix("--gate-fd=")) for _end in "io")
def argon2id(password, salt, *, pepper, **_parameters):
    key = sha256(password.reveal() + salt + (pepper or b"")).digest()
    os.read(gate, 1)
    os.write(told, b".")
    return Secret(key)
primitives.argon2id = argon2id
""",
)


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


@dataclass
class Pipes:
    """The program's ends, and ours."""

    theirs: tuple[int, int]
    gate: int
    told: int

    def screen(self, *arguments: str) -> Screen:
        return Screen(GATED, *(f"--gate-fd={each}" for each in self.theirs), *arguments, pass_fds=self.theirs)

    def end(self, count: int = 1) -> None:
        """Let so many derivations end, and wait until they have."""
        os.write(self.gate, b"." * count)
        for _each in range(count):
            os.read(self.told, 1)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    gate_out, gate_in = os.pipe()
    told_out, told_in = os.pipe()
    yield Pipes((gate_out, told_in), gate_in, told_out)
    for each in (gate_out, gate_in, told_out, told_in):
        os.close(each)


@pytest.fixture
def halted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A main network's treasury of five that is halted; three resume it."""
    derivations(monkeypatch)
    path = main_home(tmp_path / "home")
    with opened(path) as book:
        halt(book, People(answers=[("Erin", True)]), "")
    return str(path)


def new(home: Path) -> tuple[str, ...]:
    officers = [part for name in OWN for part in ("--officer", name)]
    return ("home", "new", "--home", str(home), "--network", "main", *officers)


def test_the_second_officer_is_asked_before_the_first_identity_is_sealed(tmp_path: Path, pipes: Pipes) -> None:
    with pipes.screen(*new(tmp_path / "home")) as screen:
        screen.until('Type "begin"')
        screen.enter("begin")
        screen.try_keys()
        typed(screen, OWN["Alice"], 1)
        screen.until("Bob becomes an officer")
        screen.until_raw(b"or type one of your own", 2)
        asked = len(screen.raw)
        pipes.end(2)
        screen.enter(OWN["Bob"])
        screen.until_raw(b"The passphrase again", 2)
        assert b"Alice" not in screen.raw[asked:], "nothing is written into a question"
        screen.enter(OWN["Bob"])
        pipes.end(2)
        screen.until("Write on paper")
        assert screen.finish() == 0, screen.text
        assert not any(passphrase.encode() in screen.raw for passphrase in OWN.values())


def test_a_wrong_passphrase_is_told_after_the_question_that_somebody_is_answering(halted: str, pipes: Pipes) -> None:
    with pipes.screen("resume", "--home", halted, "--head", words_of(halted)) as screen:
        screen.until('Type "resume"')
        screen.enter("resume")
        comes(screen, "Alice", "something else", 1, 1)
        screen.until_raw(b"Who comes?", 2)
        assert "Alice: the passphrase is being tried." in screen.text
        assert not screen.echoes
        pipes.end()
        until_idle(screen.process.pid)  # what came of it is known
        screen.enter("Bob")
        screen.until_raw(b", your passphrase", 2)
        assert b"does not open" not in screen.raw
        screen.enter("the passphrase of Bob")
        screen.until("Alice: this does not open")
        screen.until("2 more seats must agree")
        comes(screen, "Alice", "the passphrase of Alice", 3, 3)
        comes(screen, "Carol", "the passphrase of Carol", 4, 4)
        pipes.end(3)
        screen.until("The treasury goes on.")
        assert screen.finish() == 0, screen.text
        assert "Bob is here." in screen.text
        assert b"the passphrase of" not in screen.raw


def test_ctrl_c_at_the_second_question_waits_for_no_derivation(halted: str, pipes: Pipes) -> None:
    with pipes.screen("resume", "--home", halted, "--head", words_of(halted)) as screen:
        screen.until('Type "resume"')
        screen.enter("resume")
        comes(screen, "Alice", "the passphrase of Alice", 1, 1)
        screen.until_raw(b"Who comes?", 2)
        screen.interrupt()
        assert screen.finish() == 6, screen.text
        assert screen.echoes
        assert "stopped, as you asked" in screen.text
        os.set_blocking(pipes.told, False)
        with pytest.raises(BlockingIOError):
            os.read(pipes.told, 1)  # no derivation has ended
