"""A journal's raw bytes to its lines, in one pass; the first break of the chain raises Alarm, with its entry and byte.

Each line names the hash of the line before, and numbers follow one another (docs/spec/journal.md). A line that a crash
tore off at the end is kept apart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from custody import words
from custody.catalogue import _
from custody.errors import Alarm, Unreadable, Usage
from custody.governance.entry import BEGINNING, LINE_LIMIT, VERSION, digest

PAPER_WORDS = 10
"""Words of a head on paper: 80 bits, too many to look for another journal that has the same."""

_LINE = re.compile(
    rb'\{"after":"([0-9a-f]{64})","at":[0-9]{1,13},"kind":"([a-z]{2,20})","n":([0-9]{1,15}),"v":([0-9]{1,9}),"what":\{'
)


@dataclass(frozen=True, slots=True)
class PaperHead:
    """A head as somebody wrote it down: the first bytes of the hash, and the entry's number where it was said too."""

    beginning: bytes
    number: int | None

    @classmethod
    def parse(cls, spoken: str) -> Self:
        """Read "41 able acid ...": ten words of four letters, the number before them or not. Raises Usage."""
        first, *rest = spoken.replace(",", " ").replace(":", " ").split() or [""]
        number = int(first) if re.fullmatch(r"[0-9]{1,15}", first, re.ASCII) else None
        said = " ".join(rest if number is not None else (first, *rest))
        strange = words.strangers(said)
        if strange and len(said.split()) == PAPER_WORDS:
            raise Usage(
                _("no word on such a paper is written like this: word {places}").format(
                    places=", ".join(map(str, strange))
                ),
                hint=_("Look at its letters again; each word has four."),
            )
        value = words.value(said)
        if value is None or len(value) != PAPER_WORDS:
            raise Usage(
                _(
                    "a head on paper is {count} words of four letters, with the entry's number before them or not"
                ).format(count=PAPER_WORDS),
                hint=_("Read them again from the newest paper."),
            )
        return cls(value, number)

    def is_of(self, head: "Head") -> bool:
        """Say whether this is what would be written down of an entry."""
        return self.has_words_of(head) and self.number in (None, head.number)

    def has_words_of(self, head: "Head") -> bool:
        """Say whether the words are an entry's, whatever number was said."""
        return head.hash[:PAPER_WORDS] == self.beginning


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: its number and its hash. Before the first, number is -1 and the hash is zeros."""

    number: int
    hash: bytes

    @property
    def words(self) -> tuple[str, ...]:
        """Ten words to write on paper beside the number."""
        return words.words(self.hash[:PAPER_WORDS])


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
    last = _("The last good one is entry {number}: {words}.").format(number=head.number, words=" ".join(head.words))
    advice = _("Keep this copy as evidence, and restore from a backup: custody home restore.")
    return Alarm(
        _("the journal is damaged or was changed at entry {number} (line {line}, byte {byte})").format(
            number=head.number + 1, line=head.number + 2, byte=begin
        ),
        hint=advice if head.number < 0 else f"{last}\n{advice}",
        code="journal-damaged",
    )
