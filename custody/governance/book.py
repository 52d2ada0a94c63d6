"""`Book`: a journal's bytes, and the lines of other machines that it took in, to what is known and how it stands.

A line that breaks the chain or a rule raises Alarm. In which file the bytes lie, and how a line becomes durable, is
`custody.ceremony.home`'s (docs/spec/journal.md).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from custody.catalogue import _
from custody.errors import Alarm, CustodyError, Refused, Unreadable
from custody.governance import chain, records
from custody.governance.approval import Approval, Intent
from custody.governance.chain import Chain, Head, Line
from custody.governance.contents import Machine, VaultRecord
from custody.governance.entry import Entry, digest
from custody.governance.exception import MachineException
from custody.governance.fields import StrictFields
from custody.governance.known import judging
from custody.governance.known.absences import acting, newest_signed
from custody.governance.known.fold import fold, state_digest
from custody.governance.known.lines import STANDING_ON_MORE, Known, Node, Said
from custody.governance.known.past import Past
from custody.governance.paper import PaperHead
from custody.governance.records import Sealing
from custody.governance.state import Backup, State
from custody.governance.statement import Statement, Tip

Kept = Callable[[bytes], bytes | None]
"""Gives the bytes with a SHA-256, None where they are not there."""


@dataclass(frozen=True)
class Book:
    """A journal that holds: its bytes (without a torn end), its chain, what is known with it, and the state."""

    journal: bytes
    chain: Chain
    known: Known
    state: State

    @classmethod
    def load(cls, journal: bytes, kept: Kept) -> Self:
        """Read a journal to look at it: every link, the newest seal, and every line that the rules depend on.

        Raises Alarm where a line does not follow the one before or breaks a rule, Unreadable for a newer format.
        """
        return cls._read(journal, kept, strictly=False)

    @classmethod
    def verify(cls, journal: bytes, kept: Kept) -> Self:
        """Read a journal and believe nothing: every line in its canonical form, every seal, rule and signature."""
        return cls._read(journal, kept, strictly=True)

    @classmethod
    def _read(cls, journal: bytes, kept: Kept, *, strictly: bool) -> Self:
        read = chain.read(journal)
        if not read.lines:
            raise Unreadable(_("a journal begins with a genesis"))
        known = Known()
        for line in read.lines:
            _take_own(known, journal, line, kept, strictly=strictly)
        if not _decoded(journal, read.lines[-1]).is_sealed:
            raise chain.damage(_before(read, len(read.lines) - 1), read.lines[-1].begin)
        return cls(journal[: len(journal) - len(read.torn)], read, known, _state(known, read))

    @property
    def head(self) -> Head:
        """The newest entry."""
        return self.chain.head

    @property
    def writer(self) -> bytes:
        """The key of the machine that writes this journal (32 bytes)."""
        return self.chain.lines[0].writer

    @property
    def past(self) -> Past:
        """What the next line will cover."""
        return self.known.past_of(self.known.nodes[self.head.hash])

    @cached_property
    def digest(self) -> bytes:
        """The digest of the fold, which officers sign."""
        return state_digest(self.known, self.past, self.state.rules)

    def entry(self, number: int) -> Entry:
        """Return an entry of this machine, its line read strictly. Raises Unreadable."""
        line = self.chain.lines[number]
        return Entry.decode(self.journal[line.begin : line.end])

    def entries(self, first: int = 0) -> list[Entry]:
        """Return this machine's entries from `first` on."""
        return [self.entry(number) for number in range(first, len(self.chain.lines))]

    def knows(self, head: Head) -> bool:
        """Say whether an entry, of this machine or of one whose place it took, is known."""
        node = self.known.nodes.get(head.hash)
        return node is not None and node.number == head.number

    def statement(self, kind: str, says: dict[str, Any], *, at: int) -> Statement:
        """Return a statement about what holds now, for officers to sign. `at`: the time that they are shown."""
        past = self.past
        return Statement(kind, self.state.treasury, self.writer, past.heads, past.leaves, self.digest, at, says)

    def approval(
        self,
        intent: Intent,
        officer: bytes,
        document: bytes,
        *,
        at: int,
        review: bytes | None = None,
        verdict: str | None = None,
    ) -> Approval:
        """Return what an officer (an Ed25519 key) signs about a document, here and now."""
        return Approval(
            intent=intent,
            treasury=self.state.treasury,
            machine=self.writer,
            head=Tip(self.head.number, self.head.hash),
            roster=self.past.leaves,
            state=self.digest,
            document=document,
            review=review,
            verdict=verdict,
            at=at,
            officer=officer,
        )

    def acting(self, at: int) -> frozenset[bytes]:
        """Return the dated alternates (keys) who count at a time (seconds since 1970)."""
        return acting(self.known, self.past, at) if self.state.rules.absences else frozenset()

    def excepted(self, at: int) -> tuple[MachineException, ...]:
        """Return the exceptions of this machine that hold at a time (seconds since 1970)."""
        return tuple(each for each in self.exceptions_at(at) if each.machine == self.writer)

    def exceptions_at(self, at: int) -> tuple[MachineException, ...]:
        """Return the exceptions that hold at a time (seconds since 1970), of whichever machine.

        A clock that was put back revives none.
        """
        return tuple(each for each in self.state.rules.exceptions if self.not_before(at, each.machine) < each.ends)

    def not_before(self, at: int, machine: bytes) -> int:
        """Return a time (seconds since 1970), or a later one that is past on a machine as far as this book knows.

        That is the newest that officers signed anywhere, and the newest of any line of its own. Other machines' lines
        do not count: one whose clock is ahead would end what it has nothing to do with.
        """
        return max(at, self._newest_signed, self._newest_lines.get(machine, 0))

    @cached_property
    def _newest_signed(self) -> int:
        return newest_signed(self.known, self.past)

    @cached_property
    def _newest_lines(self) -> dict[bytes, int]:
        newest: dict[bytes, int] = {}
        for node in self.lines:
            newest[node.writer] = max(node.at, newest.get(node.writer, 0))
        return newest

    def next(self, kind: str, what: dict[str, Any], *, at: int) -> Entry:
        """Return the entry that would follow, which its writer has yet to seal."""
        return Entry(self.head.hash, at, kind, self.head.number + 1, self.writer, what)

    def extended(self, line: bytes, kept: Kept = lambda _digest: None) -> "Book":
        """Return the book with a line more. Raises Refused for a broken rule, Unreadable for what is no such line."""
        journal = b"".join((self.journal, line, b"\n"))
        begin = len(self.journal)
        entry, placed = Entry.decode(line), chain.parse(journal, begin, begin + len(line))
        if (
            placed is None
            or not entry.is_sealed
            or (entry.after, entry.number)
            != (
                self.head.hash,
                self.head.number + 1,
            )
        ):
            raise Refused(_("a line does not follow the journal's newest, or lacks its seal"), code="journal-damaged")
        known = self.known.copy()
        for other in _brought(entry, kept):
            _add(known, *other)
        _add(known, entry, journal, placed)
        grown = Chain((*self.chain.lines, placed), Head(placed.number, placed.hash), b"")
        return Book(journal, grown, known, _state(known, grown))

    def signed_with(self, mark: bytes) -> tuple[bytes, ...]:
        """Return the digests of what was signed with this mark, here or elsewhere, oldest first."""
        found = dict.fromkeys(node for content in self._contents for node in self._containing(content, mark))
        return tuple(_signature(node).result for node in found)

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
    def lines(self) -> tuple[Node, ...]:
        """Every line that is known, each after all that it covers."""
        return tuple(self.known.nodes.values())

    def said(self, node: Node) -> Said:
        """Return what a line says; one that changes no rules is judged now, since looking at a book passed it over.

        Raises Alarm where it breaks a rule, so that nobody stands in it who did not sign it.
        """
        if (found := self._said.get(node.hash)) is not None:
            return found
        placed = Line(node.writer, node.number, node.kind, node.at, node.entry.after, node.hash, node.begin, node.end)
        try:
            judged, found = judging.judge(self.known, node.entry, node.content, placed)
        except (Refused, Unreadable) as broken:
            raise _breaking(node.number, broken) from None
        node.past = judged.past  # as it was, and found at once by whoever asks for the next line
        self._said[node.hash] = found
        return found

    @cached_property
    def _said(self) -> dict[bytes, Said]:
        return {node.hash: said for node, said in self.known.said}

    @cached_property
    def _contents(self) -> tuple[bytes, ...]:
        return tuple({id(node.content): node.content for node in self.known.nodes.values()}.values())

    def _containing(self, content: bytes, mark: bytes) -> Iterator[Node]:
        """Yield the `signed` lines of these bytes that name a mark: the bytes are searched, and the few hits read."""
        wanted, at = b'"%s"' % mark.hex().encode(), 0
        while (at := content.find(wanted, at)) >= 0:
            begin, end = content.rfind(b"\n", 0, at) + 1, content.find(b"\n", at)
            node = self.known.nodes.get(digest(content[begin:end]))
            if node is not None and node.kind == records.Signature.KIND and mark in _signature(node).marks:
                yield node
            at = max(end, at + 1)


