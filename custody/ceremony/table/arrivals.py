"""Officers come to the table one after another: the next is asked while the identity of the one before is opened.

Nobody counts before an identity has opened, and nobody is asked for a place that those who are being tried may fill.
Outcomes are told in the order in which people came, between two questions and never within one. What is quick is waited
for.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from custody.catalogue import _
from custody.ceremony.meeting import Meeting, Offered
from custody.ceremony.table.background import Background, Underway
from custody.errors import CustodyError, Declined, Mismatch, Refused
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe

BRIEF_SECONDS = 0.25
"""A derivation that takes no longer on an ordinary laptop is waited for: its answer comes before the next question."""

Keys = Collection[bytes]
"""Officers by their Ed25519 keys."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who may come next: as offered to the people at the table, and the identity to open."""

    offered: Offered
    identity: SealedIdentity

    @classmethod
    def of(cls, name: str, seat: int, identity: SealedIdentity, signs: str) -> Self:
        """Offer whoever an identity is of, under this name, to sign what `signs` says."""
        offered = Offered(name, identity.public.officer, seat, identity.needs_key_file, identity.tokens, signs)
        return cls(offered, identity)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Somebody who gave a passphrase that is being tried."""

    coming: Coming
    opening: Underway[OfficerKeys]

    @property
    def at_once(self) -> bool:
        """Say whether the outcome is there, or will be in a moment."""
        return self.opening.ended or self.coming.identity.parameters.seconds < BRIEF_SECONDS


class Arrivals:
    """A context manager: at its end every key that was opened here is overwritten, and every passphrase.

    `seated` are keys of people who proved to be there before, and stay their owner's to wipe.
    """

    def __init__(self, meeting: Meeting, seated: Iterable[OfficerKeys] = ()) -> None:
        self._meeting = meeting
        self._present = {each.public.officer: each for each in seated}
        self._opened: list[OfficerKeys] = []
        self._expected: deque[_Arrival] = deque()
        self._told: set[bytes] = set()
        self._background = Background()

    @property
    def present(self) -> Mapping[bytes, OfficerKeys]:
        """Who proved to be there, by the Ed25519 key, in the order of coming."""
        return self._present

    def gather(self, missing: Callable[[Keys], str], coming: Callable[[Keys], Sequence[Coming]]) -> None:
        """Ask for officers until none is missing, and wait until each of them has proven to be there.

        `missing` says what is still wanted where these officers came, "" where nothing is; `coming` who may come beside
        them. Raises Refused where nobody may, and as `Meeting.next_officer` and `officer_refused` do.
        """
        while True:
            while self._expected and self._expected[0].at_once:
                self._hear_next()
            came = [*self._present, *(each.coming.offered.key for each in self._expected)]
            wanted = missing(came)
            offered = coming(came) if wanted else ()
            if offered:
                self._ask(wanted, offered)
            elif self._expected:
                self._hear_next()
            elif wanted:
                raise Refused(
                    _("{wanted}, and no identity of another officer is here").format(wanted=wanted),
                    hint=_("An officer who keeps an identity on a medium brings it: --officer-file FILE."),
                    code="quorum",
                )
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._background.close()
        for keys in self._opened:
            keys.wipe()
        self._present.clear()

    def _ask(self, wanted: str, offered: Sequence[Coming]) -> None:
        """Ask who comes, and begin to open that identity."""
        for each in self._expected:
            if each.coming.offered.key not in self._told:
                self._meeting.say(_("{name}: the passphrase is being tried.").format(name=_name(each)))
                self._told.add(each.coming.offered.key)
        try:
            place, factors = self._meeting.next_officer(wanted, [each.offered for each in offered])
        except Declined:
            raise
        except CustodyError:
            while self._expected:  # a wrong passphrase is told first, as where each is waited for
                self._hear_next()
            raise
        chosen = offered[place]
        opening = self._background.begin(lambda: factors.unseal(chosen.identity), factors.wipe, OfficerKeys.wipe)
        self._expected.append(_Arrival(chosen, opening))

    def _hear_next(self) -> None:
        """Wait for the outcome of whoever came first: who opened an identity is present, who did not may come again."""
        arrival = self._expected.popleft()
        key = arrival.coming.offered.key
        told = key in self._told
        self._told.discard(key)
        try:
            with self._meeting.working(_("Opening the identity of {name}").format(name=_name(arrival))):
                keys = arrival.opening.result()
        except Mismatch as failure:
            self._meeting.officer_refused(arrival.coming.offered.name, failure)
            return
        self._opened.append(keys)
        self._present[key] = keys
        if told:
            self._meeting.say(_("{name} is here.").format(name=_name(arrival)))


def _name(arrival: _Arrival) -> str:
    return safe(arrival.coming.offered.name)
