"""An unfinished stream, or several messages, to the error that tells a person why there is not exactly one message."""

from collections.abc import Sequence
from typing import Protocol

from airgap.catalogue import _, ngettext
from airgap.errors import Mismatch, Unreadable
from airgap.message import Message
from airgap.stream import Progress

_NAMED = 5
"""Missing parts that are named one by one."""


_READ = _("Show it as UR or BBQr. Of texts a PSBT, hex, a wallet, a descriptor, a key and an address are read.")
_WHOLE = _("Let the other machine show it as UR or BBQr, which say when they are whole, or save it as a file.")
_LINES = _("Pieces of one text, typed in order and a line each, go to: airgap decode")


class Unfinished(Protocol):
    """A stream that has no message yet."""

    @property
    def contradictory(self) -> bool:
        """Whether there are enough parts, which contradict each other."""

    @property
    def disagreed(self) -> int:
        """How many parts were dropped because they contradicted others."""

    @property
    def progress(self) -> Progress:
        """How far it is."""

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the parts that are missing, from 1."""


def nothing(seen: int, fault: str) -> Unreadable:
    """Say that of `seen` frames none began a message; `fault` is what the last stream broke by, if one did."""
    if not seen:
        return Unreadable(_("no frame was seen"), hint=_("Scan the code, or type its frames one a line."))
    understood = ngettext(
        "the one frame seen is neither UR, nor BBQr, nor pMofN, nor a text that is known",
        "none of the {count} frames seen is UR, BBQr, pMofN, or a text that is known",
        seen,
    ).format(count=seen)
    return Unreadable(fault or understood, hint=_READ)


def named(what: str, hint: str) -> Unreadable:
    """Say what was seen, where it is known though not read."""
    return Unreadable(what, hint=hint)


def pieces(count: int, *, begins_as_psbt: bool) -> Unreadable:
    """Say that `count` texts without a frame are no message, alone or together."""
    if begins_as_psbt:
        said = ngettext(
            "a PSBT begins in the one text seen, and is not whole: it is cut off, damaged, or goes on elsewhere",
            "a PSBT begins in the {count} texts seen, and neither one of them nor all together as lines is a whole one",
            count,
        ).format(count=count)
        return Unreadable(said, hint="\n".join([_WHOLE, _LINES]))
    said = ngettext(
        "the one text seen is neither hex, nor a PSBT in base64, nor of another kind that is known",
        "{count} texts without a frame were seen, and they are not one message: each is a piece or something else",
        count,
    ).format(count=count)
    return Unreadable(said, hint=_READ if count == 1 else "\n".join([_WHOLE, _LINES]))


def unfinished(stream: Unfinished) -> Unreadable:
    """Say what a stream lacks."""
    again = _("Show the code again and keep scanning; the frames may come in any order.")
    if stream.contradictory:
        return Unreadable(_("the frames seen contradict each other: some were misread or forged"), hint=again)
    if stream.disagreed:
        again = _(
            "Frames contradicted each other, and the older ones were dropped: show one code alone, and scan again."
        )
    return Unreadable(_still_missing(stream.missing, stream.progress), hint=again)


def several(messages: Sequence[Message]) -> Mismatch:
    """Say which messages there are where one is wanted."""
    told = [
        _("{type}, {count} bytes: {words}").format(
            type=message.type, count=len(message.payload), words=" ".join(message.words)
        )
        for message in messages
    ]
    return Mismatch(
        _("{count} different messages were seen where one is wanted").format(count=len(messages)),
        hint="\n".join([*told, _("Show only the one that is meant, and start over.")]),
    )


def _still_missing(missing: Sequence[int], progress: Progress) -> str:
    named = [str(number) for number in missing[:_NAMED]]
    unnamed = len(missing) - len(named)
    parts = ngettext(
        "part {numbers} of {total} has not been seen", "parts {numbers} of {total} have not been seen", len(missing)
    ).format(
        numbers=", ".join(named)
        if not unnamed
        else _("{numbers} and {count} more").format(numbers=", ".join(named), count=unnamed),
        total=progress.parts_needed,
    )
    needed = progress.parts_needed - progress.parts_have
    frames = ngettext("{count} more frame is needed", "{count} more frames are needed", needed).format(count=needed)
    return _("{parts}; {frames}").format(parts=parts, frames=frames)
