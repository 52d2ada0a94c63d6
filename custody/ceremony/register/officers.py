"""Who was an officer when: every roster that is known of a treasury, and all its people, also those who left."""

from collections.abc import Collection, Iterable
from functools import cached_property

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.register.row import Person
from custody.governance.roster import Officer, Role, Roster, officer_of
from custody.text import safe

KEY_SHOWN = 8


class Officers:
    """The officers of a home, of all times."""

    def __init__(self, home: Home) -> None:
        self._home = home

    @cached_property
    def retired(self) -> tuple[Officer, ...]:
        """Those who were officers and are none now, in the order in which they came."""
        rosters = self._home.book.state.rosters
        return tuple(officer for key, officer in self._everybody.items() if officer_of(rosters, key) is None)

    def rosters(self, ids: Iterable[bytes]) -> tuple[Roster, ...]:
        """Return rosters by their ids (32 bytes each)."""
        known = self._home.book.known.rosters
        return tuple(known[each].roster for each in ids)

    def holds(self, key: bytes, ids: Iterable[bytes]) -> bool:
        """Say whether somebody holds a piece of what was sealed for the officers of these rosters."""
        return any(key == each.key for roster in self.rosters(ids) for each in roster.holding(Role.KEYHOLDER))

    def person(self, key: bytes) -> Person:
        """Return who has a key, today or in earlier times."""
        officer = officer_of(self._home.book.state.rosters, key) or self._everybody.get(key)
        return Person(key, None if officer is None else self._home.names.text(officer.name))

    def ordered(self, keys: Collection[bytes]) -> tuple[bytes, ...]:
        """Return keys in the order in which their owners came and sat; those of nobody known stand last."""
        return (*(key for key in self._everybody if key in keys), *sorted(set(keys) - self._everybody.keys()))

    def named(self, keys: Iterable[bytes]) -> str:
        """Return the names of some in a line, safe to show."""
        return ", ".join(shown_name(self.person(key)) for key in keys)

    @cached_property
    def _everybody(self) -> dict[bytes, Officer]:
        rosters = self._home.book.known.rosters.values()
        return {officer.key: officer for each in rosters for officer in each.roster.officers}


def shown_name(person: Person) -> str:
    """Return what somebody is called, safe to show; the beginning of the key where the name was erased."""
    return safe(person.name) if person.name else _("officer {key}").format(key=person.key.hex()[:KEY_SHOWN])
