"""`Home`: reads a treasury's directory, its book, vaults and identities; Alarm where a part of it was rolled back.

Reads files, entries and the headers of vaults, and opens no secret. Changing a home is `writing`'s.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self

from custody.catalogue import _
from custody.ceremony.home.beside import BESIDE, LIMIT, Beside, shown_date
from custody.ceremony.home.noted import Note
from custody.ceremony.home.step import Pending
from custody.errors import Alarm, Mismatch, Refused, StorageFailed, Unreadable
from custody.governance.book import Book
from custody.governance.chain import Head
from custody.governance.commitment import Names
from custody.governance.contents import VaultRecord
from custody.governance.export import carried_by, kept_by
from custody.governance.halt import NO_REASON, Halt
from custody.governance.records import Signature
from custody.governance.roster import Officer, Role, Roster, officer_of
from custody.governance.state import halted
from custody.keys.vaults.sealed import SealedIdentity, read_officer_file
from custody.keys.vaults.vault import SealedVault
from custody.keys.vaults.vault_file import Member
from custody.store import folder
from custody.text import safe

JOURNAL, PENDING, HEAD, NAMES = "journal.jsonl", "journal.next", "journal.head", "names.json"
WRITER = "writer.key"

JOURNAL_LIMIT = 512 * 1024 * 1024
FILE_LIMIT = 64 * 1024 * 1024
SMALL_LIMIT = 4_000_000
"""Bytes of a file that is one JSON document, and of a sealed identity."""

NOTHING: Mapping[bytes, SealedIdentity] = {}
"""No identity was carried here."""

_KEY_SHOWN = 8


class Files(Protocol):
    """What is read of a home: `Folder`'s, or a draft's in memory."""

    def exists(self, name: str) -> bool:
        """Say whether there is a file of this name."""

    def read(self, name: str, limit: int) -> bytes:
        """Return the whole content of a file, of at most `limit` bytes. Raises StorageFailed and Unreadable."""

    def names(self, folder: str) -> tuple[str, ...]:
        """List the names in one folder, in order."""


class Home:
    """A home that was read: `book` is what its journal says, `names` what its commitments stand for."""

    def __init__(self, files: Files, book: Book, names: Names) -> None:
        self.files = files
        self.book = book
        self.names = names

    @classmethod
    def read(cls, files: Files, *, strictly: bool) -> Self:
        """Read a home, and compare everything in it that remembers a head. `strictly`: every line and signature.

        Raises Alarm for a damaged journal, and for a journal or a vault that is older than something that remembers it;
        Unreadable for what a newer release wrote.
        """
        home = cls(files, read_book(files, strictly=strictly), read_names(files))
        home.check_head()
        home.check_vaults()
        return home

    @property
    def beside(self) -> Beside:
        """What lies beside the journal: alarms, and halts that came while it was not to be written."""
        return Beside.read(self.files.read(BESIDE, LIMIT) if self.files.exists(BESIDE) else b"")

    @property
    def halted(self) -> bool:
        """Say whether a halt is open, in the book or beside it."""
        return self.book.state.halted or bool(self.halts_beside)

    @property
    def halts_beside(self) -> tuple[Halt, ...]:
        """The halts that could not be written into the book, and are called by officers of today."""
        return self.counting(self.beside.halts)

    def counting(self, halts: Iterable[Halt]) -> tuple[Halt, ...]:
        """Return the halts that count here beside the book, which has none of them, nor cleared one."""
        rules, rosters = self.book.state.rules, self.book.state.rosters
        return tuple(
            each
            for each in halts
            if each.treasury == self.book.state.treasury
            and each.digest not in rules.halts
            and each.digest not in rules.cleared
            and officer_of(rosters, each.officer) is not None
        )

    @property
    def acting(self) -> frozenset[bytes]:
        """The dated alternates (keys) who count now: none where nobody vouches for the time."""
        return frozenset()

    def require_running(self) -> None:
        """Raise Refused while a halt is open."""
        self.book.state.require_running()
        if self.halts_beside:
            raise halted()

    def require_sound(self) -> None:
        """Raise Alarm while something is known against this machine's own state, Refused where it may not write.

        Signing, sealing and changes of rules begin with it.
        """
        self.require_unbarred()
        self.book.state.require_writer()

    def require_unbarred(self) -> None:
        """Raise Alarm while something is known against this machine's own state: its journal does not go on."""
        for alarm in self.beside.alarms:
            if alarm.bars:
                raise Alarm(
                    _("an alarm about this machine is open since {date}: {text}").format(
                        date=shown_date(alarm.at), text=alarm.text
                    ),
                    hint=_(
                        "Find out what happened. Then a quorum gives this home a new beginning: custody home renew."
                    ),
                    code=alarm.code,
                )

    def check_head(self) -> None:
        """Raise Alarm where the journal lacks the head that was last written beside it."""
        if not self.files.exists(HEAD):
            if self.book.head.number:
                raise rolled_back(_("{file} is missing").format(file=HEAD), self.book.head)
            return
        note, lines = Note.decode(self.files.read(HEAD, SMALL_LIMIT)), self.book.chain.lines
        number = note.head.number
        if number >= len(lines) or lines[number].hash != note.head.hash:
            raise rolled_back(_("{file} remembers entry {number}").format(file=HEAD, number=number), self.book.head)
        is_newest = note.head == self.book.head
        if note.size != lines[number].end + 1 or (is_newest and note != Note.of(self.book)):
            raise note_changed()

    def check_vaults(self) -> None:
        """Raise Alarm for a vault that the journal does not know, or one that is older than the journal says."""
        expected = {vault_path(name, record.generation) for name, record in self.book.state.vaults.items()}
        unfinished = self._unfinished()
        there = set(self.files.names("vaults"))
        for file in sorted(there - unfinished):
            name, generation = generation_of(file)
            sealing = self.book.state.sealings.get(name)  # of a vault too whose agreement waits
            if sealing is None or generation > sealing.generation:
                raise rolled_back(_("{file} is newer than it").format(file=file), self.book.head)
        for file in sorted(expected):
            if file not in there:
                raise _vault_missing(file)
            self._check_header(file)

    def vault(self, name: str) -> SealedVault:
        """Return the newest generation of a vault. Raises Mismatch where there is no such vault."""
        record = self.book.state.vaults.get(name)
        if record is None:
            raise Mismatch(
                _("this treasury has no vault {name}").format(name=name), hint=_("custody status names its vaults.")
            )
        file = vault_path(name, record.generation)
        if not self.files.exists(file):  # it was there when the home was read
            raise moved_on()
        return self._sealed(file)

    def name_of(self, officer: Officer) -> str:
        """Return what an officer is called, or the beginning of the key where the name was erased."""
        return called(self.names, officer.key, officer.name)

    def identity(self, officer: Officer, carried: Mapping[bytes, SealedIdentity] = NOTHING) -> SealedIdentity | None:
        """Return an officer's sealed identity: carried here, by key, or kept in a file or a vault's slot; else None.

        Raises Alarm where its opening key is not the roster's: what is sealed to it another person would open.
        """
        identity = carried.get(officer.key) or self._identity(officer.key)
        if identity is not None and identity.public.recipient != officer.recipient:
            raise Alarm(
                _("the identity file of {name} is another officer's").format(name=safe(self.name_of(officer))),
                hint=_("Somebody changed it. Stop, keep the file, and take another copy or the newest backup."),
                code="identity-changed",
            )
        return identity

    def members(self, roster: Roster, carried: Mapping[bytes, SealedIdentity]) -> list[Member]:
        """Return who holds the pieces of a vault under a roster, with their identities; `carried` come first, by key.

        Raises Refused where an identity is neither carried nor kept here.
        """
        members = []
        for officer in roster.holding(Role.KEYHOLDER):
            identity = self.identity(officer, carried)
            if identity is None:
                raise Refused(
                    _("the identity of {name} is not here, and the vault must be sealed for it").format(
                        name=safe(self.name_of(officer))
                    ),
                    hint=_("It lies on a medium that the officer keeps: --officer-file FILE. No passphrase is needed."),
                    code="identity-missing",
                )
            members.append(Member(officer.seat, identity))
        return members

    def reason_of(self, called: Halt) -> str | None:
        """Return why a halt was called; None where no reason was given or kept."""
        return None if called.reason == NO_REASON else self.names.text(called.reason)

    def named(self, writer: bytes) -> str | None:
        """Return what a machine is called; None where it has no name, or the name is not known here."""
        machine = self.book.state.rules.machines.get(writer)
        return None if machine is None or machine.name is None else self.names.text(machine.name)

    def machine_name(self, writer: bytes) -> str:
        """Return what a machine is called, or the beginning of its key."""
        return self.named(writer) or _("machine {key}").format(key=writer.hex()[:_KEY_SHOWN])

    def kept(self, digest: bytes) -> bytes | None:
        """Return bytes that an entry kept; None where they were taken away. Raises Alarm where they are others."""
        return kept_in(self.files, digest)

    def require_kept(self, digest: bytes, number: int) -> bytes:
        """Return bytes that entry `number` kept. Raises Alarm where they are lost, or others."""
        content = self.kept(digest)
        if content is None:
            raise Alarm(
                _("{file}, which entry {number} of the journal keeps, is not there").format(
                    file=kept_path(digest), number=number
                ),
                hint=_("Somebody took it away, or the disk is failing. Restore it from a backup of this directory."),
                code="kept-lost",
            )
        return content

    def check_all(self) -> None:
        """Raise Alarm for anything of this home that is lost or damaged: what is kept, and officers' identities."""
        for number, entry in enumerate(self.book.entries()):
            for digest in kept_by(entry):
                self.require_kept(digest, number)
        for node in self.book.lines:
            if node.writer != self.book.writer and node.kind == Signature.KIND:
                for digest in carried_by(node.entry):
                    self.kept(digest)  # a courier may have left it away: a review that needs it says so
        for key in self.damaged_identities():
            raise _identity_damaged(key)

    def damaged_identities(self) -> tuple[bytes, ...]:
        """Return the officers (by key) whose sealed files lie here and are not those that the journal names."""
        return tuple(
            key
            for key, digest in self.book.state.identities.items()
            if self.files.exists(officer_path(key))
            and sha256(self.files.read(officer_path(key), SMALL_LIMIT)).digest() != digest
        )

    def _check_header(self, file: str) -> None:
        record = self.book.state.vaults[generation_of(file)[0]]
        content = self.files.read(file, FILE_LIMIT)
        if sha256(content).digest() != record.sha256:
            raise _vault_rolled_back(file) if _is_another(content, record) else _vault_changed(file)
        header = SealedVault.parse(content).header
        if not self.book.knows(Head(header.n, header.head)):
            raise rolled_back(_("{file} remembers entry {number}").format(file=file, number=header.n), self.book.head)

    def _identity(self, key: bytes) -> SealedIdentity | None:
        """Read an officer's file; where it is damaged or not here, take what a vault's slot holds. Raises Alarm."""
        file = officer_path(key)
        is_damaged = key in self.damaged_identities()
        if self.files.exists(file) and not is_damaged:
            identity = read_officer_file(self.files.read(file, SMALL_LIMIT))
            if identity.public.officer == key:
                return identity
        held = self.in_a_slot(key)
        if held is None and is_damaged:
            raise _identity_damaged(key)
        return held

    def in_a_slot(self, key: bytes) -> SealedIdentity | None:
        """Return the identity of an officer as a vault of this home holds it.

        A vault that another command sealed anew meanwhile is passed over: an officer who halts needs none.
        """
        there = set(self.files.names("vaults"))
        newest = (vault_path(name, record.generation) for name, record in self.book.state.vaults.items())
        return identity_in_slots(self.files, (file for file in newest if file in there), key)

    def _sealed(self, file: str) -> SealedVault:
        return SealedVault.parse(self.files.read(file, FILE_LIMIT))

    def _unfinished(self) -> frozenset[str]:
        if not self.files.exists(PENDING):
            return frozenset()
        return frozenset(Pending.decode(self.files.read(PENDING, FILE_LIMIT)).files)


