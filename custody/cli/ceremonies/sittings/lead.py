"""A sitting of a plan, led at a terminal: what a rehearsal and a ceremony have in common."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from custody import __version__, store
from custody.catalogue import _
from custody.ceremony.conduct.conduct import Conduct, Performed
from custody.ceremony.conduct.maker import KeyMaker
from custody.ceremony.lint.lint import is_refused, lint
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.plan import Key, Plan
from custody.ceremony.plan.table import DOCUMENT_LIMIT
from custody.ceremony.steps.step import Evidence, Step
from custody.ceremony.transcript.contents import RUN_BYTES, Begun, Rehearsed
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.replay import begin, replay
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from custody.cli.ceremonies.sittings import papers
from custody.cli.ceremonies.sittings.checking import CardCheck
from custody.cli.ceremonies.sittings.head import spoken
from custody.cli.ceremonies.sittings.host import TerminalHost
from custody.cli.ceremonies.sittings.kept import TranscriptFile
from custody.cli.ceremonies.sittings.otherwise import NOTHING_FOUND, otherwise
from custody.cli.ceremonies.sittings.printer import Printer
from custody.cli.front import output
from custody.cli.front.hardened import done_apart, harden_for, measured_machine
from custody.cli.machine.selftest import require_sound
from custody.cli.people.operators import FrontOperator
from custody.cli.people.terminal import Terminal, standard_terminal
from custody.errors import Declined, Mismatch, Refused, StorageFailed, Usage
from custody.governance.chain import Head
from custody.machine.measurement import Standing as Fitness
from custody.printing.face import FILE, FILE_BYTES, Face
from custody.store.devices import require_printer
from custody.text import safe

_OWN_DEVICE = _("Each on the own device: custody ceremony sign {file} --identity ID -o NAME.sig")


def fit_plan(file: str) -> Plan:
    """Read a plan that nothing keeps from being signed. Raises Refused for another one."""
    plan = read_plan(store.read(file, DOCUMENT_LIMIT + 1))
    output.about(plan.network)
    if is_refused(lint(plan)):
        raise Refused(
            _("this plan is not fit to be signed, and nothing is made by it"),
            hint=_("custody ceremony plan FILE says what is wrong with it."),
        )
    return plan


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the machine, as the command line names it: a folder for signatures, and a printer."""

    medium: str | None
    printer: str | None


def lead(plan: Plan, sitting: str, out: str, beside: Beside, stands_on: Sequence[Rehearsed] | None = None) -> Standing:
    """Lead a sitting to its end, or to where it stops; go on with the transcript that is there.

    It is a rehearsal, or a ceremony that `stands_on` some; one that goes on may stand on those that it stood on before.

    Raises Usage where there is no terminal, Mismatch for another sitting's transcript, Declined for who stops, and
    whatever else bars a secret on this machine.
    """
    terminal = standard_terminal()
    terminal.require(_("A ceremony is led at a terminal, by people who sit there."))
    if beside.printer is not None:
        require_printer(beside.printer)
    harden_for(plan.network)
    require_sound()
    kept, is_rehearsal = TranscriptFile(out), stands_on is None
    begun = Begun(plan, sitting, is_rehearsal, secrets.token_bytes(RUN_BYTES), __version__)
    new = begin_file(kept, begun)
    led = _Led(terminal, out, _press(terminal, beside.printer), rehearsal=is_rehearsal)
    conduct = Conduct(
        kept,
        TerminalHost(terminal, beside.medium, CardCheck(terminal, kept)),
        lambda: int(time.time()),
        led.machine,
        led.maker,
        _apart,
    )
    if conduct.standing.closed is None:
        if not new:
            conduct.resume(_("taken up again"))
        conduct.stand_on(stands_on or ())
        _went_on(conduct, kept)
    return conduct.standing


def _went_on(conduct: Conduct, kept: TranscriptFile) -> None:
    """Go on to the end, or to where it stops. Raises Declined, with what becomes of a key that was being made."""
    try:
        conduct.go_on()
    except Declined as failure:
        if replay(kept.read()).live is None:
            raise
        hint = _("The key that was being made is void. The same command goes on: it names the cards to destroy.")
        raise Declined(failure.message, hint=f"{failure.hint} {hint}".strip()) from None


def sitting_of(plan: Plan, sitting: str | None) -> str:
    """Return the name of the sitting that is meant. Raises Usage where there are several, and none was named."""
    names = [each.id for each in plan.sittings]
    if sitting is None and len(names) == 1:
        return names[0]
    if sitting not in names:
        raise Usage(
            _("the plan has several sittings") if sitting is None else _("the plan has no such sitting"),
            hint=_("Say --sitting with one of: {names}").format(names=", ".join(names)),
        )
    return sitting


