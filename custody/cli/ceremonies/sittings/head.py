"""The ten words of a transcript's line, with its number, as they are read aloud and written on paper."""

from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.contents import Ink, Signed
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import Alarm
from custody.governance.chain import Head
from custody.governance.paper import words_of


def spoken(plan: Plan, head: Head) -> str:
    """Return a line's number and words. Raises Unfit where memory is short."""
    return f"{head.number} {' '.join(words_of(plan.digest, head))}"


def head_words(transcript: Transcript) -> str:
    """Return those of a transcript's last line. Raises Unfit where memory is short."""
    return spoken(transcript.begun.plan, transcript.head)


def last_words(found: Account) -> str | None:
    """Return those that everybody wrote down at the end of a sitting: of the line before all signed; None before.

    Raises Alarm where the transcript says that others were written down, and Unfit where memory is short.
    """
    standing = found.standing
    step = standing.end
    if step not in standing.done:
        return None
    before = found.transcript.lines[: standing.done[step]]
    line = next(each for each in reversed(before) if not isinstance(each.content, Signed | Ink))
    words = spoken(standing.plan, Head(line.number, line.hash))
    if standing.wrote[step]["written-words"] != words:
        raise Alarm(
            _("the words that were written down at the end are of another transcript than this one"),
            hint=_("Compare them with the papers that people kept: {words}").format(words=words),
            code="transcript-forged",
        )
    return words
