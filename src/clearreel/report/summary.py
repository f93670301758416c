"""The funnel in numbers: what came in, what was dropped and why, what is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from clearreel.recipes.rules import Rule
from clearreel.report.drops import Drop, Row, count_drops, hours, resolved_rules
from clearreel.report.history import Run, Speed, read_history
from clearreel.report.wording import bound
from clearreel.stores.catalog import Catalog

STATUSES = ("done", "refused", "quarantined", "unreadable", "failed", "started")
"""In the order in which they are shown. A source at `started` waits for the next run."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Some clips, and how long they are together."""

    clips: int
    hours: float


@dataclass(frozen=True, slots=True)
class SourceCount:
    """Sources of one status and one reason."""

    status: str
    reason: str
    sources: int
    hours: float
    """Of those whose length is known: a refused source is not opened."""
    bytes: int


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A rule of the recipe that was left out."""

    fact: str
    reason: str
    bound: str
    origin: str
    why: str


@dataclass(frozen=True, slots=True)
class RightsCount:
    """What is kept under one licence of one holder."""

    license: str
    holder: str
    sources: int
    clips: int
    hours: float


@dataclass(frozen=True, slots=True)
class CutCount:
    """Clips that were stored in one way."""

    mode: str
    clips: int
    hours: float
    """As stored, which for `trim` is less than the clip."""
    bytes: int
    hidden_frames: int
    """Frames in the files that no player shows."""
    reencoded_frames: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A data set in numbers. Hours are of footage."""

    dataset: str
    """Name of the data set's folder."""
    use: str
    created: str
    recipe: str
    """Of the last run; empty when there was none."""
    last_run: str
    """When it began: RFC 3339, UTC."""
    finished: bool
    """Whether the last run came to its end."""
    sources: tuple[SourceCount, ...]
    hours_in: float
    """Of the sources that were used."""
    bytes_in: int
    found: Amount
    dropped: tuple[Drop, ...]
    """In the order in which rules speak; those that dropped nothing too."""
    kept: Amount
    not_applied: tuple[NotApplied, ...]
    rights: tuple[RightsCount, ...]
    cuts: tuple[CutCount, ...]
    media_bytes: int
    thumbnail_bytes: int
    speed: Speed | None
    """Of the last run that visited a source."""

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return asdict(self)


def summarise(catalog: Catalog) -> Summary:
    """Sum up a data set.

    Clips of a source that is not `done` are not counted: a run that was interrupted may have left
    some, and the next run replaces them.
    """
    history = read_history(catalog)
    run = history.last
    sources = catalog.rows("sources")
    done = {row["source_id"]: row for row in sources if row["status"] == "done"}
    rules = resolved_rules(catalog, run.rules if run else ())
    clips = [row for row in _read_clips(catalog, rules) if row["source_id"] in done]
    kept = [row for row in clips if row["kept"]]
    return Summary(
        dataset=catalog.folder.resolve().name,
        use=catalog.use,
        created=catalog.about.get("created", ""),
        recipe=run.recipe if run else "",
        last_run=run.at if run else "",
        finished=history.finished,
        sources=_count_sources(sources),
        hours_in=hours(done.values()),
        bytes_in=sum(row["bytes"] or 0 for row in done.values()),
        found=Amount(len(clips), hours(clips)),
        dropped=count_drops(clips, run, rules),
        kept=Amount(len(kept), hours(kept)),
        not_applied=_not_applied(run),
        rights=_count_rights(kept, done),
        cuts=_count_cuts(clips),
        media_bytes=sum(row["media_bytes"] or 0 for row in clips),
        thumbnail_bytes=sum(row["thumbnail_bytes"] or 0 for row in clips),
        speed=history.speed,
    )


def _read_clips(catalog: Catalog, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    columns = [
        *("source_id", "kept", "rule", "reason", "duration", "short_side", "frames", "cut"),
        *("cut_frames", "preroll_frames", "postroll_frames", "reencoded_frames"),
        *("media_bytes", "thumbnail_bytes"),
    ]
    have = set(catalog.columns("clips"))
    columns += [rule.fact for rule in rules if rule.fact in have]
    return catalog.rows("clips", columns=list(dict.fromkeys(columns)))


def _count_sources(sources: Iterable[Row]) -> tuple[SourceCount, ...]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sources:
        # What makes a source usable differs from one to the next; only refusals are reasons.
        reason = "" if row["status"] == "done" else row["reason"] or ""
        groups[row["status"], reason].append(row)
    counts = [
        SourceCount(status, reason, len(rows), hours(rows), sum(row["bytes"] or 0 for row in rows))
        for (status, reason), rows in groups.items()
    ]
    return tuple(sorted(counts, key=lambda c: (STATUSES.index(c.status), -c.sources, c.reason)))


def _not_applied(run: Run | None) -> tuple[NotApplied, ...]:
    return tuple(
        NotApplied(
            rule.fact,
            rule.reason,
            bound(rule),
            rule.origin,
            f"no stage of the recipe adds {rule.fact}",
        )
        for rule in (run.not_applied if run else ())
    )


def _count_rights(kept: Iterable[Row], done: Mapping[str, Row]) -> tuple[RightsCount, ...]:
    clips: dict[tuple[str, str], list[Row]] = {_rights(row): [] for row in done.values()}
    sources: dict[tuple[str, str], int] = defaultdict(int)
    for row in done.values():
        sources[_rights(row)] += 1
    for row in kept:
        clips[_rights(done[row["source_id"]])].append(row)
    counts = [
        RightsCount(*key, sources[key], len(rows), hours(rows)) for key, rows in clips.items()
    ]
    return tuple(sorted(counts, key=lambda c: (-c.hours, c.license, c.holder)))


def _rights(source: Row) -> tuple[str, str]:
    return source["license"] or "", source["holder"] or ""


def _count_cuts(clips: Iterable[Row]) -> tuple[CutCount, ...]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in clips:
        if row["cut"]:
            groups[row["cut"]].append(row)
    return tuple(
        CutCount(
            mode=mode,
            clips=len(rows),
            hours=sum(r["duration"] * r["cut_frames"] / r["frames"] for r in rows) / 3600,
            bytes=sum(r["media_bytes"] or 0 for r in rows),
            hidden_frames=sum(
                (r["preroll_frames"] or 0) + (r["postroll_frames"] or 0) for r in rows
            ),
            reencoded_frames=sum(r["reencoded_frames"] or 0 for r in rows),
        )
        for mode, rows in sorted(groups.items())
    )
