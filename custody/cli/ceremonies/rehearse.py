"""`custody ceremony rehearse`: the same plan, the same people and the same steps, with test cards that open nothing."""

from custody.catalogue import _
from custody.cli.ceremonies.sittings.head import head_words
from custody.cli.ceremonies.sittings.kept import TranscriptFile
from custody.cli.ceremonies.sittings.lead import fit_plan, lead
from custody.cli.front.result import print_result
from custody.errors import Refused, Usage
from custody.text import safe


def rehearse(*, file: str, sitting: str | None, out: str | None, medium: str | None, as_json: bool) -> int | None:
    """Rehearse a sitting, or go on with one that stopped. Exit 3 where it did not pass, or is not over."""
    if out is None:
        raise Usage(
            _("a rehearsal leaves a transcript, and its file is named with -o"),
            hint=_("For instance: custody ceremony rehearse plan.toml -o rehearsal.jsonl"),
        )
    standing = lead(fit_plan(file), sitting, out, medium, rehearsal=True)
    closed, transcript = standing.closed, TranscriptFile(out).read()
    public = {
        "transcript": out,
        "plan": standing.plan.digest.hex(),
        "sitting": standing.begun.sitting,
        "rehearsal": True,
        "closed": closed is not None,
        "passed": closed is not None and closed.passed,
        "exceptions": len(standing.deviations),
        "head": head_words(transcript),
    }
    if closed is None:
        lines = [_("It stopped at: {step}").format(step="-" if standing.next is None else standing.next.id)]
        lines.append(_("The same command goes on from there."))
    elif closed.passed:
        lines = [_("The rehearsal passed. Destroy the test cards, and count them.")]
    else:
        lines = [_("The rehearsal did not pass: {owner} sees to it.").format(owner=closed.owner)]
    lines += [_("Transcript: {file}").format(file=safe(out)), _("Its last line: {words}").format(words=public["head"])]
    print_result(public, lines, as_json=as_json)
    return None if public["passed"] else Refused.exit_code
