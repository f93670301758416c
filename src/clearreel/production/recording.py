"""Write results to the catalog, in batches, in the order that makes killing harmless."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from clearreel.stores.catalog import PAGE, Catalog
from clearreel.stores.disclosed import Disclosed
from clearreel.stores.takedowns import NearMiss, Takedowns
from clearreel.visit.assignment import Assignment, Visited

Row = dict[str, Any]

BATCH = 32
BATCH_SECONDS = 2.0


class Recorder:
    """Collects results and commits them a batch at a time.

    Clips and vectors of a source go first and its own row last: without that row, or with its
    status at `started`, the source counts as not done.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._waiting: list[Visited] = []
        self._since = time.monotonic()

    def announce(self, assignments: Sequence[Assignment]) -> None:
        """Take back the mark of being done from sources that will be examined again."""
        again = [
            {**assignment.previous.source, "status": "started"}
            for assignment in assignments
            if assignment.previous is not None and assignment.examine
        ]
        self._catalog.put_sources(again)

    def settle(self, sources: Sequence[Row]) -> None:
        """Write sources that have no clips, and remove what they may have had."""
        if sources:
            names = [row["source_id"] for row in sources]
            self._catalog.put_clips(names, ())
            self._catalog.forget_vectors(names)
            self._put(sources)

    def add(self, visited: Visited) -> None:
        """Take a result; it is on disk after `flush`, or when the batch is full."""
        self._queue(visited)
        self._waiting.append(visited)
        if len(self._waiting) >= BATCH or time.monotonic() - self._since > BATCH_SECONDS:
            self.flush()

    def _queue(self, visited: Visited) -> None:
        """Have a person look at what may be what a takedown names."""
        takedowns = Takedowns(self._catalog.folder)
        name = visited.source["source_id"]
        for taken_down, why in visited.alike.items():
            takedown = takedowns.find(taken_down)
            if takedown is not None and name not in takedown.near:
                takedown.near[name] = NearMiss(why)
                takedowns.save(takedown)

    def flush(self) -> None:
        """Commit what waits."""
        batch, self._waiting = self._waiting, []
        self._since = time.monotonic()
        if not batch:
            return
        names = [visited.source["source_id"] for visited in batch]
        fresh = [visited.source["source_id"] for visited in batch if visited.fresh]
        self._catalog.put_clips(names, [row for visited in batch for row in visited.clips])
        self._catalog.forget_vectors(fresh)
        vectors: dict[str, dict[str, tuple[str, Any]]] = {}
        for visited in batch:
            for name, found in visited.vectors.items():
                table = vectors.setdefault(name, {})
                table |= {clip: (visited.source["source_id"], v) for clip, v in found.items()}
        for name, table in vectors.items():
            self._catalog.put_vectors(name, table)
        self._put([visited.source for visited in batch])

    def _put(self, sources: Sequence[Row]) -> None:
        """Commit rows of sources; pages that may tell of what is never to be shown go before."""
        if any(row["status"] == "quarantined" for row in sources):
            (self._catalog.folder / PAGE).unlink(missing_ok=True)
            Disclosed(self._catalog.folder).remove()
        self._catalog.put_sources(sources)
