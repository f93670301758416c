"""Faces: how many people look out of a clip, and how large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from clearreel.core.facts import Fact, FactValue
from clearreel.models import catalog
from clearreel.models.centerface import CenterFace
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Faces(Measure):
    """Faces found by CenterFace. It finds faces, not persons, and recognises nobody."""

    threshold: float = 0.5
    """Lowest score of a face, 0 to 1."""
    longest: int = 416
    """Stills are shrunk until no side has more pixels; a face needs about 10 of what is left."""

    name: ClassVar[str] = "faces"
    version: ClassVar[int] = 2
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    weights: ClassVar[tuple[str, ...]] = ("centerface",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact("faces", "int", "faces", "Number of faces in the still that has most."),
        Fact(
            "largest_face",
            "float",
            "share",
            "Height of the largest face as share of the picture's height, 0 for none.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """Both facts; None for each when nothing could be seen."""
        if not clip.stills:
            return {"faces": None, "largest_face": None}
        most, largest = 0, 0.0
        for still in clip.stills:
            boxes = self._model.faces(still.rgb)
            most = max(most, len(boxes))
            for top, bottom in boxes[:, [1, 3]].tolist():
                largest = max(largest, (bottom - top) / still.rgb.shape[0])
        return {"faces": most, "largest_face": largest}

    @cached_property
    def _model(self) -> CenterFace:
        path, quick = catalog.path("centerface", offline=True), catalog.quick_path("centerface")
        return CenterFace(path, quick=quick, threshold=self.threshold, longest=self.longest)
