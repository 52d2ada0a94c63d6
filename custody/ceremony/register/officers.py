"""Who was an officer when: every roster that a book has had, and the people in them, those who left among them.

Only statements that rosters stand in are read; the roster of today is in the fold already.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.register.row import Person
from custody.governance import acceptance, contents, records
from custody.governance.chain import Line
from custody.governance.entry import Entry
from custody.governance.fields import StrictFields
from custody.governance.roster import Officer, Roster
from custody.governance.statement import Signed
from custody.text import safe

_KEY_SHOWN = 8
_ROSTER = b'"kind":"roster"'
"""What stands in a line that takes a roster in. A text that holds it stands there with backslashes."""


class Since(NamedTuple):
    """A roster, and the entry from which on it holds."""

    number: int
    roster: Roster


class Officers:
    """The officers of a home, of all times."""

    def __init__(self, home: Home) -> None:
        self._home = home

    @cached_property
    def rosters(self) -> tuple[Since, ...]:
        """Every roster of the book, the oldest first. Raises Unreadable."""
        book = self._home.book
        return tuple(
            Since(number, roster)
            for number, line in enumerate(book.chain.lines)
            if _may_hold_one(book.journal, line)
            for roster in _rosters(book.entry(number))
        )

    @cached_property
    def retired(self) -> tuple[Officer, ...]:
        """Those who were officers and are none now, in the order in which they came."""
        now = self._home.book.state.roster
        if now.version == 1:
            return ()
        return tuple(officer for key, officer in self._everybody.items() if now.officer(key) is None)

    def before(self, number: int) -> Roster | None:
        """Return the roster that held before an entry; None before the first."""
        return next((since.roster for since in reversed(self.rosters) if since.number < number), None)

    def person(self, key: bytes) -> Person:
        """Return who has a key, today or in earlier times."""
        officer = self._home.book.state.roster.officer(key) or self._everybody.get(key)
        return Person(key, None if officer is None else self._home.names.text(officer.name))

    def ordered(self, keys: Collection[bytes]) -> tuple[bytes, ...]:
        """Return keys in the order in which their owners came and sat; those of nobody known stand last."""
        return (*(key for key in self._everybody if key in keys), *sorted(set(keys) - self._everybody.keys()))

    def named(self, keys: Iterable[bytes]) -> str:
        """Return the names of some in a line, safe to show."""
        return ", ".join(shown_name(self.person(key)) for key in keys)

    @cached_property
    def _everybody(self) -> dict[bytes, Officer]:
        return {officer.key: officer for since in self.rosters for officer in since.roster.officers}


def shown_name(person: Person) -> str:
    """Return what somebody is called, safe to show; the beginning of the key where the name was erased."""
    return safe(person.name) if person.name else _("officer {key}").format(key=person.key.hex()[:_KEY_SHOWN])


def _may_hold_one(journal: bytes, line: Line) -> bool:
    if line.kind in (acceptance.GENESIS, acceptance.ROSTER):
        return True
    return line.kind == records.Import.KIND and journal.find(_ROSTER, line.begin, line.end) >= 0


def _rosters(entry: Entry) -> Iterator[Roster]:
    fields = StrictFields(entry.what, _("an entry"))
    if entry.kind == acceptance.GENESIS:
        yield contents.Genesis.of(Signed.take(fields).statement).roster
        return
    signed = records.Import.take(fields).statements if entry.kind == records.Import.KIND else (Signed.take(fields),)
    for each in signed:
        if each.statement.kind == acceptance.ROSTER:
            yield contents.roster_of(each.statement)
