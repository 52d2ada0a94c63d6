"""docs/spec/miniscript.md is true: examples are read, refused and told as it says, and its limits are the code's."""

import re

import pytest

from custody.chains.bitcoin.miniscript import Context, Fragment, check_sane, explain, parse
from custody.chains.bitcoin.miniscript.limits import OPS_LIMIT, P2WSH_STACK_LIMIT, STACK_LIMIT
from custody.chains.bitcoin.miniscript.parser import (
    DEPTH_LIMIT,
    KEY_LIMITS,
    NUMBER_LIMIT,
    SCRIPT_LIMITS,
    TEXT_LIMIT,
    THRESH_LIMIT,
)
from custody.chains.bitcoin.miniscript.paths import PATHS_LIMIT
from custody.errors import Unreadable
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "spec" / "miniscript.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", TEXT, re.MULTILINE))


def rows(section: str, head: str) -> list[list[str]]:
    """The rows of the table whose head begins like this, without backticks."""
    table = SECTIONS[section].split(f"| {head} |")[1].split("\n\n")[0]
    lines = table.splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_the_canonical_texts_are_what_is_written() -> None:
    table = rows("What is read", "given")
    assert len(table) == 4
    for given, canonical in table:
        assert parse(given, Context.P2WSH, str).text(str) == canonical


def test_every_fragment_is_named() -> None:
    named = set(re.findall(r"[a-z0-9_]+", " ".join(re.findall(r"`([^`]*)`", SECTIONS["What is read"]))))
    assert {fragment.value for fragment in Fragment} <= named


def test_the_examples_of_what_is_not_sane_are_read_and_refused() -> None:
    table = rows("What is refused", "example")
    assert len(table) == 7
    for example, _why in table:
        with pytest.raises(Unreadable):
            check_sane(parse(example, Context.P2WSH, str))


def test_the_limits_are_the_code_s() -> None:
    limits = {what: limit for what, limit, _why in rows("What is refused", "what")}
    assert limits["text"] == f"{TEXT_LIMIT:,} characters"
    assert limits["expressions within one another, wrappers counted"] == str(DEPTH_LIMIT)
    assert limits["script behind P2WSH"] == f"{SCRIPT_LIMITS[Context.P2WSH]:,} bytes"
    assert limits["script in a leaf"] == f"{SCRIPT_LIMITS[Context.TAPSCRIPT]:,} bytes"
    assert limits["keys of `multi`, of `multi_a"] == f"{KEY_LIMITS[Fragment.MULTI]}, {KEY_LIMITS[Fragment.MULTI_A]}"
    assert limits["expressions of `thresh"] == str(THRESH_LIMIT)
    assert limits["older`, `after"] == f"1 to {NUMBER_LIMIT - 1}"
    prose = SECTIONS["What is refused"].replace("\n", " ")
    assert f"more than {OPS_LIMIT} opcodes or {P2WSH_STACK_LIMIT} elements behind P2WSH" in prose
    assert f"more than {STACK_LIMIT:,} elements in a leaf" in prose
    assert f"more than {PATHS_LIMIT} ways" in SECTIONS["How it is told"]


def test_the_lines_are_what_a_treasurer_is_told() -> None:
    table = rows("How it is told", "script")
    assert len(table) == 7
    for script, lines in table:
        node = parse(script, Context.P2WSH, str)
        check_sane(node)
        assert "; ".join(explain(node, str)) == lines
