"""Quorums, seats and roles change as a quorum agrees, while nobody joins or leaves; what could not work asks nobody."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.keys.vaults.vault import SealedVault
from tests.cli.conftest import PROGRAM
from tests.cli.screen import Screen
from tests.cli.treasury.test_person import words_of
from tests.cli.treasury.test_treasury import THREE, begun, payment, read, sign, status
from tests.support.officers import NAMES, Answer, custody, quick_identities


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> None:
    """The words as they are: a process of its own makes them too."""


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> str:
    return begun(tmp_path)


def rules(home: str, *changes: str, officers: Any = THREE) -> Answer:
    return custody("officer", "rules", "--home", home, *changes, "--json", officers=officers)


def places(home: str) -> dict[str, tuple[int, bool, list[str]]]:
    """Who sits where, and what for."""
    return {each["name"]: (each["seat"], each["alternate"], each["roles"]) for each in status(home)["officers"]}


WORKING = ["approver", "keyholder"]


def test_a_quorum_changes_how_many_decide_and_how_many_open_a_vault(home: str, tmp_path: Path) -> None:
    before = status(home)
    changed = read(rules(home, "--rules", "4", "--unlock", "2"))
    assert (changed["rules"], changed["unlock"]) == (4, 2)
    assert changed["head"] == status(home)["head"] != before["head"]
    assert [each["name"] for each in changed["officers"]] == list(NAMES)
    (file,) = (Path(home) / "vaults").iterdir()
    assert SealedVault.parse(file.read_bytes()).header.threshold == 2
    assert sign(home, payment(tmp_path), str(tmp_path / "out"), officers=NAMES[3:]).code == 0
    assert custody("officer", "retire", "Erin", "--home", home, officers=THREE).code == 3
    assert custody("journal", "verify", "--home", home).code == 0


def test_officers_change_places_and_one_becomes_an_alternate(home: str) -> None:
    read(rules(home, "--seat", "Alice=2", "--seat", "Bob=1"))
    assert (places(home)["Alice"], places(home)["Bob"]) == ((2, False, WORKING), (1, False, WORKING))
    read(rules(home, "--seat", "Erin=4:alternate", officers=("Bob", "Dave", "Erin")))
    assert places(home)["Erin"] == (4, True, WORKING)
    two_of_one_seat = rules(home, "--rules", "2", officers=("Bob", "Dave", "Erin"))
    assert two_of_one_seat.code == 3
    read(rules(home, "--seat", "Dave=4:alternate", "--seat", "erin=4"))
    assert (places(home)["Dave"][:2], places(home)["Erin"][:2]) == ((4, True), (4, False))


def test_roles_are_those_that_were_named_and_no_others(home: str, tmp_path: Path) -> None:
    read(rules(home, "--role", "Erin=auditor", "--role", "Dave=keyholder,auditor"))
    assert places(home)["Erin"] == (5, False, ["auditor"])
    assert places(home)["Dave"] == (4, False, ["auditor", "keyholder"])
    (file,) = (Path(home) / "vaults").iterdir()
    assert len(SealedVault.parse(file.read_bytes()).slots) == 4
    assert sign(home, payment(tmp_path), str(tmp_path / "out"), officers=("Alice", "Bob", "Erin")).code == 3
    read(rules(home, "--role", "Erin=approver,keyholder"))
    assert sign(home, payment(tmp_path), str(tmp_path / "out"), officers=("Alice", "Bob", "Erin")).code == 0


def test_the_beginning_of_a_key_stands_for_a_name(home: str) -> None:
    key = status(home)["officers"][4]["officer"]
    read(rules(home, "--seat", f"{key[:8]}=9"))
    assert places(home)["Erin"][0] == 9


def test_what_opens_as_before_is_told_where_fewer_or_others_opened(home: str, tmp_path: Path) -> None:
    copy = ("home", "backup", "--home", home, "-o", str(tmp_path / "copy"), "--label", "the safe")
    assert custody(*copy).code == 0
    assert read(rules(home, "--rules", "2"))["left"] == []
    left = " ".join(read(rules(home, "--unlock", "4"))["left"])
    assert "with 3 seats" in left
    assert "the safe" in left


@pytest.mark.parametrize(
    ("defect", "changes", "sentence"),
    [
        ("nothing is named", (), "nothing was named"),
        ("it is so already", ("--rules", "3", "--unlock", "3"), "all of that is so already"),
        ("he sits there already", ("--seat", "Bob=2"), "all of that is so already"),
        ("he does that already", ("--role", "Bob=keyholder,approver"), "all of that is so already"),
        ("more decide than there are", ("--rules", "6"), "cannot decide"),
        ("one decides", ("--rules", "1"), "cannot decide"),
        ("more open than there are", ("--unlock", "6"), "cannot open it"),
        ("too few hold pieces", ("--role", "Bob=auditor", "--unlock", "5"), "cannot open it"),
        ("two principals", ("--seat", "Bob=1"), "two principals: Alice and Bob"),
        ("an alternate alone", ("--seat", "Bob=2:alternate"), "no principal"),
        ("an alternate left alone", ("--seat", "Bob=1:alternate", "--seat", "Alice=7"), "no principal"),
        ("no seat", ("--seat", "Bob=0"), "a seat is a number"),
        ("no such seat", ("--seat", "Bob=65"), "a seat is a number"),
        ("no number", ("--seat", "Bob=two"), "a seat is a number"),
        ("another word", ("--seat", "Bob=2:principal"), "a seat is a number"),
        ("no seat at all", ("--seat", "Bob"), "--seat takes a name"),
        ("no name", ("--role", "=approver"), "--role takes a name"),
        ("a name twice", ("--seat", "Bob=6", "--seat", "Bob=7"), "--seat takes a name"),
        ("one person twice", ("--seat", "Bob=6", "--seat", "BOB=7"), "named twice"),
        ("no role", ("--role", "Bob=director"), "of these, each once"),
        ("a role twice", ("--role", "Bob=approver,approver"), "of these, each once"),
        ("an empty role", ("--role", "Bob="), "--role takes a name"),
        ("an empty one among them", ("--role", "Bob=approver,"), "of these, each once"),
    ],
)
def test_a_change_that_could_not_be_asks_nobody(
    home: str, defect: str, changes: tuple[str, ...], sentence: str
) -> None:
    before = (Path(home) / "journal.jsonl").read_bytes()
    answer = rules(home, *changes, officers={"Mallory": "nobody who could answer"})
    assert answer.code == 2, (defect, answer)
    assert sentence in json.loads(answer.out)["error"]["message"]
    assert (Path(home) / "journal.jsonl").read_bytes() == before


def test_a_stranger_is_a_mismatch_and_too_few_are_refused(home: str) -> None:
    before = status(home)["head"]
    assert rules(home, "--seat", "Mallory=6").code == 5
    assert rules(home, "--rules", "2", officers=THREE[:2]).code == 3
    assert status(home)["head"] == before


def test_where_an_identity_is_missing_nobody_is_asked(home: str, tmp_path: Path) -> None:
    read(rules(home, "--role", "Erin=approver"))
    erin = status(home)["officers"][4]["officer"]
    file = Path(home) / "officers" / f"{erin[:16]}.officer"
    file.rename(tmp_path / "stick")
    missing = rules(home, "--role", "Erin=keyholder", officers={"Mallory": "nobody who could answer"})
    assert missing.code == 3
    assert json.loads(missing.out)["error"]["code"] == "identity-missing"
    assert rules(home, "--role", "Erin=keyholder", "--officer-file", str(tmp_path / "stick")).code == 0


def test_another_machine_follows(home: str, tmp_path: Path) -> None:
    export, second = str(tmp_path / "export"), str(tmp_path / "second")
    assert custody("journal", "export", "--home", home, "-o", export).code == 0
    assert custody("home", "new", "--home", second, "--network", "regtest", "--join", export).code == 0
    read(rules(home, "--rules", "2", "--seat", "Erin=4:alternate", "--unlock", "4"))
    assert custody("journal", "export", "--home", home, "-o", export, "--force").code == 0
    assert custody("journal", "import", export, "--home", second, officers=()).code == 0
    there = status(second)
    assert (there["rules"], there["unlock"], there["roster_version"]) == (2, 4, 2)
    assert [each["seat"] for each in there["officers"]] == [1, 2, 3, 4, 4]


def test_a_person_reads_what_changes_and_may_say_no(home: str) -> None:
    with Screen(PROGRAM, "officer", "rules", "--seat", "Erin=4:alternate", "--unlock", "4", "--home", home) as screen:
        screen.until("newest paper")
        screen.enter(words_of(home))
        shown = screen.until('Type "propose"')
        assert "Now:  Seat 5: Erin" in shown
        assert "Then: Seat 4, alternate: Erin" in shown
        assert "Now:  A vault opens when 3 of 5" in shown
        assert "Then: A vault opens when 4 of 4" in shown
        assert "Then: Seat 1" not in shown
        screen.enter("no")
        assert screen.finish() == 6
    assert status(home)["roster_version"] == 1
