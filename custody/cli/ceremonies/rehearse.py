"""`custody ceremony rehearse`: the same plan, the same people and the same steps, with test cards that open nothing."""

from custody.catalogue import _
from custody.cli.ceremonies.sittings.ended import tell
from custody.cli.ceremonies.sittings.lead import Beside, fit_plan, lead, sitting_of
from custody.errors import Usage


def rehearse(
    *, file: str, sitting: str | None, out: str | None, medium: str | None, printer: str | None, as_json: bool
) -> int | None:
    """Rehearse a sitting, or go on with one that stopped. Exit 3 where it did not pass, or is not over."""
    if out is None:
        raise Usage(
            _("a rehearsal leaves a transcript, and its file is named with -o"),
            hint=_("For instance: custody ceremony rehearse plan.toml -o rehearsal.jsonl"),
        )
    plan = fit_plan(file)
    return tell(lead(plan, sitting_of(plan, sitting), out, Beside(medium, printer)), out, as_json=as_json)
