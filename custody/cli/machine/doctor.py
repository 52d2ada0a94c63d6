"""`custody doctor`: measures this machine, says what makes keys unsafe, what to know, what to do; exit 7 if unfit.

docs/spec/machine.md has every ID and the JSON.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from airgap.door import landlock
from custody import guard
from custody.catalogue import _, ngettext
from custody.cli.front.layout import folded
from custody.cli.front.result import print_result
from custody.cli.machine import installed
from custody.cli.people.shown import show
from custody.cli.people.terminal import standard_terminal
from custody.errors import Unfit
from custody.machine import keyboard
from custody.machine.examination import examine, require_fit
from custody.machine.measurement import Machine, Measurement, Seen, Standing
from custody.machine.report import Report
from custody.selftest.check import Standing as Checked

ROOT = Path("/")

_OF_FILES = {Checked.OK: Standing.FIT, Checked.FAILED: Standing.UNFIT, Checked.UNKNOWN: Standing.UNKNOWN}
"""How our own files stand, by how the self-test finds them."""


def doctor(show_all: bool, as_json: bool) -> int:
    """Measure, and print what was found. Raises Unfit, once all of it is said."""
    if as_json:
        report = measured()
        print_result(report.to_json(), (), as_json=True)
        return 0 if report.machine.is_fit else Unfit.exit_code
    report = measured(typed_line())
    show({}, lines(report.machine, show_all=show_all), as_json=False)
    require_fit(report.machine)
    return 0


def measured(typed: str | None = None) -> Report:
    """Return what this machine is like now; `typed` is what came when `keyboard.SHOWN` was to be typed."""
    at = int(time.time())
    return Report(examine(ROOT, at, guard.onlookers(), typed, landlock.version(), own_files()), at)


def own_files() -> Seen:
    """Hold the files of this installation against the release that they were laid from, as `custody selftest` does."""
    outcome, _differences = installed.files(sys.prefix)
    return Seen(_OF_FILES[outcome.standing], outcome.seen)


def lines(machine: Machine, *, show_all: bool) -> Iterator[str]:
    """Yield what a person reads: what is unfit and why, what is told, what nobody knows, how much is fit."""
    unfit, told, unknown, fit = (
        machine.standing(each) for each in (Standing.UNFIT, Standing.TOLD, Standing.UNKNOWN, Standing.FIT)
    )
    heading = _("This machine ({system}) is not fit for secrets.")
    if not unfit:
        heading = _("Nothing was found that makes keys unsafe here ({system}).")
    yield heading.format(system=machine.system)
    for each in unfit:
        yield from ("", *folded(_("UNFIT {id}: {seen}").format(id=each.id, seen=each.seen), " "))
        if each.subjects:
            yield from folded(
                _("for: {names}").format(names="; ".join(subject.name for subject in each.subjects)), "   "
            )
        yield from _explained(each)
    for heading, group in ((_("To know:"), told), (_("Not known:"), unknown)):
        if group:
            yield from ("", heading)
        for each in group:
            yield from _line(each)
            yield from _explained(each) if show_all else _remedy(each)
    yield ""
    if show_all:
        yield _("Fit:")
        for each in fit:
            yield from _line(each)
        yield ""
    count = ngettext("{count} of {all} is fit", "{count} of {all} are fit", len(fit))
    counted = count.format(count=len(fit), all=len(machine.measurements))
    yield f"{counted}." if show_all else _("{counted}; --all shows them, and why each matters.").format(counted=counted)


def _line(measurement: Measurement) -> list[str]:
    return folded(f"{measurement.id}: {measurement.seen}", " ")


def _explained(measurement: Measurement) -> list[str]:
    return [*folded(measurement.why, "   "), *_remedy(measurement)]


def _remedy(measurement: Measurement) -> list[str]:
    return folded(_("do: {remedy}").format(remedy=measurement.remedy), "   ")


def typed_line() -> str | None:
    """Ask for a line at the keyboard; None where nobody is there, or nothing was typed."""
    terminal = standard_terminal()
    if not terminal.present:
        return None
    terminal.page(
        [
            _("Type this line by what is printed on the keys. It is no secret."),
            _("Enter alone leaves it untested."),
            f"  {keyboard.SHOWN}",
        ]
    )
    return terminal.ask("> ") or None
