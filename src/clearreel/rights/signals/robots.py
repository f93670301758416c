"""robots.txt: whether a site lets the work be fetched, and whether it shuts out AI training.

RFC 9309 <https://www.rfc-editor.org/rfc/rfc9309>, read by protego; stricter in that

- 401, 403 and 429 deny as 5xx does, where the RFC would allow;
- the rules for everybody and those for our own name both count;
- a site that shuts out well-known training crawlers by name has said no to training.

That fetching is permitted says nothing about use, so nothing here ever `allows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protego import Protego

from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.robots_file import AI_AGENTS, OWN_TOKEN, PATH, robots_text
from clearreel.rights.signals.signal import EVERYTHING, MINING, Signal, Statement, unknown
from clearreel.rights.signals.wellknown import read_files

_REFUSALS = frozenset({401, 403, 429})


@dataclass(frozen=True, slots=True)
class Robots:
    """Reads robots.txt."""

    standard: str = "robots.txt"

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of the robots.txt of every server that the work came through."""
        return read_files(self.standard, evidence, (PATH,), _parse, _refuses)


def _refuses(status: int) -> bool:
    return status in _REFUSALS or 500 <= status < 600


def _parse(answer: Exchange, target: str) -> Iterator[Statement]:
    try:
        robots = Protego.parse(robots_text(answer))
    except ValueError as error:
        yield unknown(str(error))
        return
    for agent in ("*", OWN_TOKEN):
        if not robots.can_fetch(target, agent):
            yield Statement("denies", EVERYTHING, f"disallowed for {agent}")
    shut_out = [agent for agent in AI_AGENTS if not robots.can_fetch(target, agent)]
    if shut_out:
        yield Statement("denies", MINING, f"disallowed for {', '.join(shut_out)}")
