"""`JournalExport`: lines of several machines and the bytes they kept, carried by somebody who is not trusted.

What a courier wrote into it is dropped, what he left out comes with the next one. `Intake` tells what is new in it, and
what it proves about this machine and others (docs/spec/journal.md). `custody.ceremony.machines.exchange` takes it in.
"""

import base64
import binascii
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Alarm, Refused, Unreadable
from custody.governance import chain, contents, records
from custody.governance.book import Book
from custody.governance.chain import Line
from custody.governance.entry import Entry
from custody.governance.fields import StrictFields
from custody.governance.halt import PREFIX, Halt
from custody.governance.known import judging
from custody.governance.known.fold import fold
from custody.governance.known.lines import Known, Node, Said
from custody.governance.known.past import Past
from custody.governance.roster import officer_of
from custody.governance.statement import GENESIS, Heads, Signed, Tip

_KEPT = b'{"base64":"'
_HALT = PREFIX.encode()
"""How lines begin that carry kept bytes, and halts. Lines of a journal begin with their "after"."""


@dataclass(frozen=True)
class JournalExport:
    """The bytes of an export, its lines that have the form of entries, and kept bytes by their SHA-256.

    `halts` are lines of their own, which no journal took yet; whose they are, `verified` and imports judge. `strange`
    counts what has none of these forms; `newer` says that a line is of a newer format, `whole` that none is cut.
    """

    content: bytes
    lines: tuple[Line, ...]
    kept: Mapping[bytes, bytes]
    halts: tuple[Halt, ...]
    strange: int
    newer: bool
    whole: bool

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read an export. Raises Unreadable for bytes that hold no entry at all."""
        lines: list[Line] = []
        kept: dict[bytes, bytes] = {}
        halts: list[Halt] = []
        strange, newer, begin = 0, False, 0
        while (end := content.find(b"\n", begin)) >= 0:
            try:
                if content.startswith(_KEPT, begin):
                    digest, each = _kept(content[begin:end])
                    kept[digest] = each
                elif content.startswith(_HALT, begin):
                    halts.append(Halt.decode(content[begin:end].decode("ascii", "replace")))
                elif (line := chain.parse(content, begin, end)) is not None:
                    lines.append(line)
                else:
                    strange += 1
            except Unreadable as failure:
                newer = newer or failure.code == judging.NEWER
                strange += 1
            begin = end + 1
        if not lines:
            if newer:
                raise Unreadable(
                    _("this export is of a format that a newer release wrote"),
                    hint=_("Use that release. Nothing was changed."),
                    code=judging.NEWER,
                )
            raise Unreadable(_("this is no export of a journal: it has no entry"), hint=_("Export it again."))
        return cls(content, tuple(lines), kept, tuple(halts), strange, newer, begin == len(content))

    @cached_property
    def genesis(self) -> Signed | None:
        """The genesis statement in it, None where there is none. Raises Unreadable for one that does not hold."""
        line = next((each for each in self.lines if each.kind == GENESIS), None)
        return None if line is None else Signed.take(StrictFields(self.entry(line).what, _("a genesis")))

    def entry(self, line: Line) -> Entry:
        """Return a line, read strictly. Raises Unreadable."""
        return Entry.decode(self.content[line.begin : line.end])


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that no machine takes in, and why: its writer (32 bytes) wrote it, or a newer release did."""

    writer: bytes
    number: int
    reason: str
    newer: bool


