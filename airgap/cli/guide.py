"""The last 30 frames of a camera to one clause of advice, such as to come closer, or to none."""

from collections import deque

from airgap.catalogue import _
from airgap.scanning.worker import Seen

WINDOW = 30
"""Frames that are looked back at: a second or two."""

LEAST_SCALE = 3.0
"""Pixels to a module below which reading becomes a matter of luck."""

LEAST_CAUGHT = 0.4
"""The part of the frames that should show a code."""


class Guide:
    """Give it every frame; `advice` is a clause for the person, or nothing."""

    def __init__(self) -> None:
        self._caught: deque[bool] = deque(maxlen=WINDOW)
        self._scale: float | None = None

    def watch(self, frame: Seen) -> None:
        """Take a frame in."""
        self._caught.append(bool(frame.texts))
        self._scale = frame.scale if frame.texts else self._scale

    @property
    def advice(self) -> str:
        """Say the one thing that helps most."""
        if self._scale is not None and self._scale < LEAST_SCALE:
            return _("move closer: {scale:.1f} pixels to a module").format(scale=self._scale)
        if len(self._caught) < WINDOW:
            return ""
        caught = sum(self._caught) / WINDOW
        if not caught:
            return _("no code is seen: let it fill half of the picture, without glare")
        if caught < LEAST_CAUGHT:
            return _("most codes are missed: press - on the sender, or move closer")
        return ""
