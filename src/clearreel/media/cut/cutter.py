"""Cut clips out of one source that stays open: each mode, and what it falls back to."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from clearreel.core.errors import SourceError, StorageError
from clearreel.media.cut.copying import write_passage
from clearreel.media.cut.cursor import SoundCursor, VideoCursor
from clearreel.media.cut.entry import decodes_alone, starts_sequence
from clearreel.media.cut.joining import Joint
from clearreel.media.cut.layout import Layout, Passage
from clearreel.media.cut.request import Cut, CutMode, CutRequest, SoundMode, UnfitError
from clearreel.media.cut.sound import Sound, Window
from clearreel.media.cut.stored import StoredSource
from clearreel.media.cut.target import digest, has_edits, suffix_for
from clearreel.media.cut.transcoding import write_transcoded
from clearreel.media.decoding import FrameReader
from clearreel.media.nal import Configuration
from clearreel.media.packets import PacketTable
from clearreel.media.probe import Reel
from clearreel.media.timeline import Timeline

_LADDER: tuple[CutMode, ...] = ("copy", "exact", "trim", "transcode")
_TRANSCODED_SUFFIX = ".mp4"


@dataclass(frozen=True, slots=True)
class _Written:
    """What one mode put on disk."""

    path: Path
    start_frame: int
    end_frame: int
    sound: SoundMode
    preroll_frames: int = 0
    postroll_frames: int = 0
    reencoded_frames: int = 0
    digest: tuple[int, str] | None = None
    """As of `target.digest`, where it is known already."""


class Cutter:
    """Cuts any number of clips out of one source; cheapest in the order of time.

    It opens the file when it is first needed and must be closed, or used as a context manager.
    """

    def __init__(self, reel: Reel, packets: PacketTable, timeline: Timeline) -> None:
        self.reel = reel
        self.packets = packets
        self.timeline = timeline
        self._suffix = suffix_for(reel.video.codec)
        self._stack = ExitStack()
        self._pictures: VideoCursor | None = None
        self._source: StoredSource | None = None
        self._heard: SoundCursor | None = None
        self._reader: FrameReader | None = None
        self._layout: Layout | None = None
        self._usable: dict[int, bool] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open. Cutting again opens it again."""
        self._stack.close()
        self._pictures = self._source = self._heard = self._reader = None

    def cut(self, request: CutRequest, folder: Path, stem: str) -> Cut:
        """Write one clip to `folder`/`stem` and a suffix that follows from the codec.

        A mode that cannot serve is replaced by the next of copy, exact, trim, transcode, and the
        result says which and why.

        Raises `SourceError` when the source cannot be read there, `StorageError` when the disk is
        full, `ValueError` for frames that the timeline has not.
        """
        if request.end_frame > len(self.timeline):
            raise ValueError(
                f"a clip until frame {request.end_frame} of a source of {len(self.timeline)} frames"
            )
        base = folder / stem
        reasons: list[tuple[CutMode, str]] = []
        for mode in _LADDER[_LADDER.index(request.mode) :]:
            try:
                written = self._write(mode, request, base)
            except UnfitError as error:
                reasons.append((mode, str(error)))
                continue
            return _result(mode, _sentence(reasons), written)
        raise SourceError(f"no clip can be cut: {_sentence(reasons)}")

    def _write(self, mode: CutMode, request: CutRequest, base: Path) -> _Written:
        match mode:
            case "copy":
                return self._copy(request, base)
            case "exact":
                return self._exact(request, base)
            case "trim":
                return self._trim(request, base)
            case "transcode":
                return self._transcode(request, base)

    def _copy(self, request: CutRequest, base: Path) -> _Written:
        layout = self._need_layout()
        passage = layout.passage(request.start_frame, request.end_frame, self._decodes_alone)
        before, after = layout.split(passage)
        suffix = self._path(base).suffix
        if (len(before) or len(after)) and not has_edits(suffix):
            raise UnfitError(f"{suffix[1:]} cannot hide the frames that decoding needs")
        if len(before) and before.min() < request.preroll_from:
            raise UnfitError(
                f"decoding starts {len(before)} frames before the clip, "
                f"and only frames from {request.preroll_from} on may be in it"
            )
        until = request.postroll_until
        if len(after) and until is not None and (after.max() >= until or after.min() < 0):
            raise UnfitError(
                f"decoding needs {len(after)} frames after the clip, "
                f"and only frames before {until} may be in it"
            )
        return self._passage(passage, request, base, len(before), len(after))

    def _exact(self, request: CutRequest, base: Path) -> _Written:
        codec, start, end = self.reel.video.codec, request.start_frame, request.end_frame
        if codec not in ("h264", "hevc"):
            raise UnfitError(f"re-encoded edges are joined to H.264 and HEVC, not to {codec}")
        if self.reel.video.field_order == "interlaced":
            raise UnfitError("interlaced pictures are not re-encoded alike")
        layout = self._need_layout()
        keys = layout.key_frames(start, end)
        first = next((n for n in keys if self._joins(n, start)), None)
        if first is None:
            raise UnfitError("no key frame that a join may precede lies in the clip")
        passage = layout.closed(first, end)
        path = self._path(base)
        sound = self._sound(self._window(start, end, request), path.suffix)
        joint = Joint(self._need_reader(), self._need_pictures(), layout, passage)
        joint.write(start, end, sound, path)
        again = end - start - _frames(passage)
        return _Written(path, start, end, _mode(sound), reencoded_frames=again)

    def _trim(self, request: CutRequest, base: Path) -> _Written:
        layout = self._need_layout()
        best: Passage | None = None
        for start in layout.key_frames(request.start_frame, request.end_frame):
            if best is not None and request.end_frame - start <= _frames(best):
                break
            if self._decodes_alone(int(layout.row_of[start])):
                run = layout.closed(start, request.end_frame)
                best = run if best is None or _frames(run) > _frames(best) else best
        if best is None:
            raise UnfitError("no key frame lies in the clip")
        return self._passage(best, request, base, 0, 0)

    def _passage(
        self, passage: Passage, request: CutRequest, base: Path, before: int, after: int
    ) -> _Written:
        start, end = passage.start_frame, passage.end_frame
        path = self._path(base)
        window = self._window(start, end, request)
        source = self._need_source()
        stored = source.write(passage, window, path) if source is not None else None
        if stored is not None:
            digest = stored.bytes, stored.sha256
            return _Written(path, start, end, stored.sound, before, after, digest=digest)
        sound = self._sound(window, path.suffix)
        write_passage(self._need_pictures(), self._need_layout(), passage, sound, path)
        return _Written(path, start, end, _mode(sound), before, after)

    def _transcode(self, request: CutRequest, base: Path) -> _Written:
        start, end = request.start_frame, request.end_frame
        path = base.with_name(base.name + _TRANSCODED_SUFFIX)
        sound = self._sound(self._window(start, end, request), _TRANSCODED_SUFFIX)
        write_transcoded(self._need_reader(), start, end, sound, path)
        return _Written(path, start, end, _mode(sound), reencoded_frames=end - start)

    def _window(self, start: int, end: int, request: CutRequest) -> Window | None:
        """What is heard of the source in a clip; None where nothing is to be."""
        if self.reel.audio is None or not request.audio:
            return None
        first, last = self.timeline.span(start, end).seconds
        # Frames that were cleared bound the sound that may lie hidden as well; nothing is shown
        # before the first frame, so nothing there was refused.
        earliest = Fraction(int(self.timeline.ticks[request.preroll_from]))
        earliest *= self.timeline.time_base
        if request.preroll_from == 0:
            earliest -= 1
        return Window(first, last, earliest)

    def _sound(self, window: Window | None, suffix: str) -> Sound | None:
        track = self.reel.audio
        if track is None or window is None:
            return None
        if self._heard is None:
            self._heard = self._stack.enter_context(SoundCursor(self.reel, track.index))
        sound = Sound(self._heard, track.codec, window, suffix)
        return None if sound.mode == "none" else sound

    def _need_layout(self) -> Layout:
        if self._layout is None:
            invisible = self.reel.video.codec == "vp8"
            self._layout = Layout(self.packets, self.timeline, invisible=invisible)
        return self._layout

    def _need_source(self) -> StoredSource | None:
        if self._source is None and StoredSource.serves(self.reel):
            source = StoredSource(self.reel, self._need_layout())
            self._source = self._stack.enter_context(source)
        return self._source

    def _need_pictures(self) -> VideoCursor:
        if self._pictures is None:
            self._pictures = self._stack.enter_context(VideoCursor(self.reel, self.packets))
        return self._pictures

    def _need_reader(self) -> FrameReader:
        if self._reader is None:
            reader = FrameReader(self.reel, self.packets, self.timeline)
            self._reader = self._stack.enter_context(reader)
        return self._reader

    def _path(self, base: Path) -> Path:
        if self._suffix is None:
            raise UnfitError(f"no container is known to take {self.reel.video.codec}")
        return base.with_name(base.name + self._suffix)

    def _decodes_alone(self, row: int) -> bool:
        if self.reel.video.codec != "h264":
            return True
        if row not in self._usable:
            self._usable[row] = decodes_alone(*self._coded(row))
        return self._usable[row]

    def _joins(self, frame: int, start: int) -> bool:
        """Whether copying can begin at a key frame of a clip that begins at `start`."""
        row = int(self._need_layout().row_of[frame])
        if frame == start:
            return self._decodes_alone(row)
        return starts_sequence(*self._coded(row))

    def _coded(self, row: int) -> tuple[bytes, Configuration]:
        """A packet and what its decoder is told first."""
        source = self._need_source()
        content = source.content(row) if source is not None else None
        if source is not None and content is not None:
            return content, Configuration(self.reel.video.codec, source.extradata)
        cursor = self._need_pictures()
        content = bytes(cursor.packet(row))
        return content, Configuration(self.reel.video.codec, cursor.extradata)


def _sentence(reasons: list[tuple[CutMode, str]]) -> str:
    """Each reason once, after the modes that it rules out."""
    modes: dict[str, list[str]] = {}
    for mode, reason in reasons:
        modes.setdefault(reason, []).append(mode)
    return "; ".join(f"no {' or '.join(ruled)}: {reason}" for reason, ruled in modes.items())


def _mode(sound: Sound | None) -> SoundMode:
    return sound.mode if sound is not None else "none"


def _frames(passage: Passage) -> int:
    return passage.end_frame - passage.start_frame


def _result(mode: CutMode, reason: str, written: _Written) -> Cut:
    try:
        size, sha256 = written.digest or digest(written.path)
    except OSError as error:
        raise StorageError(f"the clip cannot be read back: {error.strerror}") from error
    return Cut(
        mode=mode,
        reason=reason,
        path=written.path,
        suffix=written.path.suffix,
        start_frame=written.start_frame,
        end_frame=written.end_frame,
        preroll_frames=written.preroll_frames,
        postroll_frames=written.postroll_frames,
        reencoded_frames=written.reencoded_frames,
        bytes=size,
        sha256=sha256,
        audio=written.sound,
    )
