"""Captions in sums: what was left out, and of what nobody says who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clearreel.production.captions import LeftOut, left_out
from clearreel.report.recorded import Recorded
from clearreel.rights.origins import Origin

Carried = Sequence[tuple[Origin, ...]]
"""Who wrote what each kept clip of a source carries."""


def left_out_beside(recorded: Recorded, carried: Mapping[str, Carried]) -> tuple[LeftOut, ...]:
    """What lies beside sources of kept clips and may not serve the use, where no clip carries it.

    `carried` is by the ids of the sources.
    """
    return tuple(
        left_out(
            (
                [origin for origin in recorded.written_beside(name) if not _among(origin, clips)]
                for name, clips in carried.items()
            ),
            recorded.use,
            recorded.policy,
        )
    )


def unsaid(carried: Iterable[Carried]) -> tuple[int, int]:
    """How many clips carry what nobody says who wrote, of how many sources; source by source."""
    counts = [
        sum(any(one.writer == "nobody says" for one in origins) for origins in clips)
        for clips in carried
    ]
    return sum(counts), sum(map(bool, counts))


def _among(origin: Origin, clips: Carried) -> bool:
    return any(origin in origins for origins in clips)
