"""Facts: what was measured of a clip, declared before it is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FactType = Literal["float", "int", "bool", "text", "texts", "vector"]
FactValue = float | int | bool | str | Sequence[str] | Sequence[float] | None
"""None stands for "does not apply", as the loudness of a clip without sound."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A column that a stage adds to the clips."""

    name: str
    """Lower case with underscores; the column's name, and the name that rules use."""
    type: FactType
    """`texts` is a list of strings; `vector` a list of floats of one length, kept apart."""
    unit: str
    """Of the value: "s", "px", "dB", "share", "1" … Empty for text."""
    description: str
    """One sentence: what it says and how to read high and low."""
