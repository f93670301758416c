"""Clips made of arrays, so that what a measure sees is known exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clearreel.core.span import Span
from clearreel.media.formats import sniff
from clearreel.media.probe import Reel, VideoTrack
from clearreel.media.sound import Sound
from clearreel.models import catalog
from clearreel.stages.contract import ClipView, Run, Still

FPS = 25


@pytest.fixture
def seen() -> Callable[..., ClipView]:
    """A clip that shows these stills (H, W, 3), runs of luma (2, H, W) a frame apart, and sound."""

    def build(
        stills: Sequence[np.ndarray] = (),
        runs: Sequence[np.ndarray] = (),
        samples: np.ndarray | None = None,
    ) -> ClipView:
        return ClipView(
            reel=_reel(),
            span=Span(0, 250, Fraction(1, FPS)),
            start_frame=0,
            end_frame=250,
            coded_bytes=100_000,
            facts={},
            stills=tuple(Still(number, picture) for number, picture in enumerate(stills)),
            runs=tuple(Run(0, luma, 1 / FPS) for luma in runs),
            sound=None if samples is None else Sound(np.atleast_2d(samples).astype(np.float32)),
        )

    return build


@pytest.fixture(scope="session")
def weights() -> Callable[[str], dict[str, Path]]:
    """Fetch real weights, so that a stage that is told not to download finds them."""
    return lambda *names: catalog.fetch(names)


def _reel() -> Reel:
    track = VideoTrack(
        index=0,
        codec="h264",
        profile="High",
        width=640,
        height=360,
        time_base=Fraction(1, FPS),
        average_rate=Fraction(FPS),
        sample_aspect_ratio=Fraction(1),
        pixel_format="yuv420p",
        bit_depth=8,
        transfer=1,
        field_order="progressive",
    )
    container = sniff(b"\x00\x00\x00\x18ftypisom" + bytes(64))
    return Reel(Path("none.mp4"), container, track, None, Fraction(10), 0, False)
