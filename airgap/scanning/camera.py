"""A camera's number, or a film on standard input, to its frames in grey; more than 100,000 frames raise Unreadable.

The only door to OpenCV, which captures and does nothing else here. Only the reader's process loads it.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from airgap.catalogue import _
from airgap.errors import Unreadable

FRAMES_LIMIT = 100_000
"""Frames of one film: close to an hour at thirty a second."""

PIXEL_LIMIT = 16_000_000
"""Pixels of a frame: above what films have, 4K being half."""

_STANDARD_INPUT = "/dev/fd/0"


def opened(source: str) -> cv2.VideoCapture:
    """Open a camera by its number, or for "-" the film that is standard input. Raises Unreadable."""
    film = cv2.VideoCapture(int(source) if source.isdigit() else _STANDARD_INPUT)
    if not film.isOpened():
        if source.isdigit():
            raise Unreadable(
                _("camera {number} cannot be opened").format(number=source),
                hint=_("Is it connected, and does no other program use it? Try --camera 0 or 1."),
            )
        raise Unreadable(
            _("the film cannot be read: it is damaged, or of a kind that is not known"),
            hint=_("Save it as AVI, MP4 or WebM, or read pictures of it."),
        )
    return film


def frames(film: cv2.VideoCapture) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames in grey, until the film ends. Raises Unreadable above the limits."""
    for _number in range(FRAMES_LIMIT):
        found, picture = film.read()
        if not found:
            return
        if picture.shape[0] * picture.shape[1] > PIXEL_LIMIT:
            raise Unreadable(_("the film's frames have more than {limit} pixels").format(limit=PIXEL_LIMIT))
        yield np.asarray(picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    raise Unreadable(_("the film has more than {limit} frames").format(limit=FRAMES_LIMIT), hint=_("Cut it shorter."))
