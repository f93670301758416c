"""A gallery of odd but valid files, each with its truth.

`make(name, folder)` writes a file once and gives it again from then on. `NAMES` lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from clearreel.testing.encode import Video, write, write_sound
from clearreel.testing.joining import join
from clearreel.testing.scenes import Reel, Shot, ShotTruth, reel, weave
from clearreel.testing.sound import Sound

_DEFAULT = Video()
_PLAIN = reel(24, 30, 18, motion="pan")
_LARGE = reel(24, 30, 18, width=256, height=144)
_CHANGES = Reel(
    (
        Shot(36, 20),
        Shot(30, 21, "zoom", "dissolve", 12),
        Shot(30, 22, "object", "fade", 15),
        Shot(30, 23, "static", "wipe", 10),
        Shot(24, 24, "pan"),
    )
)
_DECOYS = Reel((Shot(40, 30, decoy="flash"), Shot(40, 31, decoy="whip"), Shot(40, 32, "object")))
_AAC = Sound(codec="aac")
_PCM = Sound(codec="pcm_s16le")
# Irregular steps in 1/600 s, as a phone's camera gives: 25, 30, 20 and 8.6 frames a second.
_STEPS = (24, 20, 30, 20, 20, 70, 24, 24, 30)
_TICKS = tuple(sum(_STEPS[i % len(_STEPS)] for i in range(n)) for n in range(len(_PLAIN)))


@dataclass(frozen=True, slots=True)
class Truth:
    """What is in a file, as a player presents it."""

    frames: int
    times: tuple[Fraction, ...]
    """Seconds from the first frame to each frame."""
    start: Fraction | None
    """Presentation time of the first frame in seconds; None where the container decides."""
    fps: Fraction | None
    """None when the frame rate varies."""
    width: int
    """As displayed: turned upright, pixels square."""
    height: int
    sound: bool
    shots: tuple[ShotTruth, ...]
    numbers: tuple[int, ...]
    """The number that each presented frame carries in its strip."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the gallery. Its `truth` is None when it holds no footage at all."""

    name: str
    path: Path
    description: str
    truth: Truth | None


