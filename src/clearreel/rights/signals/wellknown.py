"""Files that a site keeps at a known path: which have to be asked for, and what an answer means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from clearreel.rights.signals.evidence import Evidence, Exchange, not_read, on_same_host
from clearreel.rights.signals.signal import EVERYTHING, Signal, Statement, unknown


class Parse(Protocol):
    """What a file that was found says of the work at the address `target`. Never raises."""

    def __call__(self, answer: Exchange, target: str) -> Iterable[Statement]:
        """The statements that are about the work."""


def read_files(
    standard: str,
    evidence: Evidence,
    paths: tuple[str, ...],
    parse: Parse,
    refuses: Callable[[int], bool] = lambda status: False,
) -> tuple[Signal, ...]:
    """The signals of one file for every server that the work came through.

    `paths` are the places where a site may keep it; one that is found there will do, and that
    there is none needs an answer for each. Where the standard takes a status for a refusal of
    everything, `refuses` says so.
    """
    signals: list[Signal] = []
    for target in evidence.visited_all:
        found = False
        unasked = []
        for path in paths:
            place = on_same_host(target, path)
            answers = evidence.answers(place)
            if not answers:
                unasked.append(place)
            for answer in answers:
                if refuses(answer.status):
                    words = f"the server answered {answer.status}"
                    statements = [Statement("denies", EVERYTHING, words)]
                else:
                    statements = statements_of(answer, partial(parse, target=target))
                signals += answer.signals(standard, statements)
                found = found or answer.status == 200
        if not found:
            for place in unasked:
                signals += not_read(standard, place, "nobody has asked for it")
    return tuple(signals)


def statements_of(
    answer: Exchange, parse: Callable[[Exchange], Iterable[Statement]]
) -> list[Statement]:
    """What an answer says: nothing where there is no file, `unknown` where it is in doubt."""
    if answer.trouble:
        return [unknown(answer.trouble)]
    return [] if answer.missing else list(parse(answer))
