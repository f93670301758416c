"""Who wrote the captions and columns of kept clips, as far as somebody says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clearreel.disclosures.figures import Figure, kept
from clearreel.production.captions import origins_of_clip
from clearreel.production.recorded import recorded_decision
from clearreel.report.wording import counted
from clearreel.rights.origins import Origin, Writer

Row = Mapping[str, Any]

_CARRIES = "(caption <> '' OR columns <> '')"


@dataclass(frozen=True, slots=True)
class Captioner:
    """One model, or people, or nobody knows who."""

    writer: Writer
    model: str
    """Its name; empty where no model wrote it."""
    license: str
    trained_on: str
    """Names and licences, for a person."""
    clips: Figure
    """Kept clips that carry any of it."""


def captioners(works: Iterable[Row], kept_clips: Sequence[Row]) -> tuple[Captioner, ...]:
    """Everybody who wrote for kept clips, models first. `works` are the rows of their sources."""
    recorded = {row["source_id"]: recorded_decision(row).captions for row in works}
    ids: dict[tuple[Writer, str, str, str], set[str]] = defaultdict(set)
    clips: dict[tuple[Writer, str, str, str], int] = defaultdict(int)
    for row in kept_clips:
        found: dict[tuple[Writer, str, str, str], set[str]] = defaultdict(set)
        for origin in origins_of_clip(row, recorded[row["source_id"]]):
            found[_key(origin)].add(origin.id)
        for key, names in found.items():
            ids[key] |= names
            clips[key] += 1
    known = any("caption_origins" in row for row in kept_clips)
    return tuple(
        Captioner(*key, _figure(clips[key], sorted(ids[key]), key[0], known))
        for key in sorted(clips)
    )


def _key(origin: Origin) -> tuple[Writer, str, str, str]:
    told = "" if origin.writer != "model" else _data(origin)
    return origin.writer, origin.model, origin.license, told


def _data(origin: Origin) -> str:
    if origin.trained_on is None:
        return "data that nobody names"
    named = [f"{d.name} ({d.license})" if d.license else d.name for d in origin.trained_on]
    return ", ".join(named) or "nothing"


def _figure(count: int, ids: Sequence[str], writer: Writer, known: bool) -> Figure:
    listed = ", ".join(f"'{name}'" for name in ids)
    condition = f"list_has_any(caption_origins, [{listed}])"
    if writer == "nobody says":
        unsaid = f"(caption_origins IS NULL OR {condition})" if known else "true"
        condition = f"{_CARRIES} AND {unsaid}"
    return Figure(count, counted(count, "clip"), kept("count(*)", condition))
