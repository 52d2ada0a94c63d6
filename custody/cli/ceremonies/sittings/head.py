"""The ten words of a transcript's line, with its number, as they are read aloud and written on paper."""

from custody.ceremony.plan.plan import Plan
from custody.ceremony.transcript.transcript import Transcript
from custody.governance.chain import Head
from custody.governance.paper import words_of


def spoken(plan: Plan, head: Head) -> str:
    """Return a line's number and words. Raises Unfit where memory is short."""
    return f"{head.number} {' '.join(words_of(plan.digest, head))}"


def head_words(transcript: Transcript) -> str:
    """Return those of a transcript's last line. Raises Unfit where memory is short."""
    return spoken(transcript.begun.plan, transcript.head)
