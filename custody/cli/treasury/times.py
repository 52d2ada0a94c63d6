"""Times of entries as people and scripts read them: UTC, by the clock of the machine that wrote, vouched for by nobody.

A day that somebody typed is a day of UTC too.
"""

from datetime import UTC, date, datetime, timedelta

from custody.catalogue import _
from custody.ceremony.register.row import has_date


def shown_time(at: int) -> str:
    """Write seconds since 1970 for a person; 0 is an unknown time."""
    return _in_utc(at).strftime("%Y-%m-%d %H:%M UTC") if has_date(at) else _("unknown time")


def shown_day(at: int) -> str:
    """Write the day of a time for a person."""
    return _in_utc(at).strftime("%Y-%m-%d") if has_date(at) else _("unknown time")


def written_time(at: int) -> str | None:
    """Write a time for a script (RFC 3339); None where it is unknown."""
    return _in_utc(at).strftime("%Y-%m-%dT%H:%M:%SZ") if has_date(at) else None


def begins(day: date) -> int:
    """Return the second in which a day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def ends(day: date) -> int:
    """Return the second after a day."""
    return begins(day) + int(timedelta(days=1).total_seconds())


def _in_utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
