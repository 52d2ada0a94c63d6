"""`Upkeep`: what was last done in a treasury, where and when, what is overdue, who left, who is away, what is excepted.

The fold says most of it, and where a line stands, of which kind and time, is known without reading it. So it takes no
longer for a long journal.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.register.officers import Officers
from custody.ceremony.register.row import Person
from custody.governance import contents, records
from custody.governance.book import Book
from custody.governance.exception import MachineException
from custody.governance.fields import StrictFields
from custody.governance.known.lines import STANDING_ON_MORE, Known, Node
from custody.governance.roster import officer_of


class Overdue(StrEnum):
    """What is overdue on this machine, as a fact. The names are for scripts too."""

    NO_BACKUP = "no-backup"
    BACKUP_BEFORE_SIGNATURE = "backup-before-signature"
    BACKUP_BEFORE_ROSTER = "backup-before-roster"
    NO_IMPORT = "no-import"
    NO_PAPER = "no-paper"
    """It was made of a copy, no head from paper was compared, and no copy was made since, which asks for one."""


@dataclass(frozen=True, slots=True)
class Past:
    """An entry of a machine (a key of 32 bytes), and its time: seconds since 1970 by that machine's clock."""

    machine: bytes
    number: int
    at: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A sealed copy: its entry, the commitment's text or None where it is not known, the rosters (ids) it opens for.

    A spare may not know the entry of the copy that it was made of: then `told` is its own first one, `is_origin`.
    """

    told: Past
    label: str | None
    rosters: tuple[bytes, ...]
    is_origin: bool = False


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who is no officer any more, and the copies that still open for the seat of then."""

    person: Person
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """When a machine last signed, took something in, and was copied, as far as it is known here."""

    signed: Past | None
    imported: Past | None
    copy: Copy | None


@dataclass(frozen=True, slots=True)
class Machine:
    """Another machine (a key of 32 bytes): what it last did, and the entry here that made its newest one known."""

    key: bytes
    done: Done
    brought: Past | None


@dataclass(frozen=True, slots=True)
class Away:
    """A dated alternate who counts on a seat from one time up to another, in seconds since 1970: now, or to come."""

    alternate: Person
    seat: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What an officer wants to know of the past."""

    newest: Past
    done: Done
    overdue: tuple[Overdue, ...]
    leavers: tuple[Leaver, ...]
    machines: tuple[Machine, ...]
    away: tuple[Away, ...]
    excepted: tuple[MachineException, ...]

    @classmethod
    def of(cls, home: Home, now: int) -> Self:
        """Look it up. `now`: seconds since 1970. Raises Unreadable for an entry that is not as its format has it."""
        book, officers, copies = home.book, Officers(home), _copies(home)
        newest = {(node.writer, node.kind): node for node in book.lines}
        own = _done(book.writer, newest, copies)
        others = (key for key in dict.fromkeys((*book.known.levels, *book.state.rules.machines)) if key != book.writer)
        return cls(
            newest=_past(book.known.nodes[book.head.hash]),
            done=own,
            overdue=tuple(_overdue(book, own)),
            leavers=tuple(
                Leaver(
                    officers.person(each.key),
                    tuple(copy for copy in copies if officers.holds(each.key, copy.rosters)),
                )
                for each in officers.retired
            ),
            machines=tuple(Machine(key, _done(key, newest, copies), _brought(book, key)) for key in others),
            away=tuple(_away(home, officers, now)),
            excepted=book.exceptions_at(now),
        )


def _copies(home: Home) -> list[Copy]:
    """Return every copy that any machine is known to have made, the newest last, and those that spares were made of."""
    known = home.book.known
    made = [(node, said.backup) for node, said in known.said if said.backup is not None]
    told = {backup.sha256 for _node, backup in made}
    return [
        *_origins(known, told),
        *(Copy(_past(node), home.names.text(each.label), known.past_below(node).leaves) for node, each in made),
    ]


def _origins(known: Known, told: Collection[bytes]) -> Iterator[Copy]:
    """Yield the copies that spares were made of, and of which no entry that is known tells (by SHA-256)."""
    for node, said in known.said:
        if node.kind != records.Begun.KIND or said.signed is None:
            continue
        begun = records.Begun.take(StrictFields(node.entry.what, _("an entry")))
        replaced = contents.Machine.of(said.signed.statement).replaces
        if begun.backup is None or begun.backup in told or replaced is None:
            continue
        last = known.at(replaced.key, replaced.last)
        if last is not None:  # the copy's own entry would have come after it
            yield Copy(_past(node), None, known.past_of(last).leaves, is_origin=True)


def _done(key: bytes, newest: dict[tuple[bytes, str], Node], copies: Sequence[Copy]) -> Done:
    signed = newest.get((key, records.Signature.KIND))
    imported = newest.get((key, records.Import.KIND)) or newest.get((key, records.Joined.KIND))
    return Done(
        None if signed is None else _past(signed),
        None if imported is None else _past(imported),
        next((copy for copy in reversed(copies) if copy.told.machine == key and not copy.is_origin), None),
    )


def _overdue(book: Book, own: Done) -> Iterator[Overdue]:
    machine = book.state.rules.machines.get(book.writer)
    if machine is None or not machine.certified:
        pass  # no quorum has admitted it, so it seals nothing
    elif own.copy is None:
        yield Overdue.NO_BACKUP
    else:
        if own.signed is not None and own.signed.number > own.copy.told.number:
            yield Overdue.BACKUP_BEFORE_SIGNATURE
        if own.copy.rosters != book.state.basis:
            yield Overdue.BACKUP_BEFORE_ROSTER
    if own.imported is None and not _has_heard(book):
        yield Overdue.NO_IMPORT
    if own.copy is None and book.chain.lines[0].kind == records.Begun.KIND:
        begun = records.Begun.take(StrictFields(book.entry(0).what, _("an entry")))
        if begun.backup is not None and not begun.paper:
            yield Overdue.NO_PAPER


def _has_heard(book: Book) -> bool:
    """Say whether any machine is known by lines of its own, beside those whose place another took, as a spare does."""
    machines = book.state.rules.machines
    replaced = {each.replaced for each in machines.values()}
    return any(each.newest is not None and key not in (book.writer, *replaced) for key, each in machines.items())


def _brought(book: Book, key: bytes) -> Past | None:
    """Find the newest entry here that made an entry of another machine known."""
    named = key.hex().encode()
    own = book.known.chain(book.known.nodes[book.head.hash])
    return next((_past(node) for node in own if node.kind in STANDING_ON_MORE and named in node.line), None)


def _away(home: Home, officers: Officers, now: int) -> Iterator[Away]:
    for absence in dict.fromkeys(home.book.state.rules.absences):  # two machines may have agreed on the same
        officer = officer_of(home.book.state.rosters, absence.officer)
        if officer is not None and officer.dated and now < absence.ends:
            yield Away(officers.person(officer.key), officer.seat, absence.begins, absence.ends)


def _past(node: Node) -> Past:
    return Past(node.writer, node.number, node.at)
