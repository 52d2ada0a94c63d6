"""Exports a home's journal, and takes in what is new in an export of another machine of the same treasury.

News change the rules here only if officers signed them and they follow the rules that hold here.
`custody.governance.export` decides what is a gap, a fork or a rollback.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Self

from custody.catalogue import _
from custody.ceremony.home import changing, writing
from custody.ceremony.home.changing import ChangingHome
from custody.ceremony.home.home import Home, kept_path
from custody.ceremony.home.step import Reseal, Step
from custody.ceremony.meeting import Meeting
from custody.ceremony.treasury.attendance import Attendance
from custody.ceremony.treasury.vaults import opened_all, rekey
from custody.errors import Mismatch, Refused, Usage
from custody.governance import acceptance, records
from custody.governance import export as journal_export
from custody.governance.book import Book
from custody.governance.chain import Head
from custody.governance.entry import BEGINNING, WRITER_BYTES, Entry
from custody.governance.export import JournalExport
from custody.governance.fields import StrictFields
from custody.governance.fold import ruled
from custody.governance.statement import Signed
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity

EXPORT_LIMIT = 64 * 1024 * 1024
"""Bytes of an export."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import brought: how many entries, and how many statements changed the rules here."""

    entries: int
    statements: int


def export(home: Home, first: int, *, documents: bool) -> bytes:
    """Return the entries from `first` on, and with `documents` what they signed.

    Raises Usage beyond the newest, Alarm where a document was lost.
    """
    lines = home.book.chain.lines
    if not 0 <= first < len(lines):
        raise Usage(_("the journal has entries 0 to {last}").format(last=len(lines) - 1))
    kept: dict[bytes, bytes] = {}
    if documents:
        for entry in home.book.entries(first):
            kept |= {digest: home.require_kept(digest, entry.number) for digest in journal_export.carried_by(entry)}
    return journal_export.write(home.book.journal[lines[first].begin :], kept)


def take_in(
    home: ChangingHome,
    content: bytes,
    meeting: Meeting,
    carried: Sequence[SealedIdentity] = (),
    seated: Iterable[OfficerKeys] = (),
) -> Taken:
    """Take in what is new in an export of another machine. `seated`: the keys of who is there already.

    Raises as `JournalExport` does, and Refused where its rules and those here went different ways.
    """
    news = _News.of(content, Seen(home.book, home.kept))
    if not news.entries:
        return Taken(0, 0)
    for sentence in news.lost:
        meeting.warn(sentence)
    with (
        Attendance(home, meeting, carried, seated) as table,
        _rekeyed(home, table, meeting, news.statements, carried) as vaults,
    ):
        home.commit(Step(records.Import.KIND, news.imported.to_json(), kept=news.kept, vaults=vaults))
    return Taken(len(news.entries), len(news.statements))


@dataclass(frozen=True, slots=True)
class _News:
    """What is new in an export: entries with their hashes, what they change here, the bytes to keep, what was lost."""

    entries: tuple[tuple[Entry, bytes], ...]
    statements: tuple[Signed, ...]
    kept: tuple[bytes, ...]
    lost: tuple[str, ...]

    @classmethod
    def of(cls, content: bytes, seen: "Seen") -> Self:
        """Tell what is new in an export. Raises as `take_in` does."""
        read = JournalExport.read(content)
        news = read.news(seen, seen.book.state.writer)
        _require_same_treasury(news, seen.book.state.treasury)
        journal_export.require_documents(news, read.kept)
        told = seen.statements | seen.book.state.cleared
        statements = (each for each in journal_export.statements_of(news) if each.statement.digest not in told)
        lost = (sentence for entry, _hash in news if (sentence := _lost(entry, seen)))
        return cls(news, tuple(statements), (content, *read.kept.values()), tuple(lost))

    @property
    def imported(self) -> records.Import:
        """What the book says of it."""
        heads = {entry.writer: (entry.number, hash_) for entry, hash_ in self.entries}
        digest = sha256(self.kept[0]).digest()
        return records.Import(digest, heads, journal_export.marks_of(self.entries), self.statements, {})


@contextmanager
def _rekeyed(
    home: Home,
    table: Attendance,
    meeting: Meeting,
    statements: Sequence[Signed],
    carried: Sequence[SealedIdentity],
) -> Iterator[Mapping[str, Reseal]]:
    """Where the roster changed elsewhere, open the vaults here, to be sealed for the officers that there are now."""
    if not any(each.statement.kind == acceptance.ROSTER for each in statements) or not home.book.state.vaults:
        yield {}
        return
    state = home.book.state
    for each in statements:
        acceptance.accept_from_anywhere(state, each)
        state = ruled(state, each, home.book.head.number + 1)
    meeting.warn(_("The roster changed on another machine: the vaults here are opened, and sealed for the new one."))
    members = home.members(state.roster, {each.public.officer: each for each in carried})
    with opened_all(home, table) as opened:
        yield {name: rekey(each, members, state.roster, state.basis) for name, each in opened.items()}


