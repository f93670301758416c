"""Camera movement as a robust similarity fitted to a flow, and a word for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 15
_SETTLED = 1e-5  # picture heights a second: a thousandth of what is called still
_FEWEST = 8.0  # trusted places; with less, two unknowns a place say little about four


@dataclass(frozen=True, slots=True)
class Camera:
    """A similarity: speeds a second, in picture heights and about the picture's centre.

    The scene at (x, y) from the centre moves by (pan + zoom x - roll y, tilt + zoom y + roll x).
    """

    pan: float
    """To the right; a camera that pans right gives a negative one."""
    tilt: float
    """Downwards."""
    zoom: float
    """Growth."""
    roll: float
    """Clockwise, in radians."""

    def at(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """The movement that it explains at places (x, y) from the centre."""
        return (
            self.pan + self.zoom * x - self.roll * y,
            self.tilt + self.zoom * y + self.roll * x,
        )


STILL = Camera(0.0, 0.0, 0.0, 0.0)


def fit_camera(x: Floats, y: Floats, u: Floats, v: Floats, trust: Floats) -> Camera:
    """The camera behind the movements (u, v), seen at places (x, y) and weighted by `trust`.

    Iteratively reweighted least squares from the weighted median, with Geman and McClure's
    weights, so that subjects smaller than half of what is seen do not pull it along. All arrays
    have shape (places,).
    """
    if trust.sum() < _FEWEST:
        return STILL
    camera = Camera(_median(u, trust), _median(v, trust), 0.0, 0.0)
    square = x * x + y * y
    along, across = x * u + y * v, x * v - y * u
    for _ in range(_STEPS):
        fit_u, fit_v = camera.at(x, y)
        error = np.hypot(u - fit_u, v - fit_v)
        scale = 1.5 * _median(error, trust) + 1e-4
        weight = trust / (1 + (error / scale) ** 2) ** 2
        # The normal equations of the similarity, which are sparse.
        total, at_x, at_y, at_square = (
            float(weight.sum()) + 1e-9,
            float(weight @ x),
            float(weight @ y),
            float(weight @ square) + 1e-9,
        )
        mean_u, mean_v = float(weight @ u) / total, float(weight @ v) / total
        spread = at_square - (at_x**2 + at_y**2) / total
        zoom = (float(weight @ along) - at_x * mean_u - at_y * mean_v) / spread
        roll = (float(weight @ across) - at_x * mean_v + at_y * mean_u) / spread
        before, camera = (
            camera,
            Camera(
                mean_u - (zoom * at_x - roll * at_y) / total,
                mean_v - (zoom * at_y + roll * at_x) / total,
                zoom,
                roll,
            ),
        )
        if (
            max(abs(camera.pan - before.pan), abs(camera.tilt - before.tilt)) < _SETTLED
            and max(abs(zoom - before.zoom), abs(roll - before.roll)) < _SETTLED
        ):
            break
    return camera


def camera_word(cameras: Sequence[Camera], aspect: float, still: float, clear: float) -> str:
    """One word for how the camera moves over a clip.

    `aspect` is width / height. Below a speed of `still` picture heights a second it is "static".
    The movement that explains more than the share `clear` of all (of squares) and keeps its
    direction names it: "pan", "tilt", "zoom" or "roll"; else it is "mixed", as when hand-held.
    Flow alone does not tell a pan from a truck, or a zoom from a dolly.
    """
    # A zoom or roll of 1 moves the places of the picture by this, as root mean square.
    radius = float(np.hypot(aspect, 1) / np.sqrt(12))
    table = np.array([(c.pan, c.tilt, radius * c.zoom, radius * c.roll) for c in cameras])
    # The median: a subject that fills the picture passes for the camera in single runs.
    if np.median(np.linalg.norm(table, axis=1)) < still:
        return "static"
    # What sways to and fro has a small mean beside its squares.
    squares = (table**2).mean(axis=0)
    steady = table.mean(axis=0) ** 2
    largest = int(np.argmax(steady))
    if steady[largest] < clear * squares.sum():
        return "mixed"
    return ("pan", "tilt", "zoom", "roll")[largest]


def _median(values: Floats, weight: Floats) -> float:
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    return float(values[order[int(np.searchsorted(total, total[-1] / 2))]])
