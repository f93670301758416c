"""A stored clip as a file that shows every frame it holds, for readers that count packets.

Packs hold clips cut by `copy`, with frames hidden behind edit lists. Such a clip is cut anew from
the stored file, never from the source, which may be long gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from clearreel.core.errors import DatasetError, UnreadableError
from clearreel.media.cut import Cut, CutMode, CutRequest, Cutter
from clearreel.media.opening import open_media
from clearreel.media.packets import PacketTable, read_packets
from clearreel.media.probe import Reel, describe
from clearreel.media.timeline import Timeline, read_timeline
from clearreel.stores.packs import Packs

MOST_EDGES = 0.5
"""Up to this share of frames in its edges a clip is cut exact; beyond, one encoding costs less."""
LEAST_SHARE = Fraction(9, 10)
"""Of a clip's frames. What trims away more is no longer what was measured and captioned, and the
clip is transcoded instead."""


@dataclass(frozen=True, slots=True)
class Media:
    """A clip's file, and what is in it."""

    path: Path
    suffix: str
    sha256: str
    bytes: int
    codec: str
    mode: CutMode
    reason: str
    """Why it is no copy of the source's packets, for a person; empty where it is."""
    start_frame: int
    """Frames start_frame <= n < end_frame of the source are in the file."""
    end_frame: int
    before: Fraction
    """Seconds of the stored clip that are missing at its start."""
    duration: Fraction
    """Seconds."""
    reencoded_frames: int
    audio: str


@dataclass(frozen=True, slots=True)
class _Stored:
    reel: Reel
    packets: PacketTable
    timeline: Timeline

    @property
    def shows_all(self) -> bool:
        return len(self.packets) == len(self.timeline)


def visible_media(packs: Packs, clip: Mapping[str, Any], work: Path) -> Media:
    """Take the clip of a catalog row out of its pack into `work`, cut anew where it hides frames.

    `work` is an empty folder; more than the media may be left in it.

    Raises `DatasetError` when the pack is damaged, `UnreadableError` when the clip cannot be
    brought into a form without hidden frames, `StorageError` when the disk is full.
    """
    path = work / clip["media_name"]
    _extract(packs, clip, path)
    stored = _read(path)
    if len(stored.timeline) != clip["cut_frames"]:
        raise UnreadableError(
            f"the stored clip shows {len(stored.timeline)} frames, "
            f"where {clip['cut_frames']} are recorded"
        )
    if stored.shows_all:
        return _as_stored(path, stored, clip)
    return _cut_anew(path, stored, clip, work)


def _extract(packs: Packs, clip: Mapping[str, Any], path: Path) -> None:
    digest = hashlib.sha256()
    place = (clip["media_pack"], clip["media_name"], clip["media_offset"], clip["media_bytes"])
    with path.open("wb") as file:
        for piece in _pieces(packs, *place):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != clip["media_sha256"]:
        raise DatasetError(
            f"the pack {clip['media_pack']} is damaged: the bytes of clip {clip['clip_id']} do "
            "not match their hash",
            hint="remove the pack and run again",
        )


def _pieces(packs: Packs, pack: str, name: str, offset: int, size: int) -> Iterator[bytes]:
    try:
        yield from packs.pieces(pack, name, offset, size)
    except OSError as error:
        raise DatasetError(
            f"the pack {pack} cannot be read: {error.strerror}", hint="run again to make it anew"
        ) from error


def _read(path: Path) -> _Stored:
    opened, container = open_media(path)
    with opened:
        reel = describe(path, opened, container)
        packets = read_packets(opened, reel.video, contents=False)
        return _Stored(reel, packets, read_timeline(opened, reel, packets))


def _as_stored(path: Path, stored: _Stored, clip: Mapping[str, Any]) -> Media:
    return Media(
        path=path,
        suffix=path.suffix,
        sha256=clip["media_sha256"],
        bytes=clip["media_bytes"],
        codec=stored.reel.video.codec,
        mode=clip["cut"],
        reason=clip["cut_reason"],
        start_frame=clip["cut_start_frame"],
        end_frame=clip["cut_start_frame"] + clip["cut_frames"],
        before=Fraction(0),
        duration=stored.timeline.span(0, len(stored.timeline)).duration,
        reencoded_frames=clip["reencoded_frames"],
        audio=clip["cut_audio"],
    )


def _cut_anew(path: Path, stored: _Stored, clip: Mapping[str, Any], work: Path) -> Media:
    length = len(stored.timeline)
    with Cutter(stored.reel, stored.packets, stored.timeline) as cutter:
        cut = cutter.cut(_request("exact", length), work, f"{path.stem}.visible")
        objection = _objection(cut, length)
        if objection and cut.mode != "transcode":
            cut = cutter.cut(_request("transcode", length), work, f"{path.stem}.visible")
            reason, objection = objection, _objection(cut, length)
        else:
            reason = cut.reason
    if objection:
        raise UnreadableError(f"it cannot be cut without hidden frames: {objection}")
    timeline = stored.timeline
    first = clip["cut_start_frame"]
    return Media(
        path=cut.path,
        suffix=cut.suffix,
        sha256=cut.sha256,
        bytes=cut.bytes,
        codec="h264" if cut.mode == "transcode" else stored.reel.video.codec,
        mode=cut.mode,
        reason="; ".join(part for part in (clip["cut_reason"], reason) if part),
        start_frame=first + cut.start_frame,
        end_frame=first + cut.end_frame,
        before=timeline.span(0, cut.start_frame).duration if cut.start_frame else Fraction(0),
        duration=timeline.span(cut.start_frame, cut.end_frame).duration,
        reencoded_frames=cut.reencoded_frames,
        audio="encoded" if clip["cut_audio"] == "encoded" and cut.audio != "none" else cut.audio,
    )


def _request(mode: CutMode, length: int) -> CutRequest:
    return CutRequest(0, length, mode, preroll_from=0, postroll_until=length)


def _objection(cut: Cut, length: int) -> str:
    """What keeps a cut from going out, or nothing."""
    frames = cut.end_frame - cut.start_frame
    if frames < LEAST_SHARE * length:
        return f"no {cut.mode}: {frames} of {length} frames would be left"
    if cut.mode == "exact" and cut.reencoded_frames > MOST_EDGES * frames:
        return f"no exact: {cut.reencoded_frames} of {frames} frames would be encoded anew"
    packets = len(_read(cut.path).packets)
    if packets != frames:
        return f"no {cut.mode}: {packets} packets for {frames} frames"
    return ""
