"""The stance of many signals together: the strictest of them, for one activity at a time.

Deny overrides. The meet is commutative, associative and idempotent: the order and the number of
signals mean nothing, and one more can only narrow what is permitted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from clearreel.rights.signals.signal import Activity, Signal, Stance

STRICTEST_FIRST: tuple[Stance, ...] = ("denies", "constrains", "unknown", "allows", "absent")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What signals mean for one activity at one time."""

    activity: Activity
    stance: Stance
    decisive: tuple[Signal, ...]
    """The signals that have this stance; empty when there is no signal on the activity at all."""

    @property
    def permitted(self) -> bool:
        """Whether nothing that was said, or could not be read, stands against it."""
        return self.stance in ("allows", "absent")

    @property
    def reason(self) -> str:
        """For a person: who says so, where, in which words."""
        if not self.decisive:
            return f"nobody has read what is said about {self.activity}"
        found = {f"{one.standard} at {one.place}: {one.said}" for one in self.decisive}
        return f"{self.activity}: {self.stance} ({'; '.join(sorted(found))})"


def meet(signals: Iterable[Signal], activity: Activity, at: datetime) -> Verdict:
    """What the signals mean together for `activity` at the time `at`.

    A permission, or a silence, that is stale by then or was read only later is unknown; a denial
    stands. No signal at all is unknown too. `at` carries an offset; `ValueError` otherwise.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset from UTC")
    found = [standing(signal, at) for signal in signals if activity in signal.activities]
    stances = {signal.stance for signal in found} or {"unknown"}
    stance = min(stances, key=STRICTEST_FIRST.index)
    decisive = dict.fromkeys(signal for signal in found if signal.stance == stance)
    return Verdict(activity, stance, tuple(sorted(decisive, key=_order)))


def standing(signal: Signal, at: datetime) -> Signal:
    """The signal as it stands at a time: unknown where it is stale or was read only later."""
    if signal.stance not in ("allows", "absent") or signal.stale_at is None:
        return signal
    if signal.read_at is None or signal.read_at > at:
        why = "read only afterwards"
    elif signal.stale_at <= at:
        why = f"read at {signal.read_at.isoformat()}, too long ago"
    else:
        return signal
    return replace(signal, stance="unknown", said=f"{signal.said} ({why})")


def _order(signal: Signal) -> tuple[str, ...]:
    times = [str(moment) for moment in (signal.read_at, signal.stale_at)]
    named = (signal.standard, signal.place, signal.said, signal.sha256)
    return (*named, *times, *sorted(signal.activities))
