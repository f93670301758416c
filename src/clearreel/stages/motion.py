"""Motion: how fast a clip moves, and whether the camera or its subject does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clearreel.core.facts import Fact, FactValue
from clearreel.stages.camera import Camera, camera_word, fit_camera
from clearreel.stages.contract import ClipView, Measure, Run
from clearreel.stages.flow import flow

Floats = NDArray[np.float64]

# A grid of every fourth pixel loses nothing of a flow that was smoothed over more than that.
_GRID = 4


@dataclass(frozen=True)
class Motion(Measure):
    """Speeds from optical flow over short runs of frames, whatever the codec.

    The unit, picture heights a second, depends neither on resolution nor on frame rate. What was
    published converts, for 16:9 footage: Cosmos's motion vectors are shares of width + height a
    frame, so its 0.00098 is about 0.07 here at 24 frames/s and 0.08 at 30, and its 1e-6 for the
    stillest patch 0.00007; SVD's mean flow in pixels at 16 lines and 2 frames/s is 8 times the
    value here.
    """

    still: float = 0.02
    """Camera speed, in picture heights a second, below which the camera counts as static."""
    clear: float = 0.6
    """Share of the camera's movement that one kind must explain to give it its name."""

    name: ClassVar[str] = "motion"
    version: ClassVar[int] = 2
    needs: ClassVar[tuple[str, ...]] = ("runs",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "motion",
            "float",
            "heights/s",
            "Mean speed over the picture, in picture heights a second; the mean over the runs.",
        ),
        Fact(
            "motion_floor",
            "float",
            "heights/s",
            "As motion, but of the part of the picture, a third of its height, that moves least.",
        ),
        Fact(
            "camera_motion",
            "float",
            "heights/s",
            "Mean speed over the picture that one movement of the camera explains.",
        ),
        Fact(
            "subject_motion",
            "float",
            "heights/s",
            "Mean speed that is left when the camera's movement is taken away, "
            "where the picture has texture; parallax counts as subject.",
        ),
        Fact(
            "camera_move",
            "text",
            "",
            'How the camera moves: "static", "pan", "tilt", "zoom", "roll" or "mixed".',
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """The five facts; None for each when there is no run."""
        seen = [_look(run) for run in clip.runs]
        if not seen:
            return {fact.name: None for fact in self.adds}
        cameras = [one.camera for one in seen]
        return {
            "motion": float(np.mean([one.mean for one in seen])),
            "motion_floor": float(np.mean([one.floor for one in seen])),
            "camera_motion": float(np.mean([one.by_camera for one in seen])),
            "subject_motion": float(np.mean([one.by_subject for one in seen])),
            "camera_move": camera_word(cameras, seen[0].aspect, self.still, self.clear),
        }


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one run shows; speeds in picture heights a second."""

    mean: float
    floor: float
    by_camera: float
    by_subject: float
    camera: Camera
    aspect: float


def _look(run: Run) -> _Seen:
    height, width = run.luma.shape[1:]
    moved = flow(run.luma)
    scale = 1 / (height * run.seconds)
    u, v = moved.x[0] * scale, moved.y[0] * scale
    speed = np.hypot(u, v)

    rows, columns = np.arange(0, height, _GRID), np.arange(0, width, _GRID)
    grid = np.ix_(rows, columns)
    trust = moved.trust[0][grid].ravel()
    y, x = (place.ravel() for place in np.meshgrid(rows, columns, indexing="ij"))
    x, y = (x - (width - 1) / 2) / height, (y - (height - 1) / 2) / height
    camera = fit_camera(x, y, u[grid].ravel(), v[grid].ravel(), trust)
    camera_u, camera_v = camera.at(x, y)
    left = np.hypot(u[grid].ravel() - camera_u, v[grid].ravel() - camera_v)
    return _Seen(
        mean=float(speed.mean()),
        floor=_floor(speed),
        by_camera=float(np.hypot(camera_u, camera_v).mean()),
        by_subject=float((left * trust).sum() / max(float(trust.sum()), 1.0)),
        camera=camera,
        aspect=width / height,
    )


def _floor(speed: Floats) -> float:
    """The smallest mean over parts of about a third of the height, which cover the picture."""
    side = max(1, speed.shape[0] // 3)
    parts = [
        part.mean()
        for band in np.array_split(speed, 3)
        for part in np.array_split(band, max(1, round(speed.shape[1] / side)), axis=1)
    ]
    return float(min(parts))
