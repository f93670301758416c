"""Technical quality without a reference: BRISQUE (Mittal, Moorthy and Bovik 2012).

"No-Reference Image Quality Assessment in the Spatial Domain", IEEE TIP 21(12). It sees blur,
noise and compression, not whether a picture is a good one. Features as the authors' release
computes them; the regression is theirs, as the `brisque` package publishes it. In single precision
a score is some 0.006 away, and 2.5 at most, where a picture is mostly flat.
"""

from __future__ import annotations

import math
import pickle
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from clearreel.core.errors import FetchError, UsageError
from clearreel.models.pictures import Bands, Grey, Pictures, bands, weighed

Floats = NDArray[np.float64]

FEATURES = 36
LUMA = (0.2125, 0.7154, 0.0721)
"""Of linear Rec. 709 primaries; applied to coded values, as the authors do."""
KERNEL = np.exp(-0.5 * (np.arange(-3, 4) / (7 / 6)) ** 2)
KERNEL /= KERNEL.sum()
HALVING = np.array([-0.09375, 0.59375, 0.59375, -0.09375])
"""Bicubic interpolation (a = -0.75) half way between the two middle ones of four pixels."""
CONTRAST_FLOOR = 1 / 255


class Brisque:
    """Scores the technical quality of pictures."""

    def __init__(self, path: Path) -> None:
        """`path` is the file that `convert` wrote."""
        try:
            with np.load(path, allow_pickle=False) as model:
                self._vectors: Floats = model["vectors"]
                self._coefficients: Floats = model["coefficients"]
                self._lowest: Floats = model["lowest"]
                self._highest: Floats = model["highest"]
                self._gamma, self._rho = float(model["gamma"]), float(model["rho"])
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(
                f"{path} is not a BRISQUE model: {error}", hint="clearreel models fetch brisque"
            ) from error

    def score(self, picture: Pictures) -> float | None:
        """From 0 (best) to 100 (worst), for uint8 (H, W) or RGB uint8 (H, W, 3).

        None for a picture that has no statistics: one that is flat, or smaller than 16 pixels.
        """
        found = features(picture)
        if found is None:
            return None
        scaled = 2 * (found - self._lowest) / (self._highest - self._lowest) - 1
        distances = ((self._vectors - scaled) ** 2).sum(axis=1)
        score = float(self._coefficients @ np.exp(-self._gamma * distances) - self._rho)
        return min(max(score, 0.0), 100.0)


def features(picture: Pictures) -> Floats | None:
    """The 36 features: 18 of the picture as it is, 18 of it at half its size."""
    grey = _grey(picture)
    if min(grey.shape) < 16:
        return None
    found: list[float] = []
    for scale in (grey, _halved(grey)):
        normalised = _normalised(scale)
        neighbours = (
            normalised[:, :-1] * normalised[:, 1:],
            normalised[:-1] * normalised[1:],
            normalised[:-1, :-1] * normalised[1:, 1:],
            normalised[1:, :-1] * normalised[:-1, 1:],
        )
        fits = [_fit(values) for values in (normalised, *neighbours)]
        if any(fit is None for fit in fits):
            return None
        (shape, _mean, left, right), *others = [fit for fit in fits if fit is not None]
        found += [shape, (left + right) / 2]
        for other in others:
            found += other
    return np.array(found)


def convert(svm: Path, ranges: Path, target: Path) -> None:
    """Write the regression (libsvm's text) and the features' ranges as one `.npz` file."""
    header, _, body = svm.read_text(encoding="ascii").partition("SV\n")
    fields = dict(line.split(None, 1) for line in header.splitlines())
    if fields.get("svm_type") != "epsilon_svr" or fields.get("kernel_type") != "rbf":
        raise FetchError(f"{svm.name} is not a regression with a radial basis function")
    rows = [line.split() for line in body.splitlines()]
    vectors = np.zeros((len(rows), FEATURES))  # libsvm leaves zeros out
    for number, row in enumerate(rows):
        for entry in row[1:]:
            feature, value = entry.split(":")
            vectors[number, int(feature) - 1] = float(value)
    with ranges.open("rb") as file:
        lowest_and_highest = _PlainUnpickler(file).load()
    with target.open("wb") as out:
        np.savez(
            out,
            vectors=vectors,
            coefficients=np.array([float(row[0]) for row in rows]),
            gamma=float(fields["gamma"]),
            rho=float(fields["rho"]),
            lowest=np.array(lowest_and_highest["min_"]),
            highest=np.array(lowest_and_highest["max_"]),
        )


