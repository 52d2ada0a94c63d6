"""An officer's name is one person's, however a keyboard writes it; and a machine joins the network that it was told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.test_treasury import begun, read
from tests.support.officers import NAMES, Answer, custody, quick_identities

COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


def founded(home: Path, *names: str, options: tuple[str, ...] = ()) -> Answer:
    officers = [part for name in names for part in ("--officer", name)]
    line = ("home", "new", "--home", str(home), "--network", "regtest", *officers, "--rules", "2", "--unlock", "2")
    return custody(*line, *options, officers=names)


@pytest.mark.parametrize("twin", [DECOMPOSED, "CAF\u00c9", " Caf\u00e9 ", "\uff23af\u00e9"])
def test_two_officers_are_not_called_the_same(twin: str, tmp_path: Path) -> None:
    answer = founded(tmp_path / "home", COMPOSED, twin)
    assert answer.code == 2
    assert "two officers are called the same" in answer.err
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("twin", ["Alice", "ALICE", " alice "])
def test_who_joins_is_not_called_like_somebody_else(twin: str, tmp_path: Path) -> None:
    home = begun(tmp_path)
    answer = custody("officer", "enrol", twin, "--home", home, officers=(twin.strip(), *NAMES[:3]))
    assert answer.code == 2
    assert "an officer is called so already" in answer.err


def test_an_officer_is_found_and_answers_however_the_name_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    people = (DECOMPOSED, "Bob", "Carol", "Dora")
    officers = [part for name in people[:3] for part in ("--officer", name)]
    line = ("home", "new", "--home", str(home), "--network", "regtest", *officers, "--rules", "2", "--unlock", "2")
    assert custody(*line, "--alternate", f"Dora={COMPOSED}", officers=people).code == 0
    listed = read(custody("officer", "list", "--home", str(home), "--json"))["officers"]
    assert [officer["name"] for officer in listed] == [COMPOSED, "Bob", "Carol", "Dora"]
    assert custody("halt", "--home", str(home), officers=(DECOMPOSED,)).code == 0
    assert custody("officer", "retire", DECOMPOSED, "--home", str(home), officers=("Bob", "Carol")).code == 0


def test_a_machine_does_not_join_a_treasury_of_another_network(tmp_path: Path) -> None:
    home = begun(tmp_path)
    assert custody("journal", "export", "--home", home, "-o", str(tmp_path / "export")).code == 0
    line = ("home", "new", "--home", str(tmp_path / "second"), "--join", str(tmp_path / "export"))
    other = custody(*line, "--network", "signet")
    assert other.code == 5
    assert "the treasury is on regtest, not on signet" in other.err
    assert not (tmp_path / "second").exists()
    assert custody(*line, "--network", "regtest").code == 0
