"""A secret that is shown is on the alternate screen alone, cleared with the scrollback; title and clipboard stay.

How the share screen goes blank, comes back, ends on a signal and refuses what is no terminal is in
tests/cli/people/test_terminal.py.
"""

import ast
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM
from tests.cli.keys.test_person import copy_card
from tests.cli.screen import Screen
from tests.faults import homes
from tests.leaks.forked import Ended, run
from tests.leaks.needles import Needles, of_card, of_passphrase, of_phrase, windows
from tests.leaks.scenes import (
    ALL,
    CARDS,
    ENDS,
    LISTED,
    ON_A_TERMINAL,
    PASSPHRASE,
    PHRASE,
    PUBLIC,
    Scene,
    Stage,
)
from tests.support.imports import imports, modules
from tests.support.officers import NAMES
from tests.support.reaching import open_ways

SHOWN_APART = re.compile(rb"\x1b\[\?1049h.*?\x1b\[H\x1b\[2J\x1b\[3J\x1b\[\?1049l\x1b\[3J", re.DOTALL)
"""The alternate screen, from its beginning to where it is cleared, left, and the scrollback cleared once more."""

SHOW = {
    ("custody.cli.people.operators", "_show"),
    ("custody.cli.people.meeting", "_drawn"),
}
"""The functions that show a secret, which they give to `Terminal.show_secret`."""
TAKE = {
    ("custody.cli.people.operators", "_show"): "words, to hear them read back; they are on paper by then",
    ("custody.cli.people.operators", "_screen"): "lines for the share screen",
    ("custody.cli.people.operators", "_line"): "a line for the pipe, in a Secret again",
    ("custody.cli.people.meeting", "_drawn"): "lines for the share screen",
    ("custody.cli.ceremonies.sittings.printer", "printed"): "a card's words, for its sheet",
}
"""The functions that turn a sheet or a passphrase into text that could be shown, and what for."""


NAMESAKES = {("custody.cli.people.typed_secret", "words"), ("custody.cli.people.typed_secret", "index")}
"""They ask for the words of a language."""


def outside(raw: bytes) -> bytes:
    """What was written on the normal screen."""
    return SHOWN_APART.sub(b"", raw)


SECRETS = "custody.cli.people.secrets"