def begun(line: bytes) -> Book:
    """Return the book whose one line is a genesis. Raises Alarm and Unreadable."""
    return Book.verify(line + b"\n", lambda _digest: None)


def identities_told(known: Known, writer: bytes) -> dict[bytes, bytes]:
    """Return the SHA-256 of officers' sealed files, by key, as a machine tells and those whose place it took."""
    line = _lineage(known, writer)
    return {key: made for node, each in known.said if node.writer in line for key, made in each.identities.items()}


def _take_own(known: Known, journal: bytes, line: Line, kept: Kept, *, strictly: bool) -> None:
    """Take a line of this journal in, and before it the lines of other machines that it brings along.

    What those took in themselves lies at their machines, and here in this line's part or an earlier one. Raises Alarm.
    """
    if line.kind in STANDING_ON_MORE:
        segment = _segment(_decoded(journal, line), kept)
        for other in chain.lines_of(segment):
            _take(known, segment, other, strictly=strictly)
    _take(known, journal, line, strictly=strictly)


def _take(known: Known, content: bytes, line: Line, *, strictly: bool) -> None:
    """Take one line in. Raises Alarm for a broken rule."""
    if line.kind in judging.PLAIN and not strictly:
        previous = known.nodes.get(line.after)
        if previous is None or (previous.writer, previous.number) != (line.writer, line.number - 1):
            raise chain.damage(Head(line.number - 1, line.after), line.begin)
        known.add(Node(content, line, previous, None))
        return
    entry = _decoded(content, line)
    try:
        if strictly and not entry.is_sealed:
            raise Refused(_("it was not sealed by the machine in whose name it stands"), code="seal")
        _add(known, entry, content, line)
    except (Refused, Unreadable) as broken:
        if broken.code == judging.NEWER:
            raise
        raise _breaking(entry.number, broken) from None


