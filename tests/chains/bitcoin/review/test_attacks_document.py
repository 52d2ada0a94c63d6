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
BITCOIN_ROWS = [*range(1, 25), 28, 30, 32]
"""The rows of the table of attacks that a review of Bitcoin transactions answers for."""


@cache
def functions(path: str) -> set[str]:
    """The test functions of a module."""
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_attack_of_the_table_is_on_the_page_in_its_order() -> None:
    numbers = [int(title.split(".")[0]) for title in SECTIONS if title[0].isdigit()]
    assert numbers == BITCOIN_ROWS


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
