"""A parent: what footage, captions or other labels come from, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parent:
    """A model that wrote captions; a data set or a work that footage was taken from."""

    name: str
    license: str
    """An SPDX expression; empty where it is not known."""
    made_from: tuple[Parent, ...] | None = ()
    """What it was trained on or collected from, each judged as a parent too. None where nobody
    says, which is a no."""

    def __str__(self) -> str:
        terms = f" ({self.license})" if self.license else ""
        data = ", ".join(map(str, self.made_from or ()))
        return f"{self.name}{terms}" + (f", made from {data}" if data else "")

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        made_from = self.made_from
        return {
            "name": self.name,
            "license": self.license,
            "made_from": None if made_from is None else [one.to_json() for one in made_from],
        }


def parent_from_json(data: Mapping[str, Any]) -> Parent:
    """The parent that `Parent.to_json` wrote. Raises `KeyError` or `TypeError` for all else."""
    made_from = data["made_from"]
    return Parent(
        data["name"],
        data["license"],
        None if made_from is None else tuple(map(parent_from_json, made_from)),
    )


def tree(parents: Iterable[Parent]) -> Iterator[Parent]:
    """The parents, and all that they were made from."""
    for parent in parents:
        yield parent
        yield from tree(parent.made_from or ())
