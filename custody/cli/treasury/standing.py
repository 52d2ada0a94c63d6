"""`custody status` and `officer list`: how a treasury stands, what was last done and is overdue, and who decides."""

from collections.abc import Iterator
from typing import Any

from custody.catalogue import _, ngettext
from custody.ceremony.home.changing import now
from custody.ceremony.home.home import Home
from custody.ceremony.register.officers import KEY_SHOWN, shown_name
from custody.ceremony.register.upkeep import Away, Copy, Done, Leaver, Machine, Overdue, Past, Upkeep
from custody.cli.front import output
from custody.cli.front.layout import folded
from custody.cli.people.shown import show
from custody.cli.treasury.looking import looking
from custody.cli.treasury.register import person_json
from custody.cli.treasury.screen import (
    head_lines,
    officers_json,
    officers_lines,
    other_line,
    rosters_json,
    status_json,
    status_lines,
)
from custody.cli.treasury.times import shown_day, shown_time, written_time
from custody.governance.exception import MachineException, shown
from custody.text import safe

_IN, _FURTHER = " " * 3, " " * 7


def status(home_path: str | None, as_json: bool) -> None:
    """Show how it stands."""
    with looking(home_path) as home:
        upkeep = Upkeep.of(home, now())
        public = status_json(home)  # looks at every identity, whoever reads
        public |= _upkeep_json(upkeep) | {"machines": _machines_json(public["machines"], upkeep)}
        lines = () if as_json else tuple(_status(home, upkeep))
    show(public, lines, as_json=as_json)


def officers(home_path: str | None, as_json: bool) -> None:
    """Show the roster; every one where they are contested."""
    with looking(home_path) as home:
        public = {
            "officers": officers_json(home),
            "contested": home.book.state.rules.contested,
            "rosters": rosters_json(home),
        }
        lines = officers_lines(home)
    show(public, lines, as_json=as_json)


def _upkeep_json(upkeep: Upkeep) -> dict[str, Any]:
    return {
        "newest": _past_json(upkeep.newest),
        **_done_json(upkeep.done),
        "overdue": [str(each) for each in upkeep.overdue],
        "retired": [
            person_json(leaver.person) | {"opens": [_opened_json(copy) for copy in leaver.copies]}
            for leaver in upkeep.leavers
        ],
        "absences": [
            {"alternate": person_json(each.alternate), "seat": each.seat, "from": each.begins, "to": each.ends}
            for each in upkeep.away
        ],
        "exceptions": [each.to_json() for each in upkeep.excepted],
    }


def _machines_json(machines: dict[str, Any], upkeep: Upkeep) -> dict[str, Any]:
    more = {each.key.hex(): _done_json(each.done) | {"brought": _past_json(each.brought)} for each in upkeep.machines}
    return {key: machine | more[key] for key, machine in machines.items()}


def _done_json(done: Done) -> dict[str, Any]:
    copy = done.copy
    return {
        "last_signature": _past_json(done.signed),
        "last_import": _past_json(done.imported),
        "last_backup": None if copy is None else {**_known_json(copy.told), "label": copy.label},
    }


def _opened_json(copy: Copy) -> dict[str, Any]:
    return _known_json(copy.told) | {"restored": copy.is_origin}


def _past_json(past: Past | None) -> dict[str, Any] | None:
    return None if past is None else _known_json(past)


def _known_json(past: Past) -> dict[str, Any]:
    return {"machine": past.machine.hex(), "n": past.number, "at": past.at, "date": written_time(past.at)}


def _status(home: Home, upkeep: Upkeep) -> Iterator[str]:
    yield from status_lines(home)
    for each in upkeep.away:
        yield from folded(_absence(each), "")
    for excepted in upkeep.excepted:
        yield from folded(_exception(home, excepted), "")
    yield ""
    yield from _times(home, upkeep)
    for machine in upkeep.machines:
        yield from _machine(home, machine)
    yield from _overdue(home, upkeep)
    if home.halted:
        yield _("HALTED, as is said above.")  # whose beginning a small screen no longer shows
    yield ""
    yield from head_lines(home.book)


