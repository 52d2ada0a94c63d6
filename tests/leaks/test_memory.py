"""After a command its process holds no secret, and the copy that had one none in pages of ours: the rest is counted."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults import homes
from tests.leaks.memory import COLUMNS, ITSELF, OPERATIONS, Dump, Remembered, _joined, remembered, shown
from tests.leaks.scenes import ALL, SCENES

NOBODY_COMES = {"journal import"}
"""Its scene has passphrases at hand, and nobody is asked for one."""


@pytest.fixture(scope="module")
def answers() -> Iterator[dict[str, Remembered]]:
    with tempfile.TemporaryDirectory(dir=homes.MEMORY) as place:
        yield remembered(OPERATIONS, Path(place).resolve())


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_page_of_ours_holds_a_secret_after_the_command(
    answers: dict[str, Remembered], name: str, record_property: Callable[[str, object], None]
) -> None:
    answer = answers[name]
    counts = {"before": answer.before, "after": answer.after, "in the copy that had it": answer.apart}
    record_property("copies", {when: None if count is None else dict(count) for when, count in counts.items()})
    sys.stdout.write(f"{name}: {counts}\n")
    assert answer.code == 0
    assert any(answer.sought.values())
    assert answer.before == {}, "the process knew a secret before it was given one"
    assert answer.own == {}
    assert (answer.apart is None) == (name in ITSELF)
    assert name in ITSELF or answer.after == {}, "a command that goes on had the secret itself"


def test_every_command_that_has_a_secret_is_searched() -> None:
    having = {name for name, scene in SCENES.items() if scene.gives or scene.out}
    assert having - NOBODY_COMES == {name for name in OPERATIONS if name in SCENES}
    assert set(OPERATIONS) <= ALL.keys()


def test_the_copies_of_libraries_are_published() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in page.splitlines() if line.startswith("| `")]
    counts = {command: goes_on for command, *cells, goes_on in rows if len(cells) == len(COLUMNS)}
    assert counts == {shown(name): "none goes on" if name in ITSELF else "0" for name in OPERATIONS}


UNWIPED = """
import mmap, os, sys
from pathlib import Path
from custody.secret import Secret
from tests.leaks.memory import Dump, found_at
from tests.leaks.remembering import address_of, dump, held

path = Path(sys.argv[1])
memory = os.open("/proc/self/mem", os.O_RDONLY)
buffer = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
others = held()
content = bytes(range(40, 90))
secret = Secret(content)
dump(memory, buffer, path)
os.close(memory)
assert (address_of(secret._pages), 50) in held()
assert Dump(path).own({"seed": [content]}) == {"seed": 1}
assert found_at(path.read_bytes(), content)
secret.wipe()
assert held() == others
"""
"""In a process of its own, whose memory is small."""


def test_a_secret_that_is_not_wiped_is_found_in_a_page_of_ours(tmp_path: Path) -> None:
    line = [sys.executable, "-c", UNWIPED, str(tmp_path / "dump")]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_changed_is_searched_across_the_pieces_of_a_dump() -> None:
    assert list(_joined({64: b"cd", 0: b"x", 62: b"ab"})) == [(0, b"x"), (62, b"abcd")]
    assert list(_joined({})) == []


def test_a_dump_is_searched_where_it_is_another_than_before(tmp_path: Path) -> None:
    for name, content in (("before", b"abcdxyzw"), ("after", b"abcdefgh")):
        (tmp_path / name).write_bytes(content)
        told = {"pieces": [[100, 4], [104, 4]], "held": [[106, 2]]}
        (tmp_path / f"{name}.json").write_text(json.dumps(told))
    before = Dump(tmp_path / "before")
    after = Dump(tmp_path / "after", before)
    sought = {"seed": [b"abcd", b"gh", b"e"], "xprv": [b"xyz"]}
    assert before.copies(sought) == {"seed": 1, "xprv": 1}
    assert (after.copies(sought), after.own(sought)) == ({"seed": 2}, {"seed": 1})
