"""Whether officers signed over the rules that the lines make: the state in each statement and approval is the fold's.

Another state is no rule that was broken: the signatures count. It says that the machine showed its officers something
else than its journal holds, which whoever verifies must hear (docs/spec/journal.md).
"""

from collections.abc import Iterator
from hashlib import sha256

from custody import canonical
from custody.catalogue import _
from custody.errors import Alarm
from custody.governance.known.fold import fold, marks_in, state_of
from custody.governance.known.judging import PLAIN
from custody.governance.known.lines import STANDING_ON_MORE, Known, Node, Said
from custody.governance.known.past import Past
from custody.governance.records import Signature
from custody.governance.statement import GENESIS


def check_states(known: Known) -> None:
    """Raise Alarm for the first line whose officers signed over other rules than its past makes."""
    checking = _Checking(known)
    for node, said in known.said:
        stated = set(_states(said))
        if stated and stated != {checking.state_below(node)}:
            raise Alarm(
                _("entry {number} of machine {machine} was agreed on over other rules than the journal makes").format(
                    number=node.number, machine=node.writer.hex()[:8]
                ),
                hint=_("That machine showed its officers something else. Trust nothing that it wrote since."),
                code="state-changed",
            )


def _states(said: Said) -> Iterator[bytes]:
    if said.signed is not None and said.signed.statement.kind != GENESIS:
        yield said.signed.statement.state
    yield from (each.approval.state for each in said.present)


class _Checking:
    """Folds each past once, though thousands of signatures stand on the same rules."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._running: dict[bytes, bytes] = {}
        self._rules: dict[bytes, bytes] = {}
        self._events: dict[bytes, bytes] = {}

    def state_below(self, node: Node) -> bytes:
        """Return the digest of the fold of what a line covers."""
        past = self._known.past_below(node)
        marks = {
            writer.hex(): [[tip.number, self._marks(self._known.nodes[tip.hash]).hex()] for tip in sorted(tips)]
            for writer, tips in past.tips.items()
        }
        return state_of(marks, self._rules_of(node, past))

    def _rules_of(self, node: Node, past: Past) -> bytes:
        """Return the rules below a line: those of the line before it, where that changed none."""
        if node.previous is None or node.kind in STANDING_ON_MORE:
            return canonical.encode(fold(self._known, past).to_json())
        event = self._event(node.previous)
        if event not in self._rules:
            self._rules[event] = canonical.encode(fold(self._known, past).to_json())
        return self._rules[event]

    def _event(self, node: Node) -> bytes:
        """Return the hash of the newest line on a chain that the rules may depend on."""
        passed = []
        walked = node
        while walked.hash not in self._events and walked.kind in PLAIN and walked.previous is not None:
            passed.append(walked.hash)
            walked = walked.previous
        event = self._events.setdefault(walked.hash, walked.hash)
        self._events.update(dict.fromkeys(passed, event))
        return event

    def _marks(self, tip: Node) -> bytes:
        """Return the running hash of what was signed up to a line."""
        unknown, node = [], tip
        while node.hash not in self._running and node.previous is not None:
            unknown.append(node)
            node = node.previous
        running = self._running.get(node.hash, bytes(32))
        for each in reversed(unknown):
            if each.kind == Signature.KIND:
                running = sha256(running + b"".join(marks_in(each.line))).digest()
            self._running[each.hash] = running
        return running
