"""Changes seats, roles and quorums of a roster while nobody joins or leaves, as a quorum of it agrees.

Every vault is sealed again, as at each change of the roster: `rosters` does that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from custody.catalogue import _, ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.meeting import Meeting
from custody.ceremony.officers.rosters import Quorums, change, next_roster, older_backups, settled
from custody.ceremony.table.roster_text import roster_lines
from custody.errors import Usage
from custody.governance.roster import Officer, Role, Roster
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """What is to change: a seat, and whether as an alternate, and all the roles, by officer's key; and the quorums."""

    seats: Mapping[bytes, tuple[int, bool]]
    roles: Mapping[bytes, frozenset[Role]]
    quorums: Quorums

    def of(self, roster: Roster) -> tuple[Officer, ...]:
        """Return the officers of a roster where they sit then, with what they do then."""
        return tuple(self._moved(officer) for officer in roster.officers)

    def _moved(self, officer: Officer) -> Officer:
        seat, alternate = self.seats.get(officer.key, (officer.seat, officer.alternate))
        roles = self.roles.get(officer.key, officer.roles)
        return replace(officer, seat=seat, alternate=alternate, roles=roles, dated=officer.dated and alternate)


def rearrange(
    home: WritableHome, meeting: Meeting, wanted: Rearrangement, carried: Sequence[SealedIdentity] = ()
) -> list[str]:
    """Change the roster, and return what opens as before, a sentence each.

    Where rosters are contested, a change settles them, also one that leaves all as it is. Raises Usage for a roster
    that could not work or that is the one there is, Refused, Declined, StorageFailed.
    """
    home.require_sound()
    rosters = home.book.state.rosters
    old = settled(rosters)
    officers = wanted.of(old)
    _check_seats(home, officers)
    roster = next_roster(old, officers, wanted.quorums)
    if len(rosters) == 1 and (roster.officers, roster.rules, roster.unlock) == (old.officers, old.rules, old.unlock):
        raise Usage(
            _("all of that is so already"), hint=_("custody officer list --home DIR shows seats, roles and quorums.")
        )
    if home.book.state.vaults:
        home.members(roster, {each.public.officer: each for each in carried})  # nobody is asked where one is missing
    meeting.confirm(_changes(home, roster), _("Propose this roster?"), _("propose"))
    left = _opens_as_before(home, roster)
    change(home, meeting, roster, carried)
    return left


def _check_seats(home: Home, officers: Sequence[Officer]) -> None:
    """Raise Usage, with the names, where a seat would have two principals, or alternates alone."""
    for seat in sorted({officer.seat for officer in officers}):
        there = [officer for officer in officers if officer.seat == seat]
        principals = [safe(home.name_of(officer)) for officer in there if not officer.alternate]
        if not principals:
            name = safe(home.name_of(there[0]))
            raise Usage(
                _("seat {seat} would have no principal, and {name} is an alternate there").format(seat=seat, name=name),
                hint=_("Make somebody its principal: --seat {name}={seat}").format(name=name, seat=seat),
            )
        if len(principals) > 1:
            raise Usage(
                _("seat {seat} would have two principals: {names}").format(
                    seat=seat, names=_(" and ").join(principals[:2])
                ),
                hint=_("Make one of them an alternate, --seat NAME={seat}:alternate, or name another seat.").format(
                    seat=seat
                ),
            )


def _changes(home: Home, roster: Roster) -> list[str]:
    """Return the lines of the roster that become others, as they are and as they will be, and then all of it."""
    old = home.book.state.roster
    names = [home.name_of(officer) for officer in old.officers]
    lines = roster_lines(roster, [home.name_of(officer) for officer in roster.officers])
    told = [
        form.format(line=line)
        for was, will in zip_longest(roster_lines(old, names), lines)
        if was != will
        for form, line in ((_("Now:  {line}"), was), (_("Then: {line}"), will))
        if line is not None
    ]
    return [*told, "", _("The roster would be:"), *lines]


def _opens_as_before(home: Home, roster: Roster) -> list[str]:
    """Say which copies still open as the roster until now had it, where the new one has it otherwise."""
    state = home.book.state
    if _who_opens(state.roster) == _who_opens(roster):
        return []
    lines = []
    if state.vaults:
        lines = [
            ngettext(
                "Whoever copied this directory before now has vaults that open as until now, with {count} seat.",
                "Whoever copied this directory before now has vaults that open as until now, with {count} seats.",
                state.roster.unlock,
            ).format(count=state.roster.unlock),
            _("If nobody can rule that out, move the money to a new key."),
        ]
    return lines + older_backups(home)


def _who_opens(roster: Roster) -> tuple[int, frozenset[tuple[int, bytes]]]:
    return roster.unlock, frozenset((officer.seat, officer.key) for officer in roster.holding(Role.KEYHOLDER))
