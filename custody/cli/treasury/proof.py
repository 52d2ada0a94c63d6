"""What a verified journal proves: for each signature and change of rules the officers, and what nobody signed."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from custody.catalogue import _
from custody.governance import records
from custody.governance.chain import Head
from custody.governance.fields import StrictFields
from custody.governance.known.ground import Ground
from custody.governance.known.lines import Node
from custody.governance.paper import words_of
from custody.governance.roster import Officer
from custody.governance.statement import GENESIS
from custody.text import safe

_KEY_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Proven:
    """A line: its machine (32 bytes) and number, its kind, what was signed (a digest, if anything), and by whom."""

    machine: bytes
    number: int
    kind: str
    document: bytes | None
    officers: tuple[tuple[bytes, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as scripts read it."""
        return {
            "machine": self.machine.hex(),
            "n": self.number,
            "kind": self.kind,
            "document": None if self.document is None else self.document.hex(),
            "officers": [key.hex() for key, _name in self.officers],
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """What a journal proves. `genesis` is the first entry: its words come from elsewhere, or all of it is invented."""

    treasury: bytes
    genesis: Head
    machines: Mapping[bytes, int]
    signed: tuple[Proven, ...]
    alone: tuple[Proven, ...]
    backwards: tuple[Proven, ...]

    def lines(self) -> Iterator[str]:
        """Yield it in sentences."""
        yield _("It begins with: {words}").format(words=" ".join(words_of(self.treasury, self.genesis)))
        yield _("Compare that with the paper of the founding: an invented treasury verifies too.")
        for each in self.signed:
            names = ", ".join(safe(name) for _key, name in each.officers)
            what = "" if each.document is None else " " + each.document.hex()[: 2 * _KEY_SHOWN]
            yield _("{machine} {number}  {kind}{what}: {names}").format(
                machine=each.machine.hex()[:_KEY_SHOWN], number=each.number, kind=each.kind, what=what, names=names
            )
        if self.alone:
            kinds = Counter(each.kind for each in self.alone)
            listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
            yield _("Nobody signed, the machines wrote alone: {listed}").format(listed=listed)
        for each in self.backwards:
            yield _(
                "{machine} {number}  was written at an earlier time than the entry before it: a clock was set."
            ).format(machine=each.machine.hex()[:_KEY_SHOWN], number=each.number)


def of(ground: Ground, name: Callable[[Officer], str]) -> Proof:
    """Return what a verified set of lines proves; `name` says what an officer is called."""
    known = ground.known
    called = {officer.key: name(officer) for each in known.rosters.values() for officer in each.roster.officers}
    said = {node.hash: each.officers for node, each in known.said}
    signed: list[Proven] = []
    alone: list[Proven] = []
    backwards: list[Proven] = []
    for node in known.nodes.values():
        by = said.get(node.hash, frozenset[bytes]())
        proven = Proven(
            node.writer,
            node.number,
            node.kind,
            _document(node),
            tuple(sorted(((key, called.get(key, key.hex()[:_KEY_SHOWN])) for key in by), key=itemgetter(1))),
        )
        (signed if by else alone).append(proven)
        if node.previous is not None and node.at < node.previous.at:
            backwards.append(proven)
    genesis = next(each.node for each in known.statements if each.signed.statement.kind == GENESIS)
    machines = Counter(node.writer for node in known.nodes.values())
    return Proof(
        ground.rules.treasury,
        Head(genesis.number, genesis.hash),
        machines,
        tuple(signed),
        tuple(alone),
        tuple(backwards),
    )


def _document(node: Node) -> bytes | None:
    if node.kind != records.Signature.KIND:
        return None
    return records.Signature.take(StrictFields(node.entry.what, _("an entry"))).digest
