"""No secret is found anywhere but where it may leave, and no command makes a call into a network or starts a program.

Every command runs under strace, as it is used, asked for help, and called wrongly. What it hands to the system is all
that can be read of it later, in files (removed ones too), streams, arguments and environment. No door is shut here, so
that a call into a network would be seen to be made. The share screen is looked at in `test_screens`.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airgap.cli.table import COMMANDS
from custody.cli.front.table import ROWS
from tests.conftest import needed
from tests.faults import homes
from tests.faults.traced import STRACE
from tests.leaks.needles import Needles, forms, of_card, of_passphrase, of_phrase
from tests.leaks.scenes import ALL, CARDS, HELP, PASSPHRASE, PHRASE, SCENES, WINDOW, WRONG, Stage
from tests.leaks.watched import CONTROL, NAMED, Watched, watch
from tests.support.officers import NAMES
from tests.support.reaching import open_ways

SECRET = {name: scene for name, scene in ALL.items() if scene.gives or scene.out}
"""Scenes in which there is a secret."""

WATCHED = {**SECRET, **SCENES, **WINDOW, **HELP, **WRONG}


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    if STRACE is None:
        needed("strace", "there is no strace on this machine")
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as place:
        stage = Stage(Path(place).resolve())
        (beside := Path(place).resolve() / "beside").mkdir()
        folders = {name: stage.folder(scene).rename(beside / str(n)) for n, (name, scene) in enumerate(WATCHED.items())}
        yield watch(list(WATCHED), folders, beside)


@pytest.fixture(scope="module")
def needles(watched: Watched) -> Needles:
    """What was planted, and what the commands themselves made and let out."""
    secrets = {**of_phrase(PHRASE), **of_passphrase("a BIP-39 seed", PASSPHRASE)}
    secrets |= {f"{name} with a passphrase": each for name, each in of_phrase(PHRASE, PASSPHRASE).items()}
    for name in (*NAMES, "Frank"):
        secrets |= of_passphrase(name, f"the passphrase of {name}")
    secrets |= of_passphrase("Erin anew", "another passphrase of Erin")
    for number, card in enumerate([*CARDS, *released(watched, 20, 33)]):
        secrets |= {f"{name} of {number}": each for name, each in of_card(card).items()}
    for number, phrase in enumerate(released(watched, 12, 24)):
        secrets |= {f"{name} of a new one {number}": each for name, each in of_phrase(phrase).items()}
    return Needles.of(secrets)


def released(watched: Watched, *lengths: int) -> list[str]:
    """Lines that left, of so many words."""
    lines = [line.split(": ")[-1] for scene in watched.scenes.values() for line in scene["released"].splitlines()]
    return [line for line in lines if len(line.split()) in lengths]


def with_secret(watched: Watched) -> dict[str, Any]:
    """The scenes in which there is a secret."""
    return {name: scene for name, scene in watched.scenes.items() if name in SECRET}


def test_every_command_of_both_programs_is_called_asked_for_help_and_called_wrongly() -> None:
    commands = {*ROWS, *(f"airgap {name}" for name in COMMANDS)}
    for ending in ("", ", its help", ", called wrongly"):
        assert {f"{command}{ending}" for command in commands} <= WATCHED.keys()


def test_no_call_leads_into_a_network_or_starts_a_program(watched: Watched) -> None:
    watcher, *talked, planted = sorted(watched.talked, key=_order)
    assert watcher.startswith("execve(")
    assert planted.startswith("socket(AF_UNIX, SOCK_STREAM")
    assert talked == []


def _order(line: str) -> int:
    """The start of the watcher first, and the call that it makes on purpose last."""
    return -1 if line.startswith("execve(") else int(line.startswith("socket(AF_UNIX"))


def test_every_command_has_a_scene() -> None:
    assert SCENES.keys() == ROWS.keys(), "give the new command a scene in tests/leaks/scenes.py"


def test_every_command_that_has_an_option_for_secrets_is_watched_with_one() -> None:
    from custody.cli.front.loading import command

    options = {"--secret-fd", "--passphrase-fd", "--secret-out-fd"}
    takes = {
        name
        for name, row in ROWS.items()
        if options & {each for parameter in command(row.target).params for each in parameter.opts}
    }
    assert takes <= SECRET.keys()


def test_each_scene_ends_as_it_is_called(watched: Watched) -> None:
    ended = {name: scene["code"] for name, scene in watched.scenes.items() if name not in ("doctor", "verify-bundle")}
    refused = {
        **dict.fromkeys((*WRONG, "ceremony rehearse", "ceremony run", "ceremony service"), 2),
        "sign, refused": 3,
        "key show, a wrong word": 4,
        "share check, a wrong card": 4,
        "officer rules, a wrong passphrase": 5,
    }
    assert ended == {name: refused.get(name, 0) for name in ended}


def test_no_command_that_holds_a_secret_reaches_a_file_that_was_not_named(watched: Watched) -> None:
    assert all(scene["tried"] for scene in with_secret(watched).values())
    assert {name for name, scene in with_secret(watched).items() if open_ways(scene["tried"])} == set()


def test_nothing_is_handed_to_the_system_that_holds_a_secret(watched: Watched, needles: Needles) -> None:
    leaks = [
        (each.process, each.name, each.where, needles.found_in(each.content))
        for each in watched.handed
        if each.where not in watched.outlets
    ]
    assert [leak for leak in leaks if leak[-1]] == []


def test_secrets_do_leave_by_the_pipe_that_was_named(watched: Watched, needles: Needles) -> None:
    out = [each for each in watched.handed if each.where in watched.outlets]
    assert len(out) == len([scene for scene in SECRET.values() if scene.out]) > 3
    assert all(needles.found_in(each.content) for each in out)


def test_what_is_written_into_a_file_and_removed_is_found(watched: Watched) -> None:
    planted = Needles.of(of_passphrase("the watch", CONTROL))
    (found,) = [each for each in watched.handed if planted.found_in(each.content)]
    assert found.where.endswith("/control")


def test_what_is_written_as_a_name_is_found(watched: Watched) -> None:
    planted = Needles.of(of_passphrase("the watch", NAMED))
    (found,) = [each for each in watched.handed if planted.found_in(each.content)]
    assert found.name == "a name"


def test_no_bytes_come_into_a_file_by_a_way_that_shows_none(watched: Watched) -> None:
    """A page shared with a file, or bytes that the system moves: the watch does both, so that they would be seen."""
    assert [each.split(" ")[0] for each in watched.moved] == ["mmap", "sendfile"], watched.moved
    assert all(each.endswith("/control") for each in watched.moved), watched.moved


def test_neither_arguments_nor_the_environment_hold_a_secret(watched: Watched, needles: Needles) -> None:
    for name, scene in with_secret(watched).items():
        told = [bytes.fromhex(line.removeprefix("argv: ")) for line in scene["seen"] if line.startswith("argv: ")]
        assert len(told) > 5, name
        assert needles.found_in(b"\n".join(told)) == [], name


def test_no_secret_is_made_in_a_process_that_is_not_hardened(watched: Watched) -> None:
    standing = {
        name: {line for line in scene["seen"] if line.startswith("first secret")}
        for name, scene in with_secret(watched).items()
    }
    assert standing == {name: {"first secret: "} for name in SECRET}


def test_what_a_command_with_a_secret_writes_is_its_owners_alone(watched: Watched) -> None:
    for name, scene in with_secret(watched).items():
        for file, mode in scene["files"].items():
            if file.startswith(("out", "new", f"{homes.HOME}/")):
                assert mode in ("0o600", "0o700"), (name, file)


@pytest.mark.parametrize(
    ("form", "shape"), forms(PHRASE.encode()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_secret_is_found_in_every_form_and_in_the_middle_of_others(form: str, shape: bytes) -> None:
    needles = Needles.of(of_phrase(PHRASE))
    assert any("phrase" in name for name in needles.found_in(b"\x00before " + shape + b" after")), form


@pytest.mark.parametrize("written", ["WAVE  sausage\nworth Useful", "legal winner\tthank year"])
def test_four_words_in_a_row_are_found_however_they_are_laid_out(written: str) -> None:
    assert Needles.of(of_phrase(PHRASE)).found_in(f"card: {written}.".encode())


def test_what_is_public_is_not_taken_for_a_secret() -> None:
    public = homes.OWNER.descriptor.encode() + b" b8688df1 legal winner thank"
    assert Needles.of({**of_phrase(PHRASE), **of_card(CARDS[0])}).found_in(public) == []
