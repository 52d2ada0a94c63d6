"""The table of rules: one ID each, everything said, and the document written from it."""

import ast
import re
from pathlib import Path

import pytest

from custody.chains.bitcoin import findings
from docs.generate import findings as document
from tests.conftest import ROOT

TABLE = Path(findings.__file__).parent
ROOM = TABLE.parent


def raised_ids() -> set[str]:
    """Every rule that the room names in code."""
    return {
        node.value
        for path in ROOM.rglob("*.py")
        if TABLE not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"BTC-[A-Z0-9-]+", node.value)
    }


def test_every_rule_is_found_somewhere_and_every_finding_has_a_rule() -> None:
    assert not raised_ids() - findings.RULES.keys(), "found without a rule in custody/chains/bitcoin/findings"
    assert not findings.RULES.keys() - raised_ids(), "rules that no code finds, in review or message"


def test_every_rule_is_attacked_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.parent.rglob("test_*.py"))
    unattacked = [rule for rule in findings.RULES if f'"{rule}"' not in tests]
    assert not unattacked, "no test below tests/chains/bitcoin names them: add an attack and its honest neighbour"


def test_a_rule_says_what_why_and_how_it_is_cleared() -> None:
    for rule in findings.RULES.values():
        assert rule.sentence.endswith((".", "}")), rule.id
        assert rule.engineer.endswith((".", "?")), rule.id
        assert rule.why.endswith("."), rule.id
        assert rule.case.endswith("."), rule.id
        assert rule.clear.endswith("."), rule.id


def test_an_unknown_rule_cannot_be_found() -> None:
    with pytest.raises(KeyError):
        findings.finding("BTC-NO-SUCH-RULE")


def test_the_document_of_findings_is_the_table() -> None:
    assert (ROOT / "docs" / "findings.md").read_text(encoding="utf-8") == document(), "run make docs"
