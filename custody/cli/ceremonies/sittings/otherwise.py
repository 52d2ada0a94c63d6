"""What went otherwise than planned at a sitting: all that is read aloud before the last signatures, typed or not."""

from collections.abc import Iterator

from custody.catalogue import _
from custody.ceremony.transcript.contents import Content, Deviation, Done, Handover, Paused
from custody.ceremony.transcript.key_lines import Spoiled, Voided
from custody.ceremony.transcript.transcript import Transcript
from custody.text import safe

NOTHING_FOUND = _("none")
"""What the machine writes down where it found nothing on itself."""


def otherwise(transcript: Transcript) -> Iterator[str]:
    """Yield a line for each: exceptions, findings, who stood in, stops, keys given up, and paper that failed."""
    for line in transcript.lines:
        yield from _told(line.content)


def _told(content: Content) -> Iterator[str]:
    match content:
        case Deviation(text, by):
            yield f"{safe(text)} ({by})"
        case Done(step, by, wrote) if wrote.get("written-findings", NOTHING_FOUND) != NOTHING_FOUND:
            yield _("found at {step}: {text} ({by})").format(step=step, text=safe(wrote["written-findings"]), by=by)
        case Handover(role, from_, to):
            yield _("{to} stood in for {name} as {role}").format(to=to, name=from_, role=role.value)
        case Paused(reason):
            yield _("stopped: {reason}").format(reason=safe(reason))
        case Voided(key, number, cards, reason):
            told = _("{key} was given up, set {set}, cards {cards}: {reason}")
            left = ", ".join(map(str, cards)) or "-"
            yield told.format(key=key, set="-" if number is None else number, cards=left, reason=safe(reason))
        case Spoiled(sheet, _remains, _people, reason):
            yield _("paper of sheet {sheet} was destroyed: {reason}").format(sheet=sheet, reason=safe(reason))
