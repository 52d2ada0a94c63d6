"""`Known`: the closed set of lines that a machine knows, and what officers said in them; grown, and never changed.

A line is in it only with all that it covers. What may come in is `judging`'s to say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from custody.catalogue import _
from custody.governance.approval import Approved
from custody.governance.chain import Line
from custody.governance.entry import Entry
from custody.governance.fields import StrictFields
from custody.governance.halt import Halt
from custody.governance.known.past import NOTHING, Past, merged
from custody.governance.records import BackupMade, Sealing
from custody.governance.roster import Roster
from custody.governance.statement import GENESIS, Heads, Signed, Tip, heads

STANDING_ON_MORE = frozenset({"imported", "joined", "begun"})
"""Kinds of lines that stand on other machines' too."""


class Node:
    """A line in the set. `past` is what a line covers that stands on it; None where it adds nothing but itself.

    Its bytes are those of `content` from `begin` to `end`.
    """

    __slots__ = ("at", "begin", "content", "end", "hash", "kind", "number", "past", "previous", "writer")

    def __init__(self, content: bytes, line: Line, previous: "Node | None", past: Past | None) -> None:
        self.writer, self.number, self.hash, self.kind, self.at = (
            line.writer,
            line.number,
            line.hash,
            line.kind,
            line.at,
        )
        self.content, self.begin, self.end = content, line.begin, line.end
        self.previous, self.past = previous, past

    @property
    def line(self) -> bytes:
        """Its bytes, without the end."""
        return self.content[self.begin : self.end]

    @property
    def entry(self) -> Entry:
        """The line, read strictly. Raises Unreadable."""
        return Entry.decode(self.line)

    @property
    def tip(self) -> Tip:
        """How others name it."""
        return Tip(self.number, self.hash)


@dataclass(frozen=True, slots=True)
class KnownRoster:
    """A roster: its id (32 bytes), the ids that it follows, and what it says."""

    id: bytes
    basis: tuple[bytes, ...]
    roster: Roster


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says that the rules, or this machine's files, depend on.

    `signed` a well-made statement, and the `roster` that it makes; `halt` a halt; `present` who approved; `identities`
    the SHA-256 of officers' sealed files, by key; `sealings` the vaults' generations; `backup` a copy that was made.
    """

    signed: Signed | None = None
    roster: KnownRoster | None = None
    halt: Halt | None = None
    present: tuple[Approved, ...] = ()
    identities: Mapping[bytes, bytes] = field(default_factory=dict)
    sealings: Mapping[str, Sealing] = field(default_factory=dict)
    backup: BackupMade | None = None

    @property
    def officers(self) -> frozenset[bytes]:
        """The keys of the officers who signed the line, or in it; nobody, where the machine wrote it alone."""
        signed = self.signed.by if self.signed is not None else frozenset(self.identities)
        halting = (self.halt.officer,) if self.halt is not None else ()
        return frozenset((*signed, *halting, *(each.approval.officer for each in self.present)))


@dataclass(frozen=True, slots=True)
class Stated:
    """A well-made statement, the line in which it stands, and the roster that it makes."""

    signed: Signed
    node: Node
    roster: KnownRoster | None

    @property
    def digest(self) -> bytes:
        """The statement's digest."""
        return self.signed.statement.digest


