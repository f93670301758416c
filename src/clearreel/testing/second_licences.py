"""How the second evaluator reads licences: as the ways in which they can be taken up.

A *way* is a set of licences that hold together, an alternative of the expression's disjunctive
normal form. Written for `clearreel.testing.second_opinion`, apart from `clearreel.rights`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clearreel.rights.uses import Act


@dataclass(frozen=True)
class Terms:
    """What a licence says, as far as the rules ask."""

    refuses: frozenset[Act] = frozenset()
    """What it does not permit."""
    credit: bool = False
    """Whether it asks for attribution."""
    alike: bool = False
    """Whether it asks for share-alike."""


_CREATIVE_COMMONS = {
    "by": Terms(credit=True),
    "by-sa": Terms(credit=True, alike=True),
    "by-nc": Terms(frozenset({"commercial"}), credit=True),
    "by-nd": Terms(frozenset({"adapt"}), credit=True),
    "by-nc-sa": Terms(frozenset({"commercial"}), credit=True, alike=True),
    "by-nc-nd": Terms(frozenset({"commercial", "adapt"}), credit=True),
}
WORKS = {
    **dict.fromkeys(("owned", "cc0-1.0", "cc-pdm-1.0"), Terms()),
    **{
        f"cc-{elements}-{version}": terms
        for elements, terms in _CREATIVE_COMMONS.items()
        for version in ("1.0", "2.0", "2.5", "3.0", "4.0")
    },
}
"""Licences of works, by name in lower case. Those of an agreement of one's own are not here."""


@dataclass(frozen=True)
class Offer:
    """A licence as a grant or a parent offers it."""

    who: str
    """The id or name under which its duties are discharged."""
    ways: Sequence[frozenset[str]]
    """Alternatives, each with the licences that hold together in it, in lower case."""
    known: Mapping[str, Terms]
    """What is known of licences, by name in lower case."""
    duties: Sequence[str] = ()
    """ODRL duties beyond those of the licences."""

    def permitting(self, acts: frozenset[Act]) -> list[frozenset[str]]:
        """The ways of which every licence is known and refuses none of the acts."""
        return [
            way
            for way in self.ways
            if all(name in self.known and not acts & self.known[name].refuses for name in way)
        ]

    def cheapest(self, acts: frozenset[Act]) -> frozenset[str]:
        """The permitting way that asks for least, the first by name among equals.

        Raises `ValueError` where none permits the acts.
        """
        return min(self.permitting(acts), key=self._price)

    def _price(self, way: frozenset[str]) -> tuple[int, int, list[str]]:
        asked = [self.known[name] for name in way]
        credit, alike = sum(one.credit for one in asked), sum(one.alike for one in asked)
        return bool(credit) + bool(alike), credit + alike, sorted(way)


def ways_of(expression: str) -> list[frozenset[str]]:
    """The alternatives of an SPDX expression; none where it is not understood.

    AND binds closer than OR. There is no WITH among works, so what has one is not understood.
    """
    words = re.findall(r"[()]|[^\s()]+", expression.lower())
    if "with" in words:
        return []
    try:
        ways = _either(words)
    except (IndexError, ValueError):
        return []
    return [] if words else ways


def _either(words: list[str]) -> list[frozenset[str]]:
    ways = _both(words)
    while words[:1] == ["or"]:
        words.pop(0)
        ways = ways + _both(words)
    return ways


def _both(words: list[str]) -> list[frozenset[str]]:
    ways = _one(words)
    while words[:1] == ["and"]:
        words.pop(0)
        others = _one(words)
        ways = [way | other for way in ways for other in others]
    return ways


def _one(words: list[str]) -> list[frozenset[str]]:
    word = words.pop(0)
    if word == "(":
        ways = _either(words)
        if words.pop(0) != ")":
            raise ValueError("a bracket is not closed")
        return ways
    if word in (")", "and", "or"):
        raise ValueError(f"{word!r} where a licence should be")
    return [frozenset({word})]
