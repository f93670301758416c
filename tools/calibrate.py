"""Write the ranges that 8-bit copies of networks round with: calibrate.py FILE...

    python tools/calibrate.py bbb-trailer.mp4 bbb-scene.mp4 drive-highway.mp4 ...

The files are footage that thresholds may be tuned on; their key frames are looked at. The ranges
go to src/clearreel/models/ranges.toml: raise the version of EIGHT_BITS with them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from clearreel.models import catalog, centerface, opennsfw, text
from clearreel.models.pictures import Pictures
from clearreel.models.quantizing import ACTIVATION_LEVELS, simplified, to_quantize
from clearreel.recipes.reading import load
from clearreel.stages.faces import Faces
from clearreel.stages.text import Text
from clearreel.visit.source import open_source

TARGET = Path(__file__).resolve().parent.parent / "src" / "clearreel" / "models" / "ranges.toml"
PREPARED: dict[str, Callable[[Pictures], NDArray[np.float32]]] = {
    "opennsfw": lambda rgb: opennsfw.prepared(rgb[None]),
    "text-detector": lambda rgb: text.prepared(rgb, Text().longest),
    "centerface": lambda rgb: centerface.prepared(rgb, Faces().longest),
}
LEFT_EXACT = {"text-detector": (8, 4)}
"""How many of the first and of the last tensors are not rounded, where that finds more."""
Range = tuple[float, float]
SAMPLES = 3000
"""Values of each tensor that are kept of each picture."""
HEAD = """\
# The range of each tensor that an 8-bit copy rounds, as it is on key frames of footage that
# thresholds are tuned on. Written by tools/calibrate.py.
"""


def main() -> int:
    """Measure and write; the exit code."""
    pictures = [rgb for file in sys.argv[1:] for rgb in stills(Path(file))]
    lines = [HEAD]
    for name, prepare in PREPARED.items():
        lines.append(f"\n[{name}]\n")
        for tensor, (low, high) in ranges_of(name, map(prepare, pictures)).items():
            lines.append(f'"{tensor}" = [{low:.4g}, {high:.4g}]\n')
    TARGET.write_text("".join(lines), encoding="utf-8")
    return 0


def stills(file: Path) -> Iterator[Pictures]:
    """The key frames of a file, as measures see them."""
    with open_source(file, load("default").look.still_side) as pictures:
        for number in np.flatnonzero(pictures.reader.timeline.key).tolist():
            frame = pictures.key_frame(number)
            if frame is not None:
                yield pictures.still(frame)


def ranges_of(name: str, given: Iterator[NDArray[np.float32]]) -> dict[str, Range]:
    """The range of each tensor to be rounded, from samples of its values for all given arrays."""
    model = simplified(catalog.path(name))
    (entry,) = (value.name for value in model.graph.input)
    first, last = LEFT_EXACT.get(name, (0, 0))
    wanted = to_quantize(model)[first:]
    wanted = wanted[: len(wanted) - last]
    inside = [tensor for tensor in wanted if tensor != entry]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(one) for one in inside)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    random = np.random.default_rng(0)
    seen: dict[str, list[NDArray[np.float32]]] = {tensor: [] for tensor in wanted}
    for array in given:
        values = dict(zip(inside, session.run(inside, {entry: array}), strict=True))
        for tensor in wanted:
            value = values.get(tensor, array).ravel()
            extremes = np.array([value.min(), value.max()], np.float32)
            seen[tensor] += [random.choice(value, SAMPLES), extremes]
    return {tensor: best_range(np.concatenate(parts)) for tensor, parts in seen.items()}


def best_range(values: NDArray[np.float32]) -> Range:
    """Of ranges from a third of what values span to all of it, the one that rounds them best.

    That is with the least mean square of what is lost by steps and by what lies outside.
    """
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))

    def loss(share: float) -> float:
        step = max((high - low) * share, 1e-6) / ACTIVATION_LEVELS
        least = round(low * share / step)
        rounded = np.clip(np.rint(values / step), least, least + ACTIVATION_LEVELS) * step
        return float(np.square(rounded - values).mean())

    share = min(np.linspace(1, 0.3, 36).tolist(), key=loss)
    return low * share, high * share


if __name__ == "__main__":
    raise SystemExit(main())