def begin_file(kept: TranscriptFile, begun: Begun) -> bool:
    """Begin a transcript, and say so; or find one of this sitting. Raises Mismatch for another one, and Unreadable."""
    begin(begun)
    empty = Transcript(())
    first = Line.decode(empty.next(begun, int(time.time())).encode())
    try:
        kept.begin(empty.with_(first))
    except StorageFailed:
        there = kept.read().begun
        if (there.plan, there.sitting, there.rehearsal) != (begun.plan, begun.sitting, begun.rehearsal):
            raise Mismatch(
                _("the transcript that is there is of another plan or sitting"),
                hint=_("Name a new file with -o."),
            ) from None
        return False
    return True


def _press(terminal: Terminal, printer: str | None) -> Printer | None:
    """Return the printer, with the font that its sheets are set in."""
    return None if printer is None else Printer(terminal, printer, Face.read(store.read(FILE, FILE_BYTES)))


def _apart(work: Callable[[], None]) -> None:
    """Do work with a secret in a process of its own."""

    def done() -> bytes:
        work()
        return b""

    done_apart(done)


def _clock(standing: Standing, now: int) -> Iterator[str]:
    """Yield this machine's clock, for people with a watch: every line that it writes has a time of it."""
    told = datetime.fromtimestamp(now, UTC)
    yield _("The clock here: {time} UTC. If a watch says otherwise, note it (x).").format(time=f"{told:%Y-%m-%d %H:%M}")
    if told.date() != standing.sitting.date:
        yield _("The plan's day is {day}.").format(day=standing.sitting.date.isoformat())


def last_of(transcript: Transcript, standing: Standing, out: str) -> Performed:
    """Say the words of the last line that is no signature, which everybody writes down, and signs."""
    number = standing.told
    told = spoken(standing.plan, Head(number, transcript.lines[number].hash))
    signs = (_OWN_DEVICE.format(file=safe(out)),) if standing.plan.identities else ()
    return {"written-words": told}, (f"  {told}", *signs)


class _Led:
    """What the machine does at the steps of one sitting."""

    def __init__(self, terminal: Terminal, out: str, press: Printer | None, *, rehearsal: bool) -> None:
        self._terminal, self._out, self._press, self._rehearsal = terminal, out, press, rehearsal
        self._printed = set[str]()

    def machine(self, step: Step, transcript: Transcript, standing: Standing) -> Performed:
        """Measure this machine, and show the words that are compared."""
        if step.id.endswith("/fit") and step.evidence is Evidence.MEASURED:
            found = [each.id for each in measured_machine().standing(Fitness.UNFIT)]
            return {"written-findings": ", ".join(found)[:200] or NOTHING_FOUND}, tuple(
                _clock(standing, int(time.time()))
            )
        if step.id.endswith(("/before/plan", "/plan-signed")):
            words = standing.plan.words
            is_signed = step.evidence is Evidence.SIGNED and standing.plan.identities
            signs = (_OWN_DEVICE.format(file="PLAN"),) if is_signed else ()
            return {}, ("  " + " ".join(words[:8]), "  " + " ".join(words[8:]), *signs)
        if step.id.startswith(f"{standing.sitting.id}/closing/wallet-"):
            return {}, self._paper(standing, step)
        if step.id.endswith("/exceptions"):
            return {}, tuple(f"  {each}" for each in otherwise(transcript)) or (f"  ({NOTHING_FOUND})",)
        if step.id.endswith("/before/software"):
            return {}, (
                _("This program: {version}. custody verify-bundle DIR says its words.").format(version=__version__),
            )
        if step.id.endswith("/final"):
            return last_of(transcript, standing, self._out)
        return {}, ()

    def _paper(self, standing: Standing, step: Step) -> tuple[str, ...]:
        """Print what is public of a wallet, where there is a printer and once a step; and show it."""
        if self._press is not None and step.id not in self._printed:
            self._printed.add(step.id)
            self._press.papers(papers.pages(self._press.face, standing, step))
        return tuple(papers.shown(standing, step))

    def maker(self, key: Key, standing: Standing) -> KeyMaker:
        """Return who makes a key, with an operator at this terminal."""
        used = {each.set for each in standing.made.values()}
        used |= {each.set for each in standing.voided if each.set is not None}
        if self._rehearsal:
            used = set()  # there are few of them, and they come again
        operator = FrontOperator(self._terminal)
        ask = self._terminal.answer
        return KeyMaker(standing.plan, key, operator, ask, used, self._press, rehearsal=self._rehearsal)