@contextmanager
def reading(path: str | Path, *, strictly: bool = False) -> Iterator[Home]:
    """Open a home to look at it. Raises as `Home.read` and `folder.reading` do.

    Writers wait while it is read, and not while somebody reads what is shown of it.
    """
    with folder.looking(path) as files:
        with folder.reading(path) as locked:
            locked.require_same(files)
            require(files)
            home = Home.read(files, strictly=strictly)
        yield home


def require(files: Files) -> None:
    """Raise StorageFailed where a directory holds no journal."""
    if not files.exists(JOURNAL):
        raise StorageFailed(
            _("there is no treasury in this directory"),
            hint=_("Begin one with custody home new, or name another directory with --home."),
        )


def read_book(files: Files, *, strictly: bool) -> Book:
    """Read a home's journal, with the lines of other machines that it took in. Raises as `Book.load` and `verify`."""
    journal = files.read(JOURNAL, JOURNAL_LIMIT)
    return (Book.verify if strictly else Book.load)(journal, partial(kept_in, files))


def called(names: Names, officer: bytes, name: bytes) -> str:
    """Return what an officer (key) is called, by the commitment to the name, or the beginning of the key."""
    return names.text(name) or _("officer {key}").format(key=officer.hex()[:_KEY_SHOWN])


def identity_in_slots(files: Files, vaults: Iterable[str], key: bytes) -> SealedIdentity | None:
    """Return the identity of an officer (key) as these vaults hold it, by their paths; None where none does."""
    identities = (each for file in vaults for each in identities_of(files, file))
    return next((each for each in identities if each.public.officer == key), None)


