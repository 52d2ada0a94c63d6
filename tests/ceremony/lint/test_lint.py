"""Each rule of a plan: found where it applies, under the threats that ask for it, and in no plan that is well made."""

import re
from dataclasses import replace
from itertools import combinations, product

import pytest

from custody.ceremony.lint import reach
from custody.ceremony.lint.lint import LEAST_BITS, LEAST_ROLLS, is_refused, lint
from custody.ceremony.plan.plan import Group, Threat
from custody.ceremony.plan.rules import RULES
from custody.signing import Severity
from tests.ceremony.plan.plans import filled, ids, public_key, put, read, wish

ONE, QUORUM = wish(), wish(keys=3, quorum=2)


def of(threat: Threat) -> str:
    return filled(wish(threat))


@pytest.mark.parametrize(("threat", "keys"), list(product(Threat, [(1, 1), (3, 2)])))
def test_a_plan_that_is_filled_in_may_be_signed(threat: Threat, keys: tuple[int, int]) -> None:
    findings = lint(read(filled(wish(threat, keys=keys[0], quorum=keys[1]))))
    assert not is_refused(findings), findings


def emptied(text: str, member: str) -> str:
    return re.sub(rf"^{member} = \[.*\]$", f"{member} = []", text, flags=re.MULTILINE)


def without_key(text: str, person: str) -> str:
    return put(text, f'{person} = "{public_key(person).hex()}"\n', "")


def with_deputy(text: str, card: int, person: str) -> str:
    return put(text, f'holder = "holder-{card}"\n', f'holder = "holder-{card}"\nalternates = ["{person}"]\n')


def in_one_city(text: str) -> str:
    return re.sub(r'city = "[^"]*"', 'city = "Tokyo"', text)


BROKEN = {
    "PLAN-UNFILLED": lambda: re.sub(r'purpose = "[^"]*"', 'purpose = "?"', filled(ONE)),
    "PLAN-PERSON-OPENS": lambda: with_deputy(with_deputy(filled(ONE), 2, "holder-1"), 3, "holder-1"),
    "PLAN-PLACE-OPENS": lambda: put(
        put(filled(ONE), 'place = "place-2"', 'place = "place-1"'), 'place = "place-3"', 'place = "place-1"'
    ),
    "PLAN-CITY-OPENS": lambda: in_one_city(filled(ONE)),
    "PLAN-NO-SPARE-CARD": lambda: put(filled(ONE), "needed = 3", "needed = 5"),
    "PLAN-PLACE-LOST": lambda: put(
        put(filled(ONE), "needed = 3", "needed = 4"), 'place = "place-2"', 'place = "place-1"'
    ),
    "PLAN-NO-SPARE-KEY": lambda: put(filled(QUORUM), "needed = 2\nkeys", "needed = 3\nkeys"),
    "PLAN-PERSON-SIGNS": lambda: re.sub(r"^needed = 3$", "needed = 2", filled(QUORUM), flags=re.MULTILINE).replace(
        'holder = "holder-2"\n', 'holder = "holder-2"\nalternates = ["holder-1"]\n'
    ),
    "PLAN-PLACE-SIGNS": lambda: re.sub(r"^needed = 3$", "needed = 2", filled(QUORUM), flags=re.MULTILINE).replace(
        'place = "place-2"', 'place = "place-1"'
    ),
    "PLAN-MOMENT": lambda: filled(ONE),
    "PLAN-ONE-MACHINE": lambda: put(filled(QUORUM), 'machine = "laptop-2"', 'machine = "laptop-1"'),
    "PLAN-ADDRESS-WAITS": lambda: filled(QUORUM),
    "PLAN-ROLES-IN-ONE-HAND": lambda: put(filled(ONE), '["operator-1", "operator-2"]', '["operator-1", "witness-3"]'),
    "PLAN-AUDITOR-HOLDS": lambda: put(filled(ONE), '["auditor-1", "auditor-2"]', '["auditor-1", "holder-5"]'),
    "PLAN-OPERATOR-HOLDS": lambda: put(filled(ONE), '["operator-1", "operator-2"]', '["operator-1", "holder-5"]'),
    "PLAN-NO-DEPUTY": lambda: put(filled(ONE), '["operator-1", "operator-2"]', '["operator-1"]'),
    "PLAN-FEW-WITNESSES": lambda: put(filled(ONE), '["witness-1", "witness-2"]', '["witness-1"]'),
    "PLAN-NO-AUDITOR": lambda: emptied(filled(ONE), "auditor"),
    "PLAN-FEW-ATTEST": lambda: put(filled(ONE), '["operator-1", "administrator-1"]', '["operator-1"]'),
    "PLAN-IN-INK": lambda: without_key(filled(ONE), "witness-3"),
    "PLAN-NO-SECOND-MACHINE": lambda: put(filled(ONE), 'second_machine = "second-laptop"\n', ""),
    "PLAN-FEW-CANDIDATES": lambda: put(filled(ONE), "candidates = 4", "candidates = 3"),
    "PLAN-FEW-ROLLS": lambda: put(filled(ONE), "rolls = 100", "rolls = 49"),
    "PLAN-NO-DICE": lambda: put(filled(ONE), "rolls = 100", "rolls = 0"),
    "PLAN-NO-SEAL": lambda: re.sub(r'seal = "[^"]*"', 'seal = "?"', filled(ONE), count=1),
    "PLAN-SEAL-TWICE": lambda: re.sub(r'seal = "[^"]*"', 'seal = "B-1"', filled(ONE), count=2),
    "PLAN-LONG": lambda: put(filled(ONE), "candidates = 4", "candidates = 12"),
}
"""A rule -> a plan for the gravest threat in which it applies."""


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_found_where_it_applies(rule: str) -> None:
    assert rule in ids(BROKEN[rule]())


