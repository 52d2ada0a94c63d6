"""What a book says of a sitting beside what its transcript comes to: its head, and every set of cards made there.

docs/spec/transcript.md, "The book of a treasury".
"""

from custody import canonical
from custody.catalogue import _
from custody.ceremony.candidates.records import set_record
from custody.ceremony.plan.plan import Key
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.contents import Ink, Signed
from custody.ceremony.transcript.key_lines import KeyMade
from custody.errors import Mismatch
from custody.governance import ed25519
from custody.governance.ceremonies.entered import CardSet, Sitting
from custody.governance.state import State
from custody.governance.statement import Tip

_CARDS_TAG = b"custody/ceremony/cards/v1"


def held(found: Account) -> Sitting:
    """Return what a book says of a sitting: its head, and the sets of cards that were made there."""
    standing, head = found.standing, found.transcript.head
    keys = {key.id: key for key in standing.plan.keys}
    sets = (_cards(keys[name], made) for name, made in sorted(standing.made.items()))
    return Sitting(
        standing.plan.digest, standing.begun.sitting, Tip(head.number, head.hash), _aloud(found), tuple(sets)
    )


def _aloud(found: Account) -> Tip:
    """Return the line whose words everybody wrote down at the end; before the end, the one that it would be now."""
    standing = found.standing
    before = found.transcript.lines[: standing.done.get(f"{standing.begun.sitting}/closing/final")]
    line = next(each for each in reversed(before) if not isinstance(each.content, Signed | Ink))
    return Tip(line.number, line.hash)


def _cards(key: Key, made: KeyMade) -> CardSet:
    record = set_record(key, made.follows)
    commitments = [[each.hex() for each in group] for group in made.follows.cards]
    return CardSet(
        key.id,
        record.identifier,
        record.fingerprint,
        record.other_fingerprint,
        ed25519.digest(_CARDS_TAG, canonical.encode(commitments)),
        record.scheme.group_threshold,
        record.scheme.groups,
    )


def is_named(state: State, found: Account) -> bool:
    """Say whether a book names this very sitting. Raises Mismatch where it says something else of it, or two things."""
    ours = held(found)
    said = state.named(ours.plan, ours.name)
    for each in said:
        if each != ours:
            raise _differs(ours, each)
    return bool(said)


def _differs(ours: Sitting, theirs: Sitting) -> Mismatch:
    told = _("of sitting {sitting} the book names another transcript, which ends with line {number} ({hash})")
    if theirs.head == ours.head:
        told = _("of sitting {sitting} the book says other keys or cards than the transcript with its head")
    return Mismatch(
        told.format(sitting=ours.name, number=theirs.head.number, hash=theirs.head.hash.hex()[:16]),
        hint=_("Compare the words of both with the papers: custody journal show --kind ceremony --home DIR"),
        code="head-differs",
    )
