"""A rule's ID to its finding: the table of all rules of the Bitcoin review, their severity and their words.

A rule has one ID, the same here, in the review's JSON, in docs/findings.md (written from these tables) and in the
tests. Each module holds the rules of one subject as data; `review` decides where they apply.
"""

from collections import Counter
from types import MappingProxyType

from custody.catalogue import _
from custody.chains.bitcoin.findings.coins import RULES as COINS
from custody.chains.bitcoin.findings.document import RULES as DOCUMENT
from custody.chains.bitcoin.findings.fee import RULES as FEE
from custody.chains.bitcoin.findings.message import RULES as MESSAGE
from custody.chains.bitcoin.findings.outputs import RULES as OUTPUTS
from custody.chains.bitcoin.findings.ownership import RULES as OWNERSHIP
from custody.chains.bitcoin.findings.past import RULES as PAST
from custody.chains.bitcoin.findings.rule import Rule
from custody.chains.bitcoin.findings.signatures import RULES as SIGNATURES
from custody.chains.bitcoin.findings.timing import RULES as TIMING
from custody.signing import Finding

__all__ = ["RULES", "Rule", "at_input", "at_output", "counted", "finding"]

_SUBJECTS = (COINS, OWNERSHIP, OUTPUTS, FEE, SIGNATURES, TIMING, DOCUMENT, MESSAGE, PAST)

TOLD_EACH = 10
"""Findings of one rule that are told one by one."""

RULES = MappingProxyType({rule.id: rule for subject in _SUBJECTS for rule in subject})


def finding(rule_id: str, where: str = "", **values: object) -> Finding:
    """Return the finding of a rule at a place. Raises KeyError for an ID that is not in the table."""
    rule = RULES[rule_id]
    told = rule.sentence.format(**values)
    spoken = rule.sentence.format(**{name: getattr(value, "aloud", value) for name, value in values.items()})
    return Finding(rule.id, rule.severity, where, told, rule.engineer, spoken if spoken != told else "")


def counted(*findings: Finding) -> tuple[Finding, ...]:
    """Return findings with those of one rule told ten times, and one more that counts the rest."""
    told: Counter[str] = Counter()
    kept = []
    for each in findings:
        told[each.id] += 1
        if told[each.id] <= TOLD_EACH:
            kept.append(each)
    for rule_id, count in told.items():
        if count > TOLD_EACH:
            rule = RULES[rule_id]
            more = _("{count} more like this, of {total} in all.").format(count=count - TOLD_EACH, total=count)
            kept.append(Finding(rule.id, rule.severity, "", more, rule.engineer))
    return tuple(kept)


def at_input(index: int) -> str:
    """Name an input as every finding does."""
    return f"input {index}"


def at_output(index: int) -> str:
    """Name an output as every finding does."""
    return f"output {index}"
