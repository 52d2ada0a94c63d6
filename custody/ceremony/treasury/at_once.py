"""Halts a treasury before its book is read: a halt takes effect however long or damaged the journal is.

Whom to ask, and of which treasury, journal.head says (`Note`), and nobody believes it: what an officer signed lies
beside the journal from then on, and once the book was read, that says whether it counts (`halting.keep`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from custody.ceremony.home.beside import keep_halt_unread
from custody.ceremony.home.changing import Clock, now
from custody.ceremony.home.home import (
    FILE_LIMIT,
    HEAD,
    JOURNAL,
    NAMES,
    SMALL_LIMIT,
    called,
    identities_of,
    kept_path,
    officer_path,
)
from custody.ceremony.home.noted import Note, Noted
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.arrivals import Arrivals, Coming, Keys
from custody.ceremony.table.carried import CarriedFile
from custody.ceremony.table.stakes import stakes_of
from custody.ceremony.treasury.halting import Called, to_halt, who_halts
from custody.errors import CustodyError
from custody.governance.commitment import Names
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.sealed import SealedIdentity, read_officer_file
from custody.store import folder
from custody.store.folder import Folder


@dataclass(frozen=True, slots=True)
class Unread:
    """A home whose book was not read: who may halt, as far as its note and its files say.

    `brought` are the files that somebody carried here for officers of the note, `strangers` the others.
    """

    path: str | Path
    files: Folder
    note: Note
    coming: tuple[Coming, ...]
    brought: tuple[CarriedFile, ...] = ()
    strangers: tuple[CarriedFile, ...] = ()

    @classmethod
    def look(cls, path: str | Path, files: Folder, carried: Sequence[CarriedFile]) -> Self | None:
        """Look at a home; None where its note does not say whom to ask. A file of nobody who is noted bars nobody."""
        try:
            note = Note.decode(files.read(HEAD, SMALL_LIMIT))
        except CustodyError:
            return None
        brought = tuple(each for each in carried if _fits(note, each))
        strangers = tuple(each for each in carried if each not in brought)
        coming = tuple(_coming(files, note, brought))
        return cls(path, files, note, coming, brought, strangers) if coming else None

    @property
    def is_current(self) -> bool:
        """Say whether the journal ends where the note says. A crash may leave one line more, of a newer roster."""
        with suppress(CustodyError):
            return self.files.size(JOURNAL) == self.note.size
        return False

    @property
    def stakes(self) -> Network:
        """Whether money is at stake, by the note and by each identity: it takes both to say that it is not."""
        told = {stakes_of(self.note.network), *(each.identity.network for each in self.coming)}
        return Network.MAIN if Network.MAIN in told else Network.TEST

    def halt(self, meeting: Meeting, reason: str, clock: Clock = now) -> Called:
        """Let one officer halt the treasury; what is called says it where it does not lie beside. Raises Declined."""
        with Arrivals(meeting) as table:
            table.gather(lambda came: "" if came else who_halts(), self._absent)
            (keys,) = table.present.values()
            signed = Called.by(keys, self.note.treasury, clock(), reason)
        try:
            keep_halt_unread(self.path, self.files, signed.halt)
        except CustodyError as failure:
            return Called(signed.halt, signed.names, failure)
        return signed

    def _absent(self, came: Keys) -> list[Coming]:
        return [each for each in self.coming if each.offered.key not in came]


@contextmanager
def unread(path: str | Path, carried: Sequence[CarriedFile]) -> Iterator[Unread | None]:
    """Look at a home without reading its book. Raises as `folder.looking`."""
    with folder.looking(path) as files:
        yield Unread.look(path, files, carried)


def _fits(note: Note, carried: CarriedFile) -> bool:
    """Say whether somebody carried the identity and the name of an officer as they are noted."""
    return carried.treasury in (None, note.treasury) and any(
        _is_of(officer, carried.identity) and (carried.name is None or carried.name.commitment == officer.name)
        for officer in note.officers
    )


def _is_of(officer: Noted, identity: SealedIdentity) -> bool:
    return (identity.public.officer, identity.public.recipient) == (officer.key, officer.recipient)


def _coming(files: Folder, note: Note, carried: Sequence[CarriedFile]) -> Iterator[Coming]:
    """Yield the officers of a note whose identities were carried here, or lie here."""
    brought = {each.identity.public.officer: each.identity for each in carried}
    names = _names(files, note, carried)
    here = {officer.key: _identity(files, officer) for officer in note.officers if officer.key not in brought}
    held = _held(files) if None in here.values() else {}
    for officer in note.officers:
        identity = brought.get(officer.key) or here[officer.key] or held.get(officer.key)
        if identity is not None and _is_of(officer, identity):
            yield Coming.of(called(names, officer.key, officer.name), officer.seat, identity, to_halt())


def _names(files: Folder, note: Note, carried: Sequence[CarriedFile]) -> Names:
    """Find what the officers are called; of the other names, which grow with a treasury, none is read."""
    names = Names({})
    with suppress(CustodyError):
        names = Names.some(files.read(NAMES, FILE_LIMIT), [officer.name for officer in note.officers])
    return names.with_(*(each.name for each in carried if each.name is not None))


def _identity(files: Folder, officer: Noted) -> SealedIdentity | None:
    """Find the identity that the journal names, in the officer's file or among what is kept."""
    places = [officer_path(officer.key), *([] if officer.identity is None else [kept_path(officer.identity)])]
    for place in places:
        with suppress(CustodyError):  # what is lost or damaged is told once the book was read
            content = files.read(place, SMALL_LIMIT)
            if officer.identity in (None, sha256(content).digest()):
                return read_officer_file(content)
    return None


def _held(files: Folder) -> dict[bytes, SealedIdentity]:
    """Find the identities, by officer, that the slots of vaults hold: each vault is read once, the newest counts."""
    held: dict[bytes, SealedIdentity] = {}
    for vault in _vaults(files):
        with suppress(CustodyError):
            held.update({each.public.officer: each for each in identities_of(files, vault)})
    return held


def _vaults(files: Folder) -> tuple[str, ...]:
    with suppress(CustodyError):
        return files.names("vaults")
    return ()
