"""What is told of every clip in an export, nested for JSON and flat for tables."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa

from clearreel.collection.splits import Split
from clearreel.exports.media import Media

_FIELDS = {
    "clip_id": pa.string(),
    "source_id": pa.string(),
    "path": pa.string(),  # of the source, below the input it was found through
    "split": pa.string(),
    "start": pa.float64(),  # seconds in the source's presentation time, of what is in the file
    "end": pa.float64(),
    "start_tick": pa.int64(),
    "end_tick": pa.int64(),
    "time_base": pa.string(),  # seconds a tick, an exact fraction
    "start_frame": pa.int64(),
    "frames": pa.int64(),
    "codec": pa.string(),
    "caption": pa.string(),
    "license": pa.string(),
    "holder": pa.string(),
    "attribution": pa.string(),
    "cut": pa.string(),  # copy | exact | trim | transcode
    "cut_reason": pa.string(),
    "lost_before": pa.int64(),  # frames of the clip that are not in the file, at its start
    "lost_after": pa.int64(),  # and at its end
    "reencoded_frames": pa.int64(),
    "audio": pa.string(),  # copied | encoded | none
    "sha256": pa.string(),
    "bytes": pa.int64(),
}


def record_of(
    clip: Mapping[str, Any],
    source: Mapping[str, Any],
    title: str,
    split: Split,
    media: Media,
    facts: Iterable[str],
) -> dict[str, Any]:
    """One clip: what is in its file, what it was cut from, its rights, facts and columns.

    Times and frame numbers are those of the file; `lost_before` and `lost_after` tell how it
    differs from the clip. Facts were measured on the whole clip, but `duration` is the file's.
    """
    base = Fraction(clip["time_base"])
    start, end = _ticks(clip, media, base)
    measured = {name: _plain(clip[name]) for name in facts}
    measured["duration"] = float((end - start) * base)
    return {
        "clip_id": clip["clip_id"],
        "source_id": clip["source_id"],
        "path": title,
        "split": split,
        "start": float(start * base),
        "end": float(end * base),
        "start_tick": start,
        "end_tick": end,
        "time_base": clip["time_base"],
        "start_frame": media.start_frame,
        "frames": media.end_frame - media.start_frame,
        "codec": media.codec,
        "caption": clip["caption"] or "",
        "license": source["license"],
        "holder": source["holder"],
        "attribution": source["attribution"],
        "cut": media.mode,
        "cut_reason": media.reason,
        "lost_before": media.start_frame - clip["start_frame"],
        "lost_after": clip["start_frame"] + clip["frames"] - media.end_frame,
        "reencoded_frames": media.reencoded_frames,
        "audio": media.audio,
        "sha256": media.sha256,
        "bytes": media.bytes,
        "facts": measured,
        "columns": json.loads(clip["columns"]) if clip["columns"] else {},
    }


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as a row of a table: facts are columns, and sidecar columns one of JSON."""
    facts: dict[str, Any] = record["facts"]
    row = {name: value for name, value in record.items() if name not in ("facts", "columns")}
    return row | facts | {"columns": json.dumps(record["columns"], ensure_ascii=False)}


def flat_schema(facts: pa.Schema) -> pa.Schema:
    """The columns of `flat` records with these facts."""
    fields = [pa.field(name, kind) for name, kind in _FIELDS.items()]
    return pa.schema([*fields, *facts, pa.field("columns", pa.string())])


def _ticks(clip: Mapping[str, Any], media: Media, base: Fraction) -> tuple[int, int]:
    """First and last tick of what is in the file, in the source's time base."""
    start, end = clip["start_tick"], clip["end_tick"]
    if clip["cut_start_frame"] != clip["start_frame"]:
        # Stored without its first frames: the rate tells how long these are.
        missing = clip["cut_start_frame"] - clip["start_frame"]
        start += round(missing / Fraction(clip["fps"]) / base)
    start += round(media.before / base)
    if media.end_frame != clip["start_frame"] + clip["frames"]:
        end = min(end, start + round(media.duration / base))
    return start, end


def _plain(value: Any) -> Any:
    """JSON has no word for what is not a finite number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