@dataclass(frozen=True)
class Intake:
    """What is new in an export for a book.

    `lines` are taken in, each after all that it covers; `own` are numbers of this machine's own lines that it does not
    have; `named` the highest of its lines that another machine names and it does not have; `gaps` are the first missing
    and the first waiting line of a writer; `forged` counts lines without their writer's seal. `forked` are writers of
    whom two lines of one number are known by it, of a lower number than was known.
    """

    lines: tuple[Node, ...]
    said: Mapping[bytes, Said]
    heads: Heads
    own: tuple[int, ...]
    named: int | None
    gaps: Mapping[bytes, tuple[int, int]]
    broken: tuple[Broken, ...]
    forged: int
    forked: frozenset[bytes]

    @property
    def segment(self) -> bytes:
        """The lines that are taken in, as bytes to keep."""
        return b"".join(node.line + b"\n" for node in self.lines)

    @property
    def is_news(self) -> bool:
        """Say whether it is worth an entry: machines that only told each other what they heard have no news."""
        return bool(self.forked) or any(node.kind != records.Import.KIND for node in self.lines)

    @property
    def results(self) -> tuple[tuple[Node, bytes], ...]:
        """The lines that signed something, and the SHA-256 of what they signed."""
        return tuple(
            (node, records.Signature.take(StrictFields(node.entry.what, _("an entry"))).result)
            for node in self.lines
            if node.kind == records.Signature.KIND
        )


def intake(read: JournalExport, known: Known, own: bytes) -> Intake:
    """Return what is new in an export. `own` (32 bytes): the key of the machine that asks; its own lines it has."""
    return _Taking(read, known.copy(), own).intake(known)


class _Taking:
    """Takes lines in as far as they hold, whatever their order, and remembers what became of the others."""

    def __init__(self, read: JournalExport, grown: Known, own: bytes) -> None:
        self._read, self._grown, self._own = read, grown, own
        self._new: dict[bytes, tuple[Node, Said, Heads]] = {}
        self._waiting: dict[bytes, list[tuple[Line, Entry]]] = defaultdict(list)
        self._missing: set[bytes] = set()
        self._lost: list[int] = []
        self._named: list[int] = []
        self._broken: list[Broken] = []
        self._forged = 0

    def intake(self, before: Known) -> Intake:
        """Take in what holds, and return what is new."""
        for line in self._read.lines:
            if line.hash not in self._grown.nodes and line.hash not in self._missing:
                self._offer(line)
        past = self._grown.everything
        evidence = self._evidence(before, past)
        taken = self._bounded(evidence, past)
        nodes = tuple(node for node, _said, _heads in taken.values())
        return Intake(
            nodes,
            {node.hash: said for node, said, _heads in taken.values()},
            _newest(nodes),
            tuple(sorted(self._lost)),
            max(self._named, default=None),
            self._gaps(),
            tuple(self._broken),
            self._forged,
            frozenset(self._grown.nodes[each].writer for each in evidence),
        )

    def _offer(self, line: Line) -> None:
        try:
            entry = self._read.entry(line)
            heads = judging.needs(entry)
        except Unreadable as failure:
            self._broken.append(Broken(line.writer, line.number, failure.message, failure.code == judging.NEWER))
            return
        if not entry.is_sealed:
            self._forged += 1
            return
        if line.writer == self._own:
            self._lost.append(line.number)
            return
        self._named += [tip.number for tip in heads.get(self._own, ()) if self._grown.at(self._own, tip) is None]
        ready = deque([(line, entry)])
        while ready:
            each, its = ready.popleft()
            if (lacking := self._lacking(its)) is not None:
                self._missing.add(each.hash)
                self._waiting[lacking].append((each, its))
            elif self._judged(each, its):
                ready += self._waiting.pop(each.hash, [])

    def _lacking(self, entry: Entry) -> bytes | None:
        """Return a line that an entry stands on and that is not known; None where it can be judged."""
        below = [] if entry.number == 0 else [entry.after]
        below += [tip.hash for tips in judging.needs(entry).values() for tip in tips]
        return next((each for each in below if each not in self._grown.nodes), None)

    def _judged(self, line: Line, entry: Entry) -> bool:
        try:
            node, said = judging.judge(self._grown, entry, self._read.content, line)
        except (Refused, Unreadable) as failure:
            self._broken.append(Broken(line.writer, line.number, failure.message, failure.code == judging.NEWER))
            return False
        self._missing.discard(line.hash)
        self._grown.add(node, said)
        self._new[node.hash] = (node, said, judging.needs(entry))
        return True

    def _evidence(self, before: Known, past: Past) -> frozenset[bytes]:
        """Return the new ones of two lines that a writer wrote with one number, the lowest number that there is."""
        found = set[bytes]()
        for writer in {node.writer for node, _said, _heads in self._new.values()}:
            number, old = self._grown.forked_at(writer), before.forked_at(writer)
            if number is not None and number != old and judging.is_certified(self._grown, writer, past):
                level = [node.hash for node in self._grown.levels[writer][number]]
                new = sorted(hash_ for hash_ in level if hash_ in self._new)
                found |= set(new[: 2 - (len(level) - len(new))])
        return frozenset(found)

    def _bounded(self, evidence: frozenset[bytes], past: Past) -> dict[bytes, tuple[Node, Said, Heads]]:
        """Return the new lines, of what is not its writer's part only what officers signed or another's line needs.

        So a thief's laptop fills no disk, and what officers signed in a genuine branch is not lost. `evidence` that a
        writer forked is kept too.
        """
        if not self._new:
            return {}
        machines = fold(self._grown, past).machines
        needed = set(evidence)
        for node, said, heads in reversed(self._new.values()):
            machine = machines.get(node.writer)
            is_part = machine is not None and machine.owns(self._grown, node)
            if is_part or said.signed or said.present or node.hash in needed:
                needed.add(node.hash)
                needed |= {tip.hash for tips in heads.values() for tip in tips}
                if node.previous is not None:
                    needed.add(node.previous.hash)
        return {hash_: each for hash_, each in self._new.items() if hash_ in needed}

    def _gaps(self) -> Mapping[bytes, tuple[int, int]]:
        """Return of each writer whose lines wait for others the first missing number and the first that waits."""
        gaps: dict[bytes, tuple[int, int]] = {}
        for waiting in self._waiting.values():
            for _line, entry in waiting:
                first = gaps.get(entry.writer, (0, entry.number))[1]
                newest = self._grown.newest(entry.writer)
                gaps[entry.writer] = (0 if newest is None else newest.number + 1, min(first, entry.number))
        return gaps


