"""Copy a passage from file to file by the place of each sample: the modes `copy` and `trim`.

Demuxing and muxing packets one by one takes several times as long as moving their bytes. Where an
MP4 or QuickTime file holds samples just as a clip will, no packet is made: tables say where they
lie, and the clip's own tables follow from these. The clip is the same, byte for byte, as
`copying` writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from av.container import OutputContainer
from av.stream import Stream
from numpy.typing import NDArray

from clearreel.core.errors import UnreadableError
from clearreel.core.pulse import beat
from clearreel.media.cut.copying import add_copied, passage_times
from clearreel.media.cut.edits import Edit
from clearreel.media.cut.layout import Layout, Passage
from clearreel.media.cut.request import SoundMode
from clearreel.media.cut.skeleton import LARGEST, Skeleton, Track
from clearreel.media.cut.sound import LEAD, Window, shown_sound
from clearreel.media.cut.tables import Samples
from clearreel.media.cut.target import partial, track_scale
from clearreel.media.opening import open_media
from clearreel.media.probe import Reel

_VIDEO = frozenset(("h264", "hevc", "vp9", "av1"))
_SOUND = "aac"
_AT_ONCE = 1 << 20
"""Bytes that are read at once, and written."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """The samples of the sound in the order of time, int64 (samples,)."""

    position: NDArray[np.int64]
    size: NDArray[np.int64]
    begin: NDArray[np.int64]
    """In ticks; each ends where the next begins."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a clip takes of one stream."""

    samples: Samples
    edit: Edit


@dataclass(frozen=True, slots=True)
class Stored:
    """A clip on disk."""

    bytes: int
    sha256: str
    sound: SoundMode


