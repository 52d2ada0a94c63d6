"""`custody status` and `officer list`: how a treasury stands, what was last done and is overdue, and who decides."""

from collections.abc import Iterator
from typing import Any

from custody.catalogue import _, ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.register.officers import shown_name
from custody.ceremony.register.upkeep import Copy, Leaver, Overdue, Past, Upkeep
from custody.cli.front.layout import folded
from custody.cli.front.result import print_result
from custody.cli.treasury.looking import looking
from custody.cli.treasury.register import WRITER_SHOWN, person_json
from custody.cli.treasury.screen import head_json, head_lines, officers_json, officers_lines, status_json, status_lines
from custody.cli.treasury.times import shown_day, shown_time, written_time
from custody.text import safe


def status(home_path: str | None, as_json: bool) -> None:
    """Show how it stands."""
    with looking(home_path) as home:
        upkeep = Upkeep.of(home)
        print_result(status_json(home) | _upkeep_json(upkeep), _status(home, upkeep), as_json=as_json)


def officers(home_path: str | None, as_json: bool) -> None:
    """Show the roster."""
    with looking(home_path) as home:
        print_result({"officers": officers_json(home)}, officers_lines(home), as_json=as_json)


def _upkeep_json(upkeep: Upkeep) -> dict[str, Any]:
    copy = upkeep.copy
    return {
        "newest": _past_json(upkeep.newest),
        "last_signature": _past_json(upkeep.signed),
        "last_import": _past_json(upkeep.imported),
        "last_backup": None if copy is None else {**_known_json(copy.made), "label": copy.label},
        "overdue": [str(each) for each in upkeep.overdue],
        "retired": [
            person_json(leaver.person) | {"opens": [copy.made.number for copy in leaver.copies]}
            for leaver in upkeep.leavers
        ],
        "machines": {
            machine.writer.hex(): head_json(machine.head) | {"brought": _past_json(machine.brought)}
            for machine in upkeep.machines
        },
    }


def _past_json(past: Past | None) -> dict[str, Any] | None:
    return None if past is None else _known_json(past)


def _known_json(past: Past) -> dict[str, Any]:
    return {"n": past.number, "at": past.at, "date": written_time(past.at)}


def _status(home: Home, upkeep: Upkeep) -> Iterator[str]:
    yield from status_lines(home)
    yield ""
    yield from _times(home, upkeep)
    yield from _machines(upkeep)
    yield from _overdue(upkeep)
    if home.book.state.halted:
        yield _("HALTED, as is said above.")  # whose beginning a small screen no longer shows
    yield ""
    yield from head_lines(home.book.head)


def _times(home: Home, upkeep: Upkeep) -> Iterator[str]:
    yield _("By the clock of the machine that wrote, which nobody vouches for:")
    yield from _line(_("Newest entry    {when}"), upkeep.newest)
    yield from _line(_("Last signature  {when}"), upkeep.signed)
    yield from _line(_("Last import     {when}"), upkeep.imported)
    copy = upkeep.copy
    yield from _line(_("Last backup     {when}"), None if copy is None else copy.made)
    if copy is not None:
        since = home.book.head.number - copy.made.number
        sentence = ngettext("{label}; {count} entry since", "{label}; {count} entries since", since)
        yield from folded(sentence.format(label=_label(copy), count=since), " " * 7)


def _line(form: str, past: Past | None) -> Iterator[str]:
    when = (
        _("never") if past is None else _("{time}, entry {number}").format(time=shown_time(past.at), number=past.number)
    )
    yield " " * 3 + form.format(when=when)


def _machines(upkeep: Upkeep) -> Iterator[str]:
    for machine in upkeep.machines:
        form = _("Machine {machine} is known up to its entry {number}, since {day} (entry {here})")
        if machine.brought is None:
            form = _("Machine {machine} is known up to its entry {number}")
        yield from folded(
            form.format(
                machine=machine.writer.hex()[:WRITER_SHOWN],
                number=machine.head.number,
                day="" if machine.brought is None else shown_day(machine.brought.at),
                here="" if machine.brought is None else machine.brought.number,
            ),
            "",
        )


def _overdue(upkeep: Upkeep) -> Iterator[str]:
    sentences = [_OVERDUE[each] for each in upkeep.overdue]
    sentences += [_still_open(leaver, copy) for leaver in upkeep.leavers for copy in leaver.copies]
    if sentences:
        yield ""
    for sentence in sentences:
        yield from folded(sentence, "")


_OVERDUE = {
    Overdue.NO_BACKUP: _("No backup was made yet: custody home backup."),
    Overdue.BACKUP_BEFORE_SIGNATURE: _("No backup was made since the newest signature: custody home backup."),
    Overdue.BACKUP_BEFORE_ROSTER: _("No backup was made since the officers changed: custody home backup."),
    Overdue.NO_IMPORT: _("Nothing was ever taken in from another machine, the best witness against a rollback."),
    Overdue.NO_PAPER: _("This was made of a backup, and no head from paper was compared: look at the newest paper."),
}


def _still_open(leaver: Leaver, copy: Copy) -> str:
    return _("{name} left, and counts for opening the backup of {day} (entry {number}, {label}): destroy it.").format(
        name=shown_name(leaver.person), day=shown_day(copy.made.at), number=copy.made.number, label=_label(copy)
    )


def _label(copy: Copy) -> str:
    return safe(copy.label) if copy.label else _("a medium whose name was erased")
