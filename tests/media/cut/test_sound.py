"""The sound of a clip is that of the source at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from clearreel.media.cut import Cut, CutMode, CutRequest, cut
from clearreel.testing.encode import Video
from clearreel.testing.sound import BEEP, Sound

from .conftest import Source

FRAMES = 80  # 3.2 s: beeps begin at 0, 1, 2 and 3 s
CLOSE = 0.01  # s; AVI tells the time of MP3 packets to 24 ms
CODED = {
    "aac": (".mp4", "libx264", Sound(), "copied"),
    "mp3": (".mp4", "libx264", Sound(codec="libmp3lame"), "copied"),
    "ac3": (".mp4", "libx264", Sound(codec="ac3"), "copied"),
    "opus": (".mp4", "libx264", Sound(codec="libopus"), "copied"),
    "flac": (".mp4", "libx264", Sound(codec="flac"), "copied"),
    "aac-ts": (".ts", "libx264", Sound(), "copied"),
    "mp3-avi": (".avi", "mpeg4", Sound(codec="libmp3lame"), "copied"),
    "pcm": (".mov", "prores_ks", Sound(codec="pcm_s16le"), "copied"),
    "opus-webm": (".webm", "libvpx-vp9", Sound(codec="libopus"), "copied"),
    "opus-vp8": (".webm", "libvpx", Sound(codec="libopus"), "copied"),
    "wma": (".wmv", "wmv2", Sound(codec="wmav2"), "encoded"),
}


def sounding(make: Callable[..., Source], name: str) -> Source:
    suffix, codec, sound, _ = CODED[name]
    intra = codec == "prores_ks"
    video = Video(
        codec=codec,
        gop=1 if intra else 10,
        b_frames=2 if codec == "libx264" else 0,
        pixel_format="yuv422p10le" if intra else "yuv420p",
    )
    return make(f"beeps-{name}", suffix, video, sound, FRAMES)


def clip(source: Source, start: int, end: int, mode: CutMode, folder: Path) -> Cut:
    request = CutRequest(start, end, mode, 0)
    return cut(source.reel, source.packets, source.timeline, request, folder, "clip")


def heard(path: Path) -> tuple[np.ndarray, int, float]:
    """Samples from time 0 on, in float, their rate, and the seconds of one audio frame."""
    with av.open(str(path)) as opened:
        frames = list(opened.decode(audio=0))
    rate = frames[0].sample_rate
    wave = np.zeros(rate * 8)
    at = 0
    for frame in frames:
        samples = frame.to_ndarray().astype(float)
        samples /= 1.0 if frame.format.name.startswith("flt") else 2 ** (8 * frame.format.bytes - 1)
        if frame.pts is not None:  # WMA's decoder gives a time to every other frame
            at = round(frame.pts * frame.time_base * rate)
        mono = samples[0][:: 1 if frame.format.is_planar else frame.layout.nb_channels]
        skip = max(0, -at)
        wave[max(0, at) : max(0, at + len(mono))] = mono[skip:]
        at += len(mono)
    return wave, rate, max(frame.samples for frame in frames) / rate


def onsets(path: Path) -> list[float]:
    """Where the beeps begin, in seconds."""
    wave, rate, _ = heard(path)
    window = rate // 200
    loud = np.convolve(np.abs(wave), np.ones(window) / window)[: len(wave)] > 0.1
    begins = np.flatnonzero(loud[1:] & ~loud[:-1]) / rate
    found: list[float] = []
    for begin in begins:
        if not found or begin - found[-1] > 0.5:
            found.append(float(begin))
    return found


@pytest.mark.parametrize("name", CODED)
def test_beeps_stay_where_they_were(make: Callable[..., Source], name: str, tmp_path: Path) -> None:
    source = sounding(make, name)
    there = onsets(source.reel.path)
    zero = float(source.pictures[0].time)
    for start, end, mode in ((13, 70, "copy"), (0, 80, "copy"), (20, 60, "trim"), (7, 66, "exact")):
        found = clip(source, start, end, mode, tmp_path)
        first, last = (float(t) for t in source.timeline.span(*frames(found)).seconds)
        wanted = [t - first for t in there if first < t < last - float(BEEP)]
        if zero >= 0 and found.start_frame == 0:
            wanted = [t - first for t in there if t < last - float(BEEP)]
        _, _, step = heard(found.path)
        shown = [t for t in onsets(found.path) if t < last - first - float(BEEP)]
        if found.suffix == ".mkv":
            wanted = [t for t in wanted if t > 2 * step]
        assert len(shown) >= len(wanted) >= 1
        for time in wanted:
            assert min(abs(t - time) for t in shown) < CLOSE
        assert found.audio == CODED[name][3]


def frames(found: Cut) -> tuple[int, int]:
    return found.start_frame, found.end_frame


@pytest.mark.parametrize("name", ["aac", "mp3", "opus", "pcm"])
def test_sound_lasts_as_long_as_the_pictures(
    make: Callable[..., Source], name: str, tmp_path: Path
) -> None:
    source = sounding(make, name)
    found = clip(source, 13, 67, "copy", tmp_path)
    with av.open(str(found.path)) as opened:
        sounds = list(opened.decode(audio=0))
    step = max(frame.samples for frame in sounds) / sounds[0].sample_rate
    begin, last = sounds[0], sounds[-1]
    length = float(source.timeline.span(13, 67).duration)
    assert abs(float(begin.pts * begin.time_base)) < step
    assert abs(float(last.pts * last.time_base) + last.samples / last.rate - length) < step


def test_copied_sound_is_the_same_sound(make: Callable[..., Source], tmp_path: Path) -> None:
    source = sounding(make, "pcm")
    found = clip(source, 10, 60, "copy", tmp_path)
    there, rate, _ = heard(source.reel.path)
    here, _, _ = heard(found.path)
    length = 2 * rate
    assert np.array_equal(here[:length], there[rate * 2 // 5 :][:length])


def test_encoded_sound_keeps_its_time(make: Callable[..., Source], tmp_path: Path) -> None:
    source = sounding(make, "wma")
    found = clip(source, 20, 70, "transcode", tmp_path)
    first = float(source.timeline.span(20, 70).seconds[0])
    wanted = [t - first for t in onsets(source.reel.path) if first < t < first + 1.9]
    assert np.allclose(onsets(found.path)[: len(wanted)], wanted, atol=0.005)


def test_no_sound_where_there_is_none(make: Callable[..., Source], tmp_path: Path) -> None:
    source = sounding(make, "aac")
    request = CutRequest(13, 60, "copy", 0, audio=False)
    found = cut(source.reel, source.packets, source.timeline, request, tmp_path, "mute")
    assert found.audio == "none"
    with av.open(str(found.path)) as opened:
        assert not opened.streams.audio


def test_hidden_sound_is_bounded_with_the_preroll(
    make: Callable[..., Source], tmp_path: Path
) -> None:
    source = sounding(make, "aac")
    sizes = []
    for earliest in (0, 20):
        request = CutRequest(20, 60, "copy", earliest)
        found = cut(source.reel, source.packets, source.timeline, request, tmp_path, "bound")
        with av.open(str(found.path)) as opened:
            sizes.append(sum(packet.size > 0 for packet in opened.demux(audio=0)))
    assert sizes[0] == sizes[1] + 1
