"""The files that are measured, as data, and how each is made. They are kept in the cache."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.goals import DETECTORS, SPEED_PEERS
from bench.looping import loop
from clearreel.core.identity import fingerprint
from clearreel.pinned.samples import fetch_sample
from clearreel.testing.footage import REPORTING, Piece
from clearreel.testing.reel_encoding import ENCODINGS, Order, encode_reel
from clearreel.testing.reels import HARD, PLAIN, Mix, as_json, make_reel

SPEED_SEED, TRUTH_SEED, LARGE_SEED = 20_261_122, 20_261_123, 20_261_124
"""Seeds of what is published; nothing is tuned on them."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """How large everything is."""

    seconds: int = 1800
    """Least length of a file that speed is measured on."""
    asked_seconds: int = 1800
    """Least length of a file that the goals for speed are measured on, so that the start of a
    process counts for nothing."""
    asked_rounds: int = 3
    speed_boundaries: int = 100
    """Of the reel that is repeated until it is so long."""
    truth_boundaries: int = 1050
    large_boundaries: int = 300
    speed_size: tuple[int, int] = (1280, 720)
    truth_size: tuple[int, int] = (640, 360)
    large_size: tuple[int, int] = (1280, 720)
    checked: tuple[str, ...] = ("bbb-trailer", "live-band-mp4", "live-band-webm", "shot-change")
    """Samples whose cut clips are compared with them, frame by frame."""
    motion_clips: int = 10_000
    """At most."""
    copied: tuple[str, ...] = ()
    """Samples whose copies are looked for; empty for all."""
    copied_seconds: int = 60
    """Of each of them."""
    long_hours: float = 10.0
    rounds: int = 3
    starts: int = 15
    """How often imports and the first clip are timed."""
    truth: tuple[str, ...] = ()
    """Names of the truth reels; empty for all."""
    compared: str = ""
    """The truth reel that stands for all where other detectors look; empty for each by itself."""
    detectors: tuple[str, ...] = DETECTORS
    """Who looks for boundaries."""
    peers: tuple[str, ...] = SPEED_PEERS
    """Who else is timed, on a few files."""


FULL = Scale()
SHORT = Scale(
    seconds=180,
    asked_rounds=2,
    speed_boundaries=24,
    motion_clips=42,
    copied_seconds=20,
    truth=(*ENCODINGS, "x264-vfr"),
    compared="x264",
    detectors=("scout", "transnetv2", "pyscenedetect-adaptive"),
    peers=(
        *("transnetv2", "pyscenedetect-adaptive", "pyscenedetect-split"),
        *("transcode", "nemo-x264"),
    ),
)
"""For about five hours instead of more than a night, one of them for encoding: fewer contestants on
shorter files, but every encoding, with as many boundaries."""
QUICK = Scale(
    seconds=6,
    asked_seconds=6,
    asked_rounds=1,
    speed_boundaries=2,
    truth_boundaries=4,
    large_boundaries=2,
    speed_size=(320, 180),
    truth_size=(192, 108),
    large_size=(192, 108),
    checked=("shot-change",),
    motion_clips=4,
    copied=("toy",),
    copied_seconds=2,
    long_hours=0.01,
    rounds=1,
    starts=1,
)
"""To see that everything works; its figures mean nothing."""
SCALES = {"full": FULL, "short": SHORT, "quick": QUICK}
QUICK_INPUTS = ("x264", "x264-fixed", "x264-vfr")


@dataclass(frozen=True, slots=True)
class Film:
    """A reel of real footage, encoded in one of the ways of `reel_encoding`."""

    seed: int
    boundaries: int
    size: tuple[int, int]
    mix: Mix
    encoding: str
    fps: Fraction | None = Fraction(25)


@dataclass(frozen=True, slots=True)
class Input:
    """One file: a film, or a sample as it was published, repeated until it is long enough."""

    name: str
    title: str
    content: Film | str
    """A film, or the name of a sample."""
    seconds: int = 0
    """Repeated by copying packets until it is so long; 0 for once."""
    pictures_of: str = ""
    """The input that has the same pictures at other times or in another codec; detectors that are
    compared with ours do not run again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that lies there."""

    input: Input
    path: Path
    frames: int
    seconds: float
    truth: Path | None
    """JSON list of its shots, where they are known."""


def speed_inputs(scale: Scale, long: int) -> list[Input]:
    """What speed is measured on, `long` seconds or more of each.

    Encoded by us, as published, and without scene-cut key frames.
    """

    def film(encoding: str) -> Film:
        return Film(SPEED_SEED, scale.speed_boundaries, scale.speed_size, PLAIN, encoding)

    return [
        Input("x264", "ours: x264 defaults, scene-cut key frames", film("x264"), long),
        Input("film", "as published: Big Buck Bunny, the whole film, H.264", "bbb-film", long),
        Input("band", "as published: live band, H.264", "live-band-mp4", long),
        Input("band-vp9", "as published: live band, VP9", "live-band-webm", long),
        Input("x264-fixed", "fixed GOP: x264, a key frame every 50", film("x264-fixed"), long),
        Input("x264-long", "very long GOP: x264, one every 1,500", film("x264-long"), long),
        Input("av1", "AV1: SVT-AV1 preset 8", film("av1"), long),
    ]


def truth_inputs(scale: Scale) -> list[Input]:
    """What accuracy is measured on: one reel in every encoding, rate and size."""

    def film(encoding: str, fps: Fraction | None = Fraction(25)) -> Film:
        return Film(TRUTH_SEED, scale.truth_boundaries, scale.truth_size, HARD, encoding, fps)

    large = Film(LARGE_SEED, scale.large_boundaries, scale.large_size, HARD, "x264")
    inputs = [
        *(Input(name, ENCODINGS[name].description, film(name)) for name in ENCODINGS),
        Input("x264-ntsc", "x264 at 30000/1001", film("x264", Fraction(30000, 1001)), 0, "x264"),
        Input("x264-60", "x264 at 60", film("x264", Fraction(60)), 0, "x264"),
        Input("x264-vfr", "x264, variable frame rate", film("x264", None), 0, "x264"),
        Input("x264-720p", "x264 at 720p, another reel", large),
    ]
    chosen = [item for item in inputs if not scale.truth or item.name in scale.truth]
    if not scale.compared:
        return chosen
    return [
        item if item.name == scale.compared else replace(item, pictures_of=scale.compared)
        for item in chosen
    ]


def long_input(scale: Scale) -> Input:
    """A very long video of tiny pictures, for looking at memory."""
    film = Film(SPEED_SEED, scale.speed_boundaries, (128, 72), PLAIN, "x264")
    return Input("long", "a very long video", film, round(scale.long_hours * 3600))


def checked_inputs(scale: Scale) -> list[Input]:
    """Samples as they were published, once."""
    return [Input(name, f"{name}, as published", name) for name in scale.checked]


def prepare(
    inputs: Sequence[Input], folder: Path, say: Say, pieces: Sequence[Piece] = REPORTING
) -> dict[str, Prepared]:
    """Make what is not there yet; one pass over a reel serves all its encodings."""
    folder.mkdir(parents=True, exist_ok=True)
    _encode([i.content for i in inputs if isinstance(i.content, Film)], folder, say, pieces)
    return {item.name: _prepared(item, folder, pieces) for item in inputs}


def _encode(films: Sequence[Film], folder: Path, say: Say, pieces: Sequence[Piece]) -> None:
    missing = [film for film in films if not _film_path(film, folder, pieces).exists()]
    reels: dict[Any, list[Film]] = {}
    for film in missing:
        reels.setdefault((film.seed, film.boundaries, film.size), []).append(film)
    for same in reels.values():
        one = same[0]
        reel = make_reel(
            pieces, one.boundaries, one.seed, mix=one.mix, width=one.size[0], height=one.size[1]
        )
        say(f"encoding a reel of {len(reel)} frames {len(same)} times")
        truth = json.dumps(as_json(reel.truth))
        for film in same:
            path = _film_path(film, folder, pieces)
            path.with_suffix(".json").write_text(truth, encoding="utf-8")
        orders = {_film_path(f, folder, pieces): ENCODINGS[f.encoding] for f in same}
        rates = {_film_path(f, folder, pieces): f.fps for f in same}
        encode_reel(reel, [Order(path, orders[path], rates[path]) for path in orders])


def _film_path(film: Film, folder: Path, pieces: Sequence[Piece]) -> Path:
    encoding = ENCODINGS[film.encoding]
    name = fingerprint(repr(film), repr(encoding), repr(tuple(pieces)))[:12]
    return folder / f"reel-{film.encoding}-{name}{encoding.suffix}"


def _prepared(item: Input, folder: Path, pieces: Sequence[Piece]) -> Prepared:
    once = (
        _film_path(item.content, folder, pieces)
        if isinstance(item.content, Film)
        else fetch_sample(item.content)
    )
    frames, seconds = _extent(once)
    times = max(1, math.ceil(item.seconds / seconds))
    path = once
    if item.seconds:
        path = folder / f"{once.stem}-{times}-times{once.suffix}"
        if not path.exists():
            loop(once, path, times)
    truth = once.with_suffix(".json")
    if not truth.exists():
        return Prepared(item, path, frames * times, seconds * times, None)
    repeated = path.with_suffix(".json")
    if times > 1:
        shots = json.loads(truth.read_text(encoding="utf-8"))
        repeated.write_text(json.dumps(repeat(shots, frames, times)), encoding="utf-8")
    return Prepared(item, path, frames * times, seconds * times, repeated if times > 1 else truth)


def repeat(shots: Sequence[Mapping[str, Any]], frames: int, times: int) -> list[dict[str, Any]]:
    """The shots of footage of `frames` frames that comes `times` in a row, joined by cuts."""
    repeated = []
    for turn in range(times):
        for shot in shots:
            change = shot["transition"]
            kind = "cut" if turn and change["kind"] == "start" else change["kind"]
            start = change["start_frame"] + turn * frames
            repeated.append(
                {
                    "start_frame": shot["start_frame"] + turn * frames,
                    "frames": shot["frames"],
                    "transition": {**change, "kind": kind, "start_frame": start},
                }
            )
    return repeated


def _extent(path: Path) -> tuple[int, float]:
    """Presented frames and seconds, by the packets."""
    from clearreel.visit.source import open_source

    with open_source(path) as pictures:
        timeline = pictures.reader.timeline
        start, end = timeline.span(0, len(timeline)).seconds
        return len(timeline), float(end - start)