class StoredSource:
    """One file, kept open, out of which passages are copied; to be used as a context manager."""

    def __init__(self, reel: Reel, layout: Layout) -> None:
        self._reel = reel
        self._layout = layout
        self._opened, _ = open_media(reel.path)
        self._file = reel.path.open("rb", buffering=0)
        self._streams = self._opened.streams
        self._skeletons: dict[bool, Skeleton] = {}
        self._buffer = memoryview(bytearray(_AT_ONCE))

    @staticmethod
    def serves(reel: Reel) -> bool:
        """Whether footage of this kind may be copied as it lies in the file."""
        return reel.container.demuxer == "mov" and reel.video.codec in _VIDEO

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._opened.close()

    @property
    def extradata(self) -> bytes | None:
        """The decoder configuration of the video."""
        context = self._streams[self._reel.video.index].codec_context
        return context.extradata if context is not None else None

    def content(self, row: int) -> bytes | None:
        """A packet of the video, or None where its place in the file is not known."""
        position = int(self._layout.packets.position[row])
        size = int(self._layout.packets.size[row])
        return self._read(position, size) if position >= 0 else None

    def write(self, passage: Passage, window: Window | None, path: Path) -> Stored | None:
        """Write a passage and the sound of `window`.

        None, and nothing is written, where it takes a demuxer and a muxer.

        Raises `UnreadableError` and `StorageError`.
        """
        pictures = self._pictures(passage)
        sound = self._sound(window) if window is not None else []
        if pictures is None or sound is None:
            return None
        parts = [pictures, *sound]
        position = np.concatenate([part.samples.position for part in parts])
        size = np.concatenate([part.samples.size for part in parts])
        order = _interleaved([part.samples for part in parts])
        places = np.empty(len(order), np.int64)
        places[order] = np.cumsum(size[order]) - size[order]
        borders = np.cumsum([len(part.samples) for part in parts])[:-1]
        tracks = [
            Track(part.samples, place, part.edit)
            for part, place in zip(parts, np.split(places, borders), strict=True)
        ]
        longest = max(track.longest(pictures.samples.scale) for track in tracks)
        if max(int(size.sum()), longest) > LARGEST:
            return None
        head = self._skeleton(parts).head(tracks)
        hashed = hashlib.sha256(head)
        with partial(path) as unfinished, unfinished.open("wb") as file:
            file.write(head)
            for data in self._moved(position[order], size[order]):
                hashed.update(data)
                file.write(data)
        length = len(head) + int(size.sum())
        return Stored(length, hashed.hexdigest(), "copied" if sound else "none")

    def _pictures(self, passage: Passage) -> _Part | None:
        table, rows = self._layout.packets, passage.rows
        if (table.position[rows] < 0).any():
            return None
        span = self._layout.timeline.span(passage.start_frame, passage.end_frame)
        scale = track_scale(span.time_base)
        factor = int(scale * span.time_base)
        times = passage_times(self._layout, passage)
        samples = Samples(
            scale=scale,
            position=table.position[rows],
            size=table.size[rows],
            pts=times.pts * factor,
            dts=times.dts * factor,
            duration=times.duration * factor,
            key=self._layout.key[rows],
            disposable=table.disposable[rows],
            video=True,
        )
        skip = Fraction(-int(times.dts[0])) * span.time_base
        return _Part(samples, Edit(skip, Fraction(0), span.duration))

    def _sound(self, window: Window) -> list[_Part] | None:
        """What is heard in `window`: one part or none. None where the index does not tell."""
        if self._heard is None:
            return None
        base = Fraction(1, self._audio_rate)
        begin = self._heard.begin
        zero, end = round(window.start / base), ceil(window.end / base)
        last = int(np.searchsorted(begin, end))
        if last >= len(begin):
            return None  # the index does not tell how long the last of all lasts
        first = int(np.searchsorted(begin[1:], zero, side="right"))
        if first >= last:
            return []
        earliest = int(np.searchsorted(begin, ceil(window.earliest / base)))
        first = max(first - LEAD[_SOUND], min(first, earliest), 0)
        times = begin[first:last] - zero
        ends = begin[first + 1 : last + 1] - zero
        samples = Samples(
            scale=self._audio_rate,
            position=self._heard.position[first:last],
            size=self._heard.size[first:last],
            pts=times,
            dts=times,
            duration=ends - times,
            key=np.ones(len(times), np.bool_),
            disposable=np.zeros(len(times), np.bool_),
            video=False,
        )
        return [_Part(samples, shown_sound(int(times[0]), int(ends[-1]), base, window))]

    @cached_property
    def _heard(self) -> _Heard | None:
        """None where the file's index does not tell of every sample of the sound."""
        audio = self._reel.audio
        if audio is None or audio.codec != _SOUND or audio.time_base != Fraction(1, audio.rate):
            return None
        # Of a fragmented file the index grows as it is read.
        video = self._streams[self._reel.video.index]
        if len(video.index_entries) != len(self._layout.packets):
            return None
        entries = self._streams[audio.index].index_entries
        # Into an array at once: ten hours have two million entries.
        rows = ((entry.pos, entry.size, entry.timestamp) for entry in entries if entry.size)
        table = np.fromiter(rows, np.dtype((np.int64, 3)))
        position, size, begin = table.T
        return _Heard(position, size, begin) if (np.diff(begin) > 0).all() else None

    @property
    def _audio_rate(self) -> int:
        assert self._reel.audio is not None
        return self._reel.audio.rate

    def _skeleton(self, parts: Sequence[_Part]) -> Skeleton:
        silent = len(parts) == 1
        if silent not in self._skeletons:
            firsts = [
                self._read(int(part.samples.position[0]), int(part.samples.size[0]))
                for part in parts
            ]
            self._skeletons[silent] = Skeleton(
                self._layout.timeline.time_base, lambda out: self._added(out, silent), firsts
            )
        return self._skeletons[silent]

    def _added(self, out: OutputContainer, silent: bool) -> list[Stream]:
        added: list[Stream] = [
            add_copied(out, self._streams[self._reel.video.index], self._layout.timeline)
        ]
        if not silent:
            assert self._reel.audio is not None
            source = self._streams[self._reel.audio.index]
            added.append(out.add_stream_from_template(source, opaque=True))
        return added

    def _moved(self, position: NDArray[np.int64], size: NDArray[np.int64]) -> Iterator[bytes]:
        """The content of samples in this order; what lies close together is read at once."""
        ends = position + size
        breaks = np.flatnonzero(position[1:] != ends[:-1])
        begins = np.concatenate([position[:1], position[breaks + 1]]).tolist()
        stops = np.concatenate([ends[breaks], ends[-1:]]).tolist()
        pieces: list[tuple[int, int]] = []
        low = high = begins[0]
        for begin, stop in zip(begins, stops, strict=True):
            for at in range(begin, stop, _AT_ONCE):
                end = min(stop, at + _AT_ONCE)
                if pieces and max(high, end) - min(low, at) > _AT_ONCE:
                    yield self._joined(pieces, low, high)
                    pieces, low, high = [], at, end
                pieces.append((at, end))
                low, high = min(low, at), max(high, end)
        yield self._joined(pieces, low, high)

    def _joined(self, pieces: Sequence[tuple[int, int]], low: int, high: int) -> bytes:
        beat()
        data = self._view(low, high - low)
        return b"".join([data[begin - low : end - low] for begin, end in pieces])

    def _read(self, position: int, size: int) -> bytes:
        return bytes(self._view(position, size))

    def _view(self, position: int, size: int) -> memoryview:
        """These bytes of the source, until the next are asked for."""
        if size > len(self._buffer):
            self._buffer = memoryview(bytearray(size))
        data = self._buffer[:size]
        try:
            self._file.seek(position)
            got = self._file.readinto(data)
        except OSError as error:
            raise UnreadableError(f"reading stopped: {error.strerror}") from error
        if got != size:
            raise UnreadableError(f"reading stopped: the file ends at byte {position + (got or 0)}")
        return data


def _interleaved(tracks: Sequence[Samples]) -> NDArray[np.int64]:
    """The order of all samples by decoding time; of two at once, that of the earlier track."""
    common = np.lcm.reduce([track.scale for track in tracks])
    times = [track.dts * (int(common) // track.scale) for track in tracks]
    return np.argsort(np.concatenate(times), kind="stable")
