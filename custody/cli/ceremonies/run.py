"""`custody ceremony run`: a sitting of a plan, for real, by people who rehearsed it; it leaves a transcript."""

from custody import store
from custody.catalogue import _
from custody.ceremony.transcript.rehearsals import accounts, rehearsed
from custody.ceremony.transcript.signature import SIGNATURE_LIMIT, Signature
from custody.ceremony.transcript.transcript import TRANSCRIPT_LIMIT, Transcript
from custody.cli.ceremonies.sittings.ended import tell
from custody.cli.ceremonies.sittings.head import last_words
from custody.cli.ceremonies.sittings.kept import TranscriptFile
from custody.cli.ceremonies.sittings.lead import Beside, fit_plan, lead, sitting_of
from custody.errors import Refused, Usage


def run(
    *,
    file: str,
    sitting: str | None,
    rehearsals: tuple[str, ...],
    signatures: tuple[str, ...],
    out: str | None,
    medium: str | None,
    printer: str | None,
    as_json: bool,
) -> int | None:
    """Hold a sitting, or go on with one that stopped. Exit 3 where it did not pass, or is not over.

    Raises as `lead`; Refused where there is no rehearsal; Mismatch and Refused for one that is none of this sitting, or
    did not pass.
    """
    if out is None:
        raise Usage(
            _("a ceremony leaves a transcript, and its file is named with -o"),
            hint=_("For instance: custody ceremony run plan.toml --rehearsal rehearsal.jsonl -o ceremony.jsonl"),
        )
    plan = fit_plan(file)
    name = sitting_of(plan, sitting)
    if not rehearsals and not TranscriptFile(out).exists:
        raise Refused(
            _("a ceremony stands on a rehearsal that passed, and none was named"),
            hint=_("Rehearse this plan with these people, then say --rehearsal FILE: custody ceremony rehearse"),
            code="rehearsal-none",
        )
    beside = [Signature.decode(store.read(each, SIGNATURE_LIMIT)) for each in signatures]
    found = accounts((Transcript.decode(store.read(each, TRANSCRIPT_LIMIT)) for each in rehearsals), beside)
    for each in found:
        last_words(each)
    stands_on = tuple(rehearsed(each, plan, name) for each in found)
    return tell(lead(plan, name, out, Beside(medium, printer), stands_on), out, as_json=as_json)
