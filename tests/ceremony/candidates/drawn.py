"""Candidates for tests, of a plan as the template writes it."""

import random
from dataclasses import replace

from custody.ceremony.candidates.candidate import Candidate
from custody.ceremony.plan.plan import Key, Plan, Threat
from custody.keys.cards.randomness import SetMix
from custody.keys.entropy import Dice, MachinePart
from custody.secret import Secret
from tests.ceremony.plan.plans import filled, read, wish

PLAN = read(filled(wish(Threat.TARGETED)))
KEY = PLAN.keys[0]
COUNT = KEY.candidates


def rolls(number: int, count: int = 100) -> str:
    """Fair dice, the same for a number."""
    return "".join(random.Random(number).choices("123456", k=count))


def candidate(number: int, key: Key = KEY, seed: int = 0, identifier: int | None = None) -> Candidate:
    """The same candidate for the same numbers."""
    drawn = random.Random(f"{number} {seed}")
    part = drawn.randbytes(32) if key.machine_random else bytes(32)
    dice = Dice.parse(rolls(100 * seed + number, key.rolls)) if key.rolls else None
    mixed = SetMix(1000 + number if identifier is None else identifier, MachinePart(Secret(part)), dice)
    return Candidate(number, mixed, tuple(tuple(drawn.randbytes(16) for _ in group.cards) for group in key.groups))


def with_script(script: str) -> Plan:
    """The plan, whose one wallet is of another script."""
    return replace(PLAN, wallets=tuple(replace(wallet, script=script) for wallet in PLAN.wallets))
