"""`Attendance`: officers prove to be present by opening their identities, and sign; their keys are wiped at the end.

Approving and unlocking are two things, and one officer may do both: whoever sits at the table is not asked again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Self

from custody.catalogue import _, ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.meeting import Meeting, Offered
from custody.errors import Mismatch, Refused
from custody.governance.roster import Officer, Role, Roster
from custody.governance.statement import Signed, Statement
from custody.keys.vaults.officer import OfficerKeys
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe


class Attendance:
    """A context manager: every key that was opened at the table is overwritten at the end.

    `carried` are identities that officers brought along on a medium of their own, beside those that the home keeps.
    `seated` are keys of people who proved to be there before, and stay their owner's to wipe. `rosters` are those that
    decide who may sit down, where they are not the home's.
    """

    def __init__(
        self,
        home: Home,
        meeting: Meeting,
        carried: Sequence[SealedIdentity] = (),
        seated: Iterable[OfficerKeys] = (),
        rosters: Iterable[Roster] | None = None,
    ) -> None:
        self._home = home
        self._meeting = meeting
        self._carried: Mapping[bytes, SealedIdentity] = {each.public.officer: each for each in carried}
        self._opened: list[OfficerKeys] = []
        self._rosters = home.book.state.rosters if rosters is None else tuple(rosters)
        self._acting = home.acting
        self._present = {each.public.officer: each for each in seated if self._officer(each.public.officer)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for keys in self._opened:
            keys.wipe()
        self._present.clear()

    @property
    def present(self) -> Mapping[bytes, OfficerKeys]:
        """Who sits here, by the Ed25519 key."""
        return self._present

    def agree(self, statement: Statement) -> Signed:
        """Let a quorum sign a statement that changes the rules: one in each roster, where they are contested.

        Raises Declined; Refused where too few can come.
        """
        for roster in self._rosters:
            while (voices := len(roster.voices(self._present, Role.APPROVER, self._acting))) < roster.rules:
                missing = roster.rules - voices
                self._invite(
                    roster,
                    Role.APPROVER,
                    ngettext("{count} more seat must agree", "{count} more seats must agree", missing).format(
                        count=missing
                    ),
                )
        approvers = [officer for roster in self._rosters for officer in roster.holding(Role.APPROVER)]
        return self.signed(statement, approvers)

    def one(self, wanted: str) -> OfficerKeys:
        """Return the keys of any one officer who sits here, and ask for one where nobody does."""
        if not self._present:
            officers = {officer.key: officer for roster in self._rosters for officer in roster.officers}
            self._sit(wanted, tuple(officers.values()))
        return next(iter(self._present.values()))

    def holders(self, needed: int, eligible: Collection[bytes] | None = None) -> dict[int, OfficerKeys]:
        """Return the keys of `needed` seats that hold a piece of a vault, by seat. `eligible`: who has one (keys)."""
        roster = self._rosters[0]
        holding = [
            each
            for each in roster.holding(Role.KEYHOLDER)
            if (eligible is None or each.key in eligible) and self._counts(each)
        ]
        while (voices := len({each.seat for each in holding if each.key in self._present})) < needed:
            missing = needed - voices
            wanted = ngettext(
                "{count} more seat must unlock the vault", "{count} more seats must unlock the vault", missing
            ).format(count=missing)
            taken = {each.seat for each in holding if each.key in self._present}
            self._sit(wanted, [each for each in holding if each.seat not in taken])
        return {each.seat: self._present[each.key] for each in reversed(holding) if each.key in self._present}

    def answering(self) -> tuple[OfficerKeys, ...]:
        """Return the keys of enough officers to answer for a signature: as many seats as unlock, else as decide."""
        roster = self._rosters[0]
        role = Role.KEYHOLDER if roster.seats(Role.KEYHOLDER) else Role.APPROVER
        needed = roster.unlock if role is Role.KEYHOLDER else roster.rules
        while (voices := len(roster.voices(self._present, role, self._acting))) < needed:
            missing = needed - voices
            self._invite(
                roster,
                role,
                ngettext(
                    "{count} more seat must answer for this signature",
                    "{count} more seats must answer for this signature",
                    missing,
                ).format(count=missing),
            )
        return tuple(self._present.values())

    def _invite(self, roster: Roster, role: Role, wanted: str) -> None:
        """Seat one more officer with this role, of a seat that is still empty. Raises Refused where there is none."""
        taken = roster.voices(self._present, role, self._acting)
        self._sit(wanted, [each for each in roster.holding(role) if each.seat not in taken])

    def signed(self, statement: Statement, officers: Sequence[Officer], *joining: OfficerKeys) -> Signed:
        """Let those of these officers who sit here sign, and whoever joins."""
        keys = [self._present[each.key] for each in officers if each.key in self._present]
        return Signed(statement, {each.public.officer: each.sign(statement.to_sign) for each in (*keys, *joining)})

    def _counts(self, officer: Officer) -> bool:
        """Say whether an officer may sit down: a dated alternate only while the principal is absent."""
        return not officer.dated or officer.key in self._acting

    def _officer(self, key: bytes) -> Officer | None:
        return next((found for roster in self._rosters if (found := roster.officer(key)) is not None), None)

    def _sit(self, wanted: str, officers: Sequence[Officer]) -> Officer:
        """Ask until an officer has opened an identity: one derivation each time, whatever was wrong."""
        coming = [
            (officer, identity)
            for officer in officers
            if officer.key not in self._present
            and self._counts(officer)
            and (identity := self._identity(officer)) is not None
        ]
        if not coming:
            raise Refused(
                _("{wanted}, and no identity of another officer is here").format(wanted=wanted),
                hint=_("An officer who keeps an identity on a medium brings it: --officer-file FILE."),
                code="quorum",
            )
        offered = [
            Offered(self._home.name_of(officer), officer.key, identity.needs_key_file) for officer, identity in coming
        ]
        place, keys = open_one(self._meeting, wanted, offered, [identity for _officer, identity in coming])
        officer = coming[place][0]
        self._opened.append(keys)
        self._present[officer.key] = keys
        return officer

    def _identity(self, officer: Officer) -> SealedIdentity | None:
        return self._home.identity(officer, self._carried)


def open_one(
    meeting: Meeting, wanted: str, offered: Sequence[Offered], identities: Sequence[SealedIdentity]
) -> tuple[int, OfficerKeys]:
    """Ask until somebody has opened an identity: one derivation each time, whatever was wrong.

    Returns the place in what was offered, and the keys.
    """
    while True:
        place, factors = meeting.next_officer(wanted, offered)
        name = offered[place].name
        try:
            with meeting.working(_("Opening the identity of {name}").format(name=safe(name))):
                return place, identities[place].unseal(factors.passphrase, factors.key_file)
        except Mismatch as failure:
            meeting.officer_refused(name, failure)
        finally:
            factors.passphrase.wipe()
