"""Every sample where it was recorded: beeps of a tenth of a second begin at whole seconds."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from clearreel.core.span import Span
from clearreel.media.probe import probe
from clearreel.media.sound import RATE, Sound, SoundReader
from clearreel.testing import gallery
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound as Beeps

BASE = Fraction(1, 90_000)
CODECS = [
    ("aac", ".mp4", 48_000),
    ("aac", ".mp4", 44_100),
    ("aac", ".mp4", 8_000),
    ("pcm_s16le", ".mov", 8_000),
    ("pcm_s16le", ".avi", 44_100),
    ("pcm_s16le", ".mkv", 44_100),
    ("flac", ".mkv", 48_000),
    ("libopus", ".mkv", 48_000),
    ("libmp3lame", ".flv", 44_100),
    ("mp2", ".ts", 48_000),
    ("aac", ".ts", 48_000),
    ("ac3", ".ts", 48_000),
    ("mp2", ".mpg", 48_000),
]


def _span(start: Fraction | float, end: Fraction | float) -> Span:
    return Span(round(start / BASE), round(end / BASE), BASE)


def _onset(sound: Sound) -> int:
    return int(np.argmax(np.abs(sound.samples).max(axis=0) > 0.1))


@pytest.fixture(scope="module")
def beeps(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Four seconds with a beep at each, and the time of the first frame."""
    folder = tmp_path_factory.mktemp("beeps")

    def beeps(codec: str, suffix: str, rate: int) -> tuple[Any, Fraction]:
        video = Video(codec={".mpg": "mpeg2video", ".flv": "flv"}.get(suffix, "libx264"))
        path = folder / f"{codec}-{rate}{suffix}"
        if not path.exists():
            film = reel(100, width=96, height=64)
            write(path, film, video=video, sound=Beeps(codec=codec, rate=rate))
        with av.open(str(path)) as opened:
            stream = opened.streams.video[0]
            start = (stream.start_time or 0) * stream.time_base
        return probe(path), start

    return beeps


