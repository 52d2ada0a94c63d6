"""`custody officer rules`: a quorum changes how many decide, where officers sit and what they do.

Options to officers: `NAME=SEAT`, `NAME=SEAT:alternate` and `NAME=ROLES`. Another form raises Usage.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.officers.rearrangement import Rearrangement, rearrange
from custody.ceremony.officers.rosters import Quorums
from custody.ceremony.table.by_name import find
from custody.cli.front.result import print_result
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers
from custody.cli.treasury.options import MOST_OFFICERS, ROLES
from custody.cli.treasury.screen import head_json, head_lines, officers_json, officers_lines
from custody.errors import Usage
from custody.governance.roster import Role
from custody.text import safe

_Change = TypeVar("_Change")

_SEAT = re.compile(r"([1-9][0-9]?)(:alternate)?", re.ASCII)


def rules(
    home_path: str | None,
    rules: int | None,
    unlock: int | None,
    seats: tuple[str, ...],
    roles: tuple[str, ...],
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Change the rules."""
    if rules is None and unlock is None and not seats and not roles:
        raise Usage(
            _("nothing was named that is to change"),
            hint=_("Name one at least: --rules N, --unlock N, --seat NAME=SEAT, --role NAME=ROLES."),
        )
    moves = {name: _seat(value) for name, value in _named("--seat", seats, "Bob=2")}
    tasks = {name: _roles(value) for name, value in _named("--role", roles, "Bob=approver,keyholder")}
    officers = Officers(**brought)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        wanted = Rearrangement(dict(_found(home, moves)), dict(_found(home, tasks)), Quorums(rules, unlock))
        left = officers.meet_at(home, lambda meeting: rearrange(home, meeting, wanted, carried))
        roster = home.book.state.roster
        public = {
            "officers": officers_json(home),
            "rules": roster.rules,
            "unlock": roster.unlock,
            "left": left,
            "head": head_json(home.book),
        }
        lines = [*officers_lines(home), "", *left, *([""] if left else []), *head_lines(home.book)]
        print_result(public, lines, as_json=as_json)


def _named(option: str, said: Sequence[str], example: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of each option. Raises Usage for another form, and for a name that comes twice."""
    seen: set[str] = set()
    for each in said:
        name, equals, value = each.rpartition("=")
        if not (name.strip() and equals and value) or name in seen:
            raise Usage(
                _("{option} takes a name and what is to be, once for each officer").format(option=option),
                hint=_("For instance: {option} {example}").format(option=option, example=example),
            )
        seen.add(name)
        yield name, value


def _seat(value: str) -> tuple[int, bool]:
    """Return the seat, and whether as an alternate. Raises Usage."""
    form = _SEAT.fullmatch(value)
    if form is None or int(form[1]) > MOST_OFFICERS:
        raise Usage(
            _("a seat is a number from 1 to {most}, and after a colon the word alternate or nothing").format(
                most=MOST_OFFICERS
            ),
            hint=_("For instance: --seat Bob=2 or --seat Bob=2:alternate"),
        )
    return int(form[1]), form[2] is not None


def _roles(value: str) -> frozenset[Role]:
    """Return the roles. Raises Usage."""
    words = [word.strip() for word in value.split(",")]
    if not set(words) <= set(ROLES) or len(set(words)) != len(words):
        raise Usage(
            _("the roles of an officer are of these, each once: {roles}").format(roles=", ".join(ROLES)),
            hint=_("For instance: --role Bob=approver,keyholder"),
        )
    return frozenset(map(Role, words))


def _found(home: Home, changes: Mapping[str, _Change]) -> Iterator[tuple[bytes, _Change]]:
    """Yield the keys of the officers who are meant. Raises Mismatch for nobody, Usage where two names mean one."""
    seen: set[bytes] = set()
    for name, change in changes.items():
        officer = find(home, name)
        if officer.key in seen:
            raise Usage(_("{name} was named twice").format(name=safe(home.name_of(officer))))
        seen.add(officer.key)
        yield officer.key, change