def _breaking(number: int, broken: CustodyError) -> Alarm:
    return Alarm(
        _("entry {number} of the journal breaks a rule: {reason}").format(number=number, reason=broken.message),
        hint=_("Somebody changed this journal by hand. Keep it as evidence, and restore from a backup."),
        code="journal-broken",
    )


def _decoded(content: bytes, line: Line) -> Entry:
    """Return a line, read strictly. Raises Alarm for one that is not in its canonical form."""
    try:
        return Entry.decode(content[line.begin : line.end])
    except Unreadable:
        raise chain.damage(Head(line.number - 1, line.after), line.begin) from None


def _add(known: Known, entry: Entry, content: bytes, line: Line) -> None:
    known.add(*judging.judge(known, entry, content, line))


def _brought(entry: Entry, kept: Kept) -> Iterator[tuple[Entry, bytes, Line]]:
    if entry.kind in STANDING_ON_MORE:
        segment = _segment(entry, kept)
        for line in chain.lines_of(segment):
            yield Entry.decode(segment[line.begin : line.end]), segment, line


def _segment(entry: Entry, kept: Kept) -> bytes:
    """Return the lines that an entry of this home took in. Raises Alarm where they are lost."""
    digest_ = StrictFields(entry.what, _("an entry")).hex("segment", 32)
    content = kept(digest_)
    if content is None:
        raise Alarm(
            _("kept/{digest}, the lines of other machines that entry {number} took in, is not there").format(
                digest=digest_.hex(), number=entry.number
            ),
            hint=_("Somebody took it away, or the disk is failing. Restore it from a backup of this directory."),
            code="kept-lost",
        )
    return content


