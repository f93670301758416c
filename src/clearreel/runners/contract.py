"""What a runner is: something that carries assignments to `visit` and brings the results back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Protocol

from clearreel.visit.assignment import Assignment, Visited

Moved = Callable[[float], None]


def ignore(count: float) -> None:
    """Nobody wants to know."""


class Runner(Protocol):
    """Executes visits, in this process or in others. Stages don't know which."""

    def run(
        self, assignments: Iterable[Assignment], moved: Moved = ignore
    ) -> Generator[Visited, None, None]:
        """Each result as it is ready, in any order; one for every assignment.

        `moved` is called now and then with the bytes of the sources at hand that are through.

        A source that cannot be used, or that takes its worker down, comes back set aside. Raises
        `StorageError` when packs can't be written. Closing the generator ends the workers.
        """
        ...
