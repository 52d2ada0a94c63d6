"""An alternate for days of absence counts on the days that a quorum agreed to, and on no others."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from custody.ceremony.home import changing
from tests.cli.treasury.test_treasury import THREE, begun, payment, read, sign, status
from tests.support.officers import NAMES, Answer, custody, quick_identities

AWAY = ("--from", "2031-12-24", "--to", "2031-12-26")
WITH_FRANK = ("Alice", "Bob", "Frank")


@contextmanager
def clock(said: str) -> Iterator[None]:
    """Let this machine's clock say a time, in UTC."""
    seconds = datetime.strptime(said, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    with mock.patch.object(changing, "time", SimpleNamespace(time=lambda: seconds)):
        yield


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A treasury where Frank is Dave's alternate for days of absence."""
    with clock("2031-12-01 09:00:00"), quick_identities():
        home = begun(tmp_path_factory.mktemp("made"))
        enrolled = enrol(home, "Frank", "--alternate-of", "Dave", "--dated")
    assert enrolled.code == 0, enrolled
    return home


@pytest.fixture
def home(made: str, tmp_path: Path) -> str:
    """The same, to go on in."""
    return str(shutil.copytree(made, tmp_path / "treasury"))


def enrol(home: str, name: str, *options: str) -> Answer:
    return custody("officer", "enrol", name, "--home", home, *options, officers=(name, *THREE))


def absence(home: str, name: str, *days: str, officers: Any = THREE) -> Answer:
    return custody("officer", "absence", name, "--home", home, *days, "--json", officers=officers)


def signs(home: str, folder: Path, coin: int, officers: Any = WITH_FRANK) -> int:
    return sign(home, payment(folder, coin), str(folder / "out"), "--force", officers=officers).code


def test_before_within_and_after_the_days(home: str, tmp_path: Path) -> None:
    with clock("2031-12-20 10:00:00"):
        told = read(absence(home, "Dave", *AWAY))
        assert signs(home, tmp_path, 0) == 3, "the days have not begun"
    assert (told["officer"], told["alternate"]) == ("Dave", "Frank")
    assert told["to"] - told["from"] == 3 * 86_400, "the last day counts whole"
    assert told["head"]["n"] == status(home)["head"]["n"] - 1, "what was refused is in the book"
    with clock("2031-12-23 23:59:59"):
        assert signs(home, tmp_path, 0) == 3
    with clock("2031-12-24 00:00:00"):
        assert signs(home, tmp_path, 0) == 0
    with clock("2031-12-26 23:59:59"):
        assert signs(home, tmp_path, 1) == 0
    with clock("2031-12-27 00:00:00"):
        assert signs(home, tmp_path, 2) == 3
        assert signs(home, tmp_path, 2, officers=("Alice", "Bob", "Dave")) == 0, "Dave is back"
    assert custody("journal", "verify", "--home", home).code == 0


def test_a_clock_that_was_put_back_revives_no_absence(home: str, tmp_path: Path) -> None:
    with clock("2031-12-20 10:00:00"):
        assert absence(home, "Dave", *AWAY).code == 0
    with clock("2031-12-28 10:00:00"):
        assert signs(home, tmp_path, 0, officers=THREE) == 0
    with clock("2031-12-25 10:00:00"):
        told = sign(home, payment(tmp_path, 1), str(tmp_path / "two"), officers=WITH_FRANK)
        assert told.code == 3, "officers signed later than that"
        assert "this machine's clock runs backwards" in told.err
        assert signs(home, tmp_path, 1, officers=THREE) == 0, "a wrong clock keeps nobody else from signing"


def test_within_the_days_the_seat_still_counts_once(home: str, tmp_path: Path) -> None:
    with clock("2031-12-20 10:00:00"):
        assert absence(home, "Dave", *AWAY).code == 0
    with clock("2031-12-25 10:00:00"):
        assert signs(home, tmp_path, 0, officers=("Alice", "Dave", "Frank")) == 3
        retired = ("officer", "retire", "Erin", "--home", home)
        assert custody(*retired, officers=("Alice", "Dave", "Frank")).code == 3
        assert custody(*retired, officers=WITH_FRANK).code == 0, "the alternate agrees to rules too"


def test_nobody_stands_in_before_a_quorum_without_him_agreed(home: str) -> None:
    before = status(home)["head"]
    with clock("2031-12-24 10:00:00"):
        assert absence(home, "Dave", *AWAY, officers=WITH_FRANK).code == 3
        assert absence(home, "Dave", *AWAY, officers=THREE[:2]).code == 3
    assert status(home)["head"] == before


@pytest.mark.parametrize(
    ("defect", "name", "days", "sentence"),
    [
        ("it ends before it begins", "Dave", ("--from", "2031-12-24", "--to", "2031-12-23"), "ends before it begins"),
        ("no day", "Dave", ("--from", "24.12.2031", "--to", "2031-12-26"), "24.12.2031 is no day"),
        ("no such day", "Dave", ("--from", "2031-02-30", "--to", "2031-12-26"), "2031-02-30 is no day"),
        ("nobody stands in", "Alice", AWAY, "the seat of Alice has no alternate"),
        ("another's alternate", "Alice", (*AWAY, "--by", "Frank"), "the seat of Alice has no alternate"),
        ("who never counts for days", "Dave", (*AWAY, "--by", "Erin"), "the seat of Dave has no alternate"),
    ],
)
def test_an_absence_that_could_not_be_asks_nobody(
    home: str, defect: str, name: str, days: tuple[str, ...], sentence: str
) -> None:
    answer = custody("officer", "absence", name, "--home", home, *days, officers={"Mallory": "nobody"})
    assert answer.code == 2, (defect, answer)
    assert sentence in answer.err


def test_of_several_alternates_one_is_named(home: str) -> None:
    assert enrol(home, "Grace", "--alternate-of", "Dave", "--dated").code == 0
    assert enrol(home, "Heidi", "--alternate-of", "Dave").code == 0
    unsaid = absence(home, "Dave", *AWAY)
    assert unsaid.code == 2
    assert read(absence(home, "Dave", *AWAY, "--by", "Grace"))["alternate"] == "Grace"
    always = absence(home, "Dave", *AWAY, "--by", "Heidi")
    assert always.code == 2, "she counts always"


def test_scripts_and_people_read_who_counts_for_some_days_only(home: str) -> None:
    assert [each["name"] for each in status(home)["officers"] if each["dated"]] == ["Frank"]
    assert "Seat 4, alternate for days of absence: Frank" in custody("officer", "list", "--home", home).out


def test_only_an_alternate_is_enrolled_for_days(home: str) -> None:
    answer = custody("officer", "enrol", "Grace", "--dated", "--home", home, officers={"Mallory": "nobody"})
    assert answer.code == 2
    assert "--dated goes with --alternate-of" in answer.err


def test_who_stood_in_for_days_takes_the_seat_once_its_principal_has_left(home: str, tmp_path: Path) -> None:
    assert custody("officer", "retire", "Dave", "--home", home, officers=THREE).code == 0
    (frank,) = [each for each in status(home)["officers"] if each["name"] == "Frank"]
    assert (frank["seat"], frank["alternate"], frank["dated"]) == (4, False, False)
    assert signs(home, tmp_path, 0) == 0


def test_an_alternate_who_counts_always_takes_a_seat_before_one_of_some_days(home: str) -> None:
    assert enrol(home, "Heidi", "--alternate-of", "Dave").code == 0
    assert custody("officer", "retire", "Dave", "--home", home, officers=THREE).code == 0
    seats = {each["name"]: (each["alternate"], each["dated"]) for each in status(home)["officers"]}
    assert (seats["Heidi"], seats["Frank"]) == ((False, False), (True, True))


def test_an_alternate_for_days_changes_places_with_the_principal_and_then_counts(home: str) -> None:
    changed = ("officer", "rules", "--home", home, "--seat", "Dave=4:alternate", "--seat", "Frank=4")
    told = custody(*changed, officers=THREE)
    assert told.code == 0, told
    seats = {each["name"]: (each["alternate"], each["dated"]) for each in status(home)["officers"]}
    assert (seats["Frank"], seats["Dave"]) == ((False, False), (True, False))
    assert [each["name"] for each in status(home)["officers"]] == [*NAMES, "Frank"]
