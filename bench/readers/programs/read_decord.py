"""decord and decord2, which share a name: frames by number, downwards and then upwards."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import decord as library
from answering import Asked, Seen, answer


def read(asked: Asked, seen: Seen) -> None:
    """Through `VideoReader`."""
    reader = library.VideoReader(asked.path, ctx=library.cpu(0), num_threads=1)
    seen.count = len(reader)
    backwards = library.VideoReader(asked.path, ctx=library.cpu(0), num_threads=1)
    places = reversed(range(len(asked.middles)))
    seen.picked = asked.picks(lambda place: backwards[place].asnumpy(), places)
    for place in range(len(reader)):
        seen.numbers.append(asked.number(reader[place].asnumpy()))


def installed() -> str:
    """The version of whichever of the two there is."""
    try:
        return version("decord2")
    except PackageNotFoundError:
        return version("decord")


library.logging.set_level(library.logging.QUIET)
answer(installed(), read)
