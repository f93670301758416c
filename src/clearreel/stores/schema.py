"""The catalog's columns. No media in any of them: changing a row would rewrite it."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa

from clearreel.core.facts import Fact, FactType

TABLES = ("places", "sources", "clips", "events")

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
}

PLACES = {
    "path": "text",  # absolute; one row for each place where footage was found
    "relative": "text",  # below the input it was found through
    "source_id": "text",
    "sha256": "text",
    "bytes": "int",
    "mtime_ns": "int",
    "inode": "int",
}

SOURCES = {
    "source_id": "text",
    "sha256": "text",  # of the file's bytes; empty when they could not be read
    "path": "text",  # the first place where it was found
    "status": "text",  # done | refused | unreadable | failed | started
    "reason": "text",
    "license": "text",
    "holder": "text",
    "attribution": "text",
    "decision": "text",  # JSON: the decision and all it rests on
    "bytes": "int",
    "container": "text",
    "codec": "text",
    "width": "int",  # as displayed: upright, square pixels
    "height": "int",
    "fps": "text",  # an exact fraction: "30000/1001"
    "variable_rate": "bool",
    "interlaced": "bool",
    "hdr": "bool",
    "rotation": "int",  # degrees
    "stream": "int",
    "other_video_streams": "int",
    "time_base": "text",  # seconds a tick, an exact fraction
    "frames": "int",
    "duration": "float",  # seconds
    "audio": "text",  # codec, or empty
    "damaged": "bool",
    "note": "text",  # what a person should know: damage, streams left out
    "work": "text",  # JSON: the fingerprint of each thing that was done
    "packed": "text",  # fingerprint of what its packs hold
    "decoded_frames": "int",
    "cpu_seconds": "float",
    "visited": "text",  # RFC 3339, UTC
}

CLIPS = {
    "clip_id": "text",
    "source_id": "text",
    "path": "text",
    "license": "text",
    "shot": "int",  # number of the shot in the source, from 0
    "stream": "int",
    "start_tick": "int",
    "end_tick": "int",
    "time_base": "text",
    "start": "float",  # seconds in the source's presentation time
    "end": "float",
    "start_frame": "int",
    "frames": "int",
    "codec": "text",
    "caption": "text",
    "columns": "text",  # JSON: further columns from sidecars
    "caption_origins": "texts",  # ids of who wrote both; the source's decision has them
    "measured": "bool",
    "kept": "bool",
    "reason": "text",
    "rule": "text",  # the fact whose rule dropped it, or length | duplicate
    "duplicate_of": "text",
    "content": "text",  # hash of the coded video, the same in most containers
    "cut": "text",  # copy | exact | trim | transcode, or empty when not stored
    "cut_reason": "text",
    "cut_start_frame": "int",
    "cut_frames": "int",
    "preroll_frames": "int",  # in the file, hidden, before the first shown frame
    "postroll_frames": "int",  # likewise after the last
    "reencoded_frames": "int",
    "cut_audio": "text",
    "media_pack": "text",  # below packs/
    "media_name": "text",
    "media_offset": "int",
    "media_bytes": "int",
    "media_sha256": "text",
    "thumbnail_pack": "text",
    "thumbnail_offset": "int",
    "thumbnail_bytes": "int",
}

EVENTS = {
    "at": "text",  # RFC 3339, UTC
    "kind": "text",
    "detail": "text",  # JSON
}

# Facts that every clip has without a stage: they follow from its packets.
BASE_FACTS = (
    Fact("duration", "float", "s", "Length of the clip."),
    Fact("width", "int", "px", "Width as displayed: upright, square pixels."),
    Fact("height", "int", "px", "Height as displayed."),
    Fact("short_side", "int", "px", "The smaller of width and height."),
    Fact("aspect", "float", "1", "Width divided by height."),
    Fact("fps", "text", "1/s", "Frames a second, an exact fraction."),
    Fact("frame_rate", "float", "1/s", "The same as a decimal number, for rules."),
    Fact("bitrate", "float", "bit/s", "Bits of coded video a second."),
    Fact("bits_per_pixel", "float", "bit", "Bits of coded video a displayed pixel a frame."),
)

_COLUMNS = {"places": PLACES, "sources": SOURCES, "clips": CLIPS, "events": EVENTS}


def arrow_type(kind: FactType) -> pa.DataType:
    """The column type of a fact. Vectors have none: they are kept in tables of their own."""
    return _TYPES[kind]


def schema(table: str) -> pa.Schema:
    """The columns that `table` always has; `clips` also gets one for each fact."""
    columns = dict(_COLUMNS[table])
    if table == "clips":
        columns |= {fact.name: fact.type for fact in BASE_FACTS}
    return pa.schema([pa.field(name, _TYPES[kind]) for name, kind in columns.items()])


def path_text(path: Path) -> str:
    """A path as text that every table can hold: bytes that are not UTF-8 are written as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def vector_schema(length: int, *, sealed: bool = False) -> pa.Schema:
    """A table of vectors: one row a clip. Sealed ones are bytes."""
    return pa.schema(
        [
            pa.field("clip_id", pa.string()),
            pa.field("source_id", pa.string()),
            pa.field("vector", pa.binary() if sealed else pa.list_(pa.float32(), length)),
        ]
    )
