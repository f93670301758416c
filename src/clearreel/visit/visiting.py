"""The one visit to a source: open once, decode as little as possible, share what was decoded."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from clearreel.core.errors import SourceError, UnreadableError, UnsupportedError
from clearreel.core.pulse import begin
from clearreel.media.decoding import FrameReader
from clearreel.media.pictures import PictureReader, displayed_size
from clearreel.recipes.recipe import Recipe
from clearreel.recipes.rules import FINAL, judge
from clearreel.sources.sidecars import Sidecar
from clearreel.stages.contract import Measure
from clearreel.stores.clock import now
from clearreel.stores.schema import path_text
from clearreel.visit.assignment import Assignment, Previous, Visited
from clearreel.visit.denying import denied_looks, refused
from clearreel.visit.examining import Measurer, Row, caption_clip, stretch_of
from clearreel.visit.packing import Packer, pack_fingerprint
from clearreel.visit.screening import hit
from clearreel.visit.segments import Examination, Examined
from clearreel.visit.source import open_source


def visit(assignment: Assignment) -> Visited:
    """Do what the assignment says, as far as the source allows.

    A source that cannot be used is no error here: its row says why. Raises `StorageError`.
    """
    started = time.process_time()
    try:
        visited = _visit(assignment)
    except SourceError as error:
        visited = set_aside(assignment, error)
    if assignment.examine:
        visited.source["cpu_seconds"] = round(time.process_time() - started, 3)
    return visited


def set_aside(assignment: Assignment, error: SourceError) -> Visited:
    """The result for a source that cannot be used."""
    kind = "unreadable" if isinstance(error, UnreadableError | UnsupportedError) else "failed"
    reason = f"{error.message} ({error.hint})" if error.hint else error.message
    source = base_row(assignment) | {"status": kind, "reason": reason}
    source["work"] = json.dumps(work_done(assignment), sort_keys=True)
    return Visited(source, [])


def base_row(assignment: Assignment) -> Row:
    """The columns of a source's row that are known before it is opened."""
    return {
        "source_id": assignment.source_id,
        "sha256": assignment.sha256,
        "path": path_text(assignment.path),
        "bytes": assignment.size,
        "reason": "",
        "note": "",
        "packed": "",
        "visited": now(),
        **assignment.rights,
    }


def work_done(assignment: Assignment) -> dict[str, Any]:
    """What a finished source's row says was done to it."""
    recipe = assignment.recipe
    return {
        "sidecar": assignment.sidecar.fingerprint if assignment.sidecar else "",
        "clips": recipe.clip_fingerprint,
        "gates": recipe.gate_fingerprint,
        "measures": recipe.measure_fingerprints,
        "cut": recipe.cut_fingerprint,
        "clearance": assignment.clearance.fingerprint if assignment.clearance else "",
        "screening": assignment.screening.fingerprint if assignment.screening else "",
    }


def stale_measures(recipe: Recipe, done: Mapping[str, Any]) -> list[Measure]:
    """The measures whose fingerprint differs from what was done."""
    before = done.get("measures", {})
    return [m for m in recipe.measures if before.get(m.name) != recipe.measure_fingerprints[m.name]]


def _done(assignment: Assignment) -> dict[str, Any]:
    """What the source's row says was done to it."""
    previous = assignment.previous
    return json.loads(previous.source["work"] or "{}") if previous else {}


def _visit(assignment: Assignment) -> Visited:
    recipe = assignment.recipe
    if assignment.only_screen:
        return _screen(assignment)
    if not assignment.examine and assignment.previous is not None:
        return _repack(assignment, assignment.previous)
    _check_unchanged(assignment)
    begin(0.0, 1.0)
    with open_source(assignment.path, recipe.look.still_side) as pictures:
        if assignment.denied is not None:
            seal = assignment.packs.seal
            alike = denied_looks(assignment.denied, seal, assignment.source_id, pictures)
            if alike:
                return refused(base_row(assignment), alike)
        source = base_row(assignment) | _describe(pictures.reader)
        if assignment.screening and (reason := hit(pictures, assignment.screening)):
            return _quarantined(source, reason)
        done = _done(assignment)
        if assignment.previous is not None and done.get("clips") == recipe.clip_fingerprint:
            known = [dict(row) for row in assignment.previous.clips]
            again = _measure_again(pictures, recipe, known, stale_measures(recipe, done))
            return _finish(assignment, pictures, source, again, fresh=False)
        pictures.reader.close()  # an open file of ten hours holds a hundred megabytes
        examination = Examination(pictures, recipe, source, assignment.clearance)
        with examination.journal(assignment.packs) as journal:
            found = examination.complete(journal)
            return _finish(assignment, pictures, source, found, fresh=True)


def _screen(assignment: Assignment) -> Visited:
    """Ask the lists about footage that came in with an earlier run. Its clips stay as they are."""
    assert assignment.screening is not None and assignment.previous is not None
    _check_unchanged(assignment)
    with open_source(assignment.path, assignment.recipe.look.still_side) as pictures:
        if reason := hit(pictures, assignment.screening):
            source = base_row(assignment) | _describe(pictures.reader)
            return _quarantined(source, reason)
    work = {**_done(assignment), "screening": assignment.screening.fingerprint}
    row = dict(assignment.previous.source) | {"work": json.dumps(work, sort_keys=True)}
    return Visited(row, [dict(clip) for clip in assignment.previous.clips], fresh=False)


