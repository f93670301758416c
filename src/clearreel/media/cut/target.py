"""The file that a clip is written to: its container, its streams, its bytes' hash."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, TypeAlias

import av
from av.container import OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from clearreel.core.errors import StorageError
from clearreel.media.cut.request import UnfitError

# What each container takes that common readers then also read. Matroska has no edit lists, so it
# holds what nothing else does.
_VIDEO = {
    ".mp4": frozenset("h264 hevc av1 vp9 mpeg4 mpeg2video vvc".split()),
    ".mov": frozenset(
        """
        prores dnxhd mjpeg cfhd rawvideo v210 v308 v408 v410 svq1 svq3 cinepak jpeg2000 png h263
        dvvideo
        """.split()
    ),
    # FFmpeg's MPEG-1 decoder forgets which of its frames an edit list hides.
    ".mkv": frozenset("vp8 ffv1 theora rv30 rv40 msmpeg4v3 mpeg1video".split()),
}
_SOUND = {
    ".mp4": frozenset("aac mp3 mp2 ac3 eac3 opus flac alac".split()),
    ".mov": frozenset(
        "aac mp3 mp2 ac3 eac3 alac pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be "
        "pcm_f32le pcm_f32be pcm_s8 pcm_mulaw pcm_alaw".split()
    ),
    ".mkv": frozenset(
        "aac mp3 mp2 ac3 eac3 opus flac vorbis truehd pcm_s16le pcm_s24le "
        "pcm_s32le pcm_f32le".split()
    ),
}
_FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}
Timed: TypeAlias = "tuple[int, Packet[Stream]]"
"""A packet behind its time from the start of the clip, in nanoseconds."""

_LEAST_SCALE = 10_000
_SYSTEM = frozenset(
    getattr(errno, name) for name in "ENOSPC EDQUOT EFBIG EROFS EIO ENOENT ENOTDIR EACCES".split()
)
"""Errors that speak of the disk and not of the footage."""


def suffix_for(codec: str) -> str | None:
    """The file suffix of the container that video of this codec is copied into, if any is."""
    return next((suffix for suffix, codecs in _VIDEO.items() if codec in codecs), None)


def takes_sound(suffix: str, codec: str) -> bool:
    """Whether audio of this codec is copied into the container."""
    return codec in _SOUND[suffix]


def has_edits(suffix: str) -> bool:
    """Whether the container can hide frames behind an edit list."""
    return suffix != ".mkv"


@contextmanager
def partial(path: Path) -> Iterator[Path]:
    """Where to write what becomes `path` when it is complete. Nothing is left on an error.

    Raises `StorageError` when the disk is full or cannot be written to.
    """
    unfinished = path.with_name(f".{path.name}.partial")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        # FFmpeg's errors are the system's where the system is to blame.
        raise StorageError(
            f"the clip {path.name} cannot be written: {error.strerror}",
            hint="make room, or choose another folder",
        ) from error
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def muxing(target: Path | BinaryIO, suffix: str, time_base: Fraction) -> Iterator[OutputContainer]:
    """A muxer for the container that `suffix` names, with the video's time base.

    What players want first is written first, unless `target` is no file on disk.

    Raises `UnfitError` when it refuses what it is given, and `OSError` as the system does.
    """
    options = {"fflags": "+bitexact"}
    if has_edits(suffix):
        scale = track_scale(time_base)
        # One time scale for both, so that an edit's length is exact to the video's tick.
        options |= {"video_track_timescale": str(scale), "movie_timescale": str(scale)}
        options |= {"use_editlist": "1"}
    place: str | BinaryIO
    if isinstance(target, Path):
        place = f"file:{target}"
        options |= {"movflags": "+faststart"} if has_edits(suffix) else {}
    else:
        place = target
    try:
        with av.open(place, "w", format=_FORMATS[suffix], container_options=options) as out:
            yield out
    except (FFmpegError, ValueError) as error:
        if getattr(error, "errno", None) in _SYSTEM:
            raise
        raise UnfitError(f"{suffix[1:]} does not take it ({error})") from error


def track_scale(time_base: Fraction) -> int:
    """Ticks a second of a video track, of which a tick of `time_base` is a whole number."""
    scale = time_base.denominator
    while scale < _LEAST_SCALE:
        scale *= 2
    return scale


def nanoseconds(tick: int, time_base: Fraction) -> int:
    """A time that is comparable over streams; for the order of packets alone."""
    return tick * time_base.numerator * 1_000_000_000 // time_base.denominator


def digest(path: Path) -> tuple[int, str]:
    """The size in bytes of a file, and its SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, found
