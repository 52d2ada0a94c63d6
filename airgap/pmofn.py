"""Specter's frames, `p3of7 ` and a piece of a text, read and joined to a message; none is written.

A series has at most 99 parts and 4 MiB. There is no checksum and no type: the text is the pieces in order, and whether
it is a PSBT, hex or neither is told from the text. Most senders make the pieces equally long; where they are not, the
text must vouch for its own end.
"""

import re
from dataclasses import dataclass, field

from airgap import phrase, plain
from airgap.catalogue import _
from airgap.content import texts
from airgap.errors import Unreadable
from airgap.message import MESSAGE_LIMIT, Message

TEXT_LIMIT = 2 * MESSAGE_LIMIT
"""Characters of a series: the longest message in hex."""

_FRAME = re.compile(r"p([1-9][0-9]?)of([1-9][0-9]?) ([\x20-\x7e]+)")
"""At most 99 parts, numbered from 1; a piece is printable ASCII."""


@dataclass(frozen=True, slots=True)
class Part:
    """One frame: `index` counts from 0."""

    total: int
    index: int
    data: bytes = field(repr=False)

    @property
    def stream(self) -> tuple[str, int]:
        """What all frames of one message share; two messages may share it too."""
        return "pMofN", self.total


def parse(text: str) -> Part | None:
    """Read one frame; None where it is none.

    Raises Unreadable for a part beyond the last, and one whose series would be over the limit.
    """
    found = _FRAME.fullmatch(text)
    if found is None:
        return None
    number, total = int(found[1]), int(found[2])
    if number > total:
        raise Unreadable(_("a frame says that it is part {number} of {total}").format(number=number, total=total))
    others = total if number == total else total - 1  # which are at least as long; a last part may be shorter
    if len(found[3]) * others > TEXT_LIMIT:
        raise _too_long()
    return Part(total, number - 1, found[3].encode("ascii"))


def join(parts: list[Part]) -> Message:
    """Return the message of all parts in order: a PSBT, hex or a known text where it is one, else the text itself.

    Raises Unreadable above 4 MiB, for a PSBT that is not whole, and for a text of no known kind in unequal pieces.
    """
    text = b"".join(part.data for part in parts)
    if len(text) > TEXT_LIMIT:
        raise _too_long()
    written = text.decode("ascii")
    if known := plain.decode(written) or texts.recognise(written):
        return known
    vague = plain.begins_as_psbt(written) or not _are_even(parts)
    if vague and not phrase.is_held_in_text(written):  # a secret is told from what is returned
        raise Unreadable(_("the pieces do not join to one whole text"))
    return Message("text", text)


def _are_even(parts: list[Part]) -> bool:
    """Say whether all pieces are equally long, and the last not longer."""
    lengths = [len(part.data) for part in parts]
    return len(set(lengths[:-1])) <= 1 and lengths[-1] <= lengths[0]


def _too_long() -> Unreadable:
    return Unreadable(_("the message is longer than {limit} bytes").format(limit=MESSAGE_LIMIT))
