"""A journal's raw bytes to its lines, in one pass; the first break of a chain raises Alarm, with its entry and byte.

Each line names the hash of the line before, and numbers follow one another (docs/spec/journal.md). A line that a crash
tore off at the end is kept apart.
"""

import re
from binascii import a2b_hex
from dataclasses import dataclass
from typing import NamedTuple

from custody.catalogue import _
from custody.errors import Alarm, Unreadable
from custody.governance.entry import BEGINNING, LINE_LIMIT, VERSION, digest

_HASH_SHOWN = 8
_LINE = re.compile(
    rb'\{"after":"([0-9a-f]{64})","at":([0-9]{1,13}),"kind":"([a-z]{2,20})","n":([0-9]{1,15}),"seal":"[0-9a-f]{128}",'
    rb'"v":([0-9]{1,9}),"what":\{'
)
_WRITER = re.compile(rb'\},"writer":"([0-9a-f]{64})"\}')
_WRITER_LENGTH = 78
"""Bytes of the end of a line, which names its writer."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: its number and its hash. Before the first, number is -1 and the hash is zeros."""

    number: int
    hash: bytes


class Line(NamedTuple):
    """A line that has the form of an entry, not read further: where it says it stands, and its bytes' place.

    `begin` and `end` (without the line's end) count in the bytes that were read; `hash` is of those.
    """

    writer: bytes
    number: int
    kind: str
    at: int
    after: bytes
    hash: bytes
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines of one writer's journal, and what stands after the last whole one: the beginning of a torn line."""

    lines: tuple[Line, ...]
    head: Head
    torn: bytes


NOTHING = Head(-1, BEGINNING)
"""The head of a journal without entries."""


def read(journal: bytes, *, after: Head = NOTHING) -> Chain:
    """Check every link of one writer's journal. `after`: the head that the first line follows, where it is a part.

    Raises Alarm for the first line that does not stand in its place, with its number, its byte and the last good head;
    Unreadable for a line that a newer release wrote.
    """
    lines: list[Line] = []
    head, begin, writer = after, 0, None
    while (end := journal.find(b"\n", begin)) >= 0:
        line = parse(journal, begin, end)
        if line is None or (line.after, line.number) != (head.hash, head.number + 1):
            raise damage(head, begin)
        if writer not in (None, line.writer):
            raise damage(head, begin)
        writer, head = line.writer, Head(line.number, line.hash)
        lines.append(line)
        begin = end + 1
    return Chain(tuple(lines), head, journal[begin:])


def parse(content: bytes, begin: int, end: int) -> Line | None:
    """Return the line between two places of these bytes, None where it has not the form of an entry.

    Raises Unreadable for one that a newer release wrote.
    """
    found = _LINE.match(content, begin, end) if end - begin <= LINE_LIMIT else None
    writer = _WRITER.fullmatch(content, end - _WRITER_LENGTH, end) if found else None
    if found is None or writer is None or end - _WRITER_LENGTH < found.end() - 1:
        return None
    after, at, kind, number_, version_ = found.groups()
    version, number = int(version_), int(number_)
    if version > VERSION:
        raise Unreadable(
            _("entry {number} of the journal is of format {version}, which a newer release wrote").format(
                number=number, version=version
            ),
            hint=_("Use that release; this one changes nothing in the journal."),
            code="newer-format",
        )
    if version != VERSION:
        return None
    line = content[begin:end]
    return Line(a2b_hex(writer[1]), number, kind.decode(), int(at), a2b_hex(after), digest(line), begin, end)


def lines_of(content: bytes) -> tuple[Line, ...]:
    """Return the lines of several writers' that follow one another in these bytes. Raises Unreadable for others."""
    found, begin = [], 0
    while (end := content.find(b"\n", begin)) >= 0:
        line = parse(content, begin, end)
        if line is None:
            raise Unreadable(_("the lines of other machines that are kept here are damaged"))
        found.append(line)
        begin = end + 1
    if begin != len(content):
        raise Unreadable(_("the lines of other machines that are kept here are damaged"))
    return tuple(found)


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
