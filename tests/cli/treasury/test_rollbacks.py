"""Each file of a home put back to each older state of a short life, and all of it: what tells, and what remains.

The table of docs/threat-model.md ("What tells of a rollback") is held against this: a command that answers 0 was told
nothing, and that is written there.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.machines import carry, listening
from tests.cli.treasury.test_treasury import THREE, begun, payment, sign, status
from tests.support.officers import custody, quick_identities

PAGE = (Path(__file__).parents[3] / "docs/threat-model.md").read_text()
STATES = ("founded", "signed", "halted", "resumed", "retired")
"""A short life: each name is of the state after that step."""

ONE_FILE = ("journal.jsonl", "journal.head", "names.json", "vaults", "officers", "kept")
"""What is put back alone. `writer.key` never changes, `reserve` holds nothing; `journal.next` is of a crash."""


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a copy of the home after each step, the newest words, and a witness that heard of all."""
    folder = tmp_path_factory.mktemp("life")
    with quick_identities():
        home = begun(folder)
        keep(home, folder, "founded")
        assert sign(home, payment(folder), str(folder / "out")).code == 0
        keep(home, folder, "signed")
        assert custody("halt", "--home", home, "--reason", "x", officers=("Erin",)).code == 0
        keep(home, folder, "halted")
        assert custody("resume", "--home", home, officers=THREE).code == 0
        keep(home, folder, "resumed")
        assert custody("officer", "retire", "Erin", "--home", home, officers=THREE).code == 0
        keep(home, folder, "retired")
        listening(home, folder, "witness")
        yield folder


def keep(home: str, folder: Path, name: str) -> None:
    shutil.copytree(home, folder / name)


def put_back(life: Path, older: str, names: tuple[str, ...], target: Path) -> str:
    """The newest home, with some of its files as they were."""
    shutil.copytree(life / STATES[-1], target)
    for name in names:
        before, now = life / older / name, target / name
        if now.is_dir():
            shutil.rmtree(now)
            if before.exists():
                shutil.copytree(before, now)
        elif before.exists():
            shutil.copy(before, now)
        else:
            now.unlink()
    return str(target)


def answers(home: str, life: Path, tmp_path: Path) -> dict[str, int]:
    """What the next commands say: exit codes, each on a copy of its own."""
    said = {}
    for command in ("status", "verify", "sign", "import"):
        copy = tmp_path / f"copy.{command}"
        shutil.copytree(home, copy)
        said[command] = answer(command, str(copy), life, tmp_path)
        shutil.rmtree(copy)
    return said


def answer(command: str, home: str, life: Path, tmp_path: Path) -> int:
    if command == "status":
        return custody("status", "--home", home).code
    if command == "verify":
        return custody("journal", "verify", "--home", home).code
    if command == "sign":
        return sign(home, payment(tmp_path, coin=1), str(tmp_path / "signed"), "--force").code
    return carry(str(life / "witness"), home, tmp_path).code


ALL = ("status", "verify", "sign", "import")
TELLS: dict[str, tuple[str, ...]] = {
    "journal.jsonl": ALL,
    "journal.head": (),
    "names.json": (),
    "vaults": ALL,
    "officers": (),
    "kept": ("verify",),
}
"""Which of the four commands tell of a file that was put back alone, whatever older state it is from."""


@pytest.mark.parametrize("older", STATES[:-1])
@pytest.mark.parametrize("name", ONE_FILE)
def test_a_file_put_back_alone_is_told_by_whom_the_page_says(name: str, older: str, life: Path, tmp_path: Path) -> None:
    same = contents(life / older / name) == contents(life / STATES[-1] / name)
    with quick_identities():
        said = answers(put_back(life, older, (name,), tmp_path / "home"), life, tmp_path)
    told = {command for command, code in said.items() if code == 9}
    assert {code for command, code in said.items() if command not in told} <= {0, 3}, said
    assert told == (set() if same else set(TELLS[name])), said


def contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(path.iterdir()) if path.exists() else []
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("older", STATES[:-1])
def test_all_put_back_looks_honest_and_is_told_by_a_second_machine_and_by_paper(
    older: str, life: Path, tmp_path: Path
) -> None:
    head = status(str(life / STATES[-1]))["head"]
    home = str(life / older)
    with quick_identities():
        said = answers(home, life, tmp_path)
        copy = str(tmp_path / "copy")
        shutil.copytree(home, copy)
        paper = f"{head['n']} {head['words']}"
        assert custody("journal", "verify", "--home", copy, "--head", paper).code == 9
        signed = sign(copy, payment(tmp_path, coin=1), str(tmp_path / "paper"), "--head", paper)
    assert (said["status"], said["verify"], said["import"]) == (0, 0, 9), said
    assert said["sign"] == (3 if older == "halted" else 0), "files alone tell nothing"
    assert signed.code == 9
    assert not (tmp_path / "paper").exists()


def test_once_a_second_machine_told_the_alarm_stays_until_a_quorum_settles_it(life: Path, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    shutil.copytree(life / "signed", home)
    with quick_identities():
        assert carry(str(life / "witness"), home, tmp_path).code == 9
        assert status(home)["alarms"]
        assert sign(home, payment(tmp_path, coin=1), str(tmp_path / "out")).code == 9
        assert not (tmp_path / "out").exists()


def test_an_alarm_that_is_taken_away_comes_again_with_the_next_import(life: Path, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    shutil.copytree(life / "signed", home)
    with quick_identities():
        assert carry(str(life / "witness"), home, tmp_path).code == 9
        (Path(home) / "beside.jsonl").unlink()
        assert not status(home)["alarms"]
        assert carry(str(life / "witness"), home, tmp_path).code == 9
    assert status(home)["alarms"]


def test_the_page_says_who_tells_of_each_file() -> None:
    table = PAGE.split("| put back |")[1].split("\n\n")[0]
    rows = dict(re.findall(r"^\| `([a-z./]+)` \| ([^|]*) \|", table, re.MULTILINE))
    for name, commands in TELLS.items():
        told = {command for command in ALL if f"`{command}`" in rows[name]}
        assert told == set(commands), name
