"""Amounts and bounds in words, the same in the terminal and on the page."""

from __future__ import annotations

from datetime import datetime

from clearreel.core.amounts import counted as counted  # with the others
from clearreel.recipes.rules import Rule

# Not from the locale: the same catalog gives the same page everywhere.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def lasting(hours: float) -> str:
    """A length of time as a person says it: "41.3 s", "4 min 19 s", "2 h 05 min", "1,204 h"."""
    seconds = hours * 3600
    if seconds == 0:
        return "0 s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    if seconds < 3599.5:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest:02d} s"
    if hours < 99.5:
        whole, minutes = divmod(round(seconds / 60), 60)
        return f"{whole} h {minutes:02d} min"
    return f"{hours:,.0f} h"


def size(count: int) -> str:
    """Bytes in decimal units: "3.2 MB"."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:,.1f} PB"


def day(moment: str) -> str:
    """A time of the catalog, RFC 3339 in UTC, as "22 November 2026, 15:43 UTC"."""
    at = datetime.fromisoformat(moment)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def number(value: float) -> str:
    """A measured value: four digits, thousands apart, no exponent below a billion."""
    if value != 0 and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.4g}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{float(f'{value:.4g}'):.10g}"


def bound(rule: Rule) -> str:
    """What a rule keeps: "short_side at least 240"."""
    parts = []
    if rule.min_quantile is not None:
        parts.append(f"not among the lowest {rule.min_quantile:.4g} of the data set")
    if rule.min is not None:
        parts.append(f"at least {number(rule.min)}")
    if rule.max is not None:
        parts.append(f"at most {number(rule.max)}")
    return f"{rule.fact} {' and '.join(parts)}{tier(rule)}"


def tier(rule: Rule) -> str:
    """For which short sides a rule holds, or nothing when for all."""
    low, high = rule.min_side, rule.max_side
    if low is not None and high is not None:
        return f", for {low} to {high} lines"
    if low is not None:
        return f", from {low} lines on"
    return f", up to {high} lines" if high is not None else ""
