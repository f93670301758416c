"""What is done to a copy, by ffmpeg: each change alone, and several at once."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

LATE = 0.12
"""Seconds by which a copy begins later than its source, so that its pictures are looked at between
those of the source: half of the time from one to the next."""
_EVEN = "scale=trunc(iw/2)*2:trunc(ih/2)*2"
_CROP = "crop=trunc(iw*0.94/2)*2:trunc(ih*0.94/2)*2"
_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "28", "-pix_fmt", "yuv420p")
_AAC = ("-c:a", "aac", "-b:a", "96k")


@dataclass(frozen=True, slots=True)
class Change:
    """One way to change a copy."""

    title: str
    filters: str = ""
    sound_filters: str = ""
    video: tuple[str, ...] = _X264
    audio: tuple[str, ...] = _AAC
    suffix: str = ".mp4"

    def make(self, source: Path, copy: Path, seconds: int) -> None:
        """Write the changed copy of the first `seconds` of `source`."""
        # Encoders of 4:2:0 want even sizes; a line more or less is no change.
        filters = ",".join(part for part in (_EVEN, self.filters, _EVEN) if part)
        sound = ("-af", self.sound_filters) if self.sound_filters else ()
        subprocess.run(
            (
                *("ffmpeg", "-v", "error", "-nostdin", "-y"),
                *("-ss", str(LATE), "-t", str(seconds), "-i", str(source)),
                *("-map", "0:v:0", "-map", "0:a:0?", "-vf", filters, *sound),
                *(*self.video, *self.audio, "-threads", "1", str(copy)),
            ),
            check=True,
        )


CHANGES = {
    "re-encoded": Change("re-encoded, x264 CRF 28, AAC 96 kbit/s"),
    "coarse": Change(
        "re-encoded coarsely, x264 CRF 38, AAC 48 kbit/s mono",
        video=(*_X264[:5], "38", *_X264[6:]),
        audio=("-ac", "1", "-c:a", "aac", "-b:a", "48k"),
    ),
    "container": Change(
        "MPEG-4 part 2 and MP3 in AVI",
        video=("-c:v", "mpeg4", "-q:v", "6"),
        audio=("-c:a", "libmp3lame", "-b:a", "96k"),
        suffix=".avi",
    ),
    "scaled": Change("scaled to 0.45", "scale=iw*0.45:ih*0.45"),
    "squeezed": Change("squeezed to 4:3", "scale=ih*4/3:ih,setsar=1"),
    "cropped": Change("cropped by 6 % in the middle", _CROP),
    "corner": Change("cropped by 6 % at right and below", f"{_CROP}:0:0"),
    "mirrored": Change("mirrored", "hflip"),
    "letterboxed": Change("letterboxed", "pad=iw:trunc(ih*1.3/2)*2:0:-1"),
    "pillarboxed": Change("pillarboxed", "pad=trunc(iw*1.3/2)*2:ih:-1:0"),
    "15 fps": Change("15 frames a second", "fps=15"),
    "NTSC": Change("30000/1001 frames a second", "fps=30000/1001"),
    "colour": Change(
        "brighter, more contrast, less saturation; sound 9 dB softer, no bass",
        "eq=brightness=0.06:contrast=1.12:saturation=0.8:gamma=1.1",
        "volume=-9dB,highpass=f=120",
    ),
    "title": Change(
        "a box laid over a sixth of the picture",
        "drawbox=x=iw*0.05:y=ih*0.78:w=iw*0.9:h=ih*0.18:color=white:t=fill",
    ),
    "many": Change(
        "cropped, mirrored, 20 frames a second, contrast, small, letterboxed; Opus 32 kbit/s",
        f"{_CROP},hflip,fps=20,eq=contrast=1.1,scale=320:-2,pad=320:trunc(ih*1.2/2)*2:0:-1",
        audio=("-c:a", "libopus", "-b:a", "32k"),
        suffix=".mkv",
    ),
}
