"""Several machines of one treasury at the command line: joined, admitted, and told by exports that are carried."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.cli.treasury.test_treasury import THREE, read, status
from tests.support.officers import NAMES, Answer, custody


def export(home: str, folder: Path, *options: str) -> str:
    """A file with all that a home knows."""
    file = folder / f"{Path(home).name}.{len(list(folder.iterdir()))}.export"
    assert custody("journal", "export", "--home", home, "-o", str(file), *options).code == 0
    return str(file)


def carry(source: str, target: str, folder: Path) -> Answer:
    """What the target says to an export of the source."""
    return custody("journal", "import", export(source, folder), "--home", target)


def exchange(folder: Path, *homes: str) -> None:
    """Carry everything everywhere, twice round: then nothing is new anywhere."""
    for source in (*homes, *homes):
        for target in homes:
            if source != target:
                answer = carry(source, target, folder)
                assert answer.code == 0, answer


def listening(first: str, folder: Path, name: str) -> str:
    """A second machine that no quorum has admitted."""
    home = str(folder / name)
    joined = custody("home", "new", "--home", home, "--join", export(first, folder))
    assert joined.code == 0, joined
    return home


def admitted(first: str, folder: Path, name: str, officers: Sequence[str] = THREE) -> str:
    """A second machine that may write."""
    home = listening(first, folder, name)
    answer = custody("home", "admit", key(home), "--name", name, "--home", first, officers=officers)
    assert answer.code == 0, answer
    assert carry(first, home, folder).code == 0
    return home


def key(home: str) -> str:
    """A machine's key."""
    return str(status(home)["machine"]["key"])


def carried(first: str) -> tuple[str, ...]:
    """Options that bring along the identities which lie in a home: they are sealed, and no secret."""
    return tuple(part for file in sorted(Path(first, "officers").iterdir()) for part in ("--officer-file", str(file)))


def called(first: str, names: Sequence[str] = NAMES) -> Mapping[str, str]:
    """What a machine that knows no names calls these officers -> who they are."""
    officers = {each["name"]: each["officer"] for each in status(first)["officers"]}
    return {f"officer {officers[name][:8]}": name for name in names}


def verified(file: str, *options: str) -> Any:
    """What `journal verify` tells scripts of a file."""
    return read(custody("journal", "verify", file, "--json", *options))
