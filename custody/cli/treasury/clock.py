"""Times of entries as people and scripts read them: UTC, by the clock of the machine that wrote, vouched for by nobody.

A day that somebody types is a day of UTC too; what is no day raises click's BadParameter.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

from custody.catalogue import _

_LATEST_SHOWN = 253_402_300_799
"""The last second of the year 9999; what a clock says beyond is no time."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def shown_time(at: int) -> str:
    """Write seconds since 1970 for a person; 0 is an unknown time."""
    return _in_utc(at).strftime("%Y-%m-%d %H:%M UTC") if _is_known(at) else _("unknown time")


def shown_day(at: int) -> str:
    """Write the day of a time for a person."""
    return _in_utc(at).strftime("%Y-%m-%d") if _is_known(at) else _("unknown time")


def written_time(at: int) -> str | None:
    """Write a time for a script (RFC 3339); None where it is unknown."""
    return _in_utc(at).strftime("%Y-%m-%dT%H:%M:%SZ") if _is_known(at) else None


class DayType(click.types.StringParamType):
    """A day, written like 2026-11-29."""

    def convert(  # type: ignore[override]  # click's stub says str; what a type converts to is its own affair
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day, or fail as click does."""
        if isinstance(value, date):
            return value
        try:
            if not _DAY.fullmatch(value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fail(_("a day is written like 2026-11-29"), param, ctx)


def begins(day: date) -> int:
    """Return the second in which a day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def ends(day: date) -> int:
    """Return the second after a day."""
    return begins(day) + int(timedelta(days=1).total_seconds())


def _is_known(at: int) -> bool:
    return 0 < at <= _LATEST_SHOWN


def _in_utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
