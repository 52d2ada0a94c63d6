"""About when a block of the main network came or may come: a height to a month.

Reckoned from two known blocks and ten minutes a block, without a clock.
"""

from datetime import UTC, datetime

from custody.catalogue import _

_BLOCK_SECONDS = 600
_FIRST_BLOCK, _KNOWN_BLOCK, _KNOWN_HEIGHT = 1_231_006_505, 1_713_571_767, 840_000
"""Two blocks of the main network by their own clocks: 0 and 840,000."""
_YEAR_10000 = 253_402_300_800


def about_when(height: int) -> str:
    """Say the month of a height: it alone does not tell a person whether that is past."""
    beyond = height - _KNOWN_HEIGHT
    if beyond <= 0:
        seconds = _FIRST_BLOCK + (_KNOWN_BLOCK - _FIRST_BLOCK) * height // _KNOWN_HEIGHT
    else:
        seconds = _KNOWN_BLOCK + beyond * _BLOCK_SECONDS
    if seconds >= _YEAR_10000:
        return _("in thousands of years")
    return _("about {month}").format(month=datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m"))
