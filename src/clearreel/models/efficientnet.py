"""What a frame looks like, as a vector and as ImageNet tags: EfficientNet-Lite0."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearreel.core.errors import UsageError
from clearreel.models.pictures import Pictures, resize
from clearreel.models.session import Network

SIDE = 224
DIMENSIONS = 1280
CLASSES = 1000


class EfficientNetLite0:
    """Embeds pictures and says how likely each of the 1000 ImageNet classes is."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._network = Network(path, inputs=1, outputs=2, threads=threads)

    def embed(self, pictures: Pictures) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Embeddings float32 (N, 1280) of length 1, and probabilities float32 (N, 1000).

        `pictures` are RGB uint8 (N, H, W, 3). Other sizes than 224 by 224 are resized whole, so
        that nothing at the edges is left out; the dot product of two embeddings is their cosine.
        """
        if pictures.shape[1:3] != (SIDE, SIDE):
            pictures = np.rint(resize(pictures, SIDE, SIDE)).astype(np.uint8)
        embeddings, probabilities = self._network(pictures)
        lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
        return embeddings / np.maximum(lengths, np.finfo(np.float32).tiny), probabilities


def class_names(path: Path) -> list[str]:
    """The names of the 1000 classes, in the order of the probabilities, from a JSON list."""
    names = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(names, list) or len(names) != CLASSES:
        raise UsageError(
            f"{path} is not a list of {CLASSES} class names",
            hint="clearreel models fetch imagenet-names",
        )
    return [str(name) for name in names]
