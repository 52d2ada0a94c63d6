"""Makes a candidate an officer: keys drawn here, sealed under the officer's factors, and opened again to check.

Whether the roster takes the officer is decided elsewhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.meeting import Meeting
from custody.governance.commitment import Opening
from custody.governance.roster import Officer, Role
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.sealed import SealedIdentity, officer_file
from custody.text import safe

WORKING = frozenset({Role.APPROVER, Role.KEYHOLDER})
"""What an officer does unless told otherwise: approve, and hold a piece of every vault."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who is to be an officer: a name, a seat, whether as an alternate of the seat's principal, and what for.

    A `dated` alternate counts while the principal is absent only.
    """

    name: str
    seat: int
    alternate: bool
    roles: frozenset[Role]
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new officer as the roster has one, the opening of the name, the sealed identity's file, and the open keys."""

    officer: Officer
    name: Opening
    file: bytes
    keys: OfficerKeys


@contextmanager
def enrolled(candidates: Sequence[Candidate], network: Network, meeting: Meeting) -> Iterator[list[Enrolled]]:
    """Enrol officers, one after another; their keys are overwritten at the end of the block."""
    with ExitStack() as keys:
        yield [_enrol(candidate, network, meeting, keys) for candidate in candidates]


def _enrol(candidate: Candidate, network: Network, meeting: Meeting, keys: ExitStack) -> Enrolled:
    name = Opening.fresh(candidate.name)
    factors = meeting.new_factors(name.text)
    drawn = keys.enter_context(OfficerKeys.new())
    with meeting.working(_("Sealing the identity of {name}").format(name=safe(name.text))):
        identity = SealedIdentity.seal(drawn, factors.passphrase, factors.key_file, network)
        identity.unseal(factors.passphrase, factors.key_file).wipe()  # what does not open again is no identity
    factors.passphrase.wipe()
    public = drawn.public
    officer = Officer(
        public.officer,
        public.recipient,
        name.commitment,
        candidate.seat,
        candidate.alternate,
        candidate.roles,
        candidate.dated,
    )
    return Enrolled(officer, name, officer_file(identity), drawn)
