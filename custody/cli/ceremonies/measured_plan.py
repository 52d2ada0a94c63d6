"""`custody ceremony plan FILE --rehearsal FILE`: a plan, with minutes from what people took at sittings."""

from collections.abc import Sequence
from typing import Any

from custody import store
from custody.ceremony.transcript.measured import measured_rates
from custody.ceremony.transcript.replay import replay
from custody.ceremony.transcript.transcript import TRANSCRIPT_LIMIT, Transcript
from custody.cli.ceremonies.plan import planned


def measured_plan(*, rehearsals: Sequence[str], **said: Any) -> int | None:
    """Read transcripts, of this plan or of others, and then the plan as `planned` does. Raises Unreadable and Alarm."""
    read = (Transcript.decode(store.read(each, TRANSCRIPT_LIMIT)) for each in rehearsals)
    return planned(**said, rates=measured_rates((replay(each), each) for each in read))