def callers(called: set[str], trees: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """The functions that call one of these, by module and name."""
    for module, tree in trees.items():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                if getattr(call.func, "attr", getattr(call.func, "id", "")) in called:
                    yield module, function.name


def test_every_screen_that_shows_a_secret_is_known() -> None:
    trees = modules("custody", "airgap")
    assert set(callers({"show_secret"}, trees)) == SHOW
    taking = {each.importer for each in imports(trees) if each.imported.startswith(SECRETS)}
    assert set(callers({"words_of", "hex_of"}, {module: trees[module] for module in taking})) - NAMESAKES == TAKE.keys()


@pytest.mark.parametrize(
    "arguments",
    [("--kind", "bip39", "--words", "12"), ("--words", "12")],
    ids=["a phrase", "a card"],
)
def test_a_new_key_is_on_no_screen_but_the_one_that_is_cleared(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with Screen(PROGRAM, "key", "new", "--no-dice", "--network", "regtest", *arguments, cwd=tmp_path) as screen:
        words = copy_card(screen, 12 if "bip39" in arguments else 20)
        assert screen.finish() == 0
    assert SHOWN_APART.search(screen.raw), "the alternate screen was cleared and left"
    shown = SHOWN_APART.findall(screen.raw)
    assert all(any(word.encode() in page for page in shown) for word in words)
    left = outside(screen.raw)
    assert not [each for each in windows(" ".join(words)) if each.encode() in b" ".join(left.split())]
    assert not [f"{number}  {word}" for number, word in enumerate(words, 1) if f"{number}  {word}".encode() in left]
    assert_only_known_controls(screen.raw)


def test_a_drawn_passphrase_is_on_no_screen_but_the_one_that_is_cleared(tmp_path: Path) -> None:
    officers = ("--officer", "Alice", "--officer", "Bob")
    with Screen(PROGRAM, "home", "new", "--home", str(tmp_path / "home"), "--network", "regtest", *officers) as screen:
        screen.until('Type "begin"')
        screen.enter("begin")
        screen.try_keys()
        screen.until("Enter lets this machine draw")
        screen.enter()
        screen.until("Your passphrase.")
        words = [line.strip() for line in screen.lines if re.fullmatch(r" {2}[a-z]{3,8}", line)]
        assert len(words) > 4
        screen.enter()
        screen.until("The passphrase again")
        screen.interrupt()
        screen.finish()
    left = outside(screen.raw)
    pairs = [f"{one}\\s+{other}" for one, other in pairwise(words)]  # one of them alone may be a word of our sentences
    assert not [each for each in pairs if re.search(rb"(?<![a-z])" + each.encode() + rb"(?![a-z])", left)]
    assert_only_known_controls(screen.raw)


def assert_only_known_controls(raw: bytes) -> None:
    """Title and clipboard are set by OSC (ESC ], or C1 in UTF-8); only CSI is ever written."""
    assert not re.search(rb"\x1b(?!\[)|\xc2[\x80-\x9f]|[\x07\x0e\x0f]", raw)


def test_no_sequence_but_csi_stands_anywhere_in_the_code() -> None:
    """OSC 0, 1 and 2 set the title, OSC 52 the clipboard; DCS, APC and PM reach a terminal's other parts."""
    texts = [
        (module, node.value)
        for module, tree in modules("custody", "airgap").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert len([text for _module, text in texts if "\x1b[" in text]) > 10
    assert [place for place in texts if re.search("\x1b(?!\\[)|[\x90\x9b-\x9f\x07]", place[1])] == []


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as place:
        yield Stage(Path(place).resolve())


def on_terminal(scene: Scene, folder: Path) -> tuple[bytes, Ended]:
    """What a command writes to a terminal, and how it ended."""
    master, slave = os.openpty()
    raw: list[bytes] = []

    def read() -> None:
        while got := os.read(master, 65536):
            raw.append(got)
            if got.endswith(b"\0"):
                return

    reader = threading.Thread(target=read)
    reader.start()
    end = run(scene, folder, lambda: [os.dup2(slave, number) for number in (1, 2)])  # type: ignore[arg-type,return-value]
    os.write(slave, b"\0")
    reader.join()
    os.close(master)
    os.close(slave)
    return b"".join(raw), end


@pytest.mark.parametrize("name", ON_A_TERMINAL)
def test_a_command_writes_no_title_and_no_secret_and_reaches_no_file_but_those_named(name: str, stage: Stage) -> None:
    raw, end = on_terminal(ALL[name], stage.folder(ALL[name]))
    secrets = {**of_phrase(PHRASE), **of_passphrase("a seed", PASSPHRASE)}
    for card in CARDS:
        secrets |= of_card(card)
    for who in NAMES:
        secrets |= of_passphrase(who, f"the passphrase of {who}")
    assert len(raw) > 1
    assert_only_known_controls(raw)
    assert Needles.of(secrets).found_in(raw) == []
    assert end.tried
    assert open_ways(end.tried) <= LISTED.get(name, set())
    assert name not in PUBLIC or end.code in ENDS.get(name, (0,))


@pytest.mark.parametrize("sequence", [b"\x1b]0;title\x07", b"\x1b]52;c;YQ==\x1b\\", b"\xc2\x9d0;title", b"\x1bPq"])
def test_what_reaches_title_or_clipboard_is_seen(sequence: bytes) -> None:
    with pytest.raises(AssertionError):
        assert_only_known_controls(b"\x1b[1mbold\x1b[0m" + sequence)
