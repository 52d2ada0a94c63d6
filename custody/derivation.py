"""Derivation paths (BIP-32): text to child numbers and back; over 64 steps or a number from 2**31 is Unreadable."""

import re
from collections.abc import Sequence

from custody.catalogue import _
from custody.errors import Unreadable
from custody.text import safe

Path = tuple[int, ...]
"""Child numbers from the master key down; hardened ones from 2**31."""

HARDENED = 1 << 31
DEEPEST = 64
"""Steps of a path, here and in a PSBT. One service writes what it counts into 35 of them."""

CURLY = "\u2018\u2019\u201b\u2032\u00b4"
"""What word processors and keyboards put in the place of the apostrophe that marks a hardened step."""

_STEP = re.compile(r"(0|[1-9][0-9]{0,9})(['hH]?)", re.ASCII)


def parse_step(text: str) -> int | None:
    """Read one step: a number below 2**31, hardened where ', h or H follows. None for anything else."""
    match = _STEP.fullmatch(text)
    if match is None or int(match[1]) >= HARDENED:
        return None
    return int(match[1]) + (HARDENED if match[2] else 0)


def parse_path(text: str) -> Path:
    """Read a path such as "m/84'/1'/0'"; "m" alone is the master key.

    Raises Unreadable for anything else, for more than 64 steps and for a number from 2**31.
    """
    master, *steps = text.split("/", DEEPEST + 1)
    numbers = [parse_step(step) for step in steps]
    path = tuple(number for number in numbers if number is not None)
    if master != "m" or len(steps) > DEEPEST or len(path) != len(numbers):
        raise _no_path(text)
    return path


def _no_path(text: str) -> Unreadable:
    message = _("the derivation path {path} cannot be read").format(path=safe(text))
    if not set(CURLY).isdisjoint(text):
        return Unreadable(
            message,
            hint=_("A word processor made its apostrophes curly: type the plain one ('), or h, in their place."),
        )
    return Unreadable(
        message, hint=_("A path has at most {limit} steps and looks like m/84'/0'/0'.").format(limit=DEEPEST)
    )


def format_path(path: Sequence[int], mark: str = "'", root: str = "m") -> str:
    """Write a path as BIP-32 does, "m/84'/1'/0'". Descriptors mark hardened steps with h and leave the root out."""
    steps = (f"{step - HARDENED}{mark}" if step >= HARDENED else str(step) for step in path)
    return "/".join((root, *steps))
