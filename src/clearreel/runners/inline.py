"""Visits in this very process: for notebooks and tests, where a crash may take all with it."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from clearreel.runners.contract import Moved, ignore
from clearreel.visit.assignment import Assignment, Visited
from clearreel.visit.visiting import visit


class InlineRunner:
    """One visit after the other."""

    def run(
        self, assignments: Iterable[Assignment], moved: Moved = ignore
    ) -> Generator[Visited, None, None]:
        """See `Runner.run`."""
        for assignment in assignments:
            yield visit(assignment)
