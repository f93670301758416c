"""What the catalog's events say of its runs: the recipe of the last one, and the speed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from clearreel.production.models import used_models
from clearreel.recipes.rules import Rule
from clearreel.stores.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it began: its recipe and what was asked of it."""

    at: str
    """When it began: RFC 3339, UTC."""
    recipe: str
    description: str
    origin: str
    store: str
    detector: str
    stages: tuple[str, ...]
    weights: tuple[str, ...]
    rules: tuple[Rule, ...]
    not_applied: tuple[Rule, ...]
    min_seconds: float
    max_seconds: float
    cosine: float | None
    """Clips at least so alike count as duplicates; None where they are not compared."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a run was that had something to do."""

    at: str
    """When it ended: RFC 3339, UTC."""
    sources: int
    footage_hours: float
    wall_seconds: float
    cpu_seconds: float
    decoded_share: float | None
    """Frames decoded, divided by frames of the footage; a frame decoded twice counts twice."""
    times_real_time: float | None
    cpu_seconds_per_hour: float | None
    """For each hour of footage."""


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of the runs on a data set."""

    last: Run | None
    finished: bool
    """Whether the last run came to its end."""
    safety: tuple[Rule, ...]
    """Safety rules of every run: what one of them objects to is never shown as it is."""
    weights: tuple[str, ...]
    """Weights of every run, sorted: what an earlier one measured may still be there."""
    speed: Speed | None
    """Of the last run that visited a source."""


def read_history(catalog: Catalog) -> History:
    """Read the events of the data set."""
    last: Run | None = None
    finished = True
    safety: dict[Rule, None] = {}
    speed = None
    for event in sorted(catalog.rows("events"), key=lambda row: str(row["at"])):
        if event["kind"] == "run":
            last, finished = _run(event["at"], json.loads(event["detail"])), False
            safety |= {rule: None for rule in last.rules if rule.safety}
        elif event["kind"] == "done":
            finished = True
            speed = _speed(event["at"], json.loads(event["detail"])) or speed
    return History(last, finished, tuple(safety), used_models(catalog), speed)


def _run(at: str, detail: Mapping[str, Any]) -> Run:
    return Run(
        at=at,
        recipe=detail["recipe"],
        description=detail["description"],
        origin=detail["origin"],
        store=detail["store"],
        detector=detail["detector"],
        stages=tuple(detail["stages"]),
        weights=tuple(detail["weights"]),
        rules=tuple(_rule(rule) for rule in detail["rules"]),
        not_applied=tuple(_rule(rule) for rule in detail["not_applied"]),
        min_seconds=detail["min_seconds"],
        max_seconds=detail["max_seconds"],
        cosine=detail.get("cosine"),
    )


def _rule(written: Mapping[str, Any]) -> Rule:
    known = {field.name for field in fields(Rule)}
    return Rule(**{key: value for key, value in written.items() if key in known})


def _speed(at: str, detail: Mapping[str, Any]) -> Speed | None:
    if not detail["visited"]:
        return None
    footage, wall = detail["footage_seconds"], detail["wall_seconds"]
    return Speed(
        at=at,
        sources=detail["visited"],
        footage_hours=footage / 3600,
        wall_seconds=wall,
        cpu_seconds=detail["cpu_seconds"],
        decoded_share=detail["decoded_share"],
        times_real_time=footage / wall if wall else None,
        cpu_seconds_per_hour=detail["cpu_seconds"] / footage * 3600 if footage else None,
    )
