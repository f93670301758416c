"""Find the shots of a source, make clips of them and measure these."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from clearreel.core.facts import FactValue
from clearreel.core.identity import clip_id
from clearreel.core.shots import Shot
from clearreel.media.jpeg import encode_jpeg
from clearreel.media.packets import PacketTable
from clearreel.media.pictures import PictureReader, displayed_size
from clearreel.media.probe import Reel
from clearreel.media.sound import SoundReader
from clearreel.media.timeline import Timeline
from clearreel.recipes.clipping import Piece, clips_of
from clearreel.recipes.recipe import Recipe
from clearreel.recipes.rules import judge
from clearreel.rights.clearance import Clearance
from clearreel.rights.intervals import Interval
from clearreel.sources.sidecars import Sidecar, caption_for, columns_for, origins_for
from clearreel.stages.contract import ClipView, Measure
from clearreel.visit.looking import look_at

Row = dict[str, Any]
Vectors = dict[str, dict[str, NDArray[np.float32]]]

THUMBNAIL_SIDE = 320
"""Pixels on a thumbnail's long side."""


def rows_of(
    shots: Iterable[Shot],
    pictures: PictureReader,
    recipe: Recipe,
    source: Mapping[str, Any],
    first: int = 0,
) -> Iterator[Row]:
    """A row for each clip of these shots, as they come: span and base facts, nothing measured.

    `first` is the number of the first shot.
    """
    reader = pictures.reader
    sizes = frame_bytes(reader.packets, reader.timeline)
    for piece in clips_of(shots, reader.timeline, recipe.clips, first):
        row = _row(piece, reader.reel, reader.timeline, sizes, source)
        row["content"] = content_hash(reader.packets, reader.timeline, piece)
        if piece.objection:
            row |= {"kept": False, "reason": piece.objection, "rule": "length"}
        yield row


def withhold(row: Row, clearance: Clearance | None) -> None:
    """Drop a clip of which some moment may not be used. The row is changed in place."""
    if clearance is not None:
        decision = clearance.decide(stretch_of(row))
        if not decision.permitted:
            row |= {"kept": False, "reason": decision.reason, "rule": "rights"}


def stretch_of(row: Mapping[str, Any]) -> Interval:
    """When a clip is shown, in seconds of the source's presentation time, the end outside."""
    base = Fraction(row["time_base"])
    return row["start_tick"] * base, row["end_tick"] * base


def caption_clip(row: Row, sidecar: Sidecar | None, timeline: Timeline) -> None:
    """Join captions and further columns to a clip by its time. The row is changed in place.

    Sidecars count from the first frame, wherever the stream's own time begins.
    """
    row |= {"caption": "", "columns": "", "caption_origins": []}
    if sidecar is not None:
        zero = int(timeline.ticks[0])
        start = (row["start_tick"] - zero) * timeline.time_base
        end = (row["end_tick"] - zero) * timeline.time_base
        row["caption"] = caption_for(sidecar, start, end)
        columns = columns_for(sidecar, start, end)
        row["columns"] = json.dumps(columns, sort_keys=True) if columns else ""
        row["caption_origins"] = list(origins_for(sidecar, start, end))


