"""An officer changes the own passphrase with the old one; where it is forgotten a quorum gives the seat new keys."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.test_person import OWN, words_of
from tests.cli.treasury.test_treasury import THREE, begun, payment, read, status
from tests.support.officers import NAMES, Answer, custody, quick_identities
from tests.support.officers import given as said


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    with quick_identities():
        return begun(tmp_path_factory.mktemp("made"))


@pytest.fixture
def home(made: str, tmp_path: Path) -> str:
    return str(shutil.copytree(made, tmp_path / "treasury"))


OLD_DAVE, NEW_DAVE = "Dave: the passphrase of Dave", "Dave: another passphrase of Dave"
OTHERS = tuple(f"{name}: the passphrase of {name}" for name in THREE)


def changed(home: str, *lines: str) -> Answer:
    return said("officer", "passphrase", "Dave", "--home", home, "--json", lines=lines)


def replaced(home: str, *lines: str) -> Answer:
    return said("officer", "passphrase", "Dave", "--forgotten", "--home", home, "--json", lines=lines)


def signs(home: str, folder: Path, dave: str, coin: int = 0) -> int:
    """What a signing ends with to which Dave comes, with two others."""
    line = ("sign", payment(folder, coin), "--home", home, "-o", str(folder / "out"), "--force")
    return said(*line, lines=(*OTHERS[:2], dave)).code


def dave_of(home: str) -> str:
    return next(str(each["officer"]) for each in status(home)["officers"] if each["name"] == "Dave")


def file_of(home: str) -> Path:
    return Path(home) / "officers" / f"{dave_of(home)[:16]}.officer"


def test_the_old_passphrase_makes_the_new_one_and_opens_nothing_here_any_more(home: str, tmp_path: Path) -> None:
    key, file = dave_of(home), file_of(home).read_bytes()
    told = read(changed(home, OLD_DAVE, NEW_DAVE))
    assert (told["officer"], told["forgotten"], told["head"]) == ("Dave", False, status(home)["head"])
    assert dave_of(home) == key, "the keys stay"
    assert file_of(home).read_bytes() != file
    assert signs(home, tmp_path, OLD_DAVE) == 5
    assert signs(home, tmp_path, NEW_DAVE) == 0
    assert custody("journal", "verify", "--home", home).code == 0


def test_who_does_not_know_the_old_passphrase_changes_nothing(home: str, tmp_path: Path) -> None:
    head, file = status(home)["head"], file_of(home).read_bytes()
    assert changed(home, NEW_DAVE, OLD_DAVE).code == 5
    assert changed(home, "Alice: the passphrase of Alice", "Dave: the passphrase of Alice").code in (3, 5)
    assert changed(home, OLD_DAVE).code == 2, "and no new one is no change"
    assert (status(home)["head"], file_of(home).read_bytes()) == (head, file)
    assert signs(home, tmp_path, OLD_DAVE) == 0


def test_an_identity_on_a_medium_gets_its_new_passphrase_too(home: str, tmp_path: Path) -> None:
    file_of(home).rename(tmp_path / "stick")
    line = ("officer", "passphrase", "Dave", "--home", home, "--json")
    brought = ("--officer-file", str(tmp_path / "stick"))
    assert said(*line, *brought, lines=(OLD_DAVE, NEW_DAVE)).code == 0
    assert signs(home, tmp_path, NEW_DAVE) == 0


def test_what_a_script_and_a_person_are_told_of_copies(home: str) -> None:
    told = said("officer", "passphrase", "Dave", "--home", home, lines=(OLD_DAVE, NEW_DAVE))
    assert "Dave has a new passphrase here." in told.out
    assert "Copies from before still open with the old one" in told.out
    assert "Write on paper" in told.out


def test_a_quorum_gives_new_keys_for_a_passphrase_that_nobody_remembers(home: str, tmp_path: Path) -> None:
    before, old = dave_of(home), file_of(home)
    old_seat = next(each for each in status(home)["officers"] if each["name"] == "Dave")
    told = read(replaced(home, NEW_DAVE, *OTHERS))
    assert (told["officer"], told["forgotten"]) == ("Dave", True)
    state = status(home)
    (now,) = [each for each in state["officers"] if each["name"] == "Dave"]
    assert now["officer"] != before
    assert {**now, "officer": before} == old_seat, "the seat and the roles stay"
    assert state["roster_version"] == 2
    assert not old.exists()
    assert signs(home, tmp_path, OLD_DAVE) == 5
    assert signs(home, tmp_path, NEW_DAVE) == 0
    assert custody("journal", "verify", "--home", home).code == 0


def test_the_old_identity_counts_no_more_wherever_it_is_brought_from(home: str, tmp_path: Path) -> None:
    shutil.copy(file_of(home), tmp_path / "stick")
    old = dave_of(home)
    assert replaced(home, NEW_DAVE, *OTHERS).code == 0
    line = ("sign", payment(tmp_path), "--home", home, "-o", str(tmp_path / "out"))
    lines = (*OTHERS[:2], f"{old[:8]}: the passphrase of Dave")
    told = said(*line, "--officer-file", str(tmp_path / "stick"), lines=lines)
    assert told.code != 0, told
    assert not (tmp_path / "out").exists()


def test_new_keys_take_a_quorum_and_the_one_who_forgot_is_none_of_it(home: str, tmp_path: Path) -> None:
    head = status(home)["head"]
    assert replaced(home, NEW_DAVE, *OTHERS[:2]).code == 3
    assert replaced(home, NEW_DAVE, "Mallory: the passphrase of Mallory").code == 3
    assert status(home)["head"] == head
    assert signs(home, tmp_path, OLD_DAVE) == 0
    assert len(list((Path(home) / "officers").iterdir())) == len(NAMES)


def test_copies_from_before_new_keys_are_named(home: str, tmp_path: Path) -> None:
    copy = ("home", "backup", "--home", home, "-o", str(tmp_path / "copy"), "--label", "the safe")
    assert custody(*copy).code == 0
    told = said("officer", "passphrase", "Dave", "--forgotten", "--home", home, lines=(NEW_DAVE, *OTHERS))
    assert told.code == 0, told
    assert "Dave has new keys. The old ones count no more." in told.out
    assert "The backup made in entry 3 (the safe) opens for officers of an older roster: destroy it." in told.out
    assert "custody home backup" in told.err


def test_new_keys_reach_another_machine(home: str, tmp_path: Path) -> None:
    export, second = str(tmp_path / "export"), str(tmp_path / "second")
    assert custody("journal", "export", "--home", home, "-o", export).code == 0
    assert custody("home", "new", "--home", second, "--join", export).code == 0
    assert replaced(home, NEW_DAVE, *OTHERS).code == 0
    assert custody("journal", "export", "--home", home, "-o", export, "--force").code == 0
    assert custody("journal", "import", export, "--home", second).code == 0
    assert dave_of(home) in {each["officer"] for each in status(second)["officers"]}


def test_nobody_by_that_name_is_a_mismatch(home: str) -> None:
    assert said("officer", "passphrase", "Mallory", "--home", home, lines=(OLD_DAVE, NEW_DAVE)).code == 5


def test_a_person_changes_the_own_passphrase_unseen(home: str, tmp_path: Path) -> None:
    with Screen(PROGRAM, "officer", "passphrase", "Dave", "--home", home, "--head", words_of(home)) as screen:
        screen.until_raw(b"Who comes?")
        screen.enter("Dave")
        screen.until_raw(b", your passphrase")
        screen.enter("the passphrase of Dave")
        screen.try_keys()
        screen.until_raw(b"or type one of your own")
        screen.enter(OWN["Bob"])
        screen.until_raw(b"The passphrase again")
        screen.enter(OWN["Bob"])
        screen.until("Dave has a new passphrase here.")
        assert screen.finish() == 0, screen.text
        assert OWN["Bob"].encode() not in screen.raw
    assert signs(home, tmp_path, f"Dave: {OWN['Bob']}") == 0
