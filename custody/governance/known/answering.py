"""A question that a machine asks another, and its answer: that a head was the newest the other knew, just now.

An old export fits an old home and proves nothing; an answer names a nonce that lives in the process that asks and
nowhere else. Only a machine that writes for the treasury is believed (docs/spec/journal.md).
"""

from dataclasses import dataclass
from typing import Any, Self

from custody import canonical
from custody.catalogue import _
from custody.errors import Alarm, Mismatch, Refused
from custody.governance import ed25519
from custody.governance.entry import HASH_BYTES, WRITER_BYTES
from custody.governance.fields import StrictFields
from custody.governance.known.lines import Known, Node
from custody.governance.known.past import Past
from custody.governance.records import Import
from custody.governance.state import State
from custody.governance.statement import Heads, Tip, heads, heads_json, tip_of

NONCE_BYTES = 16

_QUESTION_TAG = b"custody/question/v1"
_ANSWER_TAG = b"custody/answer/v1"


@dataclass(frozen=True, slots=True)
class Question:
    """What `machine` (32 bytes) asks, whose newest entry is `head`: is there anything newer? `nonce` has 16 bytes."""

    treasury: bytes
    machine: bytes
    head: Tip
    nonce: bytes

    def encode(self) -> bytes:
        """Return the file."""
        said = {
            "head": [self.head.number, self.head.hash.hex()],
            "machine": self.machine.hex(),
            "nonce": self.nonce.hex(),
            "treasury": self.treasury.hex(),
        }
        return canonical.encode({"question": said})

    @property
    def digest(self) -> bytes:
        """SHA-256 of the tag and the file, 32 bytes."""
        return ed25519.digest(_QUESTION_TAG, self.encode())

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read the file. Raises Unreadable."""
        outer = StrictFields(canonical.decode(content), _("a question"))
        fields = StrictFields(outer.take("question"), _("a question"))
        outer.end()
        question = cls(
            treasury=fields.hex("treasury", HASH_BYTES),
            machine=fields.hex("machine", WRITER_BYTES),
            head=tip_of(fields.take("head")),
            nonce=fields.hex("nonce", NONCE_BYTES),
        )
        fields.end()
        return question


@dataclass(frozen=True, slots=True)
class Answer:
    """What `machine` (32 bytes) knows: the newest lines of whoever asked, and of everybody; under its `seal`."""

    question: bytes
    machine: bytes
    asker: tuple[Tip, ...]
    frontier: Heads
    seal: bytes = bytes(ed25519.SIGNATURE_BYTES)

    @property
    def to_seal(self) -> bytes:
        """The message that the writer's key signs."""
        return ed25519.message(_ANSWER_TAG, ed25519.digest(_ANSWER_TAG, canonical.encode(self._said())))

    def encode(self) -> bytes:
        """Return the file."""
        return canonical.encode({"answer": self._said(), "seal": self.seal.hex()})

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read the file. Raises Unreadable."""
        outer = StrictFields(canonical.decode(content), _("an answer"))
        fields = StrictFields(outer.take("answer"), _("an answer"))
        asked = StrictFields({"asker": {bytes(WRITER_BYTES).hex(): fields.take("asker")}}, _("an answer"))
        answer = cls(
            question=fields.hex("question", HASH_BYTES),
            machine=fields.hex("machine", WRITER_BYTES),
            asker=heads(asked, "asker")[bytes(WRITER_BYTES)],
            frontier=heads(fields, "frontier"),
            seal=outer.hex("seal", ed25519.SIGNATURE_BYTES),
        )
        fields.end()
        outer.end()
        return answer

    def _said(self) -> dict[str, Any]:
        return {
            "asker": [[tip.number, tip.hash.hex()] for tip in self.asker],
            "frontier": heads_json(self.frontier),
            "machine": self.machine.hex(),
            "question": self.question.hex(),
        }


def answer(question: Question, state: State, known: Known, past: Past) -> Answer:
    """Return what this machine answers, not sealed yet: what it knows, but for imports after which nothing was told.

    Those are no news, so no export ever brings them, and whoever asks would wait for them for ever.
    Raises Refused for another treasury's question, one of this machine's own, and of a machine that was never heard of;
    and where this machine itself may not write.
    """
    if question.treasury != state.treasury:
        raise Refused(_("this question is of another treasury"), code="foreign")
    if question.machine == state.writer:
        raise Refused(_("a machine does not answer itself"), hint=_("Ask another one."), code="own-machine")
    state.require_writer()
    if question.machine not in past.tips:
        raise Refused(
            _("nothing was ever heard here of the machine that asks"),
            hint=_("Import its export first: custody journal import FILE --home DIR"),
            code="unheard",
        )
    frontier = {
        writer: tuple(sorted({_telling(known, known.nodes[tip.hash]) for tip in tips}))
        for writer, tips in past.heads.items()
    }
    return Answer(question.digest, state.writer, past.heads[question.machine], frontier)


def _telling(known: Known, newest: Node) -> Tip:
    """Return the newest line of a chain that an export would bring."""
    return next(node for node in known.chain(newest) if node.kind != Import.KIND).tip


def require_newest(question: Question, answered: Answer, state: State, known: Known) -> None:
    """Believe an answer to this very question, or not: nothing that the other machine knows may be missing here.

    Raises Mismatch for an answer to something else, or of a machine that does not write for the treasury; Alarm where
    the other has lines of this machine that it does not have; Refused where lines of others are to be imported first.
    """
    machine = state.rules.machines.get(answered.machine)
    if answered.question != question.digest:
        raise Mismatch(_("this is an answer to another question"), hint=_("Ask again, and wait for its answer."))
    if machine is None or not machine.live or answered.machine == state.writer:
        raise Mismatch(_("the machine that answers does not write for the treasury, as far as is known here"))
    if not ed25519.holds(answered.machine, answered.seal, answered.to_seal):
        raise Mismatch(_("this answer was not sealed by the machine in whose name it stands"))
    if any(known.at(state.writer, tip) is None for tip in answered.asker):
        raise Alarm(
            _("another machine has entry {number} of this home's own journal, and this home does not").format(
                number=max(answered.asker).number
            ),
            hint=_("This home was rolled back to an older state. Stop, keep it, and restore the newest backup."),
            code="journal-rolled-back",
        )
    if any(known.at(writer, tip) is None for writer, tips in answered.frontier.items() for tip in tips):
        raise Refused(
            _("the machine that answers knows entries that are not here"),
            hint=_("Import its export first, then run this command again; or read the newest paper."),
            code="journal-gap",
        )