def _quarantined(source: Row, reason: str) -> Visited:
    return Visited({**source, "status": "quarantined", "reason": reason}, [], fresh=True)


def _measure_again(
    pictures: PictureReader, recipe: Recipe, rows: list[Row], stale: Sequence[Measure]
) -> Examined:
    """Measure clips that are known already."""
    with Measurer(pictures, recipe, stale) as measurer:
        for row in rows:
            measurer.measure(row)
    return Examined(rows, measurer.vectors, measurer.thumbnails, 0)


def _finish(
    assignment: Assignment,
    pictures: PictureReader,
    source: Row,
    examined: Examined,
    *,
    fresh: bool,
) -> Visited:
    """Join captions, judge and pack. `fresh` is as in `Visited`."""
    recipe, rows, reader = assignment.recipe, examined.clips, pictures.reader
    for row in rows:
        caption_clip(row, assignment.sidecar, reader.timeline)
        # Both may have changed since the clip was found.
        row |= {"license": _license(row, source, assignment), "path": source["path"]}
        _judge(row, recipe)
    recut = _done(assignment).get("cut") != recipe.cut_fingerprint
    alone = assignment.clearance is not None
    packer = _packer(assignment, pictures, recut, alone)
    packer.pack(assignment.source_id, rows, examined.thumbnails)
    source |= {
        "status": "done",
        "packed": pack_fingerprint(rows, recipe, assignment.store),
        "work": json.dumps(work_done(assignment), sort_keys=True),
        "decoded_frames": reader.decoded + examined.decoded,
        "note": _note(reader, assignment.sidecar),
    }
    return Visited(source, rows, examined.vectors, fresh=fresh)


def _repack(assignment: Assignment, previous: Previous) -> Visited:
    """Pack the clips anew. What was found and measured stays as it was.

    What can be taken over from old packs needs no source: dropping a clip works without.
    """
    recipe = assignment.recipe
    rows = [dict(row) for row in previous.clips]
    done = json.loads(previous.source["work"])
    recut = done.get("cut") != recipe.cut_fingerprint
    alone = bool(done.get("clearance"))
    try:
        _check_unchanged(assignment)
    except SourceError:
        packer = _packer(assignment, None, recut, alone)
        packer.pack(assignment.source_id, rows, {})
    else:
        side = recipe.look.still_side
        with open_source(assignment.path, side, contents=False) as pictures:
            packer = _packer(assignment, pictures, recut, alone)
            packer.pack(assignment.source_id, rows, {})
    work = {**done, "cut": recipe.cut_fingerprint}
    source = dict(previous.source) | {
        "packed": pack_fingerprint(rows, recipe, assignment.store),
        "work": json.dumps(work, sort_keys=True),
    }
    return Visited(source, rows, fresh=False)


def _packer(
    assignment: Assignment, pictures: PictureReader | None, recut: bool, alone: bool
) -> Packer:
    recipe, packs, store = assignment.recipe, assignment.packs, assignment.store
    return Packer(pictures, recipe, packs, store, recut, alone=alone)


def _check_unchanged(assignment: Assignment) -> None:
    try:
        status = assignment.path.stat()
    except OSError as error:
        raise SourceError(f"the file is not there any more: {error.strerror}") from error
    if (status.st_size, status.st_mtime_ns) != (assignment.size, assignment.mtime_ns):
        raise SourceError("the file changed since the run began", hint="run again")


def _judge(row: Row, recipe: Recipe) -> None:
    # Bounds that depend on the whole data set are not known here; the collection judges again.
    if row["rule"] in FINAL:
        return
    verdict = judge(row, [rule for rule in recipe.rules if rule.min_quantile is None])
    row |= {"kept": verdict.kept, "reason": verdict.reason, "rule": verdict.rule}
    row["duplicate_of"] = ""


def _license(row: Row, source: Row, assignment: Assignment) -> str:
    if assignment.clearance is None:
        return str(source["license"])
    return assignment.clearance.decide(stretch_of(row)).license


def _describe(reader: FrameReader) -> Row:
    reel, timeline = reader.reel, reader.timeline
    first = next((frame for _, frame in reader.frames(0, 1)), None)
    if first is None:
        raise UnreadableError("the first frame cannot be decoded")
    rotation = first.rotation
    width, height = displayed_size(reel, rotation)
    return {
        "container": reel.container.name,
        "codec": reel.video.codec,
        "width": width,
        "height": height,
        "fps": str(timeline.rate),
        "variable_rate": timeline.variable,
        "interlaced": reel.video.field_order == "interlaced" or first.interlaced_frame,
        "hdr": reel.video.hdr,
        "rotation": rotation,
        "stream": reel.video.index,
        "other_video_streams": reel.other_video_streams,
        "time_base": str(timeline.time_base),
        "frames": len(timeline),
        "duration": float(timeline.span(0, len(timeline)).duration),
        "audio": reel.audio.codec if reel.audio else "",
        "damaged": reader.packets.damaged,
    }


def _note(reader: FrameReader, sidecar: Sidecar | None) -> str:
    reel, timeline = reader.reel, reader.timeline
    notes = list(sidecar.problems) if sidecar else []
    if reader.packets.damaged:
        notes.append("damaged: only what comes before the damage is used")
    if reel.other_video_streams:
        notes.append(f"{reel.other_video_streams} other video streams are left out")
    if timeline.variable:
        notes.append("variable frame rate")
    return "; ".join(notes)
