"""Fingerprints of synthetic footage, made without a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clearreel.lookalike.fingerprint import Fingerprint, read_fingerprint
from clearreel.lookalike.video import VideoPrint, video_print
from clearreel.media.sound import SoundReader
from clearreel.testing.scenes import Reel, Shot
from clearreel.visit.source import open_source

FPS = 25


@pytest.fixture(scope="session")
def film() -> list[np.ndarray]:
    """Three shots that move, 150 frames of 25 a second, each (90, 160, 3)."""
    shots = (Shot(50, 71, "pan"), Shot(50, 72, "object"), Shot(50, 73, "zoom"))
    return list(Reel(shots, numbered=False))


@pytest.fixture(scope="session")
def seen() -> Callable[..., VideoPrint]:
    """The fingerprint of RGB pictures, one of which is shown every 1 / `fps` seconds."""

    def seen(pictures: Iterable[np.ndarray], fps: Fraction | int = FPS) -> VideoPrint:
        samples, due = [], 0
        for number, picture in enumerate(pictures):
            if number / Fraction(fps) >= due / Fraction(4):
                samples.append((round(1000 * number / fps), picture.mean(axis=2).astype(np.uint8)))
                due += 1
        return video_print(samples)

    return seen


@pytest.fixture(scope="session")
def read() -> Callable[..., Fingerprint]:
    """The fingerprint of a file."""

    def read(path: Path) -> Fingerprint:
        with open_source(path) as pictures, SoundReader(pictures.reader.reel) as sounds:
            return read_fingerprint(pictures, sounds, 0, len(pictures.reader.timeline))

    return read
