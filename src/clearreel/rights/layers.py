"""Layers: the rights of different people that lie in one recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from clearreel.core.errors import UsageError

Layer = Literal["footage", "audio", "performance", "likeness", "database"]
"""`footage`: the pictures; `audio`: what is heard; `performance`: what performers do in it;
`likeness`: the people who can be recognised; `database`: the terms of the collection that it
comes from."""

LAYERS: tuple[Layer, ...] = get_args(Layer)

DEFAULT_LAYERS: tuple[Layer, ...] = ("footage", "audio")
"""What a grant speaks of that names no layers."""

StreamKind = Literal["video", "audio"]

APPLIES: dict[Layer, frozenset[StreamKind]] = {
    "footage": frozenset({"video"}),
    "audio": frozenset({"audio"}),
    "performance": frozenset({"video", "audio"}),
    "likeness": frozenset({"video"}),
    "database": frozenset({"video", "audio"}),
}
"""The streams in which a layer is found."""


def layers_named(names: Sequence[str]) -> tuple[Layer, ...]:
    """The layers of these names, in the order of `LAYERS`. Raises `UsageError` for another."""
    for name in names:
        if name not in LAYERS:
            raise UsageError(
                f"{name!r} is not a layer; allowed are {', '.join(LAYERS)}",
                hint="without any, a grant speaks of footage and audio",
            )
    return tuple(layer for layer in LAYERS if layer in names)
