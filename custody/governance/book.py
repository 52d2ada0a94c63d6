"""`Book`: a journal's bytes to its verified chain and state, and an entry to the next line (docs/spec/journal.md).

A line that breaks the chain or a rule raises Alarm. In which file the bytes lie, and how a line becomes durable, is
`custody.ceremony.home`'s.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Alarm, Refused, Unreadable
from custody.governance import chain, records
from custody.governance.chain import Chain, Head
from custody.governance.covered import covered
from custody.governance.entry import Entry
from custody.governance.fields import StrictFields
from custody.governance.fold import NEWER, Folding
from custody.governance.paper import PaperHead
from custody.governance.state import State

_CHECKPOINT_EVERY = 1000
"""Entries after which the fold is written down, and in a long journal..."""
_CHECKPOINT_PART = 8
"""...an eighth of all entries, so that all writings together stay in proportion to the journal."""


@dataclass(frozen=True, slots=True)
class Book:
    """A journal that holds: its bytes (without a torn end), its chain and its state."""

    journal: bytes
    chain: Chain
    state: State

    @classmethod
    def load(cls, journal: bytes, cached: bytes | None = None) -> Self:
        """Read a journal to look at it: every link is checked, the fold is `cached` where a checkpoint vouches for it.

        Officers' signatures must cover the checkpoint. What signs or changes rules believes nothing: it calls `verify`.

        Raises Alarm where a line does not follow the one before or breaks a rule, Unreadable for a newer format.
        """
        read = chain.read(journal)
        begin, state = _from_checkpoint(journal, read, cached)
        whole = journal[: len(journal) - len(read.torn)]
        return cls(whole, read, _folded(journal, read, Folding(state, read.numbers), begin))

    @classmethod
    def verify(cls, journal: bytes) -> Self:
        """Read a journal and believe nothing: every line in its canonical form, every rule, every checkpoint."""
        read = chain.read(journal)
        folding = Folding(None, read.numbers)
        for number in range(len(read.lines)):
            entry = _entry(journal, read, number)
            if entry.kind == records.Checkpoint.KIND:
                _check_checkpoint(read, number, entry, folding.state())
            _apply(number, entry, folding)
        return cls(journal[: len(journal) - len(read.torn)], read, folding.state())

    @classmethod
    def begin(cls, line: bytes) -> Self:
        """Return the book whose one line is a genesis. Raises Refused and Unreadable."""
        return cls.load(line + b"\n")

    @property
    def head(self) -> Head:
        """The newest entry."""
        return self.chain.head

    def entry(self, number: int) -> Entry:
        """Return an entry, its line read strictly. Raises Unreadable."""
        line = self.chain.lines[number]
        return Entry.decode(self.journal[line.begin : line.end])

    def writer_of(self, number: int) -> bytes:
        """Return who wrote an entry: the home's writer, or the one whose backup it was made of."""
        return self.entry(number).writer

    def entries(self, first: int = 0) -> "list[Entry]":
        """Return the entries from `first` on."""
        return [self.entry(number) for number in range(first, len(self.chain.lines))]

    def next(self, kind: str, what: dict[str, Any], *, at: int, writer: bytes | None = None) -> bytes:
        """Return the line that would follow, without its end. `writer`: a restored home's new one."""
        writer = self.state.writer if writer is None else writer
        return Entry(self.head.hash, at, kind, self.head.number + 1, writer, what).encode()

    def extended(self, line: bytes) -> "Book":
        """Return the book with a line more. Raises Refused for a broken rule, Unreadable for what is no such line."""
        journal = self.journal + line + b"\n"
        tail = chain.read(line + b"\n", after=self.head)
        begin = len(self.journal)
        moved = tuple(each._replace(begin=each.begin + begin, end=each.end + begin) for each in tail.lines)
        grown = Chain((*self.chain.lines, *moved), tail.head, b"", {**self.chain.numbers, **tail.numbers})
        folding = Folding(self.state, grown.numbers)
        folding.apply(Entry.decode(line))
        return Book(journal, grown, folding.state())

    def signed_with(self, mark: bytes) -> tuple[bytes, ...]:
        """Return the digests of what was signed with this mark, here or elsewhere, oldest first."""
        return tuple(self._result(number, mark) for number in self.state.marks.get(mark.hex(), ()))

    def require_on_paper(self, paper: PaperHead) -> Head:
        """Return the entry that stands on paper.

        Raises Mismatch for the words of one entry with the number of another, Alarm where this journal has no such
        entry: it was rolled back, or the paper is another journal's.
        """
        return paper.require(self.state.treasury, self.head, self.head_at)

    def head_at(self, number: int) -> Head:
        """Return the head that the journal had once this entry was its newest."""
        return Head(number, self.chain.lines[number].hash)

    @property
    def checkpoint_due(self) -> bool:
        """Say whether so many entries came since the last checkpoint that the fold should be written down again."""
        last = max((n for n, line in enumerate(self.chain.lines) if line.kind == records.Checkpoint.KIND), default=0)
        return self.head.number - last >= max(_CHECKPOINT_EVERY, self.head.number // _CHECKPOINT_PART)

    def checkpoint(self) -> tuple[bytes, dict[str, Any]]:
        """Return the fold as bytes, and what the entry says that vouches for them."""
        cached = _written(self.state)
        return cached, records.Checkpoint(sha256(cached).digest()).to_json()

    def _result(self, number: int, mark: bytes) -> bytes:
        entry = self.entry(number)
        fields = StrictFields(entry.what, _("an entry"))
        if entry.kind == records.Signature.KIND:
            return records.Signature.take(fields).result
        return records.Import.take(fields).marks[mark]


def _written(state: State) -> bytes:
    return canonical.write(state.to_json())


def _read(cached: bytes) -> State:
    """Read a fold that the chain vouches for. It may be larger than a document from outside. Raises Unreadable."""
    try:
        value = json.loads(cached)
    except (ValueError, RecursionError):
        raise Unreadable(_("the cached fold is not a JSON document")) from None
    return State.from_json(value)


def _from_checkpoint(journal: bytes, read: Chain, cached: bytes | None) -> tuple[int, State | None]:
    """Find the newest checkpoint that vouches for the cached fold: the entry to go on from, and the state before it.

    One that no officers' signatures cover vouches for nothing: whoever can write to the disk can write it.
    """
    if cached is None:
        return 0, None
    digest = sha256(cached).digest()
    for number in range(covered(journal, read), -1, -1):
        if read.lines[number].kind == records.Checkpoint.KIND:
            fields = StrictFields(_entry(journal, read, number).what, _("a checkpoint"))
            if records.Checkpoint.take(fields).state == digest:
                return number, _read(cached)
    return 0, None


def _folded(journal: bytes, read: Chain, folding: Folding, begin: int) -> State:
    for number in range(begin, len(read.lines)):
        _apply(number, _entry(journal, read, number), folding)
    return folding.state()


def _entry(journal: bytes, read: Chain, number: int) -> Entry:
    line = read.lines[number]
    try:
        return Entry.decode(journal[line.begin : line.end])
    except Unreadable:
        raise chain.damage(_before(read, number), line.begin) from None


def _apply(number: int, entry: Entry, folding: Folding) -> None:
    try:
        folding.apply(entry)
    except (Refused, Unreadable) as broken:
        if broken.code == NEWER:
            raise
        raise Alarm(
            _("entry {number} of the journal breaks a rule: {reason}").format(number=number, reason=broken.message),
            hint=_("Somebody changed this journal by hand. Keep it as evidence, and restore from a backup."),
            code="journal-broken",
        ) from None


def _check_checkpoint(read: Chain, number: int, entry: Entry, state: State) -> None:
    vouched = records.Checkpoint.take(StrictFields(entry.what, _("a checkpoint"))).state
    if vouched != sha256(_written(state)).digest():
        raise chain.damage(_before(read, number), read.lines[number].begin)


def _before(read: Chain, number: int) -> Head:
    return Head(number - 1, read.lines[number - 1].hash) if number else chain.NOTHING
