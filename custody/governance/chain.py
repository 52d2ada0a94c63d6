"""A journal's raw bytes to its lines, in one pass; the first break of the chain raises Alarm, with its entry and byte.

Each line names the hash of the line before, and numbers follow one another (docs/spec/journal.md). A line that a crash
tore off at the end is kept apart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from custody.catalogue import _
from custody.errors import Alarm, Unreadable
from custody.governance.entry import BEGINNING, LINE_LIMIT, VERSION, digest

_HASH_SHOWN = 8
_LINE = re.compile(
    rb'\{"after":"([0-9a-f]{64})","at":[0-9]{1,13},"kind":"([a-z]{2,20})","n":([0-9]{1,15}),"v":([0-9]{1,9}),"what":\{'
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: its number and its hash. Before the first, number is -1 and the hash is zeros."""

    number: int
    hash: bytes


class Line(NamedTuple):
    """A line that stands in its place: its kind, and where it begins and ends (without its end) in the file."""

    kind: str
    begin: int
    end: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines of a journal, and what stands after the last whole one: the beginning of a line that was torn."""

    lines: tuple[Line, ...]
    head: Head
    torn: bytes
    numbers: Mapping[bytes, int]
    """Hash of a line -> its number."""


NOTHING = Head(-1, BEGINNING)
"""The head of a journal without entries."""


def read(journal: bytes, *, after: Head = NOTHING) -> Chain:
    """Check every link. `after`: the head that the first line follows, where this is a part of a journal.

    Raises Alarm for the first line that does not stand in its place, with its number, its byte and the last good head;
    Unreadable for a line that a newer release wrote.
    """
    lines: list[Line] = []
    head, begin = after, 0
    while (end := journal.find(b"\n", begin)) >= 0:
        line = journal[begin:end]
        kind = _kind_in_place(line, head, begin)
        head = Head(head.number + 1, digest(line))
        lines.append(Line(kind, begin, end, head.hash))
        begin = end + 1
    numbers = {line.hash: number for number, line in enumerate(lines, after.number + 1)}
    return Chain(tuple(lines), head, journal[begin:], numbers)


def _kind_in_place(line: bytes, head: Head, begin: int) -> str:
    found = _LINE.match(line) if len(line) <= LINE_LIMIT else None
    if found is None:
        raise damage(head, begin)
    if int(found[4]) > VERSION:
        raise Unreadable(
            _("entry {number} of the journal is of format {version}, which a newer release wrote").format(
                number=head.number + 1, version=int(found[4])
            ),
            hint=_("Use that release; this one changes nothing in the journal."),
            code="newer-format",
        )
    if found[1] != head.hash.hex().encode() or found[3] != b"%d" % (head.number + 1) or int(found[4]) != VERSION:
        raise damage(head, begin)
    return found[2].decode()


def damage(head: Head, begin: int) -> Alarm:
    """Return the alarm for a line at byte `begin` that does not follow `head`."""
    last = _("The last good one is entry {number}, whose hash begins with {hash}.").format(
        number=head.number, hash=head.hash.hex()[:_HASH_SHOWN]
    )
    advice = _("Keep this copy as evidence, and restore from a backup: custody home restore.")
    return Alarm(
        _("the journal is damaged or was changed at entry {number} (line {line}, byte {byte})").format(
            number=head.number + 1, line=head.number + 2, byte=begin
        ),
        hint=advice if head.number < 0 else f"{last}\n{advice}",
        code="journal-damaged",
    )
