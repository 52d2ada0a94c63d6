"""`Upkeep`: what was last done in a treasury and when, what is overdue, who left, and how far other machines are known.

The fold says most of it. Of the book only those few entries are read whose time is wanted, so that it takes no longer
for a long journal.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.register.officers import Officers
from custody.ceremony.register.row import Person
from custody.governance import records
from custody.governance.book import Book
from custody.governance.chain import Head, Line
from custody.governance.fields import StrictFields
from custody.governance.roster import Role


class Overdue(StrEnum):
    """What is overdue, as a fact. The names are for scripts too."""

    NO_BACKUP = "no-backup"
    BACKUP_BEFORE_SIGNATURE = "backup-before-signature"
    BACKUP_BEFORE_ROSTER = "backup-before-roster"
    NO_IMPORT = "no-import"
    NO_PAPER = "no-paper"
    """It was made of a copy, no head from paper was compared, and no copy was made since, which asks for one."""


@dataclass(frozen=True, slots=True)
class Past:
    """An entry and its time: seconds since 1970 by the machine's clock, 0 where unknown."""

    number: int
    at: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A sealed copy: its entry, the commitment's text or None where it was erased, the version of its roster."""

    made: Past
    label: str | None
    roster_version: int


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who is no officer any more, and the copies that still open for the seat of then."""

    person: Person
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """Another machine: its name, the newest entry of its own that is known here, and the entry here that brought it."""

    writer: bytes
    head: Head
    brought: Past | None


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What an officer wants to know of the past."""

    newest: Past
    signed: Past | None
    imported: Past | None
    copy: Copy | None
    overdue: tuple[Overdue, ...]
    leavers: tuple[Leaver, ...]
    machines: tuple[Machine, ...]

    @classmethod
    def of(cls, home: Home) -> Self:
        """Look it up. Raises Unreadable for an entry that is not as its format has it."""
        book, copies = home.book, _copies(home)
        newest_copy = copies[-1] if copies else None
        signed, imported = _last(book, records.Signature.KIND), _last(book, records.Import.KIND)
        return cls(
            newest=_past(book, book.head.number),
            signed=signed,
            imported=imported,
            copy=newest_copy,
            overdue=tuple(_overdue(book, newest_copy, signed, imported)),
            leavers=tuple(_leavers(home, copies)),
            machines=tuple(
                Machine(writer, head, _brought(book, writer)) for writer, head in book.state.writers.items()
            ),
        )


def _copies(home: Home) -> list[Copy]:
    """The newest copy, and the older ones that a roster of then opens."""
    book, made = home.book, home.book.state.backups
    now = book.state.roster.version
    wanted = [each for each in made if each is made[-1] or each.roster_version != now]
    return [Copy(_past(book, each.number), home.names.text(each.label), each.roster_version) for each in wanted]


def _overdue(book: Book, copy: Copy | None, signed: Past | None, imported: Past | None) -> Iterator[Overdue]:
    if copy is None:
        yield Overdue.NO_BACKUP
    else:
        if signed is not None and signed.number > copy.made.number:
            yield Overdue.BACKUP_BEFORE_SIGNATURE
        if copy.roster_version != book.state.roster.version:
            yield Overdue.BACKUP_BEFORE_ROSTER
    if imported is None:
        yield Overdue.NO_IMPORT
    restored = _newest(book, lambda line: line.kind == records.Restored.KIND)
    if restored is not None and (copy is None or copy.made.number < restored):
        fields = StrictFields(book.entry(restored).what, _("an entry"))
        if not records.Restored.take(fields).paper:
            yield Overdue.NO_PAPER


def _leavers(home: Home, copies: list[Copy]) -> Iterator[Leaver]:
    officers = Officers(home)
    for officer in officers.retired:
        holding = {
            since.roster.version
            for since in officers.rosters
            if officer.key in {each.key for each in since.roster.holding(Role.KEYHOLDER)}
        }
        opened = tuple(copy for copy in copies if copy.roster_version in holding)
        yield Leaver(officers.person(officer.key), opened)


def _brought(book: Book, writer: bytes) -> Past | None:
    """Find the newest entry that made an entry of another machine known."""
    named = writer.hex().encode()
    number = _newest(
        book,
        lambda line: (
            line.kind in (records.Import.KIND, records.Restored.KIND)
            and book.journal.find(named, line.begin, line.end) >= 0
        ),
    )
    return None if number is None else _past(book, number)


def _last(book: Book, kind: str) -> Past | None:
    number = _newest(book, lambda line: line.kind == kind)
    return None if number is None else _past(book, number)


def _newest(book: Book, is_meant: Callable[[Line], bool]) -> int | None:
    lines = book.chain.lines
    return next((number for number in range(len(lines) - 1, -1, -1) if is_meant(lines[number])), None)


def _past(book: Book, number: int) -> Past:
    return Past(number, book.entry(number).at)
