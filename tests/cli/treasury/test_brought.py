"""What a machine heard of that is not in its own directory, or waits, bars nobody from that directory."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import desk
from tests.support.officers import NAMES, Answer, custody, quick_identities

THREE = NAMES[:3]
SEATS = {f"seat {number}": name for number, name in enumerate(NAMES, 1)}


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_identities():
        yield


@pytest.fixture
def home(tmp_path: Path) -> str:
    path = str(tmp_path / "a")
    officers = [part for name in NAMES for part in ("--officer", name)]
    well(custody("home", "new", "--home", path, "--network", "regtest", *officers, officers=NAMES))
    return path


def well(answer: Answer) -> Answer:
    assert answer.code == 0, answer
    return answer


def typed(*command: str, lines: str) -> Answer:
    """A command that reads these lines of passphrases."""
    reader, writer = os.pipe()
    os.write(writer, lines.encode())
    os.close(writer)
    try:
        return custody(*command, "--yes", "--passphrase-fd", str(reader))
    finally:
        os.close(reader)


def new_passphrase(home: str, name: str) -> Answer:
    lines = f"{name}: the passphrase of {name}\n{name}: another passphrase of {name}\n"
    return typed("officer", "passphrase", name, "--home", home, lines=lines)


def sealed(home: str, *more: str) -> Answer:
    return custody("key", "restore", "--home", home, *more, officers=THREE, secret=desk.PHRASES["A"] + "\n")


def exported(home: str, out: Path) -> str:
    well(custody("journal", "export", "--home", home, "-o", str(out)))
    return str(out)


def restored(tmp_path: Path, *receipts: str) -> str:
    spare = str(tmp_path / "spare")
    brought = [part for receipt in receipts for part in ("--receipts", receipt)]
    well(custody("home", "restore", str(tmp_path / "copy"), "--home", spare, *brought, officers=SEATS))
    return spare


def backed_up(home: str, tmp_path: Path) -> None:
    well(custody("home", "backup", "--home", home, "-o", str(tmp_path / "copy")))


def second(home: str, tmp_path: Path) -> tuple[str, list[str]]:
    """Another machine, admitted, and what brings the officers' files there."""
    other = str(tmp_path / "b")
    well(custody("home", "new", "--home", other, "--join", exported(home, tmp_path / "first")))
    key = json.loads(well(custody("status", "--home", other, "--json")).out)["machine"]["key"]
    well(custody("home", "admit", key, "--home", home, officers=THREE))
    well(custody("journal", "import", exported(home, tmp_path / "second"), "--home", other))
    files = sorted((Path(home) / "officers").iterdir())
    return other, [part for file in files for part in ("--officer-file", str(file))]


def key_of(home: str, name: str) -> str:
    """How an officer is called where no name is known."""
    listed = json.loads(well(custody("officer", "list", "--home", home, "--json")).out)["officers"]
    (found,) = (each["officer"] for each in listed if each["name"] == name)
    return str(found)[:8]


def by_key(home: str, *names: str) -> dict[str, str]:
    return {f"officer {key_of(home, name)}": name for name in names}


@pytest.mark.parametrize("proven", [True, False])
def test_a_passphrase_that_changed_after_the_copy_locks_nobody_out_of_the_spare(
    home: str, tmp_path: Path, proven: bool
) -> None:
    backed_up(home, tmp_path)
    well(new_passphrase(home, "Bob"))
    after = exported(home, tmp_path / "after")
    spare = restored(tmp_path, *([after] if proven else []))
    if not proven:
        well(custody("journal", "import", after, "--home", spare))
    well(custody("journal", "verify", "--home", spare))
    bob = next(file for file in (Path(home) / "officers").iterdir() if file.name.startswith(key_of(home, "Bob")))
    brought = ("--officer-file", str(bob)) if proven else ()
    well(custody("home", "backup", "--home", spare, "-o", str(tmp_path / "again"), *brought))


@pytest.mark.parametrize("proven", [True, False])
def test_a_vault_that_was_sealed_after_the_copy_is_missing_and_no_alarm(
    home: str, tmp_path: Path, proven: bool
) -> None:
    backed_up(home, tmp_path)
    well(sealed(home))
    after = exported(home, tmp_path / "after")
    spare = restored(tmp_path, *([after] if proven else []))
    if not proven:
        well(custody("journal", "import", after, "--home", spare))
    state = json.loads(well(custody("status", "--home", spare, "--json")).out)
    assert state["vaults"] == {}
    well(custody("journal", "verify", "--home", spare))


def test_a_home_whose_vault_waits_opens_and_gets_it_back_by_an_adoption(home: str, tmp_path: Path) -> None:
    other, files = second(home, tmp_path)
    well(sealed(home))
    carol = key_of(home, "Carol")
    well(custody("officer", "retire", carol, "--home", other, *files, officers=by_key(home, "Alice", "Bob", "Dave")))
    well(custody("journal", "import", exported(other, tmp_path / "third"), "--home", home))
    state = json.loads(well(custody("status", "--home", home, "--json")).out)
    assert (state["vaults"], len(state["waiting"])) == ({}, 1)
    well(custody("home", "backup", "--home", home, "-o", str(tmp_path / "copy")))
    well(custody("journal", "adopt", "--home", home, officers=("Alice", "Bob", "Dave")))
    assert set(json.loads(well(custody("status", "--home", home, "--json")).out)["vaults"]) == {"main"}
    well(custody("journal", "verify", "--home", home))
