"""Members that several kinds of a transcript's lines have. Raises Unreadable for what none of them has."""

import re

from custody.catalogue import _
from custody.ceremony.plan.document import MOST_IN_GROUP
from custody.governance.fields import StrictFields
from custody.keys.cards.commitment import SALT_BYTES

WHAT = _("a line of a transcript")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_MOST_PEOPLE = 64

Salts = tuple[tuple[bytes, ...], ...]
"""A salt of 16 bytes for each card, group by group."""


def name(fields: StrictFields, member: str) -> str:
    """Take a name that a plan may have."""
    value = fields.text(member)
    if not _NAME.fullmatch(value):
        raise fields.strange()
    return value


def text(fields: StrictFields, member: str) -> str:
    """Take a text on one line that says something."""
    value = fields.text(member)
    if not value.strip() or not value.isprintable():
        raise fields.strange()
    return value


def salts(fields: StrictFields) -> Salts:
    """Take a salt of 16 bytes for each card, group by group."""
    groups = fields.items("salts", MOST_IN_GROUP)
    taken = [StrictFields({"group": each}, WHAT) for each in groups]
    return tuple(each.hexes("group", SALT_BYTES, MOST_IN_GROUP) for each in taken)


def people(fields: StrictFields) -> frozenset[str]:
    """Take a set of names, in their order."""
    found = fields.texts("people", _MOST_PEOPLE)
    if list(found) != sorted(found) or not all(_NAME.fullmatch(each) for each in found):
        raise fields.strange()
    return frozenset(found)
