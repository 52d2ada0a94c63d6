"""Which machines write for the treasury, and which lines are each one's part: step 3 of the fold.

Ends and forks take nothing from statements and approvals, which count by officers' signatures. They take the lines that
nobody signed, and the halts of former officers (docs/spec/journal.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from custody.governance import contents
from custody.governance.known.lines import Known, Node, Stated
from custody.governance.known.past import Past
from custody.governance.statement import GENESIS, MACHINE, Tip


@dataclass(frozen=True, slots=True)
class Writer:
    """A machine as the officers certified it: its key (32 bytes), the commitment of its name, and the one it replaced.

    `ends` are its last lines that are its own, as standing ends name them; `forked` the first number that stands twice.
    """

    key: bytes
    name: bytes | None
    certified: bool
    replaced: bytes | None
    newest: Tip | None
    ends: tuple[Tip, ...]
    forked: int | None

    @property
    def live(self) -> bool:
        """Say whether it may sign and seal."""
        return self.certified and not self.ends and self.forked is None

    def owns(self, known: Known, node: Node) -> bool:
        """Say whether a line of this writer is in its part."""
        if not self.certified:
            return False
        if self.ends:
            return all(self._below(known, end, node) for end in self.ends)
        return self.forked is None or node.number < self.forked

    def _below(self, known: Known, end: Tip, node: Node) -> bool:
        if known.at(self.key, end) is None:
            return node.number <= end.number
        return known.covers(self.key, end, node.tip)


def writers(known: Known, past: Past, standing: Iterable[Stated]) -> Mapping[bytes, Writer]:
    """Return every writer that is known or certified, by key."""
    certified, named, replaced = set[bytes](), dict[bytes, bytes | None](), dict[bytes, bytes]()
    ends: dict[bytes, set[Tip]] = {}
    for stated in known.statements:
        if stated.signed.statement.kind == GENESIS:
            certified.add(stated.node.writer)
            named[stated.node.writer] = contents.Genesis.of(stated.signed.statement).machine
    for stated in standing:
        if stated.signed.statement.kind != MACHINE:
            continue
        says = contents.Machine.of(stated.signed.statement)
        if says.key is not None:
            certified.add(says.key)
            if says.name is not None or says.key not in named:
                named[says.key] = says.name
        if says.replaces is not None:
            ends.setdefault(says.replaces.key, set()).add(says.replaces.last)
            if says.key is not None:
                replaced[says.key] = says.replaces.key
    return {
        key: Writer(
            key,
            named.get(key),
            key in certified,
            replaced.get(key),
            max(past.tips[key]) if key in past.tips else None,
            tuple(sorted(ends.get(key, ()))),
            _forked(known, past, key),
        )
        for key in sorted(certified | past.tips.keys())
    }


def _forked(known: Known, past: Past, key: bytes) -> int | None:
    """Return the first number that stands twice in a past, of a writer that forked; None of an honest one."""
    nodes = [node for tip in past.tips.get(key, ()) if (node := known.at(key, tip)) is not None]
    if len(nodes) < 2:
        return None
    number = min(node.number for node in nodes)
    while number >= 0 and len({known.ancestor(node, number).hash for node in nodes}) > 1:
        number -= 1
    return number + 1
