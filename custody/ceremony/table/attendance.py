"""`Attendance`: officers prove to be present by opening their identities, and sign; their keys are wiped at the end.

Approving and unlocking are two things, and one officer may do both: whoever sits at the table is not asked again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Self

from custody.catalogue import ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.meeting import Meeting
from custody.ceremony.table.arrivals import Arrivals, Coming, Keys
from custody.governance.roster import Officer, Role, Roster, officer_of
from custody.governance.statement import Signed, Statement
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity


class Attendance:
    """A context manager: every key that was opened at the table is overwritten at the end.

    `carried` are identities that officers brought along on a medium of their own, beside those that the home keeps.
    `seated` are keys of people who proved to be there before, and stay their owner's to wipe. `rosters` are those that
    decide who may sit down, where they are not the home's. `signs` says what keys sign that are opened here.
    """

    def __init__(
        self,
        home: Home,
        meeting: Meeting,
        carried: Sequence[SealedIdentity] = (),
        seated: Iterable[OfficerKeys] = (),
        rosters: Iterable[Roster] | None = None,
        *,
        signs: str = "",
    ) -> None:
        self._home = home
        self._carried: Mapping[bytes, SealedIdentity] = {each.public.officer: each for each in carried}
        self._rosters = home.book.state.rosters if rosters is None else tuple(rosters)
        self._acting = home.acting
        self._signs = signs
        ours = (each for each in seated if officer_of(self._rosters, each.public.officer) is not None)
        self._arrivals = Arrivals(meeting, ours)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._arrivals.__exit__()

    @property
    def present(self) -> Mapping[bytes, OfficerKeys]:
        """Who sits here, by the Ed25519 key."""
        return self._arrivals.present

    def agree(self, statement: Statement) -> Signed:
        """Let a quorum sign a statement that changes the rules: one in each roster, where they are contested.

        Raises Declined; Refused where too few can come.
        """
        for roster in self._rosters:
            self._gather(
                roster.holding(Role.APPROVER),
                roster.rules,
                lambda missing: ngettext("{count} more seat must agree", "{count} more seats must agree", missing),
            )
        approvers = [officer for roster in self._rosters for officer in roster.holding(Role.APPROVER)]
        return self.signed(statement, approvers)

    def one(self, wanted: str) -> OfficerKeys:
        """Return the keys of any one officer who sits here, and ask for one where nobody does, alternates too."""
        officers = {officer.key: officer for roster in self._rosters for officer in roster.officers}
        self._arrivals.gather(lambda came: "" if came else wanted, lambda _came: self._coming(tuple(officers.values())))
        return next(iter(self.present.values()))

    def holders(self, needed: int, eligible: Collection[bytes] | None = None) -> dict[int, OfficerKeys]:
        """Return the keys of `needed` seats that hold a piece of a vault, by seat. `eligible`: who has one (keys)."""
        holding = [
            each
            for each in self._rosters[0].holding(Role.KEYHOLDER)
            if (eligible is None or each.key in eligible) and self._counts(each)
        ]
        self._gather(
            holding,
            needed,
            lambda missing: ngettext(
                "{count} more seat must unlock the vault", "{count} more seats must unlock the vault", missing
            ),
        )
        return {each.seat: self.present[each.key] for each in reversed(holding) if each.key in self.present}

    def answering(self) -> tuple[OfficerKeys, ...]:
        """Return the keys of enough officers to answer for something: as many seats as unlock, else as decide."""
        for roster in self._rosters:
            role = Role.KEYHOLDER if roster.seats(Role.KEYHOLDER) else Role.APPROVER
            self._gather(
                roster.holding(role),
                roster.unlock if role is Role.KEYHOLDER else roster.rules,
                lambda missing: ngettext(
                    "{count} more seat must answer for this", "{count} more seats must answer for this", missing
                ),
            )
        return tuple(self.present.values())

    def signed(self, statement: Statement, officers: Sequence[Officer], *joining: OfficerKeys) -> Signed:
        """Let those of these officers who sit here sign, and whoever joins."""
        here = {each.key: self.present[each.key] for each in officers if each.key in self.present}
        keys = (*here.values(), *joining)
        return Signed(statement, {each.public.officer: each.sign(statement.to_sign) for each in keys})

    def _gather(self, officers: Sequence[Officer], needed: int, wanted: Callable[[int], str]) -> None:
        """Seat some of these officers until they speak for so many seats. Raises as `Arrivals.gather`."""
        counting = [each for each in officers if self._counts(each)]

        def seats(came: Keys) -> set[int]:
            return {each.seat for each in counting if each.key in came}

        def missing(came: Keys) -> str:
            count = needed - len(seats(came))
            return wanted(count).format(count=count) if count > 0 else ""

        def coming(came: Keys) -> list[Coming]:
            taken = seats(came)
            return self._coming([each for each in counting if each.seat not in taken])

        self._arrivals.gather(missing, coming)

    def _coming(self, officers: Sequence[Officer]) -> list[Coming]:
        """Those of these officers whose identities are here, as they are offered."""
        return [
            Coming.of(self._home.name_of(officer), officer.seat, identity, self._signs)
            for officer in officers
            if officer.key not in self.present and (identity := self._identity(officer)) is not None
        ]

    def _counts(self, officer: Officer) -> bool:
        """Say whether an officer may sit down: a dated alternate only while the principal is absent."""
        return not officer.dated or officer.key in self._acting

    def _identity(self, officer: Officer) -> SealedIdentity | None:
        return self._home.identity(officer, self._carried)
