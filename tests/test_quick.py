"""The table of what `make quick` leaves out: every place is there, is told, and what cannot be quick is in it."""

import re

import pytest

from tests import slow
from tests.conftest import MARKED, ROOT
from tests.slow import LONGEST, REASONS, SLOW, TESTS, is_left_out, is_slow, rank

PAGE = (ROOT / "docs" / "engineer.md").read_text(encoding="utf-8")


def test_the_page_lists_exactly_what_is_left_out() -> None:
    part = PAGE.split("\n## What `make quick` leaves out\n")[1].split("\n## ")[0]
    told = {
        reason: tuple(re.findall("`tests/([^`]+)`", places))
        for reason, places in re.findall(r"^\| ([^|]+) \| (`.*) \|$", part, re.MULTILINE)
    }
    assert told == SLOW, "write tests/slow.py's table into docs/engineer.md"


def test_no_place_is_named_twice_or_lies_in_another() -> None:
    assert len(REASONS) == sum(map(len, SLOW.values()))
    for place in REASONS:
        file = place.partition("::")[0]
        folders = {"/".join(file.split("/")[:count]) for count in range(1, file.count("/") + 1)}
        assert not folders & REASONS.keys(), place
        assert file == place or file not in REASONS, place


@pytest.mark.parametrize("place", REASONS)
def test_every_place_is_there(place: str) -> None:
    file, _colons, function = place.partition("::")
    path = TESTS / file
    assert path.exists(), "it moved, or is gone: tests/slow.py"
    if function:
        assert f"def {function}(" in path.read_text(encoding="utf-8"), "it has another name: tests/slow.py"


def test_whoever_asks_a_judge_that_is_not_ours_is_left_out() -> None:
    marks = re.compile(rf"^(?:pytestmark = .*|@)pytest\.mark\.({'|'.join(MARKED.values())})\b", re.MULTILINE)
    for path in sorted(TESTS.rglob("test_*.py")):
        name = path.relative_to(TESTS).as_posix()
        if "node_modules" not in path.parts and marks.search(path.read_text(encoding="utf-8")):
            assert is_slow(name) or any(place.startswith(f"{name}::") for place in REASONS), (
                f"add {name} to tests/slow.py: it asks somebody else"
            )


def test_the_table_knows_folders_files_and_single_tests() -> None:
    assert is_slow("node/test_node.py::test_a[b::c]")
    assert is_slow("keys/vaults/test_vault.py::test_every_bit_of_a_small_vault_counts[load]")
    assert not is_slow("keys/vaults/test_vault.py::test_every_other")
    assert is_left_out(TESTS / "node") and not is_left_out(TESTS / "governance" / "test_book.py")
    assert not is_left_out(ROOT)


def test_the_longest_files_are_slow_are_there_and_are_begun_first(pytestconfig: pytest.Config) -> None:
    for place in LONGEST:
        assert (TESTS / place).is_file(), "it moved, or is gone: tests/slow.py"
        assert is_slow(f"{place}::test_a")
    nodes = [
        "keys/test_a.py::test_a",
        f"{LONGEST[1]}::test_a[b::c]",
        f"{LONGEST[0]}::test_a",
        "airgap/test_b.py::test_b",
    ]
    assert sorted(nodes, key=rank) == [nodes[2], nodes[1], nodes[0], nodes[3]]
    assert not pytestconfig.getoption("loadscopereorder"), "files with many tests would be begun first"


def test_make_quick_asks_for_these_tests_and_shares_the_checks_of_make_test() -> None:
    recipes = {
        name: re.findall(r"^\t(.*)$", body, re.MULTILINE)
        for name, body in re.findall(
            r"^(quick|test): setup\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert recipes["quick"][:-1] == recipes["test"][:-1]
    assert f"-m '{slow.QUICK}'" in recipes["quick"][-1]