def join(path: str | Path, content: bytes, network: str | None = None, *, clock: changing.Clock = changing.now) -> Book:
    """Make a home of a treasury that exists elsewhere, from an export that begins with its genesis.

    It writes a journal of its own that begins with the same statement and takes the export in: both, or there is no
    home. Raises Usage for an export without the genesis, Mismatch where the treasury is on another `network` than the
    one that was named, and as `take_in`.
    """
    (first, _hash), *_others = JournalExport.read(content).entries
    if first.number or first.kind != acceptance.GENESIS:
        raise Usage(
            _("the export does not begin with the genesis of a treasury"),
            hint=_("Export all of it on the other machine: custody journal export."),
        )
    writer = secrets.token_bytes(WRITER_BYTES)
    book = Book.begin(Entry(BEGINNING, clock(), acceptance.GENESIS, 0, writer, first.what).encode())
    news = _News.of(content, Seen(book, lambda _digest: None))
    if network not in (None, book.state.roster.network):
        raise Mismatch(
            _("the treasury is on {theirs}, not on {ours}").format(theirs=book.state.roster.network, ours=network),
            hint=_("Leave --network away: the export says it."),
            code="network-mismatch",
        )
    joined = book.extended(book.next(records.Import.KIND, news.imported.to_json(), at=clock()))
    writing.create(path, joined.journal, {kept_path(sha256(each).digest()): each for each in news.kept})
    return joined


class Seen:
    """What a home has seen of every writer: its own journal, and every segment that it kept.

    `kept` gives the bytes with a SHA-256; None where they are not there.
    """

    def __init__(self, book: Book, kept: Callable[[bytes], bytes | None]) -> None:
        self.book = book
        self._kept = kept

    def hash_of(self, writer: bytes, number: int) -> bytes | None:
        """The hash of entry `number` of this writer; None where it was never seen."""
        lines = self.book.chain.lines
        if number < len(lines) and self.book.writer_of(number) == writer:
            return lines[number].hash
        return self._imported.get((writer, number))

    def newest(self, writer: bytes) -> Head | None:
        """The newest entry seen of this writer; None where none was."""
        state = self.book.state
        return self.book.head if writer == state.writer else state.writers.get(writer)

    @cached_property
    def statements(self) -> frozenset[bytes]:
        """The digests of all statements that were taken in or made here."""
        kinds = acceptance.CHANGES | {records.Import.KIND}
        book = self.book
        entries = [(book.entry(n), b"") for n, line in enumerate(book.chain.lines) if line.kind in kinds]
        return frozenset(each.statement.digest for each in journal_export.statements_of(entries))

    @cached_property
    def _imported(self) -> Mapping[tuple[bytes, int], bytes]:
        seen: dict[tuple[bytes, int], bytes] = {}
        book = self.book
        for number, line in enumerate(book.chain.lines):
            if line.kind != records.Import.KIND:
                continue
            imported = records.Import.take(StrictFields(book.entry(number).what, _("an import")))
            seen |= {(writer, n): head for writer, (n, head) in imported.heads.items()}
            content = self._kept(imported.segment)
            if content is not None:
                seen |= {(entry.writer, entry.number): hash_ for entry, hash_ in JournalExport.read(content).entries}
        return seen


def _lost(entry: Entry, seen: "Seen") -> str:
    """Say where a home was restored to an older state than is known here; nothing where it was not."""
    if entry.kind != records.Restored.KIND:
        return ""
    restored = records.Restored.take(StrictFields(entry.what, _("an entry")))
    newest = seen.newest(restored.writer)
    if newest is None or newest.number <= restored.number:
        return ""
    return _(
        "machine {old} wrote entries {first} to {last}, which are known here, and {new} went on without them: a spare "
        "made of an older backup, or a rollback. Find out which before either signs."
    ).format(old=restored.writer.hex()[:8], first=restored.number + 1, last=newest.number, new=entry.writer.hex()[:8])


def _require_same_treasury(news: Sequence[tuple[Entry, bytes]], treasury: bytes) -> None:
    for entry, _hash in news:
        if (
            entry.kind == acceptance.GENESIS
            and Signed.take(StrictFields(entry.what, _("a genesis"))).statement.digest != treasury
        ):
            raise Refused(
                _("this is the journal of another treasury"),
                hint=_("Nothing was taken in. Check which file it is."),
                code="foreign",
            )
