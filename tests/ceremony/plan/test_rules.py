"""What each threat asks for, and how severe each rule is under it: written out once more, as people agreed on it."""

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.plan.rules import DEMANDS, RULES, Demand, PlanFinding
from custody.signing import Severity

WEIGHED = {
    "UNFILLED": "refuse refuse refuse",
    "PERSON-OPENS": "refuse refuse refuse",
    "PLACE-OPENS": "refuse refuse refuse",
    "CITY-OPENS": "info warn warn",
    "NO-SPARE-CARD": "refuse refuse refuse",
    "PLACE-LOST": "warn warn refuse",
    "NO-SPARE-KEY": "warn warn warn",
    "PERSON-SIGNS": "refuse refuse refuse",
    "PLACE-SIGNS": "refuse refuse refuse",
    "MOMENT": "info info info",
    "ONE-MACHINE": "info warn refuse",
    "ADDRESS-WAITS": "info info info",
    "ROLES-IN-ONE-HAND": "- refuse refuse",
    "AUDITOR-HOLDS": "- refuse refuse",
    "OPERATOR-HOLDS": "- info warn",
    "NO-DEPUTY": "- refuse refuse",
    "IN-INK": "- warn refuse",
    "FEW-WITNESSES": "- refuse refuse",
    "NO-AUDITOR": "- warn refuse",
    "FEW-ATTEST": "- warn refuse",
    "NO-SECOND-MACHINE": "- refuse refuse",
    "FEW-CANDIDATES": "- refuse refuse",
    "FEW-ROLLS": "refuse refuse refuse",
    "NO-DICE": "info refuse refuse",
    "NO-SEAL": "info refuse refuse",
    "SEAL-TWICE": "refuse refuse refuse",
    "LONG": "info warn warn",
}


def test_each_rule_is_as_severe_as_was_agreed_under_each_threat() -> None:
    told = {rule.id: " ".join("-" if each is None else each.value for each in rule.severity) for rule in RULES.values()}
    assert told == {f"PLAN-{name}": weighed for name, weighed in WEIGHED.items()}
    assert all(name == rule.id for name, rule in RULES.items())


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_graver_threat_never_makes_a_rule_milder(rule) -> None:
    order = [None, Severity.INFO, Severity.WARN, Severity.REFUSE]
    weighed = [order.index(each) for each in rule.severity]
    assert weighed == sorted(weighed)


def test_what_a_threat_asks_for_at_the_least() -> None:
    assert dict(DEMANDS) == {
        Threat.ACCIDENT: Demand(witnesses=0, candidates=1, attesting=0),
        Threat.INSIDER: Demand(witnesses=1, candidates=2, attesting=1),
        Threat.TARGETED: Demand(witnesses=2, candidates=4, attesting=2),
    }
    assert [threat.level for threat in (Threat.ACCIDENT, Threat.INSIDER, Threat.TARGETED)] == [0, 1, 2]


def test_a_finding_is_given_to_scripts_member_by_member() -> None:
    assert PlanFinding("PLAN-LONG", Severity.WARN, "sittings[1]", "a text", "a reason").to_json() == {
        "id": "PLAN-LONG",
        "severity": "warn",
        "where": "sittings[1]",
        "text": "a text",
        "why": "a reason",
    }
