"""The page of attacks is true: each names its rules and tests from both sides, and every one of them is there."""

import ast
import re
from functools import cache

import pytest

from custody.chains.bitcoin.findings import RULES
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
SECTIONS = {title: body for title, _newline, body in (part.partition("\n") for part in PAGE.split("\n## ")[1:])}
TESTS = re.compile(r"^- (Attack|Honest): `([\w/]+\.py)::(test_\w+)`$", re.MULTILINE)


@cache
def functions(path: str) -> set[str]:
    """The test functions of a module."""
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_attacks_are_numbered_without_a_gap() -> None:
    assert [title.split(". ")[0] for title in SECTIONS] == [str(number) for number in range(1, len(SECTIONS) + 1)]


def test_an_attack_that_a_test_names_by_its_number_is_on_the_page() -> None:
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")]
    shape = re.compile(r"\battacks?([0-9, and]+)of " + re.escape("docs/attacks.md"))
    rows = [found for text in modules for found in shape.findall(text)]
    named = {int(number) for row in rows for number in re.findall("[0-9]+", row)}
    assert {23, 24, 28} <= named
    assert max(named) <= len(SECTIONS)


@pytest.mark.parametrize("title", SECTIONS)
def test_an_attack_is_tried_from_both_sides_by_tests_that_are_there(title: str) -> None:
    found = TESTS.findall(SECTIONS[title])
    assert {side for side, _path, _name in found} == {"Attack", "Honest"}
    listed = [line for line in SECTIONS[title].splitlines() if line.startswith("- ")]
    assert [line for line in listed if not TESTS.fullmatch(line)] == listed[:1]
    assert listed[0].startswith("- Rules: ")
    for _side, path, name in found:
        assert name in functions(path), f"{path}::{name}"


def test_every_rule_is_on_the_page_and_none_that_is_not_a_rule() -> None:
    assert set(re.findall(r"BTC-[A-Z0-9-]+", PAGE)) == set(RULES), "a rule and its tests are named in docs/attacks.md"
