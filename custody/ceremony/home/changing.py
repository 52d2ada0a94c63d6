"""`ChangingHome`: composes a step, its line, its files, its vaults' next generations; `DraftHome` takes it in memory.

A draft is a home that nobody sees before all of it is right: a restoration that is refused half way leaves nothing.
How a step becomes durable is `writing`'s.
"""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from hashlib import sha256

from custody.catalogue import _
from custody.ceremony.home import home
from custody.ceremony.home.home import Files, Home
from custody.ceremony.home.learnt import NOTHING_LEARNT, Learnt
from custody.ceremony.home.step import Step
from custody.errors import StorageFailed, Unreadable
from custody.governance.book import Book
from custody.governance.commitment import Names
from custody.governance.records import Sealing
from custody.keys.vaults.vault import NewVault

Clock = Callable[[], int]


def now() -> int:
    """Seconds since 1970 by this machine's clock, which nobody vouches for."""
    return int(time.time())


class ChangingHome(Home):
    """A home that goes on, a step at a time."""

    def __init__(self, files: Files, book: Book, names: Names, clock: Clock) -> None:
        super().__init__(files, book, names)
        self._clock = clock
        self._learnt = NOTHING_LEARNT

    def learn(self, learnt: Learnt) -> None:
        """Know names that officers brought along; the next step keeps them. Raises Mismatch for one that is not theirs.

        An officer who is not on the roster yet is named once a step has brought the roster.
        """
        self.names = learnt.added_to(self.names, self.book.state.roster)
        self._learnt = learnt

    @abstractmethod
    def commit(self, step: Step) -> None:
        """Let a step happen, whole or not at all. Raises Refused where the book does not allow it."""

    def time(self) -> int:
        """Return the time of this machine's clock, in seconds since 1970."""
        return self._clock()

    def _line(self, step: Step, sealed: Mapping[str, NewVault]) -> bytes:
        what = dict(step.what)
        if sealed:
            what["vaults"] = {
                name: Sealing(each.header.generation, sha256(each.content).digest()).to_json()
                for name, each in sealed.items()
            }
        at = self.time() if step.at is None else step.at
        return self.book.next(step.kind, what, at=at, writer=step.writer)

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
        ours = {home.officer_path(officer.key) for officer in self.book.state.roster.officers}
        yield from (file for file in self.files.names("officers") if file not in ours)


class FilesInMemory:
    """The files of a home that is not on a disk, by their place in it."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self.content = dict(content)

    def add(self, files: Mapping[str, bytes]) -> None:
        """Take files in."""
        self.content.update(files)

    def remove(self, names: Iterable[str]) -> None:
        """Let files go that are here."""
        for name in tuple(names):
            del self.content[name]

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


class DraftHome(ChangingHome):
    """A home in memory. `written` are its files, the journal not among them."""

    def __init__(self, book: Book, files: Mapping[str, bytes], clock: Clock) -> None:
        self._held = FilesInMemory(files)
        names = Names.decode(files[home.NAMES]) if home.NAMES in files else Names({})
        super().__init__(self._held, book, names, clock)

    @property
    def written(self) -> Mapping[str, bytes]:
        """The files that belong to the home as it stands."""
        return {**self._held.content, home.NAMES: self.names.encode()}

    def commit(self, step: Step) -> None:
        """Let a step happen in memory. Raises Refused where the book does not allow it."""
        with ExitStack() as until:
            sealed = self._resealed(step, until)
            after = self.book.extended(self._line(step, sealed))
            for name, each in sealed.items():
                each.prove(each.content)
                self._held.add({home.vault_path(name, each.header.generation): each.content})
        self._held.add(self._new_files(step))
        self.book, self.names = after, self._learnt.added_to(self.names.with_(*step.names), after.state.roster)
        self._held.remove(self._outlived())
