"""What a screen shows of an amount or an address, in groups, without our code; and its text without weight or rows."""

import re

WEIGHT = re.compile(r"\x1b\[(?:1|22)m")


def spaced(address: str) -> str:
    """An address in groups of four."""
    return " ".join(re.findall(".{1,4}", address))


def threes(amount: int) -> str:
    """A whole number in groups of three."""
    return f"{amount:,}".replace(",", " ")


def flat(shown: str) -> str:
    """A screen's words, each behind one blank, whatever rows they stand in."""
    return " ".join(WEIGHT.sub("", shown).split())
