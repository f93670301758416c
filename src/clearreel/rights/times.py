"""When a grant begins and ends: the stricter reading of what was written.

A moment is a `datetime` with an offset, or a `date`, which begins and ends at different times
around the world. A date-only start begins when the date has begun everywhere (at UTC−12); a
date-only end expires when the date begins anywhere (at UTC+14), so the date itself is outside.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

LATEST_ZONE = timezone(timedelta(hours=-12))
EARLIEST_ZONE = timezone(timedelta(hours=14))


def begins(moment: date) -> datetime:
    """The first instant at which `moment` has begun everywhere."""
    return _instant(moment, LATEST_ZONE)


def expires(moment: date) -> datetime:
    """The first instant at which `moment` has begun anywhere."""
    return _instant(moment, EARLIEST_ZONE)


def _instant(moment: date, zone: timezone) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), zone)
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no offset from UTC")
    return moment


def moment_from_text(text: str) -> date:
    """What `isoformat` of a date, or of a time, wrote. Raises `ValueError` for anything else."""
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
