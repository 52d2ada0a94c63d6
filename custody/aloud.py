"""Amounts and addresses as two people read them to each other: in groups, next to the plain form that files keep.

Screens show the groups; JSON, files and errors keep the plain form, and taking the blanks out of the groups gives it.
"""

from typing import NamedTuple

GROUP = 4
"""Characters of an address in a group, from its first one on, as hardware wallets show it."""

_BITCOIN_DECIMALS = 8


class Said(NamedTuple):
    """One value in both forms; in a sentence it stands as `plain` unless `aloud` is asked for."""

    plain: str
    aloud: str

    def __str__(self) -> str:
        return self.plain


def number(plain: object) -> Said:
    """Say a decimal number, with a unit behind it or none: its whole part in threes from the right."""
    said = str(plain)
    sign, size = ("-", said[1:]) if said.startswith("-") else ("", said)  # the whole part of -0.5 has none of its own
    whole = size[: next((at for at, character in enumerate(size) if character not in "0123456789"), len(size))]
    return Said(said, f"{sign}{int(whole):,}".replace(",", " ") + size[len(whole) :])


def bitcoin(atoms: int) -> Said:
    """Say satoshi as bitcoin with eight decimals, "0.72 501 400": the last six are the satoshi's own last groups."""
    sign, (whole, rest) = "-" if atoms < 0 else "", divmod(abs(atoms), 10**_BITCOIN_DECIMALS)
    decimals = f"{rest:0{_BITCOIN_DECIMALS}d}"
    plain = f"{sign}{whole}"
    return Said(
        f"{plain}.{decimals}",
        f"{sign}{number(whole).aloud}.{decimals[:2]} {decimals[2:5]} {decimals[5:]}",
    )


def address(plain: str) -> Said:
    """Say an address in groups of four."""
    return Said(plain, " ".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP)))


def ungrouped(said: str) -> str:
    """Return what was copied from a screen, or typed as it was heard, without the blanks between its groups."""
    return "".join(said.split())
