"""Stills of clips, read from the packs; of what a safety rule objects to, nothing but its colours.

A blur that the browser applies can be taken off again, so these pictures are made anew from a few
averages: the details are not in the page.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from clearreel.core.errors import DatasetError
from clearreel.media.jpeg import decode_jpeg, encode_jpeg
from clearreel.stores.packs import Packs, thumbnail_name

CELLS = 6
"""Averages that are left of a hidden picture along its longer side."""
_HIDDEN_SIDE = 96

T = TypeVar("T")


def spread(rows: Sequence[T], count: int) -> list[T]:
    """At most `count` of the rows, evenly from first to last, the same every time."""
    if len(rows) <= count:
        return list(rows)
    return [rows[(2 * place + 1) * len(rows) // (2 * count)] for place in range(count)]


def thumbnail_uri(packs: Packs, row: Mapping[str, Any], hidden: bool) -> str:
    """The still of a clip as a data: address; empty when there is none, or its pack is gone."""
    if not row["thumbnail_pack"] or not row["thumbnail_bytes"]:
        return ""
    try:
        content = packs.read(
            row["thumbnail_pack"],
            thumbnail_name(row["clip_id"]),
            row["thumbnail_offset"],
            row["thumbnail_bytes"],
        )
        if hidden:
            content = hide(content)
    except (OSError, ValueError, IndexError, DatasetError):
        # A pack that is gone, or no picture in its place.
        return ""
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"


def hide(content: bytes) -> bytes:
    """A JPEG made of a few averages of another one."""
    picture = decode_jpeg(content).astype(np.float64)
    high, wide = picture.shape[:2]
    rows = max(1, round(CELLS * high / max(high, wide)))
    columns = max(1, round(CELLS * wide / max(high, wide)))
    means = np.array(
        [
            [block.mean(axis=(0, 1)) for block in np.array_split(band, columns, axis=1)]
            for band in np.array_split(picture, rows, axis=0)
        ]
    )
    scale = _HIDDEN_SIDE / max(rows, columns)
    means = _stretch(means, round(rows * scale), axis=0)
    means = _stretch(means, round(columns * scale), axis=1)
    return encode_jpeg(np.asarray(means.round(), np.uint8), _HIDDEN_SIDE)


def _stretch(values: NDArray[np.float64], length: int, axis: int) -> NDArray[np.float64]:
    """Linear between the centres of the old cells."""
    old = values.shape[axis]
    at = np.clip((np.arange(length) + 0.5) * old / length - 0.5, 0, old - 1)
    below = np.floor(at).astype(int)
    above = np.minimum(below + 1, old - 1)
    weight = (at - below).reshape([-1 if side == axis else 1 for side in range(values.ndim)])
    return np.asarray(
        values.take(below, axis) * (1 - weight) + values.take(above, axis) * weight, np.float64
    )
