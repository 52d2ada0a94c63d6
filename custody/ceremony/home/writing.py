"""`WritableHome`: commits a step to a treasury's directory, whole and durable or as if never begun (docs/adr/0010).

The journal is the commit point. A step that brings files along is laid down in `journal.next` first: the line, and the
new files with their digests. Then the files are written, then the line is appended. Whoever writes next completes a
step whose files are all there and sound, and takes back any other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from custody.catalogue import _
from custody.ceremony.home import home
from custody.ceremony.home.beside import RESERVE, AlarmTold, Beside, put_halt, put_line
from custody.ceremony.home.changing import ChangingHome, Clock, FilesInMemory, now
from custody.ceremony.home.home import (
    HEAD,
    JOURNAL,
    JOURNAL_LIMIT,
    NAMES,
    PENDING,
    SMALL_LIMIT,
    WRITER,
    Files,
    kept_in,
    read_book,
    read_names,
)
from custody.ceremony.home.noted import Note
from custody.ceremony.home.step import Pending, Step
from custody.errors import Alarm, CustodyError, Refused, StorageFailed
from custody.governance import records
from custody.governance.book import Book
from custody.governance.commitment import Names, Opening
from custody.governance.entry import Entry, digest
from custody.governance.halt import Halt
from custody.keys.vaults.sealed import officer_file
from custody.keys.vaults.writer import WriterKey
from custody.store import folder
from custody.store.folder import Check, Folder

_NEVER_LATE = frozenset(
    {
        records.HaltCalled.KIND,
        records.Objection.REFUSED,
        records.Objection.DECLINED,
        records.Objection.ALARM,
    }
)
"""Kinds of entries that are as true after another entry as before it."""


RESERVED = 65_536
"""Bytes that a home keeps free for a halt on a disk that is full."""


class WritableHome(ChangingHome):
    """A home that goes on. `told` are sentences about what was mended.

    `before_going_on` settles once what has to be known before people decide anything on this book, by the newest paper,
    say. No step happens without it but one that never comes too late.

    Nobody else is kept from it while a person thinks: it is locked to be read, and again for each step.
    """

    def __init__(self, path: str | Path, files: Folder, clock: Clock) -> None:
        self._path, self._looked = path, files
        self._is_alone = False
        self.told: list[str] = []
        self.before_going_on: Callable[[], None] = lambda: None
        with self._locked():
            book, names = _read(files)
            super().__init__(files, book, names, clock, _key(files, book))
            self._beside_seen = self._beside_now()
            self._restart()

    def commit(self, step: Step) -> None:
        """Let a step happen. Raises Refused where the book does not allow it, StorageFailed where the disk does not.

        Raises Alarm while one about this machine is open: a line more would be the fork that it tells of.
        What was decided on an older book, because another command wrote meanwhile, is refused, but for what never comes
        too late. After StorageFailed the step has not happened, unless the sentence says that nobody knows, or that the
        next command settles it.
        """
        self.require_unbarred()
        if step.kind not in _NEVER_LATE:
            self.before_going_on()
        if self._is_alone:
            self._commit(step)
            return
        with self._locked():
            self._look_again(is_late=step.kind not in _NEVER_LATE)
            self._commit(step)

    def settle_first(self, before: Callable[[], None]) -> None:
        """Let something be settled before this home goes on; it knows itself whether it was."""
        self.before_going_on = before

    def catch_up(self) -> None:
        """Go on from what a copy of this process wrote. Raises Alarm where the journal was rolled back.

        It has happened, so no lock that cannot be had now is a reason to fail: then it is read without.
        """
        try:
            with self._locked():
                self._look_again(is_late=False)
        except StorageFailed as failure:
            book, _names = _read(self.files)
            if book.journal.startswith(self.book.journal):
                self.book = book
            self.told.append(failure.message)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from the home for work that asks nobody. Raises Refused where another command wrote meanwhile."""
        with self._locked():
            self._look_again(is_late=True)
            self._is_alone = True
            try:
                yield
            finally:
                self._is_alone = False

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Lock the directory that is being looked at, and no other that has its name by now."""
        with folder.writing(self._path) as self._store:
            self._store.require_same(self._looked)
            yield

    def _look_again(self, *, is_late: bool) -> None:
        """Read what others wrote while this command was deciding. `is_late`: what was decided would come too late."""
        before = self.book
        self.require_unbarred()
        if is_late and self._beside_now() != self._beside_seen:
            raise home.moved_on()
        if self.files.read(JOURNAL, JOURNAL_LIMIT) == before.journal and not self.files.exists(PENDING):
            # somebody may have erased some, which is in no journal; what officers brought just now stays
            self.names = self._learnt.added_to(read_names(self.files), before.state.rosters)
            return
        book, names = _read(self.files)
        self.names = self._learnt.added_to(names, book.state.rosters)
        if not book.journal.startswith(before.journal):
            raise home.rolled_back(_("this command read entry {n} of it").format(n=before.head.number), book.head)
        self.book = book
        self._restart()
        if self.book.head != before.head and is_late:
            raise home.moved_on()

    def _commit(self, step: Step) -> None:
        with ExitStack() as until:
            sealed = self._resealed(step, until)
            line = self._line(step, sealed)
            after = self.book.extended(line, self._kept_with(step))
            _require_heard(self.book, after)
            names = self._learnt.added_to(self.names.with_(*step.names), after.state.rosters)
            vaults = {home.vault_path(name, each.header.generation): each for name, each in sealed.items()}
            files = self._new_files(step) | {name: each.content for name, each in vaults.items()}
            if step.names or self._learnt.openings:
                self._store.write(NAMES, names.encode())
            if files:
                self._lay_down(line, files, {name: each.prove for name, each in vaults.items()})
        self._append(line, files)
        self.book, self.names = after, names
        self._tidy(unfinished=bool(files))

    @property
    def may_write(self) -> bool:
        """Say whether the journal may go on: a rolled-back home that wrote would make the fork that it has noticed."""
        return not any(each.bars for each in self.beside.alarms)

    def tell_alarm(self, alarm: Alarm, *, bars: bool) -> None:
        """Write an alarm beside the journal. `bars`: it is evidence against this machine's own state."""
        told = AlarmTold(self.time(), alarm.code, alarm.message, bars)
        known = {(each.code, each.text, each.bars) for each in self.beside.alarms}
        if not known & {(told.code, told.text, True), (told.code, told.text, told.bars)}:
            self._add_beside(told.encode())

    def keep_halt(self, halt: Halt) -> None:
        """Write a halt beside the journal, where the journal is not to be written. Nothing is signed here then."""
        there = self._beside_now()
        if there is not None and halt.digest in {each.digest for each in there.halts}:
            return
        with self._locked():
            put_halt(self._store, halt)
        self._beside_seen = self._beside_now()

    def keep_names(self, openings: Iterable[Opening]) -> None:
        """Keep the openings of what stands in lines already, and what officers brought. A failure is told."""
        new = tuple(openings)
        if not new and not self._learnt.openings:
            return
        try:
            with self._locked():
                names = read_names(self.files).with_(*new)
                self.names = self._learnt.added_to(names, self.book.state.rosters)
                self._store.write(NAMES, self.names.encode())
        except StorageFailed as failure:
            self.told.append(failure.message)

    def keep(self, contents: Iterable[bytes]) -> None:
        """Keep bytes that lines which are here name and that came after them. Raises StorageFailed."""
        files = {home.kept_path(sha256(each).digest()): each for each in contents}
        with self._locked():
            for name, content in files.items():
                if not self.files.exists(name):
                    self._store.write_new(name, content)

    def free_reserve(self) -> None:
        """Give the space back that is reserved for a halt. Raises StorageFailed."""
        with self._locked():
            self._store.remove([RESERVE])

    def _add_beside(self, line: bytes) -> None:
        with self._locked():
            put_line(self._store, line)
        self._beside_seen = self._beside_now()

    def _beside_now(self) -> Beside | None:
        with suppress(CustodyError):  # whoever needs it says what is wrong with it
            return self.beside
        return None

    def _kept_with(self, step: Step) -> Callable[[bytes], bytes | None]:
        """Return how the bytes are found that are kept here, or come with a step."""
        brought = {sha256(content).digest(): content for content in step.kept}
        return lambda digest_: brought[digest_] if digest_ in brought else kept_in(self.files, digest_)

    def _restart(self) -> None:
        """Settle what a crash left: complete a step or take it back, and mend a line that was torn off."""
        self.check_head()
        pending, torn = self._pending(), self.book.chain.torn
        if torn and pending is None:
            if self.may_write:
                self._mend(torn)
        else:
            if torn:
                self._store.truncate(JOURNAL, len(self.book.journal))
            if pending is not None:
                self._settle(pending)
        self.check_vaults()
        self._mend_identities()
        self._tidy(unfinished=False)
        self._take_halts_in()

    def _take_halts_in(self) -> None:
        """Write the halts beside the journal into it, before anything else: who leaves later does not take his along.

        Where the disk fails, or the journal is not to be written, they hold beside it as they did.
        """
        try:
            for each in self.halts_beside if self.may_write else ():
                if self.book.state.has_room(each.officer):
                    self._commit(Step(records.HaltCalled.KIND, records.HaltCalled(each).to_json()))
        except StorageFailed as failure:
            self.told.append(failure.message)
        except CustodyError:
            return  # whoever needs what lies beside says what is wrong with it

    def _lay_down(self, line: bytes, files: Mapping[str, bytes], checks: Mapping[str, Check]) -> None:
        with self._or_taken_back(files):
            self._store.write(PENDING, Pending.of(line, files).encode())
            for name, content in files.items():
                self._store.write_new(name, content, checks.get(name))

    def _append(self, line: bytes, files: Mapping[str, bytes]) -> None:
        with self._or_taken_back(files):
            self._store.append(JOURNAL, line + b"\n", len(self.book.journal))

    @contextmanager
    def _or_taken_back(self, files: Mapping[str, bytes]) -> Iterator[None]:
        """Take back a step that fails. Where the disk refuses that too, the next writer settles it, which is said."""
        try:
            yield
        except BaseException as failure:
            if self._taken_back(files) or not isinstance(failure, StorageFailed):
                raise
            raise _left_open(failure) from None

    def _taken_back(self, files: Mapping[str, Any]) -> bool:
        """Remove what an unfinished step wrote, and say whether the disk let us."""
        try:
            if files:
                self._store.remove(files)
                self._store.remove([PENDING])
        except StorageFailed:
            return False
        return True

    def _pending(self) -> Pending | None:
        if not self.files.exists(PENDING):
            return None
        return Pending.decode(self.files.read(PENDING, home.FILE_LIMIT))

    def _settle(self, pending: Pending) -> None:
        """Complete or take back the step that was laid down; one that follows another head is no crash's."""
        if not pending.line or self.book.head.hash == digest(pending.line):
            self._store.remove([PENDING])
            return
        if Entry.decode(pending.line).after != self.book.head.hash:
            raise Alarm(
                _("{file} holds a step that does not follow this journal: the journal was rolled back").format(
                    file=PENDING
                ),
                hint=_("Stop, and keep this directory as it is. Restore the newest backup."),
                code="journal-rolled-back",
            )
        if not all(self._is_sound(name, wanted) for name, wanted in pending.files.items()):
            self._store.remove(pending.files)
            self._store.remove([PENDING])
            self.told.append(_("a step that was interrupted was taken back: nothing of it happened"))
            return
        self._complete(pending)
        self.told.append(
            _("a step that was interrupted was completed: entry {number} of the journal").format(
                number=self.book.head.number
            )
        )

    def _mend(self, torn: bytes) -> None:
        """Cut off the beginning of a line, and tell the book: laid down first, so that another crash hides nothing."""
        mended = records.Mended(len(torn), sha256(torn).digest())
        pending = Pending.of(self._line(Step(mended.KIND, mended.to_json()), {}), {})
        self._store.write(PENDING, pending.encode())
        self._store.truncate(JOURNAL, len(self.book.journal))
        self._complete(pending)
        self.told.append(
            _("the last line of the journal was torn off by a crash ({size} bytes); it was cut away").format(
                size=len(torn)
            )
        )

    def _mend_identities(self) -> None:
        """Write an officer's damaged file again, if a vault still holds what the journal names."""
        self._renew_identities()
        for key in self.damaged_identities():
            held = self.in_a_slot(key)
            if held is not None and sha256(officer_file(held)).digest() == self.book.state.identities[key]:
                self._store.write(home.officer_path(key), officer_file(held))
                self.told.append(
                    _("{file} was damaged; it was written again from a vault, which holds the same").format(
                        file=home.officer_path(key)
                    )
                )

    def _renew_identities(self) -> None:
        """Put identities that their owners sealed anew into their place, from the bytes that the entry kept."""
        for key, digest_ in self.book.state.identities.items():
            file, content = home.officer_path(key), kept_in(self.files, digest_)
            if content is not None and (not self.files.exists(file) or self.files.read(file, SMALL_LIMIT) != content):
                self._store.write(file, content)

    def _complete(self, pending: Pending) -> None:
        after = self.book.extended(pending.line, partial(kept_in, self.files))
        self._store.append(JOURNAL, pending.line + b"\n", len(self.book.journal))
        self._store.remove([PENDING])
        self.book = after

    def _is_sound(self, name: str, wanted: bytes) -> bool:
        return self.files.exists(name) and sha256(self.files.read(name, JOURNAL_LIMIT)).digest() == wanted

    def _tidy(self, *, unfinished: bool) -> None:
        """What follows a step that has happened. If the disk fails here, it is told, and the next writer goes on."""
        try:
            if unfinished:
                self._store.remove([PENDING])
            self._store.write(HEAD, Note.of(self.book).encode())
            if not self.files.exists(RESERVE) and not self.halted:
                self._store.write(RESERVE, bytes(RESERVED))
            self._renew_identities()
            self._store.remove(tuple(self._outlived()))
        except StorageFailed as failure:
            self.told.append(failure.message)