def identities_of(files: Files, vault: str) -> list[SealedIdentity]:
    """Return the identities that the slots of a vault hold, by its path. Raises StorageFailed and Unreadable."""
    return [slot.member.identity for slot in SealedVault.parse(files.read(vault, FILE_LIMIT)).slots]


def read_names(files: Files) -> Names:
    """Read the openings of a home's names. Raises Unreadable."""
    return Names.decode(files.read(NAMES, FILE_LIMIT)) if files.exists(NAMES) else Names({})


def kept_in(files: Files, digest: bytes) -> bytes | None:
    """Return bytes that are kept; None where they are not there. Raises Alarm where they are others."""
    file = kept_path(digest)
    if not files.exists(file):
        return None
    content = files.read(file, JOURNAL_LIMIT)
    if sha256(content).digest() != digest:
        raise Alarm(
            _("{file} does not hold the bytes that it is named after").format(file=file),
            hint=_("Somebody changed it, or the disk is failing. Restore it from a backup."),
            code="kept-changed",
        )
    return content


def vault_path(name: str, generation: int) -> str:
    """Return the path of a vault's generation."""
    return f"vaults/{name}.{generation:08}.vault"


def newest_vaults(home: Home) -> tuple[str, ...]:
    """Return the paths of the newest generations, and of vaults that wait for an agreement, as far as they are here."""
    state, there = home.book.state, set(home.files.names("vaults"))
    newest = {name: vault_path(name, each.generation) for name, each in state.sealings.items()}
    return tuple(file for name, file in newest.items() if name in state.vaults or file in there)


