"""Plans for tests: as the template writes them, with everything filled in, and changed at one place."""

import re
from collections.abc import Iterator
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
    text = re.sub(r'"\?"', lambda _found: f'"text {next(numbers)}"', text).replace("2000-01-01", "2026-12-20")
    return text if of.threat is Threat.ACCIDENT else text + identities(text)


def identities(text: str) -> str:
    """The table of keys of everybody in a plan who has a role."""
    roles = [people for each in read(text).sittings for people in each.roles.values()]
    names = dict.fromkeys(name for people in roles for name in people)
    return "\n[identities]\n" + "".join(f'{name} = "{public_key(name).hex()}"\n' for name in names)


def key_of(person: str) -> Ed25519PrivateKey:
    """Somebody's key, the same each time."""
    return Ed25519PrivateKey.from_private_bytes(sha256(person.encode()).digest())


def public_key(person: str) -> bytes:
    return key_of(person).public_key().public_bytes_raw()


def read(text: str) -> Plan:
    return read_plan(text.encode())


def ids(text: str) -> set[str]:
    """The IDs of what is found in a plan."""
    return {each.id for each in lint(read(text))}


def put(text: str, old: str, new: str, count: int = 1) -> str:
    """Change a plan at a place that is there."""
    assert old in text, old
    return text.replace(old, new, count)
