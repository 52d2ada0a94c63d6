"""Runs the table of the self-test. It is loaded once the files were looked at: changed ones may not even load."""

from custody.selftest.battery import BATTERY
from custody.selftest.check import Outcome, outcome_of


def outcomes() -> tuple[Outcome, ...]:
    """Return how each check of the table turned out."""
    return tuple(map(outcome_of, BATTERY))
