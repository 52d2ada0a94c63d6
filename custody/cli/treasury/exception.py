"""`custody home exception`: a quorum lets a machine be used although it is unfit; another one sends its report."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from custody import store
from custody.catalogue import _
from custody.ceremony.home.changing import now
from custody.ceremony.home.home import Home
from custody.ceremony.machines.admission import find
from custody.ceremony.machines.excepting import except_
from custody.cli.front import hardened
from custody.cli.front.result import print_result
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers
from custody.cli.treasury.screen import head_json, head_lines
from custody.cli.treasury.times import ends, shown_day
from custody.errors import Mismatch, Refused, Usage
from custody.governance.commitment import composed
from custody.governance.exception import LONGEST, MOST_FINDINGS, Excepted, MachineException, shown
from custody.governance.fields import NAME_LIMIT
from custody.machine.measurement import Standing
from custody.machine.report import Report
from custody.machine.reported import REPORT_LIMIT, Reported
from custody.text import safe


def exception(
    findings: tuple[str, ...],
    home_path: str | None,
    until: date,
    reason: str,
    machine: str | None,
    report_file: str | None,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Agree to an exception."""
    if (machine is None) != (report_file is None):
        raise Usage(
            _("another machine is named with --machine and measured with --report: both, or neither for this one"),
            hint=_("There: custody doctor --json, or --qr and airgap scan here. The file goes with --report."),
        )
    officers, why = Officers(**brought), _kept(reason)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)
        key = home.book.writer if machine is None else find(home, machine).key
        unfit, digest = _here() if report_file is None else _there(store.read(report_file, REPORT_LIMIT))
        named = _named(findings, list(unfit))
        wanted = MachineException(key, named, why, _end(until, home, key), digest)
        seen = {each: unfit[each] for each in named}
        officers.meet_at(
            home,
            lambda meeting: except_(home, meeting, wanted, seen, carried),
            on_any_machine=machine is None,  # this one is known to be unfit
        )
        _tell(home, wanted, as_json=as_json)


def _here() -> tuple[dict[Excepted, str], bytes]:
    """Return what is unfit on this machine, and what was seen of each; and the digest of the report."""
    report = Report(hardened.measured_machine(), now())
    unfit = report.machine.standing(Standing.UNFIT)
    return {Excepted(*key): seen for each in unfit for key, seen in each.found.items()}, bytes.fromhex(report.digest)


def _there(content: bytes) -> tuple[dict[Excepted, str], bytes]:
    """Return the same of a machine whose report came. Raises Unreadable."""
    reported = Reported.parse(content)
    return {Excepted(*each): _("as its report says") for each in reported.unfit}, reported.digest


def _named(said: Sequence[str], unfit: Sequence[Excepted]) -> tuple[Excepted, ...]:
    """Return the findings that are meant: those that were named, else all. Raises Refused and Mismatch.

    A finding is named for all that it is about, or for one thing: FINDING=SUBJECT.
    """
    if not unfit:
        raise Refused(
            _("nothing is unfit on that machine"), hint=_("It needs no exception: custody doctor."), code="fit"
        )
    meant = {each: [found for found in unfit if _is_meant(each, found)] for each in said}
    strange = [each for each, found in meant.items() if not found]
    if strange:
        raise Mismatch(
            _("{finding} is not what is unfit there").format(finding=safe(strange[0])),
            hint=_("Unfit are: {findings}").format(findings=", ".join(map(_argument, unfit))),
        )
    named = tuple(sorted({each for found in meant.values() for each in found} if said else unfit))
    if len(named) > MOST_FINDINGS:
        raise Refused(
            _("one exception is about at most {limit} things, and {count} are meant").format(
                limit=MOST_FINDINGS, count=len(named)
            ),
            hint=_("Name some of them, each as FINDING=SUBJECT; better, mend that machine: custody doctor."),
            code="findings",
        )
    return named


def _is_meant(said: str, found: Excepted) -> bool:
    return said in (found.finding, _argument(found))


def _argument(found: Excepted) -> str:
    """Return how a command line names a finding for one thing."""
    return f"{found.finding}={found.subject}" if found.subject else found.finding


def _kept(reason: str) -> str:
    """Return the reason as it is kept. Raises Usage for none, and for one that is too long."""
    reason = composed(reason).strip()
    if not 0 < len(reason) <= NAME_LIMIT:
        raise Usage(
            _("an exception has a reason of 1 to {limit} characters").format(limit=NAME_LIMIT),
            hint=_("For instance: --reason 'the spare laptop has a radio that cannot be taken out'"),
        )
    return reason


def _end(until: date, home: Home, machine: bytes) -> int:
    """Return when an exception ends, whose last day this is, in UTC. Raises Usage for one that is over, or too long.

    It is over where officers signed a later time already, by whichever clock, or its machine wrote a later one.
    """
    end = ends(until)
    if not home.book.not_before(now(), machine) < end <= now() + LONGEST:
        raise Usage(
            _("an exception ends within a year, and after the newest time that officers signed or its machine wrote"),
            hint=_("--until is its last day, like 2026-12-31."),
        )
    return end


def _tell(home: Home, wanted: MachineException, *, as_json: bool) -> None:
    public = {
        "machine": wanted.machine.hex(),
        "findings": [list(each) for each in wanted.findings],
        "reason": wanted.reason,
        "to": wanted.ends,
        "report": wanted.report.hex(),
        "head": head_json(home.book),
    }
    sentence = _("{machine} is excepted up to {day}: {findings}").format(
        machine=safe(home.machine_name(wanted.machine)),
        day=shown_day(wanted.ends - 1),
        findings=shown(wanted.findings),
    )
    print_result(public, (sentence, *head_lines(home.book)), as_json=as_json)