class _PlainUnpickler(pickle.Unpickler):
    """Reads dictionaries, lists and numbers; a pickle that names any code is refused."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)

    def find_class(self, module: str, name: str) -> Any:
        raise FetchError(f"the ranges of BRISQUE name {module}.{name}, which is refused")


def _grey(picture: Pictures) -> Grey:
    if picture.ndim == 2:
        return picture.astype(np.float32) / np.float32(255)
    red, green, blue = (
        picture[..., colour] * np.float32(weight / 255) for colour, weight in enumerate(LUMA)
    )
    red += green
    red += blue
    return red


def _normalised(grey: Grey) -> Grey:
    """Each pixel less its local mean, over its local contrast; black beyond the edges."""
    mean = _smoothed(grey)
    contrast = _smoothed(np.square(grey))
    contrast -= np.square(mean)
    np.sqrt(np.abs(contrast, out=contrast), out=contrast)
    contrast += np.float32(CONTRAST_FLOOR)
    normalised = np.subtract(grey, mean, out=mean)
    normalised /= contrast
    return normalised


def _smoothed(grey: Grey) -> Grey:
    height, width = grey.shape
    return weighed(grey, _gaussian(height), _gaussian(width))


def _halved(grey: Grey) -> Grey:
    """Half the size, bicubic, not smoothed before, as the authors do; edges are repeated."""
    height, width = grey.shape
    return weighed(grey, _bicubic(height), _bicubic(width))


@lru_cache(maxsize=32)
def _gaussian(length: int) -> Bands:
    """Black beyond the edges."""
    reach = len(KERNEL) // 2
    return bands(sum(w * np.eye(length, k=k) for k, w in enumerate(KERNEL, -reach)))


@lru_cache(maxsize=32)
def _bicubic(length: int) -> Bands:
    halves = round(length / 2)
    weights = np.zeros((halves, length))
    for tap, weight in enumerate(HALVING):
        nearest = np.clip(2 * np.arange(halves) + tap - 1, 0, length - 1)
        np.add.at(weights, (np.arange(halves), nearest), weight)
    return bands(weights)


def _fit(values: Grey) -> tuple[float, float, float, float] | None:
    """Shape, mean, and variance left and right of an asymmetric generalised Gaussian.

    By matching moments (Lasmar, Stitou and Berthoumieu 2009). None if a side is empty.
    """
    below = np.minimum(values, 0)
    count = int(np.count_nonzero(values < 0))
    # Line by line, so that many small numbers are not added to a large one; and not by `@`: the
    # threads of a BLAS cost more than they save.
    square, square_below = (
        float(np.einsum("ij,ij->i", one, one).sum(dtype=np.float64)) for one in (values, below)
    )
    total, total_below = (float(one.sum(axis=1).sum(dtype=np.float64)) for one in (values, below))
    if not count or square <= square_below:
        return None
    left, right = square_below / count, (square - square_below) / (values.size - count)
    magnitude = (total - 2 * total_below) / values.size
    gamma = math.sqrt(left / right)
    ratio = magnitude**2 / (square / values.size)
    ratio *= (gamma**3 + 1) * (gamma + 1) / (gamma**2 + 1) ** 2
    shape = _shape(ratio)
    spread = math.exp((math.lgamma(1 / shape) - math.lgamma(3 / shape)) / 2)
    balance = math.exp(math.lgamma(2 / shape) - math.lgamma(1 / shape))
    mean = (math.sqrt(right) - math.sqrt(left)) * spread * balance
    return shape, mean, left, right


def _shape(ratio: float) -> float:
    """The shape a for which Γ(2/a)² / (Γ(1/a) Γ(3/a)) is `ratio`, within 0.05 … 10."""
    low, high = 0.05, 10.0
    target = math.log(ratio)
    for _ in range(50):
        middle = (low + high) / 2
        found = 2 * math.lgamma(2 / middle) - math.lgamma(1 / middle) - math.lgamma(3 / middle)
        low, high = (middle, high) if found < target else (low, middle)
    return (low + high) / 2
