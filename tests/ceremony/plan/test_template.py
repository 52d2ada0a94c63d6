"""What a plan to be filled in holds for each threat: the people, places, machines and sittings that it asks for."""

import re
import tomllib
from datetime import date
from typing import Any

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.plan.template import Wish, template

STAFF: dict[Threat, dict[str, list[str]]] = {
    Threat.ACCIDENT: {
        "administrator": ["holder-1"],
        "operator": ["holder-1"],
        "auditor": [],
        "witnesses": [],
        "witness_alternates": [],
        "attested_by": [],
    },
    Threat.INSIDER: {
        "administrator": ["administrator-1", "administrator-2"],
        "operator": ["operator-1", "operator-2"],
        "auditor": [],
        "witnesses": ["witness-1"],
        "witness_alternates": ["witness-2"],
        "attested_by": ["operator-1"],
    },
    Threat.TARGETED: {
        "administrator": ["administrator-1", "administrator-2"],
        "operator": ["operator-1", "operator-2"],
        "auditor": ["auditor-1", "auditor-2"],
        "witnesses": ["witness-1", "witness-2"],
        "witness_alternates": ["witness-3"],
        "attested_by": ["operator-1", "administrator-1"],
    },
}


def wanted(wish: Wish) -> dict[str, Any]:
    """The whole document, as docs/ceremonies.md has one begin."""
    staff, alone = STAFF[wish.threat], wish.threat is Threat.ACCIDENT
    sittings = wish.keys if wish.threat is Threat.TARGETED else 1
    holders = [f"holder-{number + 1}" for number in range(wish.cards)]
    laptops = [*(f"laptop-{number + 1}" for number in range(sittings)), *([] if alone else ["second-laptop"])]
    return {
        "format": "custody/plan/1",
        "kind": "generation",
        "purpose": "?",
        "network": wish.network,
        "threat": wish.threat.value,
        "people": dict.fromkeys([*(name for names in staff.values() for name in names), *holders], "?"),
        "places": {f"place-{number + 1}": {"name": "?", "city": "?"} for number in range(wish.cards)},
        "machines": {name: {"name": "?", "serial": "?"} for name in laptops},
        "sittings": [
            {
                "id": f"sitting-{number + 1}",
                "city": "?",
                "date": date(2000, 1, 1),
                "machine": f"laptop-{number + 1}",
                **({} if alone else {"second_machine": "second-laptop"}),
                **staff,
            }
            for number in range(sittings)
        ],
        "keys": [
            {
                "id": f"key-{key + 1}",
                "sitting": f"sitting-{min(key + 1, sittings)}",
                "bits": 256,
                "rolls": 100,
                "machine_random": True,
                "candidates": {Threat.ACCIDENT: 1, Threat.INSIDER: 2, Threat.TARGETED: 4}[wish.threat],
                "groups_needed": 1,
                "groups": [
                    {
                        "needed": wish.needed,
                        "cards": [
                            {
                                "holder": holder,
                                "place": f"place-{(card + key) % wish.cards + 1}",
                                "seal": "?",
                                "medium": "paper",
                            }
                            for card, holder in enumerate(holders)
                        ],
                    }
                ],
            }
            for key in range(wish.keys)
        ],
        "wallets": [
            {
                "id": "wallet",
                "script": "wpkh" if wish.keys == 1 else "wsh",
                "needed": wish.quorum,
                "keys": [f"key-{key + 1}" for key in range(wish.keys)],
            }
        ],
    }


@pytest.mark.parametrize("threat", Threat)
@pytest.mark.parametrize(("needed", "cards", "keys", "quorum"), [(2, 3, 1, 1), (3, 5, 3, 2), (2, 4, 6, 4)])
def test_a_template_holds_what_its_threat_asks_for_and_nothing_else(
    threat: Threat, needed: int, cards: int, keys: int, quorum: int
) -> None:
    wish = Wish("signet", threat, needed, cards, keys, quorum)
    assert tomllib.loads(template(wish)) == wanted(wish)


@pytest.mark.parametrize("threat", Threat)
def test_tables_stand_apart_and_a_comment_says_what_each_is_for(threat: Threat) -> None:
    lines = template(Wish("regtest", threat, 2, 3, 2, 2)).splitlines()
    assert lines[0].startswith("# A plan of a ceremony (docs/ceremonies.md).")
    for at, line in enumerate(lines):
        if line.startswith("# ") and at and not lines[at - 1].startswith("# "):
            assert not lines[at - 1]
            told = next(each for each in lines[at + 1 :] if each.startswith("# [") or not each.startswith("# "))
            assert told.removeprefix("# ").startswith("[")
    assert not re.search(r"\n\n\n", "\n".join(lines))
    assert next(line for line in lines if line.startswith("date = ")) == "date = 2000-01-01  # the day"
    assert sum(line.startswith("# Who takes part") for line in lines) == 1