def generation_of(file: str) -> tuple[str, int]:
    """Return the name and the generation of a vault's file."""
    name, generation, _suffix = file.removeprefix("vaults/").split(".")
    return name, int(generation)


def kept_path(digest: bytes) -> str:
    """Return the path of kept bytes."""
    return f"kept/{digest.hex()}"


def officer_path(key: bytes) -> str:
    """Return the path of an officer's sealed identity."""
    return f"officers/{key.hex()[:16]}.officer"


def moved_on() -> Refused:
    """Return the refusal of what was decided on a book that another command has gone on with."""
    return Refused(
        _("another command wrote into the book meanwhile; nothing of this one happened"),
        hint=_("Look at what it was, custody journal show, then run this command again."),
        code="moved-on",
    )


def rolled_back(evidence: str, head: Head) -> Alarm:
    """Return the alarm for a journal that lacks what something remembers."""
    return Alarm(
        _("the journal was rolled back: its newest is entry {number}, and {evidence}").format(
            number=head.number, evidence=evidence
        ),
        hint=_(
            "Stop, and keep this directory as it is. Compare with the head on paper, then restore the newest backup."
        ),
        code="journal-rolled-back",
    )


def note_changed() -> Alarm:
    """Return the alarm for a journal.head that says other than the journal."""
    return Alarm(
        _("{file} names other officers, or another treasury, than the journal").format(file=HEAD),
        hint=_("Somebody changed it. Stop, and keep this directory as it is. Restore the newest backup."),
        code="head-changed",
    )


def _vault_rolled_back(file: str) -> Alarm:
    return Alarm(
        _("{file} is not the generation that the journal names: the vault was rolled back").format(file=file),
        hint=_("Stop, and keep this directory as it is. Restore the newest backup."),
        code="vault-rolled-back",
    )


def _is_another(content: bytes, record: VaultRecord) -> bool:
    """Whether these bytes, which are not those that the book names, are another vault or generation of it."""
    try:
        header = SealedVault.parse(content).header
    except Unreadable:
        return False
    return (header.vault, header.generation) != (record.vault, record.generation)


def _identity_damaged(key: bytes) -> Alarm:
    return Alarm(
        _("{file} is not the identity that the journal names: it was changed, or the disk is failing").format(
            file=officer_path(key)
        ),
        hint=_(
            "The next command that changes this home mends it, if a vault here holds the officer's slot. Otherwise "
            "take it from a backup."
        ),
        code="identity-damaged",
    )


def _vault_changed(file: str) -> Alarm:
    return Alarm(
        _("{file} is not the vault that the journal names: it was changed, or the disk is failing").format(file=file),
        hint=_("Nobody need type a passphrase. Keep this directory as it is, and restore the newest backup."),
        code="vault-changed",
    )


def _vault_missing(file: str) -> Alarm:
    return Alarm(
        _("{file}, which the journal names, is not there: the vault was rolled back or taken away").format(file=file),
        hint=_("Stop, and keep this directory as it is. Restore the newest backup."),
        code="vault-rolled-back",
    )