def _exception(home: Home, excepted: MachineException) -> str:
    return _("{machine} may be used although it is unfit, up to {last}: {findings} ({reason})").format(
        machine=safe(home.machine_name(excepted.machine)),
        last=shown_day(excepted.ends - 1),
        findings=shown(excepted.findings),
        reason=safe(excepted.reason),
    )


def _absence(away: Away) -> str:
    return _("{name} counts on seat {seat} from {first} to {last} (UTC), for days of absence").format(
        name=shown_name(away.alternate), seat=away.seat, first=shown_day(away.begins), last=shown_day(away.ends - 1)
    )


def _times(home: Home, upkeep: Upkeep) -> Iterator[str]:
    yield _("By the clock of the machine that wrote, which nobody vouches for:")
    yield from folded(_("Newest entry    {when}").format(when=_when(upkeep.newest)), _IN)
    yield from folded(_("Last signature  {when}").format(when=_when(upkeep.done.signed)), _IN)
    yield from folded(_("Last import     {when}").format(when=_when(upkeep.done.imported)), _IN)
    copy = upkeep.done.copy
    yield from folded(_("Last backup     {when}").format(when=_when(None if copy is None else copy.told)), _IN)
    if copy is not None:
        since = home.book.head.number - copy.told.number
        sentence = ngettext("{label}; {count} entry since", "{label}; {count} entries since", since)
        yield from folded(sentence.format(label=_label(copy), count=since), _FURTHER)


def _when(past: Past | None) -> str:
    if past is None:
        return _("never")
    return _("{time}, entry {number}").format(time=shown_time(past.at), number=past.number)


def _machine(home: Home, machine: Machine) -> Iterator[str]:
    """Say of another machine how it stands, when it was heard of, and what it last did."""
    yield from folded(other_line(home, home.book.state.rules.machines[machine.key]), "")
    if machine.brought is None:
        return
    copy = machine.done.copy
    for form, past in (
        (_("Heard of        {when} here"), machine.brought),
        (_("Last signature  {when}"), machine.done.signed),
        (_("Last import     {when}"), machine.done.imported),
        (_("Last backup     {when}"), None if copy is None else copy.told),
    ):
        if past is not None:
            yield from folded(form.format(when=_when(past)), _IN)


def _overdue(home: Home, upkeep: Upkeep) -> Iterator[str]:
    still_open = [_still_open(home, leaver, copy) for leaver in upkeep.leavers for copy in leaver.copies]
    if upkeep.overdue or still_open:
        yield ""
    for each in upkeep.overdue:
        yield from folded(_OVERDUE[each], "")
        if each in _BACKUPS:
            yield output.here("   custody home backup --home DIR -o BACKUP")
    for sentence in still_open:
        yield from folded(sentence, "")


_BACKUPS = {Overdue.NO_BACKUP, Overdue.BACKUP_BEFORE_SIGNATURE, Overdue.BACKUP_BEFORE_ROSTER}


_OVERDUE = {
    Overdue.NO_BACKUP: _("No backup of this machine was made yet:"),
    Overdue.BACKUP_BEFORE_SIGNATURE: _("No backup was made since the newest signature:"),
    Overdue.BACKUP_BEFORE_ROSTER: _("No backup was made since the officers changed:"),
    Overdue.NO_IMPORT: _("Nothing was ever taken in from another machine, the best witness against a rollback."),
    Overdue.NO_PAPER: _("This was made of a backup, and no head from paper was compared: look at the newest paper."),
}


def _still_open(home: Home, leaver: Leaver, copy: Copy) -> str:
    form = _(
        "The key {key} of {name} is no officer's any more, and still counts for opening the backup of {day}: "
        "destroy it. It is entry {number} of {machine} ({label})."
    )
    if copy.is_origin:
        form = _(
            "The key {key} of {name} is no officer's any more, and still counts for opening the backup of which "
            "{machine} was made on {day}: destroy it."
        )
    return form.format(
        name=shown_name(leaver.person),
        key=leaver.person.key.hex()[:KEY_SHOWN],
        day=shown_day(copy.told.at),
        number=copy.told.number,
        machine=safe(home.machine_name(copy.told.machine)),
        label=_label(copy),
    )


def _label(copy: Copy) -> str:
    if copy.label is None:
        return _("on a medium whose name is not known here")
    return safe(copy.label) or _("without a label")