def _newest(nodes: Iterable[Node]) -> Heads:
    """Return of each writer the newest of these lines, of one that forked the newest of each branch."""
    by_writer: dict[bytes, list[Node]] = defaultdict(list)
    for node in nodes:
        by_writer[node.writer].append(node)
    heads: dict[bytes, tuple[Tip, ...]] = {}
    for writer, lines in by_writer.items():
        below = {node.previous.hash for node in lines if node.previous is not None}
        heads[writer] = tuple(sorted(node.tip for node in lines if node.hash not in below))
    return heads


@dataclass(frozen=True, slots=True)
class Verified:
    """What an export says by itself: the lines, what is known once all of them are, and what each kept.

    `halts` are those that no line has, of officers of today.
    """

    known: Known
    kept: Mapping[bytes, bytes]
    halts: tuple[Halt, ...]


def verified(content: bytes) -> Verified:
    """Read an export that stands for itself, and believe nothing: all of it holds, or it is an Alarm.

    Raises Unreadable for what is none, and for what a newer release wrote.
    """
    read = JournalExport.read(content)
    found = intake(read, Known(), b"")
    wrong = [
        *(
            _("entry {number} of machine {machine} breaks a rule: {reason}").format(
                number=each.number, machine=each.writer.hex()[:8], reason=each.reason
            )
            for each in found.broken
        ),
        *([_("a line was not sealed by the machine in whose name it stands")] if found.forged else []),
        *([_("a line has not the form of an entry")] if read.strange else []),
        *(
            _("entries {first} to {last} of machine {machine} are missing").format(
                first=first, last=last - 1, machine=writer.hex()[:8]
            )
            for writer, (first, last) in found.gaps.items()
        ),
        *([] if read.whole else [_("its end is missing")]),
    ]
    if any(each.newer for each in found.broken) or read.newer:
        raise Unreadable(
            _("this export is of a format that a newer release wrote"),
            hint=_("Use that release. Nothing was changed."),
            code=judging.NEWER,
        )
    if wrong:
        raise Alarm(
            _("the journal is damaged or was changed: {what}").format(what=wrong[0]),
            hint=_("Keep this copy as evidence, and take another one."),
            code="journal-damaged",
        )
    known = Known()
    for node in found.lines:
        known.add(node, found.said[node.hash])
    return Verified(known, read.kept, _proven(read.halts, known))


