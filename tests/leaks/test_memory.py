"""After a command its process holds no secret in pages of ours; how many copies libraries left is counted and told."""

import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from custody.secret import Secret
from tests.conftest import ROOT
from tests.faults import homes
from tests.leaks.memory import COLUMNS, OPERATIONS, Remembered, found_at, remembered, sought, table
from tests.leaks.remembering import address_of, dump, held

ITSELF = {"officer passphrase"}
"""It has the secret itself, and ends at once; what others do with one is done apart (custody.apart)."""


@pytest.fixture(scope="module")
def answers() -> Iterator[dict[str, Remembered]]:
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as place:
        yield remembered(OPERATIONS, Path(place).resolve())


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_page_of_ours_holds_a_secret_after_the_command(
    answers: dict[str, Remembered], name: str, record_property: Callable[[str, object], None]
) -> None:
    answer = answers[name]
    record_property("copies after", dict(answer.after))
    sys.stdout.write(f"{name}: before {dict(answer.before)}, after {dict(answer.after)}\n")
    assert answer.code == 0
    assert answer.before == {}, "the process knew a secret before it was given one"
    assert +answer.own == {}
    assert name in ITSELF or +answer.after == {}, "a command that goes on had the secret itself"


def test_the_copies_of_libraries_are_published() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    for name in OPERATIONS:
        (row,) = [
            line
            for line in page.splitlines()
            if line.startswith(f"| `{name.split(',')[0]}`{name[len(name.split(',')[0]) :]} |")
        ]
        assert len(row[1:-1].split("|")) == len(COLUMNS) + 1


def test_a_secret_that_is_not_wiped_is_found_in_a_page_of_ours(tmp_path: Path) -> None:
    memory = os.open("/proc/self/mem", os.O_RDONLY)
    buffer = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    others = held()
    secret = Secret(bytes(range(40, 90)))
    dump(memory, buffer, tmp_path / "dump")
    os.close(memory)
    assert (address_of(secret._pages), 50) in held()
    assert found_at((tmp_path / "dump").read_bytes(), bytes(range(40, 90)))
    secret.wipe()
    assert held() == others


def test_what_is_looked_for_is_told_by_column() -> None:
    for name in OPERATIONS:
        assert sought(name).keys() == set(COLUMNS)
        assert any(sought(name).values())
    assert len(table({})) == 2
