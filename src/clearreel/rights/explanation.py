"""The answer about a clip: each rule, whether it holds, and what was looked at, for and against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from clearreel.rights.uses import Intent


@dataclass(frozen=True, slots=True, order=True)
class Exhibit:
    """One thing that was looked at."""

    holds: bool
    """False where it speaks against the clip."""
    about: str
    """Whom or what it is about: a stream, a source's id, a parent's name, a pseudonym."""
    said: str
    """For a person: what was found."""
    grant: str = ""
    """The id of the grant that it is, or empty."""
    sha256: str = ""
    """Of the evidence that it rests on, in hex; empty where there is no file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one rule."""

    rule: int
    """1–7; see `clearreel.rights.rules`."""
    demand: str
    """For a person: what the rule asks for."""
    exhibits: tuple[Exhibit, ...]
    """Distinct and sorted, those against the clip first. None are needed where nothing is asked."""

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the clip."""
        return all(exhibit.holds for exhibit in self.exhibits)

    @property
    def reason(self) -> str:
        """For a person: what speaks against the clip; empty when it holds."""
        return "; ".join(dict.fromkeys(e.said for e in self.exhibits if not e.holds))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a clip may be used, and why, rule by rule."""

    clip: str
    """Its id."""
    intent: Intent
    at: datetime
    outcomes: tuple[Outcome, ...]

    @property
    def permitted(self) -> bool:
        """Whether every rule holds."""
        return all(outcome.holds for outcome in self.outcomes)

    @property
    def refused_by(self) -> tuple[int, ...]:
        """The numbers of the rules that do not hold."""
        return tuple(outcome.rule for outcome in self.outcomes if not outcome.holds)

    @property
    def reason(self) -> str:
        """For a person: all that speaks against the clip; empty when it is permitted."""
        return "; ".join(outcome.reason for outcome in self.outcomes if not outcome.holds)

    def lines(self) -> Iterator[str]:
        """All of it for a person, a line each."""
        may = "may be used" if self.permitted else "may not be used"
        where = f" in {self.intent.jurisdiction}" if self.intent.jurisdiction else ""
        purpose = f"{self.intent.purpose} {self.intent.activity}{where}"
        yield f"clip {self.clip} {may} for {purpose}, asked at {self.at.isoformat()}"
        for outcome in self.outcomes:
            yield f"{'yes' if outcome.holds else 'NO ':3} {outcome.rule}. {outcome.demand}"
            for exhibit in outcome.exhibits:
                evidence = f" [evidence {exhibit.sha256[:16]}]" if exhibit.sha256 else ""
                mark = " " if exhibit.holds else "!"
                yield f"      {mark} {exhibit.about}: {exhibit.said}{evidence}"

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {
            "clip_id": self.clip,
            "permitted": self.permitted,
            "reason": self.reason,
            "intent": self.intent.to_json(),
            "at": self.at.isoformat(),
            "rules": [
                {
                    "rule": outcome.rule,
                    "demand": outcome.demand,
                    "holds": outcome.holds,
                    "exhibits": [asdict(exhibit) for exhibit in outcome.exhibits],
                }
                for outcome in self.outcomes
            ],
        }
