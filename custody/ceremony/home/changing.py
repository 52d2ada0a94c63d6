"""`ChangingHome`: composes a step, its line under this machine's seal, its files, its vaults' next generations.

How a step becomes durable is `writing`'s. `FilesInMemory` are the files of a home that is not on a disk yet: a
restoration that is refused half way leaves nothing.
"""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from typing import Any

from custody.catalogue import _
from custody.ceremony.home import home
from custody.ceremony.home.home import Files, Home
from custody.ceremony.home.learnt import NOTHING_LEARNT, Learnt
from custody.ceremony.home.step import Step
from custody.errors import StorageFailed, Unreadable
from custody.governance.book import Book
from custody.governance.commitment import Names
from custody.governance.known.answering import Answer, Question, answer
from custody.governance.records import Sealing
from custody.governance.state import State
from custody.governance.statement import Statement
from custody.keys.vaults.vault import NewVault
from custody.keys.vaults.writer import WriterKey

Clock = Callable[[], int]


def now() -> int:
    """Seconds since 1970 by this machine's clock, which nobody vouches for."""
    return int(time.time())


class ChangingHome(Home):
    """A home that goes on, a step at a time."""

    def __init__(self, files: Files, book: Book, names: Names, clock: Clock, key: WriterKey) -> None:
        super().__init__(files, book, names)
        self._clock = clock
        self._key = key
        self._learnt = NOTHING_LEARNT

    def learn(self, learnt: Learnt) -> None:
        """Know names that officers brought along; the next step keeps them. Raises Mismatch for one that is not theirs.

        An officer who is not on the roster yet is named once a step has brought the roster.
        """
        self.names = learnt.added_to(self.names, self.book.state.rosters)
        self._learnt = learnt

    @abstractmethod
    def commit(self, step: Step) -> None:
        """Let a step happen, whole or not at all. Raises Refused where the book does not allow it."""

    def time(self) -> int:
        """Return the time of this machine's clock, in seconds since 1970."""
        return self._clock()

    @property
    def acting(self) -> frozenset[bytes]:
        """The dated alternates (keys) who count now, while their principals are absent."""
        return self.book.acting(self.time())

    def statement(self, kind: str, says: dict[str, Any]) -> Statement:
        """Return a statement about what holds now, for officers to sign."""
        return self.book.statement(kind, says, at=self.time())

    def answer(self, question: Question) -> Answer:
        """Return what this machine answers to another's question, under its seal. Raises Refused."""
        unsealed = answer(question, self.book.state, self.book.past.heads)
        return replace(unsealed, seal=self._key.sign(unsealed.to_seal))

    def _line(self, step: Step, sealed: Mapping[str, NewVault]) -> bytes:
        what = dict(step.what)
        if sealed:
            what["vaults"] = {name: self._sealing(name, each, step).to_json() for name, each in sealed.items()}
        at = self.time() if step.at is None else step.at
        entry = self.book.next(step.kind, what, at=at)
        return entry.sealed(self._key.sign(entry.to_seal)).encode()

    def _sealing(self, name: str, sealed: NewVault, step: Step) -> Sealing:
        roster = self.book.state.basis if step.sealed_for is None else step.sealed_for
        return sealing_of(self.book.state, name, sealed, roster)

    def _new_files(self, step: Step) -> dict[str, bytes]:
        """The files that a step creates, but for vaults: what is kept already is not created again."""
        kept = {home.kept_path(sha256(content).digest()): content for content in step.kept}
        return {name: content for name, content in kept.items() if not self.files.exists(name)} | dict(step.files)

    def _resealed(self, step: Step, until: ExitStack) -> dict[str, NewVault]:
        """Seal the next generation of each vault, by name: it remembers the newest entry there was before its own."""
        head = self.book.head
        return {name: until.enter_context(reseal(head.hash, head.number)) for name, reseal in step.vaults.items()}

    def _outlived(self) -> Iterator[str]:
        """Name the files that the book has gone past: old generations, and identities of leavers."""
        for file in self.files.names("vaults"):
            name, generation = home.generation_of(file)
            record = self.book.state.vaults.get(name)
            if record is not None and generation < record.kept_from:
                yield file
        ours = {home.officer_path(officer.key) for roster in self.book.state.rosters for officer in roster.officers}
        yield from (file for file in self.files.names("officers") if file not in ours)


def sealing_of(state: State, name: str, sealed: NewVault, roster: tuple[bytes, ...]) -> Sealing:
    """Return what an entry says of a vault's next generation, sealed for the officers of these rosters (ids)."""
    generation, before = sealed.header.generation, state.vaults.get(name)
    since = before.since if before is not None and before.roster == roster else generation
    return Sealing(generation, sha256(sealed.content).digest(), since, roster)


class FilesInMemory:
    """The files of a home that is not on a disk, by their place in it."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self.content = dict(content)

    def exists(self, name: str) -> bool:
        """Say whether there is a file of this name."""
        return name in self.content

    def read(self, name: str, limit: int) -> bytes:
        """Return a file's content, of at most `limit` bytes. Raises StorageFailed where there is none, Unreadable."""
        if name not in self.content:
            raise StorageFailed(_("{path} is not there").format(path=name), code="absent")
        if len(self.content[name]) > limit:
            raise Unreadable(
                _("{path} is larger than the {limit} bytes that are read here").format(path=name, limit=limit)
            )
        return self.content[name]

    def names(self, folder: str) -> tuple[str, ...]:
        """List the names in one folder, in order."""
        return tuple(sorted(name for name in self.content if name.startswith(f"{folder}/")))