class Measurer:
    """Adds the facts of measures to clips, one after the other; a context manager."""

    def __init__(self, pictures: PictureReader, recipe: Recipe, stale: Sequence[Measure]) -> None:
        """A clip that was never measured gets the facts of all measures, others the `stale`."""
        self.vectors: Vectors = {}
        """Fact name → clip id → vector."""
        self.thumbnails: dict[str, bytes] = {}
        """Clip id → JPEG, of the clips that were looked at."""
        self._pictures = pictures
        self._recipe = recipe
        self._stale = stale
        self._sounds = SoundReader(pictures.reader.reel)

    def __enter__(self) -> Self:
        self._sounds.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._sounds.__exit__(*error)

    def measure(self, row: Row) -> None:
        """Add the facts to a row, in place, if it passes rights, length and gates."""
        if row["rule"] in ("length", "rights"):
            return
        if not judge(row, self._recipe.gates).kept:
            if self._stale:
                row |= _unmeasured(self._recipe)  # what was measured is out of date
            return
        if row["measured"] and not self._stale:
            return
        todo = self._stale if row["measured"] else self._recipe.measures
        senses = self._recipe.senses(todo) | {"stills"}
        view = _view(row, self._pictures, self._sounds, self._recipe, senses)
        if not view.stills:
            row |= {"kept": False, "reason": "no frame can be decoded", "rule": "damage"}
            return
        facts: dict[str, FactValue] = {}
        for measure in todo:
            facts |= measure.measure(_with(view, facts))
        for measure in todo:
            for fact in measure.adds:
                if fact.type == "vector":
                    vector = np.asarray(facts[fact.name], np.float32)
                    self.vectors.setdefault(fact.name, {})[row["clip_id"]] = vector
                else:
                    row[fact.name] = facts[fact.name]
        row["measured"] = True
        middle = view.stills[len(view.stills) // 2]
        self.thumbnails[row["clip_id"]] = encode_jpeg(middle.rgb, THUMBNAIL_SIDE)


def _unmeasured(recipe: Recipe) -> Row:
    facts = [fact for measure in recipe.measures for fact in measure.adds]
    return {"measured": False} | {fact.name: None for fact in facts if fact.type != "vector"}


def thumbnail(pictures: PictureReader, row: Mapping[str, Any], recipe: Recipe) -> bytes | None:
    """The thumbnail of one clip, decoded anew."""
    start, end = row["start_frame"], row["start_frame"] + row["frames"]
    stills = look_at(pictures, start, end, recipe.look, {"stills"}).stills
    return encode_jpeg(stills[len(stills) // 2].rgb, THUMBNAIL_SIDE) if stills else None


def frame_bytes(packets: PacketTable, timeline: Timeline) -> NDArray[np.int64]:
    """Coded bytes of each frame, int64 (frames,).

    Where it is not known which packet holds which frame, every frame gets its share of the whole.
    """
    if timeline.packet[0] >= 0:
        return packets.size[timeline.packet]
    return np.full(len(timeline), int(packets.size.sum()) // len(timeline), np.int64)


def content_hash(packets: PacketTable, timeline: Timeline, piece: Piece) -> str:
    """A hash of the coded video of a clip, or nothing where packets are not known by frame."""
    rows = timeline.packet[piece.start_frame : piece.end_frame]
    if rows[0] < 0:
        return ""
    return hashlib.sha256(packets.digest[rows].astype("<u8").tobytes()).hexdigest()[:32]


def _row(
    piece: Piece,
    reel: Reel,
    timeline: Timeline,
    sizes: NDArray[np.int64],
    source: Mapping[str, Any],
) -> Row:
    span = timeline.span(piece.start_frame, piece.end_frame)
    start, end = span.seconds
    frames = piece.end_frame - piece.start_frame
    coded = int(sizes[piece.start_frame : piece.end_frame].sum())
    width, height = displayed_size(reel, source["rotation"])
    duration = span.duration
    rate = timeline.rate
    return {
        "clip_id": clip_id(source["source_id"], reel.video.index, span),
        "source_id": source["source_id"],
        "path": source["path"],
        "license": source["license"],
        "shot": piece.shot,
        "stream": reel.video.index,
        "start_tick": span.start,
        "end_tick": span.end,
        "time_base": str(span.time_base),
        "start": float(start),
        "end": float(end),
        "start_frame": piece.start_frame,
        "frames": frames,
        "codec": reel.video.codec,
        "caption": "",
        "columns": "",
        "caption_origins": [],
        "measured": False,
        "kept": True,
        "reason": "",
        "rule": "",
        "duplicate_of": "",
        "duration": float(duration),
        "width": width,
        "height": height,
        "short_side": min(width, height),
        "aspect": width / height,
        "fps": str(rate),
        "frame_rate": float(rate),
        "bitrate": float(8 * coded / duration),
        "bits_per_pixel": 8 * coded / (width * height * frames),
    }


def _view(
    row: Row, pictures: PictureReader, sounds: SoundReader, recipe: Recipe, senses: set[str]
) -> ClipView:
    reader = pictures.reader
    start, end = row["start_frame"], row["start_frame"] + row["frames"]
    seen = look_at(pictures, start, end, recipe.look, senses)
    span = reader.timeline.span(start, end)
    return ClipView(
        reel=reader.reel,
        span=span,
        start_frame=start,
        end_frame=end,
        coded_bytes=round(row["bitrate"] * row["duration"] / 8),
        facts=row,
        stills=seen.stills,
        runs=seen.runs,
        sound=sounds.read(span) if "sound" in senses else None,
    )


def _with(view: ClipView, facts: Mapping[str, FactValue]) -> ClipView:
    return ClipView(
        view.reel,
        view.span,
        view.start_frame,
        view.end_frame,
        view.coded_bytes,
        {**view.facts, **facts},
        view.stills,
        view.runs,
        view.sound,
    )
