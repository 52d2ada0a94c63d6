"""`lint`: what is wrong with a plan, each finding by its rule's ID, at its place, as severe as the threat demands."""

from collections import Counter
from collections.abc import Iterable, Iterator
from math import log2
from typing import NamedTuple

from custody.ceremony.lint import reach
from custody.ceremony.plan.plan import UNKNOWN, UNKNOWN_DAY, Key, Plan, Sitting, Wallet
from custody.ceremony.plan.rules import DEMANDS, RULES, PlanFinding, Rule
from custody.ceremony.steps.effort import LONG_MINUTES, effort
from custody.signing import Severity
from custody.text import safe

BITS_OF_A_ROLL = log2(6)
LEAST_BITS = 128
LEAST_ROLLS = 50
"""50 * log2(6) is just above 129 bits."""

_SEPARATE = (
    ("administrator", "operator"),
    ("administrator", "witness"),
    ("operator", "witness"),
    ("auditor", "administrator"),
    ("auditor", "operator"),
    ("auditor", "witness"),
)


def lint(plan: Plan) -> tuple[PlanFinding, ...]:
    """Return what this plan's threat asks for and the plan has not, and what is to be known; what refuses it first."""
    noticed = (
        *_texts(plan),
        *_in_ink(plan),
        *(each for sitting in plan.sittings for each in _sitting(plan, sitting)),
        *(each for key in plan.keys for each in _key(plan, key)),
        *(each for wallet in plan.wallets for each in _wallet(plan, wallet)),
        *_seals(plan),
    )
    found = []
    for each in noticed:
        severity = each.rule.severity[plan.threat.level]
        if severity is not None:
            found.append(PlanFinding(each.rule.id, severity, each.where, each.text, each.rule.why))
    return tuple(sorted(found, key=lambda each: list(Severity).index(each.severity)))


def is_refused(findings: Iterable[PlanFinding]) -> bool:
    """Say whether the plan may not be signed."""
    return any(each.severity is Severity.REFUSE for each in findings)


class _Noticed(NamedTuple):
    """A rule that applies at a place, whatever the threat, and its sentence."""

    rule: Rule
    where: str
    text: str


def _noticed(rule_id: str, where: str, **values: object) -> _Noticed:
    rule = RULES[rule_id]
    told = {name: safe(value) if isinstance(value, str) else value for name, value in values.items()}
    return _Noticed(rule, where, rule.sentence.format(**told))


def _texts(plan: Plan) -> Iterator[_Noticed]:
    places = {f"places.{name}": (each.name, each.city) for name, each in plan.places.items()}
    machines = {f"machines.{name}": (each.name, each.serial) for name, each in plan.machines.items()}
    people = {f"people.{name}": (each,) for name, each in plan.people.items()}
    sittings = {f"sitting {each.id}": (each.city,) for each in plan.sittings}
    for sitting in plan.sittings:
        if sitting.date == UNKNOWN_DAY:
            yield _noticed("PLAN-UNFILLED", f"sitting {sitting.id}, date")
    for where, texts in {"purpose": (plan.purpose,), **people, **places, **machines, **sittings}.items():
        if UNKNOWN in texts:
            yield _noticed("PLAN-UNFILLED", where)


def _in_ink(plan: Plan) -> Iterator[_Noticed]:
    """Notice who has a role at a sitting, as a deputy too, and no key to sign with; once, however many roles."""
    acting = {person for sitting in plan.sittings for people in sitting.roles.values() for person in people}
    for person in sorted(acting - plan.identities.keys()):
        yield _noticed("PLAN-IN-INK", f"people.{person}", name=person)