def _proven(halts: Iterable[Halt], known: Known) -> tuple[Halt, ...]:
    """Return the halts that no line has. Raises Alarm for one that was called by nobody who is an officer today."""
    rules = fold(known, known.everything)
    rosters = [roster for _id, roster in rules.leaves]
    written = {said.halt.digest for _node, said in known.said if said.halt is not None}
    for halt in halts:
        if halt.treasury != known.treasury or officer_of(rosters, halt.officer) is None:
            raise Alarm(
                _("a halt in it was called by nobody who is an officer of this treasury today"),
                hint=_("Keep this copy as evidence, and take another one."),
                code="journal-damaged",
            )
    return tuple({halt.digest: halt for halt in halts if halt.digest not in written}.values())


def wanted(book: Book, first: int = 0, reader: bytes | None = None) -> tuple[Node, ...]:
    """Return the lines that an export holds: of this machine from `first` on, and what `reader` lacks of all.

    What a reader has, its own newest line that is known here says; all of it where nothing is known. The newest line of
    each writer is always among them, so that whoever lacks a line of his own has its proof.
    """
    known = book.known
    newest = {tip.hash for tip in known.tips.values()} | {book.head.hash}
    tip = None if reader is None else known.newest(reader)
    node = None if tip is None or reader is None else known.at(reader, tip)
    has = None if node is None else known.past_of(node)
    return tuple(
        each
        for each in book.lines
        if each.hash in newest
        or ((each.writer != book.writer or each.number >= first) and not (has and known.is_in(has, each)))
    )


def write(lines: Iterable[Node], kept: Mapping[bytes, bytes], halts: Iterable[Halt] = ()) -> bytes:
    """Return an export: lines, each after all that it covers; halts by their digest, kept bytes by their SHA-256."""
    carried = [
        canonical.encode({"base64": base64.b64encode(kept[digest]).decode(), "sha256": digest.hex()}) + b"\n"
        for digest in sorted(kept)
    ]
    called = [halt.encode().encode() + b"\n" for halt in sorted(halts, key=lambda each: each.digest)]
    return b"".join((*(node.line + b"\n" for node in lines), *called, *carried))


def kept_by(entry: Entry) -> tuple[bytes, ...]:
    """Return the SHA-256 of everything that a home keeps for an entry of its own. Raises Unreadable."""
    fields = StrictFields(entry.what, _("an entry"))
    if entry.kind == GENESIS:
        return _followed_by(fields)
    if fields.has("segment"):
        return (fields.hex("segment", 32),)
    if entry.kind == records.IdentitySealed.KIND:
        return (records.IdentitySealed.take(fields).identity,)
    record = _KEEPING.get(entry.kind)
    return () if record is None else record.take(fields).kept


def carried_by(entry: Entry) -> tuple[bytes, ...]:
    """Return what of it an export carries: what was signed, its review, and the journal that a genesis follows."""
    if entry.kind == records.Signature.KIND:
        signature = records.Signature.take(StrictFields(entry.what, _("an entry")))
        return signature.result, signature.review
    return kept_by(entry) if entry.kind == GENESIS else ()


_KEEPING: dict[str, type[records.Signature] | type[records.Objection]] = {
    records.Signature.KIND: records.Signature,
    records.Objection.REFUSED: records.Objection,
    records.Objection.DECLINED: records.Objection,
    records.Objection.ALARM: records.Objection,
}


def _followed_by(fields: StrictFields) -> tuple[bytes, ...]:
    follows = contents.Genesis.of(Signed.take(fields).statement).follows
    return () if follows is None else (follows.journal,)


def _kept(line: bytes) -> tuple[bytes, bytes]:
    fields = StrictFields(canonical.decode(line), _("an export's kept bytes"))
    digest, text = fields.hex("sha256", 32), fields.take("base64")
    fields.end()
    try:
        content = base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        content = b""
    if sha256(content).digest() != digest or base64.b64encode(content).decode() != text:
        raise Unreadable(_("an export's kept bytes are not those that it names"), hint=_("Export it again."))
    return digest, content