@dataclass(slots=True, eq=False)
class Known:
    """The set. `treasury` is the digest of the genesis; None while nothing is known.

    `said` is what was said in all lines that said something, as they came.
    """

    treasury: bytes | None = None
    nodes: dict[bytes, Node] = field(default_factory=dict)
    levels: dict[bytes, dict[int, tuple[Node, ...]]] = field(default_factory=dict)
    rosters: dict[bytes, KnownRoster] = field(default_factory=dict)
    statements: list[Stated] = field(default_factory=list)
    said: list[tuple[Node, Said]] = field(default_factory=list)

    def copy(self) -> "Known":
        """Return a set that grows on its own."""
        levels = {writer: dict(each) for writer, each in self.levels.items()}
        nodes, rosters = dict(self.nodes), dict(self.rosters)
        return Known(self.treasury, nodes, levels, rosters, list(self.statements), list(self.said))

    def add(self, node: Node, said: Said | None = None) -> None:
        """Take a line in, which was judged."""
        self.nodes[node.hash] = node
        levels = self.levels.setdefault(node.writer, {})
        levels[node.number] = (*levels.get(node.number, ()), node)
        if said is None:
            return
        self.said.append((node, said))
        if said.signed is not None:
            self.statements.append(Stated(said.signed, node, said.roster))
            if said.signed.statement.kind == GENESIS:
                self.treasury = said.signed.statement.digest
        if said.roster is not None:
            self.rosters.setdefault(said.roster.id, said.roster)

    def at(self, writer: bytes, tip: Tip) -> Node | None:
        """Return the line that somebody names, None where it is not known."""
        node = self.nodes.get(tip.hash)
        return node if node is not None and (node.writer, node.number) == (writer, tip.number) else None

    def newest(self, writer: bytes) -> Tip | None:
        """Return the newest line of a writer, of a forked one that of the longest branch; None where none is known."""
        levels = self.levels.get(writer)
        return max(node.tip for node in levels[max(levels)]) if levels else None

    def forked_at(self, writer: bytes) -> int | None:
        """Return the number of the first of two lines of one number that this writer wrote; None for an honest one."""
        return min((n for n, nodes in self.levels.get(writer, {}).items() if len(nodes) > 1), default=None)

    def ancestor(self, node: Node, number: int) -> Node:
        """Return the line of this number on which a line of the same writer stands, or that it is."""
        level = self.levels[node.writer][number]
        if len(level) == 1:
            return level[0]
        walked: Node | None = node
        while walked is not None and walked.number > number:
            walked = walked.previous
        return walked or node

    def covers(self, writer: bytes, upper: Tip, lower: Tip) -> bool:
        """Say whether a line of a writer stands on another of the same, or is it. Both are known."""
        node = self.at(writer, upper)
        if node is None or lower.number > upper.number:
            return False
        return self.ancestor(node, lower.number).hash == lower.hash

    def past_of(self, node: Node) -> Past:
        """Return what a line covers that stands on this one."""
        walked = node
        while walked.past is None:  # the lines since the last one that said anything share its past
            walked = walked.previous or walked
        if walked is node:
            return walked.past
        return walked.past.beyond(node.writer, node.tip, walked.tip)

    def standing_on(self, previous: Node | None, heads: Heads | None) -> Past:
        """Return what a line covers that stands on these. The heads are all known."""
        below = [] if previous is None else [self.past_of(previous)]
        for writer, tips in (heads or {}).items():
            below += [self.past_of(node) for tip in tips if (node := self.at(writer, tip)) is not None]
        return below[0] if len(below) == 1 else merged(below, self.covers)

    def past_below(self, node: Node) -> Past:
        """Return what a line covers, itself left out. Raises Unreadable."""
        if node.past is None or node.kind not in STANDING_ON_MORE:
            return NOTHING if node.previous is None else self.past_of(node.previous)
        named = StrictFields(node.entry.what, _("an entry"))
        return self.standing_on(node.previous, heads(named))

    def is_in(self, past: Past, node: Node) -> bool:
        """Say whether a line is in a past."""
        return past.covers(node.writer, node.tip, self.covers)

    def chain(self, node: Node) -> Iterator[Node]:
        """Yield a line and those of the same writer on which it stands, newest first."""
        walked: Node | None = node
        while walked is not None:
            yield walked
            walked = walked.previous

    @property
    def everything(self) -> Past:
        """What a line would cover that stands on all of this."""
        below = {node.previous.hash for node in self.nodes.values() if node.previous is not None}
        return merged([self.past_of(node) for node in self.nodes.values() if node.hash not in below], self.covers)

    @property
    def tips(self) -> Mapping[bytes, Tip]:
        """The newest line of each writer."""
        return {writer: tip for writer in self.levels if (tip := self.newest(writer)) is not None}