def _require_heard(before: Book, after: Book) -> None:
    """Raise Refused for a halt of somebody who left before it was written: it would stand there without effect."""
    if after.entry(after.head.number).kind == records.HaltCalled.KIND and (
        after.state.rules.mute.keys() - before.state.rules.mute.keys()
    ):
        raise Refused(
            _("who halts here is no officer of this treasury any more"),
            hint=_("Somebody changed the roster meanwhile. Any officer of today halts: custody halt."),
            code="quorum",
        )


def _left_open(failure: StorageFailed) -> StorageFailed:
    """Say of a step that could be neither finished nor taken back who settles it."""
    return StorageFailed(
        _("{reason}; the next command that changes this home completes the step or takes it back, and says so").format(
            reason=failure.message
        ),
        hint=failure.hint,
        code=failure.code,
    )


@contextmanager
def writing(path: str | Path, *, clock: Clock = now) -> Iterator[WritableHome]:
    """Open a home to go on in it: read the book, settle what a crash left, and shut it at the end.

    Raises as `Home.read` does, and StorageFailed where another process keeps the home locked.
    """
    with folder.looking(path) as files:
        yield WritableHome(path, files, clock)


def _read(files: Files) -> tuple[Book, Names]:
    """Read the book and the openings of its names."""
    home.require(files)
    return read_book(files, strictly=False), read_names(files)


