"""Whether the clock can be right: not before this release, and set from a clock with a battery at the start."""

from datetime import UTC, datetime

from custody import __date__
from custody.catalogue import _
from custody.machine.measurement import NOT_TOLD, Seen, Standing
from custody.machine.root import Root

_CLOCKS = "sys/class/rtc"
_LAST = 253_402_300_799
"""The last second of the year 9999, in seconds since 1970: no calendar of ours goes on."""


def clock(root: Root, now: int) -> Seen:
    """Judge the time, in seconds since 1970 by the machine's clock."""
    time = written(now)
    if time is None:
        return Seen(Standing.TOLD, _("the clock is set to no year that can be"))
    day = time.partition("T")[0]
    if day < __date__:
        text = _("the clock says {day}, and this release is of {release}")
        return Seen(Standing.TOLD, text.format(day=day, release=__date__))
    clocks = root.names_or_none_there(_CLOCKS)
    if clocks is None:
        return NOT_TOLD
    if not any(root.text(f"{_CLOCKS}/{each}/hctosys") == "1" for each in clocks):
        return Seen(Standing.TOLD, _("the clock says {day}, and no clock with a battery set it").format(day=day))
    return Seen(Standing.FIT, _("the clock says {day}").format(day=day))


def written(now: int) -> str | None:
    """Write seconds since 1970 as RFC 3339 in UTC; None where no calendar of ours has them."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if 0 <= now <= _LAST else None