def _state(known: Known, read: Chain) -> State:
    """Return how the machine of a chain stands."""
    writer = read.lines[0].writer
    past = known.past_of(known.nodes[read.head.hash])
    rules = fold(known, past)
    line = _lineage(known, writer)
    brought = known.past_below(known.nodes[read.lines[0].hash])
    said = [(node, each) for node, each in known.said if node.writer in line]
    told = {name for node, each in said if node.writer == writer for name in each.sealings}
    sealings = {name: sealing for name in sorted(told) if (sealing := _newest_sealing(known, name, read)) is not None}
    vaults: dict[str, VaultRecord] = {}
    for owner in line:
        for writer_, name, record in rules.vaults:
            if writer_ == owner and name in sealings:
                vaults.setdefault(name, record.sealed(sealings[name]))
    officers = {officer.key for _id, roster in rules.leaves for officer in roster.officers}
    here = (each for node, each in said if node.writer == writer or known.is_in(brought, node))
    identities = {key: made for each in here for key, made in each.identities.items() if key in officers}
    backups = tuple(
        Backup(each.backup.sha256, each.backup.label, node.writer, node.number, known.past_below(node).leaves)
        for node, each in said
        if each.backup is not None
    )
    counts = dict(Counter(each.kind for each in read.lines))
    return State(rules, writer, vaults, sealings, identities, backups, counts)


def _lineage(known: Known, writer: bytes) -> tuple[bytes, ...]:
    """Return a writer and those whose place it took, one after another: their vaults are here, as its lines tell."""
    before = {
        stated.node.writer: replaced.key
        for stated in known.statements
        if stated.node.kind == records.Begun.KIND
        and (replaced := Machine.of(stated.signed.statement).replaces) is not None
    }
    found = [writer]
    while (key := before.get(found[-1])) is not None and key not in found:
        found.append(key)
    return tuple(found)


def _newest_sealing(known: Known, name: str, read: Chain) -> Sealing | None:
    """Return the newest generation of a vault that a chain tells of; None where that machine never had its file."""
    wanted = b'"%s":{"generation":' % name.encode()
    for node in known.chain(known.nodes[read.head.hash]):
        if wanted in node.line and (sealing := _sealings(node).get(name)) is not None:
            return sealing
    return None


def _sealings(node: Node) -> dict[str, Sealing]:
    fields = StrictFields(node.entry.what, _("an entry"))
    return records.sealings(fields, records.MOST_VAULTS) if fields.has("vaults") else {}


def _signature(node: Node) -> records.Signature:
    return records.Signature.take(StrictFields(node.entry.what, _("an entry")))


def _before(read: Chain, number: int) -> Head:
    return Head(number - 1, read.lines[number - 1].hash) if number else chain.NOTHING
