"""Plans for tests: as the template writes them, with everything filled in, and changed at one place."""

import re
from collections.abc import Iterator

from custody.ceremony.lint.lint import lint
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.plan import Plan, Threat
from custody.ceremony.plan.template import Wish, template

CITIES = ("Tokyo", "Osaka", "Sapporo", "Fukuoka", "Nagoya")


def wish(threat: Threat = Threat.TARGETED, *, network: str = "regtest", keys: int = 1, quorum: int = 1) -> Wish:
    return Wish(network, threat, 3, 5, keys, quorum)


def filled(of: Wish) -> str:
    """A plan in which every text is another one, and nothing is left to be filled in."""
    cities: Iterator[str] = iter(CITIES * 20)
    text = re.sub(r'city = "\?"', lambda _found: f'city = "{next(cities)}"', template(of))
    numbers = iter(range(10_000))
    return re.sub(r'"\?"', lambda _found: f'"text {next(numbers)}"', text).replace("2000-01-01", "2026-12-20")


def read(text: str) -> Plan:
    return read_plan(text.encode())


def ids(text: str) -> set[str]:
    """The IDs of what is found in a plan."""
    return {each.id for each in lint(read(text))}


def put(text: str, old: str, new: str, count: int = 1) -> str:
    """Change a plan at a place that is there."""
    assert old in text, old
    return text.replace(old, new, count)
