"""`custody ceremony service`: puts wallets into service, after all sittings of a plan; it leaves a transcript."""

import secrets
import time
from collections.abc import Callable

from custody import __version__, store
from custody.catalogue import _
from custody.ceremony.conduct.conduct import Conduct
from custody.ceremony.plan.plan import Plan
from custody.ceremony.transcript.account import account
from custody.ceremony.transcript.contents import RUN_BYTES, SERVICE, Begun
from custody.ceremony.transcript.rehearsals import is_of_any, is_of_plan, signatures_of
from custody.ceremony.transcript.service_lines import StandsOn
from custody.ceremony.transcript.signature import SIGNATURE_LIMIT, Signature
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.together import Together
from custody.ceremony.transcript.transcript import TRANSCRIPT_LIMIT, Transcript
from custody.cli.ceremonies.sittings.ended import tell
from custody.cli.ceremonies.sittings.head import last_words
from custody.cli.ceremonies.sittings.host import TerminalHost
from custody.cli.ceremonies.sittings.kept import TranscriptFile
from custody.cli.ceremonies.sittings.lead import begin_file, fit_plan
from custody.cli.ceremonies.sittings.serving import Serving
from custody.cli.people.terminal import standard_terminal
from custody.errors import Mismatch, Refused, Usage


def service(
    *,
    file: str,
    others: tuple[str, ...],
    signatures: tuple[str, ...],
    out: str | None,
    medium: str | None,
    as_json: bool,
) -> int | None:
    """Put wallets into service, or go on with it. Exit 3 where it did not pass, or is not over.

    Raises Usage where there is no terminal, Refused where a sitting is lacking, Mismatch for transcripts of another
    plan or rehearsal, or other ones than it stands on, and Declined for who stops.
    """
    if out is None:
        raise Usage(
            _("a service leaves a transcript, and its file is named with -o"),
            hint=_("For instance: custody ceremony service plan.toml --with ceremony.jsonl -o service.jsonl"),
        )
    if signatures and not others:
        raise Usage(_("--signature goes with --with: it is of a sitting"))
    plan, kept = fit_plan(file), TranscriptFile(out)
    if not others and not kept.exists:
        raise Refused(
            _("a service stands on every sitting of its plan, and none was named"),
            hint=_("Say --with FILE for each transcript that custody ceremony run wrote."),
            code="sitting-lacking",
        )
    stands_on = _stands_on(plan, others, signatures) if others else None
    terminal = standard_terminal()
    terminal.require(_("A service is led at a terminal, by people who sit there."))
    new = begin_file(kept, Begun(plan, SERVICE, False, secrets.token_bytes(RUN_BYTES), __version__))
    led = Serving(out, medium)
    host = TerminalHost(terminal, medium)
    conduct = Conduct(kept, host, lambda: int(time.time()), led.machine, led.maker, _never)
    if stands_on is not None:
        _require_same(conduct.standing, stands_on)
    if conduct.standing.closed is None:
        if not new:
            conduct.resume(_("taken up again"))
        if stands_on is not None:
            conduct.serve(stands_on)
        conduct.go_on()
    return tell(conduct.standing, out, as_json=as_json)


def _stands_on(plan: Plan, files: tuple[str, ...], signatures: tuple[str, ...]) -> StandsOn:
    """Judge the sittings of a plan, and return what a service of them stands on."""
    beside = [Signature.decode(store.read(each, SIGNATURE_LIMIT)) for each in signatures]
    transcripts = [Transcript.decode(store.read(each, TRANSCRIPT_LIMIT)) for each in files]
    for each in transcripts:
        if each.begun.plan.digest != plan.digest:
            raise Mismatch(
                _("the transcript is of another plan than this one"),
                hint=_("Compare the sixteen words of both with those on paper: custody ceremony plan FILE"),
                code="plan-differs",
            )
    for signature in beside:
        if not is_of_plan(signature) and not is_of_any(signature, transcripts):
            raise Mismatch(
                _("{name} signed a line that none of the sittings has").format(name=signature.statement.person),
                hint=_("Name the sitting that it is of, or leave the signature out."),
            )
    found = [account(each, signatures_of(each, beside)) for each in transcripts]
    for judged in found:
        last_words(judged)
    return Together.of(found).stands_on


def _require_same(standing: Standing, stands_on: StandsOn) -> None:
    """Raise Mismatch where a service that goes on stands on other transcripts than were named."""
    if standing.stands_on not in (None, stands_on):
        raise Mismatch(
            _("the service that is there stands on other transcripts than these"),
            hint=_("Name those, or leave --with out: it stands in the file what it stands on."),
        )


def _never(_work: Callable[[], None]) -> None:
    raise AssertionError("a service makes no key")
