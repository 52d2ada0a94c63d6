"""An export for one machine has only what that machine lacks, as far as its own entries say, and is taken in whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.laptops import carried, carry, joined, second, seen_there
from tests.cli.treasury.test_treasury import THREE, read, status
from tests.support.officers import Answer, custody, quick_identities


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(two: str) -> str:
    return two


def exported(home: str, reader: str | None, out: Path) -> Answer:
    options = () if reader is None else ("--for", reader)
    return custody("journal", "export", "--home", home, "-o", str(out), "--json", *options)


def kinds(file: Path) -> list[str]:
    return [line.split(b'"kind":"')[1].split(b'"')[0].decode() for line in file.read_bytes().splitlines()]


def test_only_what_the_machine_lacks_is_in_it_and_that_is_taken_in(home: str, tmp_path: Path) -> None:
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    assert custody("resume", "--home", home, officers=THREE).code == 0
    whole, lacking = tmp_path / "whole", tmp_path / "lacking"
    read(exported(home, None, whole))
    told = read(exported(home, "Laptop second", lacking))
    assert told["bytes"] == lacking.stat().st_size < whole.stat().st_size
    assert "genesis" in kinds(whole)
    assert "genesis" not in kinds(lacking)
    assert {"halt", "resume"} <= set(kinds(lacking))
    taken = read(custody("journal", "import", str(lacking), "--home", second(home), "--json"))
    assert taken["halts"] == 1
    assert not status(second(home))["halted"], "the resumption came with it"
    own = status(home)["machine"]["key"]
    assert status(second(home))["machines"][own]["newest"]["n"] == status(home)["head"]["n"]


def test_what_it_does_not_say_that_it_has_comes_again(home: str, tmp_path: Path) -> None:
    """Whoever was rolled back says nothing of what was taken in since: until then all of it is lacking."""
    assert custody("halt", "--home", home, officers=("Erin",)).code == 0
    first, again = tmp_path / "one", tmp_path / "again"
    read(exported(home, "Laptop second", first))
    assert custody("journal", "import", str(first), "--home", second(home)).code == 0
    read(exported(home, "Laptop second", again))
    assert "halt" in kinds(again), "nothing came back yet"
    halted = custody("halt", "--home", second(home), *carried(home), officers=seen_there(home, "Dave"))
    assert halted.code == 0, halted
    carry(second(home), home)
    read(exported(home, "Laptop second", tmp_path / "later"))
    own = status(home)["machine"]["key"].encode()
    ours = [line for line in (tmp_path / "later").read_bytes().splitlines() if b'"writer":"' + own in line]
    assert not [line for line in ours if b'"kind":"halt"' in line], "it said on what its own halt stands"
    assert len(ours) == 1, "the newest line always comes: who lacks the own one was rolled back"


def test_a_machine_of_which_nothing_was_heard_gets_all_of_it(home: str, tmp_path: Path) -> None:
    third, key = joined(home, "third")
    admit = ("home", "admit", key, "--home", home, "--name", "Laptop third")
    assert custody(*admit, officers=THREE).code == 0
    read(exported(home, "Laptop third", tmp_path / "out"))
    assert "genesis" in kinds(tmp_path / "out")
    assert custody("journal", "import", str(tmp_path / "out"), "--home", third).code == 0
    assert status(third)["machine"]["admitted"]


def test_a_machine_is_named_by_its_name_or_the_beginning_of_its_key(home: str, tmp_path: Path) -> None:
    key = status(second(home))["machine"]["key"]
    by_name, by_key = tmp_path / "name", tmp_path / "key"
    read(exported(home, "Laptop second", by_name))
    read(exported(home, key[:8], by_key))
    assert by_name.read_bytes() == by_key.read_bytes()


@pytest.mark.parametrize("reader", ["Laptop nobody", "00000000", "", "0"])
def test_an_export_for_a_machine_that_nobody_knows_is_none(reader: str, home: str, tmp_path: Path) -> None:
    assert exported(home, reader, tmp_path / "out").code == 5
    assert not (tmp_path / "out").exists()
