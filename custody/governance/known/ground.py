"""`Ground`: what a machine stands on that begins to write: all lines that it knows, and the rules that they make."""

from dataclasses import dataclass
from typing import Any, Self

from custody.governance.contents import Replaced
from custody.governance.known.fold import fold, state_digest
from custody.governance.known.lines import Known
from custody.governance.known.past import Past
from custody.governance.state import Rules
from custody.governance.statement import Statement, Tip


@dataclass(frozen=True, slots=True)
class Ground:
    """A closed set of lines that nothing of an own journal follows yet."""

    known: Known
    past: Past
    rules: Rules

    @classmethod
    def of(cls, known: Known) -> Self:
        """Stand on everything that is known."""
        past = known.everything
        return cls(known, past, fold(known, past))

    @property
    def segment(self) -> bytes:
        """All lines, each after what it covers: the bytes that a first entry keeps."""
        return b"".join(node.line + b"\n" for node in self.known.nodes.values())

    @property
    def state(self) -> bytes:
        """The digest of the fold."""
        return state_digest(self.known, self.past, self.rules)

    def last_of(self, writer: bytes, own: Tip) -> Replaced:
        """Return the newest line of a writer that stands on its own one, or that one, for a statement that ends it.

        So a branch that a thief of the key wrote beside it is not made the machine's own.
        """
        tips = self.past.tips.get(writer, ())
        return Replaced(writer, max((tip for tip in tips if self.known.covers(writer, tip, own)), default=own))

    def statement(self, kind: str, says: dict[str, Any], machine: bytes, at: int) -> Statement:
        """Return a statement for officers to sign on a new machine. `at`: the time that they are shown."""
        return Statement(kind, self.rules.treasury, machine, self.past.heads, self.past.leaves, self.state, at, says)
