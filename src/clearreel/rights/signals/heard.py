"""All that was said about one source, as it stood when the source was acquired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.media import PLACE
from clearreel.rights.signals.meet import standing
from clearreel.rights.signals.robots import Robots
from clearreel.rights.signals.signal import Signal
from clearreel.rights.world import Fetch

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""When what stands inside a file counts as read: the same bytes say the same at any time."""

VERSION = 1
"""Of the readers. What earlier ones have read is read again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Signals, and how the footage was fetched; kept with a source, and asked again with it."""

    signals: tuple[Signal, ...]
    """Permissions and silences count as they stood on acquisition, and get stale no more."""
    fetch: Fetch | None = None
    """None for footage that nobody says was fetched."""
    acquired_at: datetime | None = None
    """When its answer was received; None for footage that nobody says was fetched."""
    addresses: tuple[str, ...] = ()
    """Where it was fetched, and the pages that link it, redirects included; sorted."""

    def and_also(self, other: Heard) -> Heard:
        """Both, as for the same bytes in two places: the strictest of them counts."""
        fetches = [one.fetch for one in (self, other) if one.fetch is not None]
        moments = [one.acquired_at for one in (self, other) if one.acquired_at is not None]
        signals = tuple(dict.fromkeys((*self.signals, *other.signals)))
        addresses = tuple(sorted({*self.addresses, *other.addresses}))
        return Heard(signals, _strictest(fetches), min(moments, default=None), addresses)

    def with_earlier(self, earlier: Heard) -> Heard:
        """Both, where what was read anew in a place takes the place of what was read there."""
        known = {(signal.standard, signal.place) for signal in self.signals}
        older = tuple(one for one in earlier.signals if (one.standard, one.place) not in known)
        fetch = earlier.fetch if older else None
        return self.and_also(replace(earlier, signals=older, fetch=fetch))

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {
            "version": VERSION,
            "signals": [
                {
                    **asdict(signal),
                    "activities": sorted(signal.activities),
                    "read_at": _written(signal.read_at),
                    "stale_at": _written(signal.stale_at),
                }
                for signal in self.signals
            ],
            "fetch": None
            if self.fetch is None
            else {
                "robots_allowed": self.fetch.robots_allowed,
                "passed": sorted(self.fetch.passed),
            },
            "acquired_at": _written(self.acquired_at),
            **({"addresses": list(self.addresses)} if self.addresses else {}),
        }


def heard_from_json(data: Mapping[str, Any]) -> Heard:
    """What `Heard.to_json` wrote. Raises `KeyError`, `TypeError` or `ValueError` for all else."""
    fetch = data["fetch"]
    return Heard(
        tuple(
            Signal(
                **{
                    **signal,
                    "activities": frozenset(signal["activities"]),
                    "read_at": ALWAYS if signal["place"] == PLACE else _read(signal["read_at"]),
                    "stale_at": _read(signal["stale_at"]),
                }
            )
            for signal in data["signals"]
        ),
        None if fetch is None else Fetch(fetch["robots_allowed"], frozenset(fetch["passed"])),
        _read(data["acquired_at"]),
        tuple(data.get("addresses", ())),
    )


def concluded(evidence: Evidence, signals: Iterable[Signal]) -> Heard:
    """What was read from the evidence on one work, as it stood when the last of it was received.

    Answers that are too far apart are unknown: no moment is known at which all of them held.
    """
    at, addresses = evidence.concluded_at, tuple(sorted(evidence.visited_all))
    if at is None:
        return Heard(tuple(signals), addresses=addresses)
    settled = tuple(
        replace(standing(signal, at) if signal.stale_at else signal, stale_at=None)
        for signal in signals
    )
    answers = [answer.read_at for answer in evidence.answers(evidence.address)]
    acquired_at = min(answers, default=at)
    return Heard(settled, Fetch(_robots_allowed(settled)), acquired_at, addresses)


def _robots_allowed(signals: Iterable[Signal]) -> bool | None:
    """Whether the fetch itself was let pass; None where that is not known.

    Shutting out those who train says nothing about it, so it is asked about what is not training.
    """
    stances = {
        signal.stance
        for signal in signals
        if signal.standard == Robots().standard and "redistribution" in signal.activities
    }
    if "denies" in stances:
        return False
    return True if stances == {"absent"} else None


def _strictest(fetches: Iterable[Fetch]) -> Fetch | None:
    found = list(fetches)
    if not found:
        return None
    allowed = {fetch.robots_allowed for fetch in found}
    robots = False if False in allowed else None if None in allowed else True
    return Fetch(robots, frozenset().union(*(fetch.passed for fetch in found)))


def _written(moment: datetime | None) -> str | None:
    return None if moment is None or moment == ALWAYS else moment.isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
