"""The one QR code in a picture, or before a camera, to the text of a secret (docs/spec/secret-input.md).

A picture that cannot be read, shows no code or shows several raises Unreadable. The process that reads it
(docs/adr/0009) is started for the card alone and ended at once: none that has looked at a stranger's picture ever sees
a secret. Nothing is written to a disk.
"""

import re
from collections.abc import Callable, Iterable

from airgap.cli.guide import Guide
from airgap.errors import AirgapError
from airgap.scanning.worker import FILE_LIMIT, PictureReader, Seen
from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.phrases import seedqr

PICTURE_LIMIT = FILE_LIMIT
"""Bytes of a picture."""

_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""PNG and JPEG. Neither begins as UTF-8 text does, so no secret in letters is taken for one."""

_BYTES = re.compile(r"(?:[0-9a-f]{2})+")


def is_picture(content: bytes | bytearray) -> bool:
    """Say whether bytes begin as a PNG or JPEG file does."""
    return content.startswith(_BEGINNINGS)


def text_in(picture: bytes) -> str:
    """Return the text of the one code in a picture, as `keys.phrases.seedqr.line_of` reads it.

    Raises Unreadable for a picture that cannot be read, shows no code, or shows more than one.
    """
    try:
        with PictureReader(as_hex=True) as reader:
            return _only_text(reader.frames(picture))
    except AirgapError as failure:
        raise Unreadable(failure.message, hint=failure.hint) from None


def text_before(camera: int, advise: Callable[[str], None]) -> str:
    """Look through a camera, by its number, until it sees one code; return its text as `text_in` does.

    `advise` hears what the person could do better. Raises Unreadable, also where there is no such camera.
    """
    guide, said = Guide(), ""
    try:
        with PictureReader(as_hex=True) as reader:
            for frame in reader.film(str(camera)):
                if frame.texts:
                    return _only_text([frame])
                guide.watch(frame)
                if guide.advice not in ("", said):
                    said = guide.advice
                    advise(said)
    except AirgapError as failure:
        raise Unreadable(failure.message, hint=failure.hint) from None
    return _only_text([])


def _only_text(frames: Iterable[Seen]) -> str:
    codes = {text for seen in frames for text in seen.texts}
    if not codes:
        raise Unreadable(
            _("no QR code was read in the picture of the secret"),
            hint=_("Take it again: the whole code, sharp, with a light border, filling half of the picture."),
        )
    if len(codes) > 1:
        raise Unreadable(
            _("the picture shows {count} different QR codes, and one secret is wanted").format(count=len(codes)),
            hint=_("Cover the others and take it again."),
        )
    return seedqr.line_of(_content(codes.pop()))


def _content(told: str) -> bytes:
    """The bytes of a code, which the reader tells in hex. It is trusted in that no more than in anything else."""
    if not _BYTES.fullmatch(told):
        raise Unreadable(_("the process that reads pictures gave no sensible answer"), hint=_("Take it again."))
    return bytes.fromhex(told)
