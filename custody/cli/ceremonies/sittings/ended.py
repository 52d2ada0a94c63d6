"""What is told where a sitting ends, or stops: how it ended, and what comes next."""

from collections.abc import Collection, Iterator
from typing import Any

from custody.catalogue import _
from custody.ceremony.transcript.account import account
from custody.ceremony.transcript.standing import Standing
from custody.cli.ceremonies.sittings.head import head_words
from custody.cli.ceremonies.sittings.kept import TranscriptFile
from custody.cli.front.result import print_result
from custody.errors import Refused
from custody.text import safe


def tell(standing: Standing, out: str, *, as_json: bool) -> int | None:
    """Tell it, and return the exit code: 3 where it did not pass, or is not over."""
    closed, transcript = standing.closed, TranscriptFile(out).read()
    public: dict[str, Any] = {
        "transcript": out,
        "plan": standing.plan.digest.hex(),
        "sitting": standing.begun.sitting,
        "rehearsal": standing.begun.rehearsal,
        "closed": closed is not None,
        "passed": closed is not None and closed.passed,
        "exceptions": len(standing.deviations),
        "lacking": list(account(transcript).lacking) if closed is not None and closed.passed else [],
        "head": head_words(transcript),
    }
    lines = [*_how(standing, out), *_lacking(public["lacking"]), _("Transcript: {file}").format(file=safe(out))]
    print_result(public, [*lines, _("Its last line: {words}").format(words=public["head"])], as_json=as_json)
    return None if public["passed"] else Refused.exit_code


def _lacking(names: Collection[str]) -> Iterator[str]:
    if names:
        yield _("Not signed with their own keys: {names}. Their signatures count beside it:").format(
            names=", ".join(names)
        )
        yield "  custody ceremony sign FILE --identity ID"


def _how(standing: Standing, out: str) -> Iterator[str]:
    closed, is_rehearsal = standing.closed, standing.begun.rehearsal
    if standing.begun.is_service and closed is not None and closed.passed:
        yield _("The wallets are in service. Their files for other commands:")
        yield f"  custody ceremony verify FILE --with FILE --service {safe(out)} --plan PLAN --records FOLDER"
    elif closed is None:
        yield _("It stopped at: {step}").format(step="-" if standing.next is None else standing.next.id)
        yield _("The same command goes on from there.")
    elif not closed.passed:
        told = _("The rehearsal did not pass: {owner} sees to it, until {due}.")
        if not is_rehearsal:
            told = _("The ceremony did not pass: {owner} sees to it, until {due}.")
        yield told.format(owner=closed.owner, due="-" if closed.due is None else closed.due.isoformat())
    elif is_rehearsal:
        yield _("The rehearsal passed. Destroy the test cards, and count them.")
    else:
        yield _("The ceremony passed. The records of its cards and wallets, for other commands:")
        yield f"  custody ceremony verify {safe(out)} --plan PLAN --records FOLDER"