TOLD_ALWAYS = {"PLAN-MOMENT", "PLAN-ADDRESS-WAITS"}


@pytest.mark.parametrize("rule", sorted(RULES.keys() - TOLD_ALWAYS))
def test_a_rule_is_found_nowhere_else(rule: str) -> None:
    assert rule not in ids(filled(ONE))
    assert rule not in ids(filled(QUORUM))


@pytest.mark.parametrize(("rule", "threat"), list(product(RULES, Threat)))
def test_a_rule_is_as_severe_as_the_threat_asks(rule: str, threat: Threat) -> None:
    text = put(BROKEN[rule](), 'threat = "targeted"', f'threat = "{threat}"')
    if (rule, threat) == ("PLAN-FEW-CANDIDATES", Threat.INSIDER):
        text = put(text, "candidates = 3", "candidates = 1")
    if (rule, threat) == ("PLAN-FEW-WITNESSES", Threat.INSIDER):
        text = emptied(text, "witnesses")
    if (rule, threat) == ("PLAN-FEW-ATTEST", Threat.INSIDER):
        text = emptied(text, "attested_by")
    found = {each.severity for each in lint(read(text)) if each.id == rule}
    wanted = RULES[rule].severity[threat.level]
    assert found == (set() if wanted is None else {wanted})


def test_what_refuses_comes_first() -> None:
    text = re.sub(r'seal = "[^"]*"', 'seal = "B-1"', filled(wish(Threat.INSIDER)))
    severities = [each.severity for each in lint(read(text))]
    assert severities == sorted(severities, key=list(Severity).index)
    assert severities[0] is Severity.REFUSE


def test_the_least_rolls_are_worth_what_is_asked_and_one_fewer_is_not() -> None:
    assert 6**LEAST_ROLLS >= 2**LEAST_BITS > 6 ** (LEAST_ROLLS - 1)
    assert "PLAN-FEW-ROLLS" not in ids(put(filled(ONE), "rolls = 100", "rolls = 50"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("administrator", "operator"),
        ("administrator", "witnesses"),
        ("operator", "witnesses"),
        ("operator", "witness_alternates"),
        ("auditor", "administrator"),
        ("auditor", "operator"),
        ("auditor", "witnesses"),
    ],
)
def test_roles_that_must_differ_are_not_in_one_hand_by_a_deputy_either(first: str, second: str) -> None:
    text = filled(ONE)
    for role in (first, second):
        text = re.sub(rf"^{role} = \[", f'{role} = ["holder-5", ', text, flags=re.MULTILINE)
    found = [each for each in lint(read(text)) if each.id == "PLAN-ROLES-IN-ONE-HAND"]
    assert any("holder-5" in each.text for each in found)


@pytest.mark.parametrize(
    "person", ["administrator-2", "operator-1", "auditor-2", "witness-1", "witness-3"], ids=lambda name: name
)
def test_whoever_may_come_to_act_has_a_key_and_is_told_once_who_has_none(person: str) -> None:
    found = [each for each in lint(read(without_key(filled(QUORUM), person))) if each.id == "PLAN-IN-INK"]
    assert [(each.where, person in each.text) for each in found] == [(f"people.{person}", True)], "three sittings, once"


def test_who_holds_a_card_alone_needs_no_key() -> None:
    assert not {"holder-1", "holder-5"} & read(filled(ONE)).identities.keys()
    assert "PLAN-IN-INK" not in ids(filled(ONE))


def test_cards_open_a_key_as_trying_all_ways_to_bring_groups_together_says() -> None:
    """Brute force over every set of cards of three groups, of which two are needed."""
    cards = [replace(read(filled(ONE)).keys[0].cards[0], seal=str(place)) for place in range(6)]
    groups = (Group(2, tuple(cards[:3])), Group(1, (cards[3],)), Group(2, tuple(cards[4:])))
    key = replace(read(filled(ONE)).keys[0], groups=groups, groups_needed=2)
    for met in (set(chosen) for size in range(7) for chosen in combinations([each.seal for each in cards], size)):
        ways = [
            set().union(*way)
            for pair in combinations(groups, 2)
            for way in product(*(({c.seal for c in some} for some in combinations(g.cards, g.needed)) for g in pair))
        ]
        assert reach.opens(key, lambda card, met=met: card.seal in met) is any(way <= met for way in ways)
