"""People of a ceremony at the command line: identities that they made, a plan that names them, and what they signed."""

import json
from pathlib import Path

from tests.ceremony.plan.plans import filled, public_key, put, read, wish
from tests.support.officers import Answer, custody, given, quick_identities

PASSPHRASE = "nine lanterns over a quiet harbour"


def made(folder: Path, person: str, *options: str, network: str = "regtest") -> str:
    """Make somebody's identity, and return its key in hex."""
    line = ("ceremony", "identity", "--network", network, "-o", identity(folder, person), "--json", *options)
    with quick_identities():
        answer = given(*line, lines=[PASSPHRASE])
    assert answer.code == 0, answer
    key: str = json.loads(answer.out)["key"]
    return key


def identity(folder: Path, person: str) -> str:
    return str(folder / f"{person}.identity")


def named(text: str, **keys: str) -> str:
    """A plan that names these keys, by people with "_" for "-"."""
    for person, key in keys.items():
        text = put(text, public_key(person.replace("_", "-")).hex(), key)
    return text


def planned(folder: Path, *people: str, name: str = "plan.toml", network: str = "regtest") -> str:
    """Write a plan that names identities that these people make, and return its path."""
    text = named(filled(wish(network=network)), **{each.replace("-", "_"): made(folder, each) for each in people})
    (folder / name).write_text(text)
    return str(folder / name)


def agreed(plan: str, person: str, *options: str, passphrase: str = PASSPHRASE) -> Answer:
    """Let somebody agree to a plan, as a script does."""
    folder = Path(plan).parent
    line = ("ceremony", "sign", plan, "--identity", identity(folder, person), "-o", signature(folder, person))
    return given(*line, *options, lines=[passphrase])


def signature(folder: Path, person: str) -> str:
    return str(folder / f"{person}.sig")


def shown(plan: str, *signatures: str, as_json: bool = True) -> Answer:
    """Read a plan, beside signatures."""
    options = [part for each in signatures for part in ("--signature", each)]
    return custody("ceremony", "plan", plan, *options, *(["--json"] if as_json else []))


def digest_of(plan: str) -> str:
    return read(Path(plan).read_text()).digest.hex()
