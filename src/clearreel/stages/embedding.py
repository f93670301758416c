"""Embedding and tags: what a clip looks like, as a vector and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from clearreel.core.facts import Fact, FactValue
from clearreel.models import catalog
from clearreel.models.efficientnet import EfficientNetLite0, class_names
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Embedding(Measure):
    """The mean look of a clip by EfficientNet-Lite0, and the ImageNet classes that fit it.

    The dot product of two embeddings is the cosine of their angle: clips of one video have 0.8 to
    0.93, unrelated ones up to 0.35.
    """

    likely: float = 0.1
    """Probability that a class needs to become a tag."""
    most_tags: int = 5
    """Tags a clip, the likeliest first."""

    name: ClassVar[str] = "embedding"
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    weights: ClassVar[tuple[str, ...]] = ("efficientnet-lite0", "imagenet-names")
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "embedding",
            "vector",
            "1",
            "Mean of the stills' EfficientNet-Lite0 features, 1280 numbers of length 1.",
        ),
        Fact(
            "tags",
            "texts",
            "",
            "ImageNet classes that the stills show, by mean probability, the likeliest first.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """Both facts; None for each when nothing could be seen."""
        if not clip.stills:
            return {"embedding": None, "tags": None}
        seen = [self._model.embed(still.rgb[None]) for still in clip.stills]
        vector = np.concatenate([embedding for embedding, _ in seen]).mean(axis=0)
        length = max(float(np.linalg.norm(vector)), float(np.finfo(np.float32).tiny))
        likely = np.concatenate([probabilities for _, probabilities in seen]).mean(axis=0)
        best = np.argsort(-likely, kind="stable")[: self.most_tags]
        return {
            "embedding": (vector / length).tolist(),
            "tags": [self._names[index] for index in best if likely[index] >= self.likely],
        }

    @cached_property
    def _model(self) -> EfficientNetLite0:
        return EfficientNetLite0(catalog.path("efficientnet-lite0", offline=True))

    @cached_property
    def _names(self) -> list[str]:
        return class_names(catalog.path("imagenet-names", offline=True))
