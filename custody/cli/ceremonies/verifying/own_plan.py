"""The plan that somebody has, held against the one in a transcript, which brings keys of its own for everybody."""

from custody import store
from custody.catalogue import _
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.table import DOCUMENT_LIMIT
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import Mismatch


def require_plan(transcript: Transcript, plan_file: str | None) -> None:
    """Raise Mismatch for a transcript of another plan than this file's, where one was named."""
    if plan_file is None:
        return
    if transcript.begun.plan.digest != read_plan(store.read(plan_file, DOCUMENT_LIMIT + 1)).digest:
        raise Mismatch(
            _("the transcript is of another plan than this one"),
            hint=_("Compare the sixteen words of both with those on paper: custody ceremony plan FILE"),
            code="plan-differs",
        )
