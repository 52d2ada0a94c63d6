"""A line's time as it is printed: of the machine's clock, which nobody vouches for, in UTC."""

from datetime import UTC, datetime

_LAST = 253_402_300_799
"""The last second of the year 9999, which is the last that a calendar here has."""


def moment(at: int) -> str:
    """Return a time in seconds since 1970 as day and time, or the seconds themselves where no calendar has them."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S") if at <= _LAST else f"{at} s"