@dataclass(frozen=True, slots=True)
class _Footage:
    """The recipe of one file."""

    description: str
    suffix: str
    video: Video = _DEFAULT
    reel: Reel = _PLAIN
    sound: Sound | None = None
    second: tuple[Reel, Video] | None = None
    cover: bool = False
    starts_by_itself: bool = False
    """Whether the muxer moves the first frame away from its tick."""
    options: tuple[tuple[str, str], ...] = ()

    def write(self, path: Path) -> None:
        write(
            path,
            weave(self.reel) if self.video.interlaced else self.reel,
            video=self.video,
            sound=self.sound,
            second=self.second,
            cover=_PLAIN.frame(0) if self.cover else None,
            options=dict(self.options),
        )

    @property
    def truth(self) -> Truth:
        video = self.video
        hidden = 0 if video.start >= 0 else -video.start
        fields = 2 if video.interlaced else 1
        numbers = tuple(range(hidden, len(self.reel) // fields))
        first = video.tick(hidden)
        return Truth(
            frames=len(numbers),
            times=tuple((video.tick(n) - first) * video.base for n in numbers),
            start=None if self.starts_by_itself else first * video.base,
            fps=None if video.ticks else video.fps,
            width=round(self.reel.width * video.sample_aspect_ratio),
            height=self.reel.height,
            sound=self.sound is not None,
            shots=tuple(_moved(shot, fields, hidden) for shot in self.reel.truth),
            numbers=numbers,
        )


@dataclass(frozen=True, slots=True)
class _Joined(_Footage):
    """Two parts of one reel, each coded in its own way."""

    then: Video = _DEFAULT
    at: int = 0
    """Frames in the first part."""

    def write(self, path: Path) -> None:
        frames = list(self.reel)
        parts = (frames[: self.at], self.video), (frames[self.at :], self.then)
        files = [
            write(path.with_name(f".{number}.{path.name}"), part, video=video)
            for number, (part, video) in enumerate(parts)
        ]
        join(path, *files)
        for file in files:
            file.unlink()


def _moved(shot: ShotTruth, fields: int, hidden: int) -> ShotTruth:
    """The same shot after weaving `fields` moments to a frame and hiding the first frames."""
    end = (shot.start_frame + shot.frames) // fields - hidden
    start = max(0, shot.start_frame // fields - hidden)
    change_start = max(0, shot.change_start // fields - hidden)
    return ShotTruth(start, end - start, shot.change, change_start, start - change_start)


@dataclass(frozen=True, slots=True)
class _SoundAlone:
    """The recipe of a file without footage."""

    description: str
    suffix: str
    sound: Sound
    cover: bool = False

    truth: None = None

    def write(self, path: Path) -> None:
        cover = _PLAIN.frame(0) if self.cover else None
        write_sound(path, Fraction(2), self.sound, cover)


_ENTRIES: dict[str, _Footage | _SoundAlone] = {
    "cfr_h264": _Footage(
        "the common case: H.264 at 30000/1001 frames a second, key frames at the cuts, sound",
        ".mp4",
        Video(fps=Fraction(30000, 1001), scene_cut=True, gop=48, b_frames=2),
        sound=_AAC,
    ),
    "vfr_h264": _Footage(
        "variable frame rate, as phones record it",
        ".mp4",
        Video(ticks=_TICKS, time_base=Fraction(1, 600)),
        sound=_AAC,
    ),
    "rotated_90": _Footage(
        "stored lying down, with a display matrix that turns it clockwise into a portrait",
        ".mp4",
        Video(rotation=90),
        reel(24, 30, 18, width=90, height=160),
    ),
    "rotated_180": _Footage(
        "stored upside down, with a display matrix that turns it over", ".mov", Video(rotation=180)
    ),
    "interlaced_h264": _Footage(
        "interlaced H.264, top field first, two moments in every frame",
        ".mp4",
        Video(interlaced=True),
        reel(48, 60, 36, width=192, height=108),
    ),
    "interlaced_mpeg2": _Footage(
        "interlaced MPEG-2 in a transport stream, as broadcasters send it",
        ".ts",
        Video(codec="mpeg2video", interlaced=True, b_frames=2),
        reel(48, 60, 36),
        Sound(codec="mp2"),
        starts_by_itself=True,
    ),
    "ten_bit_hevc": _Footage(
        "10 bits a sample, standard dynamic range",
        ".mp4",
        Video(codec="libx265", pixel_format="yuv420p10le"),
    ),
    "hdr_pq": _Footage(
        "HDR in BT.2020 with the PQ transfer function; its white is reference white, 203 nits",
        ".mp4",
        Video(codec="libx265", pixel_format="yuv420p10le", colour="pq"),
    ),
    "hdr_hlg": _Footage(
        "HDR in BT.2020 with the HLG transfer function; its white is at 75 % signal",
        ".mp4",
        Video(codec="libx265", pixel_format="yuv420p10le", colour="hlg"),
    ),
    "anamorphic": _Footage(
        "120×90 stored pixels of the shape 4:3, shown as 160×90",
        ".mp4",
        Video(sample_aspect_ratio=Fraction(4, 3)),
        reel(24, 30, 18, width=120, height=90),
    ),
    "odd_size": _Footage(
        "an odd number of pixels in both directions, with chroma at half that",
        ".webm",
        Video(codec="libvpx-vp9"),
        reel(24, 30, 18, width=161, height=91),
    ),
    "no_audio": _Footage("pictures without sound", ".mp4"),
    "audio_only": _SoundAlone("sound in a container that mostly holds footage", ".mp4", _AAC),
    "audio_with_cover": _SoundAlone(
        "a song with its cover: the picture is no footage", ".m4a", _AAC, cover=True
    ),
    "mp3_with_cover": _SoundAlone(
        "the same as an MP3 file", ".mp3", Sound(codec="libmp3lame"), cover=True
    ),
    "two_video_streams": _Footage(
        "a second, smaller video stream beside the main one",
        ".mkv",
        second=(reel(36, 36, width=128, height=72, seed=7), Video()),
    ),
    "cover_art": _Footage("footage with an attached picture", ".mp4", sound=_AAC, cover=True),
    "start_offset": _Footage(
        "the first frame is at 10 s, as in a piece of a recording",
        ".ts",
        Video(start=900_000, time_base=Fraction(1, 90_000)),
    ),
    "start_offset_mp4": _Footage(
        "the first frame is at 2 s, after an empty edit, and the sound at 0",
        ".mp4",
        Video(start=50),
        sound=_AAC,
    ),
    "edit_list": _Footage(
        "an edit list hides the first 10 frames, so the first shown one is within a GOP",
        ".mp4",
        Video(start=-10),
    ),
    "open_gop_hevc": _Footage(
        "HEVC with open GOPs: leading pictures refer to frames before their key frame",
        ".mp4",
        Video(codec="libx265", b_frames=3, open_gop=True),
    ),
    "open_gop_h264": _Footage(
        "H.264 with open GOPs", ".mp4", Video(b_frames=3, open_gop=True), sound=_AAC
    ),
    "bframes_h264": _Footage("B frames in closed GOPs", ".mp4", Video(b_frames=3)),
    "fragmented_mp4": _Footage(
        "an MP4 in fragments, with an empty sample table, as streaming servers write it",
        ".mp4",
        options=(("movflags", "frag_keyframe+empty_moov+default_base_moof"),),
    ),
    "joined_mp4": _Joined(
        "two codings in one MP4, as a recorder leaves it that was stopped and set anew",
        ".mp4",
        then=Video(options={"x264-params": "cabac=0:8x8dct=0"}),
        at=30,
    ),
    "vp9_webm": _Footage(
        "VP9 and Opus", ".webm", Video(codec="libvpx-vp9"), sound=Sound(codec="libopus")
    ),
    "vp8_webm": _Footage(
        "VP8 with hidden alternate reference frames: more packets than pictures",
        ".webm",
        Video(codec="libvpx", colour="bt601", time_base=Fraction(1, 1000), hidden_every=9),
    ),
    "av1_mp4": _Footage("AV1", ".mp4", Video(codec="libsvtav1")),
    "mpeg4_avi": _Footage(
        "MPEG-4 part 2 in AVI, which has no time stamps, as the web had it in 2005",
        ".avi",
        Video(codec="mpeg4", colour="bt601"),
        sound=_PCM,
    ),
    "mpeg2_ts": _Footage(
        "progressive MPEG-2 in a transport stream",
        ".ts",
        Video(codec="mpeg2video", b_frames=2),
        sound=Sound(codec="mp2"),
        starts_by_itself=True,
    ),
    "mpeg2_ps": _Footage(
        "MPEG-2 in a program stream, as on a DVD",
        ".mpg",
        Video(codec="mpeg2video", b_frames=2),
        sound=Sound(codec="mp2"),
        starts_by_itself=True,
    ),
    "mjpeg_avi": _Footage(
        "one JPEG a frame, full range, as still cameras record it",
        ".avi",
        Video(codec="mjpeg", pixel_format="yuvj420p", gop=1, colour="bt601"),
        sound=_PCM,
    ),
    "prores_mov": _Footage(
        "ProRes, 10 bits, 4:2:2, as editors exchange it",
        ".mov",
        Video(codec="prores_ks", pixel_format="yuv422p10le", gop=1),
        sound=_PCM,
    ),
    "dnxhd_mxf": _Footage(
        "DNxHR in MXF, as broadcasters exchange it",
        ".mxf",
        Video(codec="dnxhd", pixel_format="yuv422p", gop=1, options={"profile": "dnxhr_lb"}),
        _LARGE,
        _PCM,
    ),
    "ffv1_mkv": _Footage(
        "lossless, as archives store it",
        ".mkv",
        Video(codec="ffv1", gop=1),
        sound=Sound(codec="flac"),
    ),
    "flv": _Footage(
        "Sorenson H.263 in a Flash video",
        ".flv",
        Video(codec="flv", colour="bt601"),
        sound=Sound(codec="libmp3lame", rate=44100),
        starts_by_itself=True,
    ),
    "wmv": _Footage(
        "Windows Media 8 in ASF",
        ".wmv",
        Video(codec="wmv2", colour="bt601"),
        sound=Sound(codec="wmav2"),
        starts_by_itself=True,
    ),
    "one_frame": _Footage("a single frame", ".mp4", reel=reel(1)),
    "long_gop": _Footage(
        "one key frame, at the start, and cuts far from it",
        ".mp4",
        Video(gop=1000),
        reel(60, 80, 60),
    ),
    "all_intra": _Footage("every frame is a key frame", ".mp4", Video(gop=1)),
    "changes": _Footage(
        "a dissolve, a fade through black, a wipe and a cut", ".mp4", Video(gop=25), _CHANGES
    ),
    "decoys": _Footage(
        "a flash, a whip pan and a moving object, none of which ends a shot",
        ".mp4",
        Video(gop=25),
        _DECOYS,
    ),
}

NAMES = tuple(_ENTRIES)
"""Every name that `make` knows."""

FOOTAGE = tuple(name for name, entry in _ENTRIES.items() if entry.truth is not None)
"""Those that hold footage."""


def make(name: str, folder: Path) -> Item:
    """Write the file `name` into `folder`, unless it is there already, and say what is in it."""
    if name not in _ENTRIES:
        raise ValueError(f"no file is called {name!r}; there are {', '.join(NAMES)}")
    entry = _ENTRIES[name]
    path = folder / f"{name}{entry.suffix}"
    if not path.exists():
        entry.write(path)
    return Item(name, path, entry.description, entry.truth)