@pytest.mark.parametrize(("codec", "suffix", "rate"), CODECS)
def test_beeps_begin_at_their_sample(codec: str, suffix: str, rate: int, beeps: Any) -> None:
    film, start = beeps(codec, suffix, rate)
    for second in range(4):
        early = start + second - Fraction(1, 10)
        with SoundReader(film) as sounds:
            sound = sounds.read(_span(early, early + Fraction(3, 10)))
        assert sound is not None
        assert sound.samples.shape == (1, 3 * RATE // 10)
        # From 2 s on the file is entered by a seek, and Matroska and FLV give times in ms.
        allowed = RATE // 1000 + 5 if second > 1 and suffix in (".mkv", ".flv") else 5
        assert abs(_onset(sound) - RATE // 10) <= allowed


@pytest.mark.parametrize(("codec", "suffix", "rate"), CODECS)
def test_spans_in_a_row_are_the_whole(codec: str, suffix: str, rate: int, beeps: Any) -> None:
    film, start = beeps(codec, suffix, rate)
    borders = [start + Fraction(n, 7) for n in range(0, 28, 3)]
    with SoundReader(film) as sounds:
        parts = [sounds.read(_span(a, b)) for a, b in pairwise(borders)]
    with SoundReader(film) as sounds:
        whole = sounds.read(_span(borders[0], borders[-1]))
    assert whole is not None
    joined = np.concatenate([part.samples for part in parts if part is not None], axis=1)
    np.testing.assert_array_equal(joined, whole.samples)


def test_a_tone_keeps_its_pitch_and_level(beeps: Any) -> None:
    film, _ = beeps("pcm_s16le", ".mov", 8_000)
    with SoundReader(film) as sounds:
        sound = sounds.read(_span(1.0, 1.1))
    assert sound is not None
    spectrum = np.abs(np.fft.rfft(sound.samples[0]))
    assert int(spectrum.argmax()) * RATE / sound.samples.shape[1] == 1000
    assert np.abs(sound.samples).max() == pytest.approx(0.5, abs=0.02)
    assert sound.mono_16k.shape == (1600,)
    low = np.abs(np.fft.rfft(sound.mono_16k))
    assert int(low.argmax()) * 16_000 / 1600 == 1000


def test_sound_that_starts_before_the_pictures(gallery_folder: Path) -> None:
    film = probe(gallery.make("start_offset_mp4", gallery_folder).path)
    with SoundReader(film) as sounds:
        sound = sounds.read(_span(1.9, 2.2))
    assert sound is not None
    assert abs(_onset(sound) - RATE // 10) <= 5


def test_a_far_span_is_reached_without_decoding_what_lies_between(tmp_path: Path) -> None:
    pictures = [np.full((16, 16, 3), 90, np.uint8)] * 60
    video = Video(codec="mpeg4", fps=Fraction(1))
    path = write(tmp_path / "long.mp4", pictures, video=video, sound=Beeps(codec="pcm_s16le"))
    path = path.rename(tmp_path / "long.mov")
    with SoundReader(probe(path)) as sounds:
        near, far = sounds.read(_span(0.9, 1.2)), sounds.read(_span(49.9, 50.2))
        held = sum(samples.nbytes for _, samples in sounds._held)
    assert near is not None and far is not None
    assert _onset(near) == pytest.approx(RATE // 10, abs=5)
    assert _onset(far) == pytest.approx(RATE // 10, abs=5)
    assert held < 4 * RATE


def test_no_sound_in_the_file_or_behind_its_end(beeps: Any, gallery_folder: Path) -> None:
    with SoundReader(probe(gallery.make("no_audio", gallery_folder).path)) as sounds:
        assert sounds.read(_span(0, 1)) is None
    film, _ = beeps("pcm_s16le", ".mov", 8_000)
    with SoundReader(film) as sounds:
        half = sounds.read(_span(3.5, 4.5))
        assert half is not None
        assert half.samples.shape == (1, RATE), "silence fills what is missing"
        assert sounds.read(_span(5, 6)) is None


def test_a_gap_stays_a_gap(tmp_path: Path) -> None:
    path = _pcm(tmp_path / "gap.mkv", "stereo", [(0, 0.25, 1), (2, 0.5, 1)])
    with SoundReader(probe(path)) as sounds:
        sound = sounds.read(_span(0, 3))
    assert sound is not None
    level = sound.samples.mean(axis=0)
    np.testing.assert_allclose(level[100 : RATE - 100], 0.25, atol=0.01)
    assert not level[RATE + 100 : 2 * RATE - 100].any()
    np.testing.assert_allclose(level[2 * RATE + 100 : 3 * RATE - 100], 0.5, atol=0.01)


@pytest.mark.parametrize(
    ("layout", "levels", "left", "right"),
    [
        ("mono", [0.25], 0.25, None),
        ("stereo", [0.25, 0.5], 0.25, 0.5),
        # L R C LFE Ls Rs: the centre and the surrounds come in 3 dB lower (ITU-R BS.775).
        ("5.1", [0.2, 0.1, 0, 0.9, 0, 0], 0.2, 0.1),
        ("5.1", [0, 0, 0.2, 0, 0, 0], 0.1414, 0.1414),
        ("5.1", [0, 0, 0, 0, 0.2, 0], 0.1414, 0),
    ],
)
def test_channels(
    layout: str, levels: list[float], left: float, right: float | None, tmp_path: Path
) -> None:
    path = _pcm(tmp_path / "film.mov", layout, [(0, levels, 1)])
    with SoundReader(probe(path)) as sounds:
        sound = sounds.read(_span(0, 1))
    assert sound is not None
    expected = [left] if right is None else [left, right]
    np.testing.assert_allclose(sound.samples[:, RATE // 2], expected, atol=0.005)


def test_channels_without_a_layout(tmp_path: Path) -> None:
    path = _pcm(tmp_path / "film.mov", "hexadecagonal", [(0, 0.01, 1)])
    path.write_bytes(path.read_bytes().replace(b"chan", b"free"))
    with av.open(str(path)) as opened:
        assert opened.streams.audio[0].layout.name == "16 channels"
    with SoundReader(probe(path)) as sounds:
        sound = sounds.read(_span(0, 1))
    assert sound is not None
    assert sound.samples.shape == (2, RATE)
    assert sound.samples.any()


def test_a_format_that_changes_within_the_stream(tmp_path: Path) -> None:
    first = _pcm(tmp_path / "one.ts", "stereo", [(0, [0.4, 0.2], 1)], "mp2", 48_000)
    second = _pcm(tmp_path / "two.ts", "mono", [(0, 0.3, 1)], "mp2", 32_000)
    path = tmp_path / "both.ts"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    film = probe(path)
    with av.open(str(path)) as opened:
        kinds = {(f.layout.name, f.sample_rate) for f in opened.decode(audio=0)}
    assert kinds >= {("stereo", 48_000), ("mono", 32_000)}
    with SoundReader(film) as sounds:
        sound = sounds.read(_span(0, 3))
    assert sound is not None
    assert sound.samples.shape == (2, 3 * RATE)


def test_damaged_sound_is_silence_and_no_error(tmp_path: Path, beeps: Any) -> None:
    film, start = beeps("mp2", ".ts", 48_000)
    data = bytearray(film.path.read_bytes())
    third = len(data) // 3 // 188 * 188
    for place in range(third, 2 * third):
        if place % 188 > 3:
            data[place] = 0xFF
    path = tmp_path / "damaged.ts"
    path.write_bytes(data)
    with SoundReader(probe(path)) as sounds:
        sound = sounds.read(_span(start, start + 4))
    assert sound is not None
    assert sound.samples.shape == (1, 4 * RATE)
    assert np.abs(sound.samples[:, : RATE // 20]).max() > 0.3


def _pcm(
    path: Path,
    layout: str,
    blocks: list[tuple[float, float | list[float], float]],
    codec: str = "pcm_s16le",
    rate: int = 48_000,
) -> Path:
    """Constant levels as (start in seconds, level of the channels, seconds), with some pictures."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("mpeg2video", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        audio = out.add_stream(codec, rate=rate)
        audio.codec_context.layout = layout
        out.start_encoding()
        for number in range(75):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        channels = len(audio.codec_context.layout.channels)
        for start, level, seconds in blocks:
            levels = np.broadcast_to(np.asarray(level), (channels,))
            samples = np.tile((levels * 32767).astype(np.int16), round(seconds * rate))
            step = 1152
            for block in range(0, round(seconds * rate), step):
                part = samples[None, block * channels : (block + step) * channels]
                if codec != "pcm_s16le" and part.shape[1] < step * channels:
                    break
                frame = av.AudioFrame.from_ndarray(part.copy(), format="s16", layout=layout)
                frame.rate, frame.time_base = rate, Fraction(1, rate)
                frame.pts = round(start * rate) + block
                out.mux(audio.encode(frame))
        out.mux(audio.encode(None))
    return path


def test_a_span_that_only_damage_gives(beeps: Any) -> None:
    film, _ = beeps("pcm_s16le", ".mov", 8_000)
    with SoundReader(film) as sounds:
        assert sounds.read(_span(0, 10**7)) is None
        assert sounds.read(_span(0, 1)) is not None
