"""Makes a candidate an officer: keys drawn here, sealed under the officer's factors, and opened again to check.

Whether the roster takes the officer is decided elsewhere.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.arrivals import BRIEF_SECONDS
from custody.ceremony.table.background import Background, Underway
from custody.governance.commitment import Opening
from custody.governance.roster import Officer, Role
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import STANDARD, Network
from custody.keys.vaults.sealed import SealedIdentity, officer_file
from custody.text import safe

WORKING = frozenset({Role.APPROVER, Role.KEYHOLDER})
"""What an officer does unless told otherwise: approve, and hold a piece of every vault."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who is to be an officer: a name, a seat, whether as an alternate of the seat's principal, and what for.

    A `dated` alternate counts while the principal is absent only. The identity is sealed for so many `tokens`.
    """

    name: str
    seat: int
    alternate: bool
    roles: frozenset[Role]
    dated: bool = False
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new officer as the roster has one, the opening of the name, the sealed identity's file, and the open keys."""

    officer: Officer
    name: Opening
    file: bytes
    keys: OfficerKeys


@dataclass(frozen=True, slots=True)
class _Sealing:
    """A candidate who gave a passphrase, and the identity that is being sealed under it and opened again."""

    candidate: Candidate
    name: Opening
    keys: OfficerKeys
    identity: Underway[SealedIdentity]


@contextmanager
def enrolled(candidates: Sequence[Candidate], network: Network, meeting: Meeting) -> Iterator[list[Enrolled]]:
    """Enrol officers: the next is asked while the identity of the one before is sealed, and opened again to check.

    All are there when the block begins; their keys are overwritten at its end. What fails is raised before the next
    question, or at the end.
    """
    brief = STANDARD[network].seconds < BRIEF_SECONDS
    with ExitStack() as keys, closing(Background()) as background:
        sealing: deque[_Sealing] = deque()
        done: list[Enrolled] = []
        for candidate in candidates:
            while sealing and (brief or sealing[0].identity.ended):
                done.append(_sealed(sealing.popleft(), meeting))
            sealing.append(_begin(candidate, network, meeting, keys, background))
        yield [*done, *(_sealed(each, meeting) for each in sealing)]


def _begin(
    candidate: Candidate, network: Network, meeting: Meeting, keys: ExitStack, background: Background
) -> _Sealing:
    """Agree with a candidate on a passphrase, and begin to seal the keys that are drawn here."""
    name = Opening.fresh(candidate.name)
    drawn = keys.enter_context(OfficerKeys.new())
    factors = meeting.new_factors(name.text, candidate.tokens)
    identity = background.begin(lambda: factors.seal(drawn, network), factors.wipe, _nothing_secret)
    return _Sealing(candidate, name, drawn, identity)


def _sealed(each: _Sealing, meeting: Meeting) -> Enrolled:
    """Wait until an identity is sealed and has opened again. Raises what failed."""
    with meeting.working(_("Sealing the identity of {name}").format(name=safe(each.name.text))):
        identity = each.identity.result()
    public, candidate = each.keys.public, each.candidate
    officer = Officer(
        public.officer,
        public.recipient,
        each.name.commitment,
        candidate.seat,
        candidate.alternate,
        candidate.roles,
        candidate.dated,
    )
    return Enrolled(officer, each.name, officer_file(identity), each.keys)


def _nothing_secret(_identity: SealedIdentity) -> None:
    """A sealed identity may be seen by anybody who has the book."""
