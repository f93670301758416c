"""Whether the machine's clock can be right: what is recorded already is not of the future.

Rights and keys are judged at the time that the clock shows. One that was set back would let an
expired grant, or an expired key, count again. So nothing is let in, signed or let out while the
ledger has a row from later; what is denied or erased is, at any time, and a release out of which
something was taken is left unsigned.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from clearreel.core.errors import DatasetError, UsageError

if TYPE_CHECKING:
    from clearreel.stores.ledger import Ledger

TOLERANCE = timedelta(minutes=5)
"""By how much clocks differ, and are set back, without anything being wrong."""
KIND = "clock"
"""Of the ledger's row in which a person says that the clock is right."""


def shown() -> datetime:
    """What the clock shows, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def now() -> str:
    """What the clock shows, as RFC 3339: how tables and documents say when something was."""
    return shown().strftime("%Y-%m-%dT%H:%M:%SZ")


def is_later(moment: str) -> bool:
    """Whether a time, RFC 3339, is of the future, if the clock is right."""
    return datetime.fromisoformat(moment) - shown() > TOLERANCE


def is_behind(ledger: Ledger) -> bool:
    """Whether the clock shows a time before a row that the ledger has.

    Raises `DatasetError` when the ledger does not hold.
    """
    return _later_row(ledger) is not None


def check_clock(ledger: Ledger) -> None:
    """Raises `DatasetError` when the clock shows a time before a row that the ledger has.

    Every row is checked on the way, so also when the ledger does not hold.
    """
    row = _later_row(ledger)
    if row is not None:
        raise DatasetError(
            f"the clock shows {shown().isoformat()}, and row {row['number']} of {ledger.path} was "
            f"written at {row['at']}: it was set back, and what has expired since would count",
            hint="set the clock; or if it is right now and was wrong then, say so: "
            f"clearreel audit {ledger.path.parent} --clock-is-right",
        )


def say_clock_is_right(ledger: Ledger) -> None:
    """Record that a person says so: later rows are of a clock that was wrong.

    Raises `UsageError` when there are none, and `DatasetError` when the ledger does not hold.
    """
    if _later_row(ledger) is None:
        raise UsageError(
            f"no row of {ledger.path} is later than the clock, which shows {shown().isoformat()}",
            hint="leave out --clock-is-right",
        )
    ledger.append(KIND, {"right": True})


def _later_row(ledger: Ledger) -> dict[str, Any] | None:
    """The last row that is later than the clock; none before a person said that it is right."""
    later = None
    for row in ledger.rows():
        if row["kind"] == KIND:
            later = None
        elif is_later(row["at"]):
            later = row
    return later
