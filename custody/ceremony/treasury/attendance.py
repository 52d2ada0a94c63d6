"""`Attendance`: officers prove to be present by opening their identities, and sign; their keys are wiped at the end.

Approving and unlocking are two things, and one officer may do both: whoever sits at the table is not asked again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self

from custody.catalogue import ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.meeting import Meeting, Offered
from custody.ceremony.treasury.arrivals import Arrivals, Coming, Keys
from custody.governance.roster import Officer, Role, Roster
from custody.governance.statement import Signed, Statement
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity


class Attendance:
    """A context manager: every key that was opened at the table is overwritten at the end.

    `carried` are identities that officers brought along on a medium of their own, beside those that the home keeps.
    `seated` are keys of people who proved to be there before, and stay their owner's to wipe.
    """

    def __init__(
        self,
        home: Home,
        meeting: Meeting,
        carried: Sequence[SealedIdentity] = (),
        seated: Iterable[OfficerKeys] = (),
    ) -> None:
        self._home = home
        self._carried: Mapping[bytes, SealedIdentity] = {each.public.officer: each for each in carried}
        self._arrivals = Arrivals(meeting, (each for each in seated if self.roster.officer(each.public.officer)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._arrivals.__exit__(*exception)

    @property
    def present(self) -> Mapping[bytes, OfficerKeys]:
        """Who sits here, by the Ed25519 key."""
        return self._arrivals.present

    @property
    def roster(self) -> Roster:
        """The roster that decides who may sit down."""
        return self._home.book.state.roster

    def agree(self, statement: Statement) -> Signed:
        """Let a quorum sign a statement that changes the rules. Raises Declined; Refused where too few can come."""
        roster = self.roster
        self._gather(
            Role.APPROVER,
            roster.rules,
            lambda missing: ngettext("{count} more seat must agree", "{count} more seats must agree", missing),
        )
        return self.signed(statement, roster.holding(Role.APPROVER))

    def one(self, wanted: str) -> Officer:
        """Return any one officer of the roster who sits here, and ask for one where nobody does."""
        self._arrivals.gather(lambda came: "" if came else wanted, lambda _came: self._coming(self.roster.officers))
        return next(officer for officer in self.roster.officers if officer.key in self.present)

    def holders(self, needed: int) -> dict[int, OfficerKeys]:
        """Return the keys of `needed` seats that hold a piece of the vault, by seat."""
        self._gather(
            Role.KEYHOLDER,
            needed,
            lambda missing: ngettext(
                "{count} more seat must unlock the vault", "{count} more seats must unlock the vault", missing
            ),
        )
        holding = [officer for officer in self.roster.holding(Role.KEYHOLDER) if officer.key in self.present]
        return {officer.seat: self.present[officer.key] for officer in reversed(holding)}

    def signed(self, statement: Statement, officers: Sequence[Officer], *joining: OfficerKeys) -> Signed:
        """Let those of these officers who sit here sign, and whoever joins."""
        keys = [self.present[each.key] for each in officers if each.key in self.present]
        return Signed(statement, {each.public.officer: each.sign(statement.to_sign) for each in (*keys, *joining)})

    def _gather(self, role: Role, needed: int, wanted: Callable[[int], str]) -> None:
        """Seat officers with this role until they speak for so many seats. Raises as `Arrivals.gather`."""

        def missing(came: Keys) -> str:
            count = needed - len(self.roster.voices(came, role))
            return wanted(count).format(count=count) if count > 0 else ""

        def coming(came: Keys) -> list[Coming]:
            taken = self.roster.voices(came, role)
            return self._coming([each for each in self.roster.holding(role) if each.seat not in taken])

        self._arrivals.gather(missing, coming)

    def _coming(self, officers: Sequence[Officer]) -> list[Coming]:
        """Those of these officers whose identities are here, as they are offered."""
        return [
            Coming(Offered(self._home.name_of(officer), officer.key, identity.needs_key_file), identity)
            for officer in officers
            if officer.key not in self.present and (identity := self._identity(officer)) is not None
        ]

    def _identity(self, officer: Officer) -> SealedIdentity | None:
        return self._home.identity(officer, self._carried)
