"""For each receiver the framing, size of a part, pace and order that it reads best, as its makers chose or as measured.

A device that is not listed gets the same as `metamask`, which all that read UR can take.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """How to send to one receiver.

    `fragment` is in payload bytes of a frame, `period_ms` is how long a code of a series is shown. `solves` says that
    the receiver solves all mixtures together, as ours does, and is sent denser ones.
    """

    framing: str
    fragment: int
    period_ms: int
    solves: bool = False


PRESETS = {
    "self": Preset("ur", 890, 100, solves=True),
    "sparrow": Preset("ur", 400, 125),
    "seedsigner": Preset("ur", 100, 200),
    "krux": Preset("ur", 200, 200),
    "jade": Preset("ur", 100, 250),
    "keystone": Preset("ur", 200, 200),
    "coldcard-q": Preset("bbqr", 1150, 220),
    "metamask": Preset("ur", 200, 200),
}
"""The receivers by name. The codes of `self` and `coldcard-q` are of version 25, all others of 13 or less."""

DEFAULT = Preset("ur", 200, 200)
"""Where no receiver is named."""
