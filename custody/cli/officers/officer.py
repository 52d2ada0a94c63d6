"""`custody officer enrol` and `retire`: a quorum takes an officer in or lets one go."""

from typing import Any

from custody.catalogue import _
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.officers import rosters
from custody.ceremony.officers.rosters import Quorums
from custody.ceremony.table.by_name import find
from custody.ceremony.table.enrolment import WORKING, Candidate
from custody.cli.front.result import print_result
from custody.cli.people.brought import checked_name, require_enrolling, tokens_of
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers
from custody.cli.treasury.screen import head_json, head_lines, officers_json, officers_lines
from custody.errors import Usage
from custody.governance.commitment import alike
from custody.governance.roster import Role


def enrol(
    name: str,
    home_path: str | None,
    principal: str | None,
    dated: bool,
    roles: tuple[str, ...],
    tokens: tuple[str, ...],
    rules: int | None,
    unlock: int | None,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Take an officer in."""
    officers = Officers(**brought)
    if dated and principal is None:
        raise Usage(_("--dated goes with --alternate-of: it is an alternate who counts for some days only"))
    require_enrolling([name], tokens)
    count = tokens_of(name, tokens)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        roster = [officer for each in home.book.state.rosters for officer in each.officers]
        if alike(checked_name(name)) in {alike(home.name_of(officer)) for officer in roster}:
            raise Usage(_("an officer is called so already"), hint=_("Add something that tells them apart."))
        next_seat = max(officer.seat for officer in roster) + 1
        seat = next_seat if principal is None else find(home, principal).seat
        of_roles = frozenset(map(Role, roles)) or WORKING
        candidate = Candidate(checked_name(name), seat, principal is not None, of_roles, dated, count)
        quorums = Quorums(rules, unlock)
        officers.meet_at(home, lambda meeting: rosters.enrol(home, meeting, candidate, quorums, carried))
        _tell(home, [], as_json=as_json)


def retire(
    name: str,
    home_path: str | None,
    rules: int | None,
    unlock: int | None,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Let an officer go."""
    officers = Officers(**brought)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        leaver = find(home, name)
        quorums = Quorums(rules, unlock)
        left = officers.meet_at(home, lambda meeting: rosters.retire(home, meeting, leaver, quorums, carried))
        _tell(home, left, as_json=as_json)


def _tell(home: WritableHome, left: list[str], *, as_json: bool) -> None:
    public = {"officers": officers_json(home), "left": left, "head": head_json(home.book)}
    lines = [*officers_lines(home), "", *left, *([""] if left else []), *head_lines(home.book)]
    print_result(public, lines, as_json=as_json)