def _key(files: Files, book: Book) -> WriterKey:
    """Read this machine's key. Raises StorageFailed where it is not there, Alarm where it is another machine's."""
    key = WriterKey.read(files.read(WRITER, SMALL_LIMIT))
    if key.public != book.writer:
        raise Alarm(
            _("{file} is the key of another machine than the one that writes this journal").format(file=WRITER),
            hint=_("Somebody put one home's files into another. Keep this directory, and restore the newest backup."),
            code="writer-key",
        )
    return key


def create(path: str | Path, journal: bytes, files: Mapping[str, bytes]) -> Book:
    """Make a home of a journal and files, whole or not at all. Raises StorageFailed where the directory is in use.

    The journal is written last. What an earlier attempt left unfinished is taken back first.
    """
    book = Book.verify(journal, partial(kept_in, FilesInMemory(files)))
    _take_back_unfinished(path)
    with folder.create(path) as made:
        made.write(PENDING, Pending.of(b"", files).encode())
        try:
            for name, content in files.items():
                made.write_new(name, content)
            made.write_new(HEAD, Note.of(book).encode())
            made.write_new(RESERVE, bytes(RESERVED))
            made.write_new(JOURNAL, journal)
        except BaseException:
            with suppress(CustodyError):
                made.remove([*files, HEAD, RESERVE, PENDING])
            raise
        made.remove([PENDING])
    return book


def require_free(path: str | Path) -> None:
    """Raise StorageFailed where no home could be made: before anybody is asked for anything."""
    _take_back_unfinished(path)
    if Path(path).is_dir():
        with folder.writing(path) as there:
            folder.require_empty(there, path)


def _take_back_unfinished(path: str | Path) -> None:
    if not Path(path).is_dir():
        return
    with folder.writing(path) as left:
        if left.exists(PENDING) and not left.exists(JOURNAL):
            pending = Pending.decode(left.read(PENDING, home.FILE_LIMIT))
            if not pending.line:
                left.remove([*pending.files, HEAD, RESERVE, PENDING])
