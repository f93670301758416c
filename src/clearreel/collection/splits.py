"""The train and validation split: by source, so that no footage is on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from clearreel.core.identity import fingerprint

Split = Literal["train", "validation"]
SPLITS: tuple[Split, ...] = ("train", "validation")

VALIDATION_SHARE = Fraction(1, 20)
"""Of the sources, on average."""


def split_of(source_id: str, share: Fraction = VALIDATION_SHARE) -> Split:
    """The side of a source. It follows from its id alone, so it stays when others come or go."""
    # A hash of the id and not the id itself, whose order is the order in which clips are written.
    place = int(fingerprint("split", source_id), 16)
    return "validation" if Fraction(place, 16**32) < share else "train"


def split_sources(
    source_ids: Iterable[str], share: Fraction = VALIDATION_SHARE
) -> dict[str, Split]:
    """The side of each source.

    Where all of them fall on validation, as a single one may, all are for training instead: a
    data set without training data is of no use.
    """
    sides = {source: split_of(source, share) for source in source_ids}
    if "train" not in sides.values():
        return dict.fromkeys(sides, "train")
    return sides
