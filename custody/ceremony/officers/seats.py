"""What becomes of a seat while its officer stays: another passphrase, other keys for a lost one, a dated absence.

An own passphrase changes by its owner alone. For one that was forgotten nobody has a copy: a quorum gives the seat new
keys. An absence ends by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from custody.catalogue import _
from custody.ceremony.home.beside import shown_date
from custody.ceremony.home.step import Step
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.officers.rosters import change, older_backups, settled
from custody.ceremony.table.arrivals import Arrivals, Coming
from custody.ceremony.table.attendance import Attendance
from custody.ceremony.table.enrolment import Candidate, enrolled
from custody.ceremony.table.stakes import network_of
from custody.errors import Refused, Usage
from custody.governance.contents import Absence, identity_message
from custody.governance.records import IdentitySealed
from custody.governance.roster import Officer
from custody.governance.statement import ABSENCE
from custody.keys.vaults.sealed import SealedIdentity, officer_file
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Days:
    """From one time up to another, in seconds since 1970."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class TokensWanted:
    """How many tokens the officer enrols anew; `none`: the officer knows that the tokens of now are given up."""

    count: int = 0
    none: bool = False

    def require_said(self, name: str, identity: SealedIdentity | None) -> None:
        """Raise Usage where an identity would lose its tokens and nobody said so."""
        if identity is not None and identity.tokens is not None and not self.count and not self.none:
            raise Usage(
                _("{name} has a token, and the new identity would need none").format(name=safe(name)),
                hint=_("Say --token {name}, twice for a token and a spare; or --without-token to give it up.").format(
                    name=safe(name)
                ),
            )


NO_TOKENS = TokensWanted()
"""None is enrolled, and none may be given up."""


def new_passphrase(
    home: WritableHome,
    meeting: Meeting,
    officer: Officer,
    carried: Sequence[SealedIdentity] = (),
    tokens: TokensWanted = NO_TOKENS,
) -> None:
    """Let an officer choose another passphrase, with the old one. Raises Refused where the identity is not here.

    The keys stay. A vault here takes the new identity when it is next sealed; an older copy still opens with the older
    passphrase, wherever it lies.
    """
    home.require_sound()
    name = home.name_of(officer)
    identity = home.identity(officer, {each.public.officer: each for each in carried})
    if identity is None:
        raise Refused(
            _("the identity of {name} is not here").format(name=safe(name)),
            hint=_("It lies on a medium that the officer keeps: --officer-file FILE."),
            code="identity-missing",
        )
    tokens.require_said(name, identity)
    coming = [Coming.of(name, officer.seat, identity, _("I change my passphrase"))]
    with Arrivals(meeting) as table:
        table.gather(lambda came: "" if came else _("The passphrase of now"), lambda _came: coming)
        keys = table.present[officer.key]
        factors = meeting.new_factors(name, tokens.count)
        try:
            with meeting.working(_("Sealing the identity of {name}").format(name=safe(name))):
                sealed = factors.seal(keys, identity.network)
        finally:
            factors.wipe()
        content = officer_file(sealed)
        digest = sha256(content).digest()
        signature = keys.sign(identity_message(home.book.state.treasury, officer.key, digest))
    told = IdentitySealed(officer.key, digest, signature)
    home.commit(Step(told.KIND, told.to_json(), kept=(content,)))


def new_keys(
    home: WritableHome,
    meeting: Meeting,
    officer: Officer,
    carried: Sequence[SealedIdentity] = (),
    tokens: TokensWanted = NO_TOKENS,
) -> list[str]:
    """Let a quorum give a seat new keys, for an officer who lost the passphrase or the identity. Raises as `change`.

    Returns which copies still open with the old ones, a sentence each.
    """
    home.require_sound()
    old, name = settled(home.book.state.rosters), home.name_of(officer)
    tokens.require_said(name, home.identity(officer, {each.public.officer: each for each in carried}))
    meeting.confirm(
        [
            _("{name} gets new keys, on the same seat and with the same roles.").format(name=safe(name)),
            _("The old keys count no more; whoever has them and a copy of a vault from before still opens that."),
        ],
        _("Propose this?"),
        _("propose"),
    )
    candidate = Candidate(name, officer.seat, officer.alternate, officer.roles, officer.dated, tokens.count)
    with enrolled([candidate], network_of(home.book.state), meeting) as (new,):
        officers = tuple(new.officer if each.key == officer.key else each for each in old.officers)
        change(home, meeting, replace(old, officers=officers, version=old.version + 1), carried, new)
    return older_backups(home)


def absent(
    home: WritableHome, meeting: Meeting, alternate: Officer, days: Days, carried: Sequence[SealedIdentity] = ()
) -> None:
    """Let a quorum agree that a dated alternate counts for some days. Raises Usage for one who counts always."""
    home.require_sound()
    if not alternate.dated:
        raise Usage(
            _("{name} counts always, and needs no absence").format(name=safe(home.name_of(alternate))),
            hint=_("An alternate who counts for some days only is enrolled with --dated."),
        )
    meeting.confirm(
        [
            _("{name} counts on seat {seat} from {begins} to {last} (UTC), that day with it, and then no more.").format(
                name=safe(home.name_of(alternate)),
                seat=alternate.seat,
                begins=shown_date(days.begins),
                last=shown_date(days.ends - 1),
            )
        ],
        _("Agree to this absence?"),
        _("agree"),
    )
    says = Absence(alternate.key, days.begins, days.ends)
    statement = home.statement(ABSENCE, says.to_json())
    with Attendance(home, meeting, carried, signs=_("I agree to this absence")) as table:
        signed = table.agree(statement)
    home.commit(Step(ABSENCE, signed.to_json()))
