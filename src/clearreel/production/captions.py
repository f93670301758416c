"""Captions at the door: whose may come in, and what is written down of who wrote them.

What a model wrote that may not serve the data set's use is left out; the footage that it goes with
stays, as nothing of it comes from that model.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from clearreel.core.amounts import counted
from clearreel.rights.finding import Finding
from clearreel.rights.origins import (
    CaptionStatement,
    Origin,
    findings_of,
    objections,
    origin_from_json,
    origins_of,
)
from clearreel.rights.policy import Policy
from clearreel.rights.uses import Use
from clearreel.sources.sidecars import Row, Sidecar
from clearreel.sources.timed_text import TimedText

_Item = TypeVar("_Item", TimedText, Row)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What of a sidecar came in."""

    sidecar: Sidecar
    origins: tuple[Origin, ...]
    """Of all that was in it, what was left out included; sorted."""
    credits: tuple[str, ...]
    """To give for what came in."""
    left_out: tuple[Origin, ...] = ()
    """Of what did not come in."""


class CaptionDoor:
    """Asked about each sidecar of one run."""

    def __init__(self, statements: Iterable[CaptionStatement], use: Use, policy: Policy) -> None:
        self._statements, self._use, self._policy = tuple(statements), use, policy
        self._objections: dict[Origin, tuple[str, ...]] = {}

    def ask(self, sidecar: Sidecar, footage: str) -> Admitted:
        """What of it may come in, each text and row with its origins; the rest is told.

        `footage` is the file that it lies beside, an absolute path.
        """
        known: dict[tuple[str, tuple[Origin, ...]], tuple[Origin, ...]] = {}

        def resolved(items: Iterable[_Item]) -> list[_Item]:
            return [replace(item, origins=origins(item)) for item in items]

        def origins(item: TimedText | Row) -> tuple[Origin, ...]:
            key = item.sidecar, item.origins
            if key not in known:
                paths = (item.sidecar, footage)
                known[key] = origins_of(paths, item.origins, self._statements)
            return known[key]

        captions, columns = resolved(sidecar.captions), resolved(sidecar.columns)
        items: tuple[TimedText | Row, ...] = (*captions, *columns)
        found = {origin for item in items for origin in item.origins}
        every = tuple(sorted(found, key=lambda origin: (origin.sidecar, origin.id)))
        good = {origin for origin in every if not self._objections_to(origin)}
        told = dict.fromkeys(text for origin in every for text in self._objections_to(origin))
        asked = {finding.attribution for finding in taken(good, self._use, self._policy)}
        return Admitted(
            Sidecar(
                tuple(text for text in captions if good.issuperset(text.origins)),
                tuple(row for row in columns if good.issuperset(row.origins)),
                (*sidecar.problems, *(f"left out of {reason}" for reason in told)),
            ),
            every,
            tuple(sorted(asked - {""})),
            tuple(origin for origin in every if origin not in good),
        )

    def _objections_to(self, origin: Origin) -> tuple[str, ...]:
        if origin not in self._objections:
            self._objections[origin] = objections([origin], self._use, self._policy)
        return self._objections[origin]


def taken(origins: Iterable[Origin], use: Use, policy: Policy) -> list[Finding]:
    """What stands behind captions that came in: of those `origins` that nothing speaks against."""
    found = [findings_of(origin, use, policy) for origin in origins]
    return [one for findings in found if all(f.permits for f in findings) for one in findings]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Captions of one origin that may not serve the data set's use."""

    sources: int
    """That are without them."""
    why: str
    """Of the first."""

    def __str__(self) -> str:
        first = "the first, " if self.sources > 1 else ""
        return f"captions left out of {counted(self.sources, 'source')}: {first}{self.why}"


def left_out(origins: Iterable[Iterable[Origin]], use: Use, policy: Policy) -> list[LeftOut]:
    """What to tell of captions that no clip carries: `origins` are theirs, source by source.

    Those that nothing speaks against are not told of: they were about other moments.
    """
    found: dict[Origin, list[str]] = {}
    for of_source in origins:
        told: dict[Origin, str] = {}
        for origin in of_source:
            if why := "; ".join(objections([origin], use, policy)):
                told.setdefault(replace(origin, sidecar="", said_in=""), why)
        for alike, why in told.items():
            found.setdefault(alike, []).append(why)
    return [LeftOut(len(reasons), reasons[0]) for reasons in found.values()]


def with_captions(rights: Mapping[str, str], admitted: Admitted) -> dict[str, str]:
    """The columns of a source's row that its decision fills, with who wrote its captions."""
    decision = json.loads(rights["decision"])
    decision["captions"] = [origin.to_json() for origin in admitted.origins]
    credit = "; ".join(text for text in (rights["attribution"], *admitted.credits) if text)
    return {
        **rights,
        "attribution": credit,
        "decision": json.dumps(decision, sort_keys=True),
    }


def recorded_origins(decision: Mapping[str, Any]) -> tuple[Origin, ...]:
    """Who wrote the captions of a source, as `with_captions` wrote it down.

    Raises `KeyError`, `TypeError` or `ValueError` when it is damaged.
    """
    return tuple(origin_from_json(origin) for origin in decision.get("captions", ()))


def origins_of_clip(clip: Mapping[str, Any], origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """Of the `origins` that its source has, those of what the clip carries.

    What carries a text and says not whose is of an earlier version: nobody had said.
    """
    ids = clip.get("caption_origins")
    if ids is None and (clip["caption"] or clip["columns"]):
        return (Origin("its sidecar", "nobody says"),)
    carried = tuple(origin for origin in origins if origin.id in (ids or ()))
    lost = set(ids or ()) - {origin.id for origin in carried}
    return (*carried, _UNRECORDED) if lost else carried


_UNRECORDED = Origin("its sidecar", "model", "somebody who is not recorded")
"""Of whom nothing is known, which is a no."""