def _sitting(plan: Plan, sitting: Sitting) -> Iterator[_Noticed]:
    where, demand = f"sitting {sitting.id}", DEMANDS[plan.threat]
    for first, second in _SEPARATE:
        for person in sorted({*sitting.roles[first]} & {*sitting.roles[second]}):
            yield _noticed("PLAN-ROLES-IN-ONE-HAND", where, name=person, first=first, second=second)
    for role in ("administrator", "operator"):
        if len(sitting.roles[role]) < 2:
            yield _noticed("PLAN-NO-DEPUTY", where, name=role)
    holding = {person for key in plan.made_at(sitting) for card in key.cards for person in card.people}
    for person in sitting.operator:
        if person in holding:
            yield _noticed("PLAN-OPERATOR-HOLDS", where, name=person)
    for person in sitting.auditor:
        if any(person in card.people for _key_, card in plan.cards):
            yield _noticed("PLAN-AUDITOR-HOLDS", where, name=person)
    if len(sitting.witnesses) < demand.witnesses:
        yield _noticed("PLAN-FEW-WITNESSES", where, count=len(sitting.witnesses), needed=demand.witnesses)
    if not sitting.auditor:
        yield _noticed("PLAN-NO-AUDITOR", where)
    if len(sitting.attested_by) < demand.attesting:
        yield _noticed("PLAN-FEW-ATTEST", where, count=len(sitting.attested_by), needed=demand.attesting)
    if sitting.second_machine is None:
        yield _noticed("PLAN-NO-SECOND-MACHINE", where)
    takes = effort(plan, sitting).minutes
    if takes > LONG_MINUTES:
        yield _noticed("PLAN-LONG", where, name=sitting.id, minutes=takes)


def _key(plan: Plan, key: Key) -> Iterator[_Noticed]:
    where = f"key {key.id}"
    for person in sorted(plan.people):
        if reach.opens(key, reach.by_person(person)):
            yield _noticed("PLAN-PERSON-OPENS", where, name=person, what=where)
    for place in sorted(plan.places):
        if reach.opens(key, reach.by_place(place)):
            yield _noticed("PLAN-PLACE-OPENS", where, name=place, what=where)
        elif not reach.opens(key, reach.without(reach.by_place(place))):
            yield _noticed("PLAN-PLACE-LOST", where, name=place, what=where)
    for city in sorted({plan.places[card.place].city for card in key.cards}):
        if city != UNKNOWN and reach.opens(key, reach.by_city(plan, city)):
            yield _noticed("PLAN-CITY-OPENS", where, name=city, what=where)
    for card in reach.cards_without_spare(key):
        yield _noticed("PLAN-NO-SPARE-CARD", where, name=card.holder, what=where)
    if not key.rolls:
        yield _noticed("PLAN-NO-DICE", where, name=key.id)
    elif key.rolls < LEAST_ROLLS:
        bits = int(key.rolls * BITS_OF_A_ROLL)
        yield _noticed("PLAN-FEW-ROLLS", where, name=key.id, count=key.rolls, bits=bits, needed=LEAST_ROLLS)
    count = key.candidates
    if count < DEMANDS[plan.threat].candidates:
        yield _noticed("PLAN-FEW-CANDIDATES", where, name=key.id, opened=count - 1, count=count)


def _wallet(plan: Plan, wallet: Wallet) -> Iterator[_Noticed]:
    where, keys = f"wallet {wallet.id}", plan.keys_of(wallet)
    machines = Counter(plan.sitting_of(key).machine for key in keys)
    if len(keys) == 1:
        yield _noticed("PLAN-MOMENT", where, name=next(iter(machines)), what=where)
        return
    for person in sorted(plan.people):
        if reach.opens_wallet(plan, wallet, reach.by_person(person)):
            yield _noticed("PLAN-PERSON-SIGNS", where, name=person, what=where)
    for place in sorted(plan.places):
        if reach.opens_wallet(plan, wallet, reach.by_place(place)):
            yield _noticed("PLAN-PLACE-SIGNS", where, name=place, what=where)
    for machine, made in sorted(machines.items()):
        if made >= wallet.needed:
            yield _noticed("PLAN-ONE-MACHINE", where, name=machine, what=where)
    if wallet.needed == len(keys):
        yield _noticed("PLAN-NO-SPARE-KEY", where, what=where)
    sittings = sorted({key.sitting for key in keys})
    if len(sittings) > 1:
        yield _noticed("PLAN-ADDRESS-WAITS", where, what=where, name=", ".join(sittings))


def _seals(plan: Plan) -> Iterator[_Noticed]:
    for key, card in plan.cards:
        if card.seal == UNKNOWN:
            yield _noticed("PLAN-NO-SEAL", f"key {key.id}", name=card.holder, what=key.id)
    seals = Counter(card.seal for _of, card in plan.cards if card.seal != UNKNOWN)
    for seal, count in sorted(seals.items()):
        if count > 1:
            yield _noticed("PLAN-SEAL-TWICE", "", name=seal)
