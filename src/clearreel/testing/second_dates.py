"""How the second evaluator reads dates. Written for `clearreel.testing.second_opinion`, apart from
`clearreel.rights`.

A date without a time begins and ends at different moments around the world; the stricter counts.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

_LATEST, _EARLIEST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))
"""Where on earth a date begins last, and where it begins first."""


def _start(moment: date, zone: timezone) -> datetime:
    """An exact moment as it is, a date at its start in `zone`."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), zone)


def begun(moment: date, at: datetime) -> bool:
    """Whether it has begun everywhere: what begins with it holds."""
    return _start(moment, _LATEST) <= at


def over(moment: date, at: datetime) -> bool:
    """Whether it has begun somewhere: what ends with it holds no more."""
    return _start(moment, _EARLIEST) <= at


def may_be_past(moment: date | None, at: datetime) -> bool:
    """Whether something can have been done then, as far as it is known: it has begun somewhere."""
    return moment is None or over(moment, at)


def older(evidence: date | None, acquired: datetime | None) -> bool:
    """Whether evidence was there before the acquisition, where both dates are known."""
    return evidence is None or acquired is None or _start(evidence, _LATEST) < acquired


def no_later(evidence: date | None, verified: date | None) -> bool:
    """Whether evidence was there when it was verified, where both dates are known."""
    if evidence is None or verified is None:
        return True
    return _start(evidence, _LATEST) <= _start(verified, _LATEST)
