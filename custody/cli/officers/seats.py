"""`custody officer passphrase` and `absence`: another passphrase, new keys for a lost one, an alternate for a while."""

from datetime import UTC, datetime
from typing import Any

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.officers import seats
from custody.ceremony.officers.seats import Days, TokensWanted
from custody.ceremony.table.by_name import find
from custody.cli.front.result import print_result
from custody.cli.people.brought import require_enrolling, tokens_of
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers
from custody.cli.treasury.screen import head_json, head_lines
from custody.errors import Usage
from custody.governance.roster import Officer
from custody.text import safe

_DAY = 86_400


def passphrase(
    name: str,
    home_path: str | None,
    forgotten: bool,
    tokens: tuple[str, ...],
    without_token: bool,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Change a passphrase, or replace the keys of who forgot it."""
    officers = Officers(**brought)
    require_enrolling([name], tokens)
    wanted = TokensWanted(tokens_of(name, tokens), without_token)
    if tokens and without_token:
        raise Usage(_("--token enrols one, and --without-token none: say one of them"))
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        officer = find(home, name)
        called = safe(home.name_of(officer))
        left: list[str] = []
        if forgotten:
            left = officers.meet_at(home, lambda meeting: seats.new_keys(home, meeting, officer, carried, wanted))
            lines = [_("{name} has new keys. The old ones count no more.").format(name=called), *left]
        else:
            officers.meet_at(home, lambda meeting: seats.new_passphrase(home, meeting, officer, carried, wanted))
            lines = [
                _("{name} has a new passphrase here.").format(name=called),
                _("Copies from before still open with the old one: backups, other machines, a medium of one's own."),
                *_tokens_now(home, officer),
            ]
        _tell(
            home,
            {"officer": name, "forgotten": forgotten, "tokens": wanted.count, "left": left},
            lines,
            as_json=as_json,
        )


def _tokens_now(home: Home, officer: Officer) -> list[str]:
    """Say what holds from when, where a token was enrolled."""
    identity = home.identity(officer)
    if identity is None or identity.tokens is None:
        return []
    return [
        _("A token is needed from now on. A vault wants it from its next generation, and no copy from before does.")
    ]


def absence(
    name: str,
    home_path: str | None,
    first: str,
    last: str,
    alternate: str | None,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Let an alternate count for some days."""
    officers = Officers(**brought)
    days = Days(_day(first), _day(last) + _DAY)
    if days.ends <= days.begins:
        raise Usage(_("this absence ends before it begins"), hint=_("--from is its first day, and --to its last."))
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        found = _alternate_of(home, find(home, name), alternate)
        officers.meet_at(home, lambda meeting: seats.absent(home, meeting, found, days, carried))
        sentence = _("{name} counts for {absent} from {first} to {last}, and then no more.").format(
            name=safe(home.name_of(found)), absent=safe(name), first=first, last=last
        )
        public = {"officer": name, "alternate": home.names.text(found.name), "from": days.begins, "to": days.ends}
        _tell(home, public, [sentence], as_json=as_json)


def _alternate_of(home: Home, officer: Officer, named: str | None) -> Officer:
    """Return the dated alternate of an officer's seat. Raises Usage where there is none, or several."""
    roster = home.book.state.roster
    found = [each for each in roster.officers if each.seat == officer.seat and each.dated]
    if named is not None:
        chosen = find(home, named)
        found = [each for each in found if each.key == chosen.key]
    if not found:
        raise Usage(
            _("the seat of {name} has no alternate who counts for days of absence").format(
                name=safe(home.name_of(officer))
            ),
            hint=_("Enrol one: custody officer enrol NAME --alternate-of PRINCIPAL --dated --home DIR"),
        )
    if len(found) > 1:
        raise Usage(
            _("the seat of {name} has several alternates who count for days of absence").format(
                name=safe(home.name_of(officer))
            ),
            hint=_("Name one: --by NAME"),
        )
    return found[0]


def _day(text: str) -> int:
    """Return when a day begins, in UTC. Raises Usage for what is no date."""
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Usage(_("{text} is no day").format(text=safe(text)), hint=_("Write it as 2026-12-31.")) from None


def _tell(home: WritableHome, public: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    book = home.book
    print_result({**public, "head": head_json(book)}, (*lines, *head_lines(book)), as_json=as_json)
