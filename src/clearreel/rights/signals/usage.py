"""Usage preferences as a dictionary, `train-ai=n, search=y`, in a header and in robots.txt.

Two standards are written so, and differ in their names and values: `aipref` and `content_signal`.
The grammar is the part of structured fields (RFC 9651, section 3.2) that they use: keys with a
token each. A library for all of it keeps the last of two equal keys; here both count, so that any
denial wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from clearreel.rights.signals.answers import read_answers
from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.robots_file import PATH, Rule, matches, robots_text, rules
from clearreel.rights.signals.signal import Activity, Signal, Statement, nearest, unknown
from clearreel.rights.signals.wellknown import read_files

_MEMBER = re.compile(r"\s*([A-Za-z0-9_.*-]+)\s*=\s*([A-Za-z]+)\s*(?:;[^,\"]*)?")


@dataclass(frozen=True, slots=True)
class Label:
    """What one key is about."""

    denied: frozenset[Activity]
    """What a "no" to it shuts out; empty for a key about something else, such as search."""
    allowed: frozenset[Activity]
    """What a "yes" to it opens: never more than its narrowest reading."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Reads one standard of usage preferences."""

    standard: str
    name: str
    """Of the header, and of the line in robots.txt; in lower case."""
    labels: Mapping[str, Label]
    yes: str
    no: str

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of the answers' headers, and of the robots.txt of every server visited."""
        return (
            *read_answers(self.standard, evidence, self._header),
            *read_files(self.standard, evidence, (PATH,), self._robots),
        )

    def statements(self, text: str) -> list[Statement]:
        """What a dictionary says; `unknown` for all of it where any of it is not understood."""
        found = []
        for member in text.split(","):
            parsed = _MEMBER.fullmatch(member)
            if parsed is None:
                found.append(unknown(f"not understood: {text}"))
                continue
            label, value = self.labels.get(parsed[1].lower()), parsed[2].lower()
            if label is None or value not in (self.yes, self.no):
                found.append(unknown(f"not understood: {member.strip()}"))
            elif value == self.no and label.denied:
                found.append(Statement("denies", label.denied, f"{self.name}: {member.strip()}"))
            elif value == self.yes and label.allowed:
                found.append(Statement("allows", label.allowed, f"{self.name}: {member.strip()}"))
        return found

    def _header(self, answer: Exchange) -> Iterator[Statement]:
        for value in answer.values(self.name):
            yield from self.statements(value)

    def _robots(self, answer: Exchange, target: str) -> Iterator[Statement]:
        try:
            written = [rule for rule in rules(robots_text(answer)) if rule.key == self.name]
        except ValueError as error:
            yield unknown(str(error))
            return
        for agent in sorted({agent for rule in written for agent in rule.agents}):
            group = [rule for rule in written if agent in rule.agents]
            said = partial(self._group, group, target)
            if Rule(frozenset({agent}), "", "").concerns_us:
                yield from said()
            elif Rule(frozenset({agent}), "", "").concerns_ai:
                # What others are allowed is not allowed to us; what they are denied says no to
                # the purpose.
                yield from (one for one in said() if one.stance != "allows")

    def _group(self, group: Iterable[Rule], target: str) -> list[Statement]:
        """What the rules that cover `target` say; one with a longer path supersedes a shorter."""
        layers: dict[int, list[Statement]] = {}
        for rule in group:
            path, preferences = _divided(rule.value)
            if not path or matches(path, target):
                layers.setdefault(len(path), []).extend(self.statements(preferences))
        return nearest(layers[length] for length in sorted(layers, reverse=True))


def _divided(value: str) -> tuple[str, str]:
    """The path, which may be missing, and the preferences of a line's value."""
    if not value.startswith("/"):
        return "", value
    path, *preferences = value.split(maxsplit=1)
    return path, "".join(preferences)
