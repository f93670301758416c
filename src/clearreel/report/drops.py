"""Which rule dropped which clip, and what that comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clearreel.recipes.rules import Rule, resolve
from clearreel.report.history import Run
from clearreel.report.wording import bound, number
from clearreel.stores.catalog import Catalog

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drop:
    """What one rule dropped. A clip counts for the first rule that objects, and only there."""

    rule: str
    """The fact that the rule is about, or `length`, `damage` or `duplicate`."""
    reason: str
    bound: str
    """What the rule keeps."""
    origin: str
    safety: bool
    clips: int
    hours: float


def count_drops(clips: Iterable[Row], run: Run | None, rules: Sequence[Rule]) -> tuple[Drop, ...]:
    """What each rule dropped, in the order in which rules speak."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in clips:
        if not row["kept"]:
            groups[drop_key(row, rules)].append(row)
    kinds = drop_kinds(run, rules)
    for key in sorted(set(groups) - set(kinds)):
        kinds[key] = _kind(key, f"{key}, by the rule of an earlier recipe")
    always = {f"rule {place}" for place in range(len(rules))}
    if run is not None and run.cosine is not None:
        always.add("duplicate look")
    return tuple(
        Drop(
            kind.rule,
            kind.reason,
            kind.bound,
            kind.origin,
            kind.safety,
            len(groups[key]),
            hours(groups[key]),
        )
        for key, kind in kinds.items()
        if key in always or groups[key]
    )


def resolved_rules(catalog: Catalog, rules: Sequence[Rule]) -> list[Rule]:
    """The rules with the bounds that quantiles mean for this data set's clips."""
    facts = sorted({rule.fact for rule in rules if rule.min_quantile is not None})
    known = [fact for fact in facts if fact in catalog.fact_columns()]
    if not known:
        return list(rules)
    table = catalog.table("clips", columns=known)
    return resolve(rules, {fact: table[fact].to_pylist() for fact in known})


def rule_of(row: Row, rules: Sequence[Rule]) -> int | None:
    """The place in `rules` of the one that dropped a clip; None when it was none of them."""
    for place, rule in enumerate(rules):
        if rule.fact == row["rule"] and rule.objection(row) == row["reason"]:
            return place
    return None


def drop_key(row: Row, rules: Sequence[Rule]) -> str:
    """What dropped a clip, as a short name that is the same for all that it dropped."""
    if row["rule"] == "duplicate":
        same = row["reason"].startswith("the same coded video")
        return "duplicate content" if same else "duplicate look"
    place = rule_of(row, rules)
    return str(row["rule"]) if place is None else f"rule {place}"


def drop_kinds(run: Run | None, rules: Sequence[Rule]) -> dict[str, Drop]:
    """Everything that can drop a clip, by `drop_key`, in the order in which it speaks."""
    shortest = f"duration at least {number(run.min_seconds)} s" if run else ""
    kinds = {
        "length": _kind("length", "too short", shortest),
        "damage": _kind("damage", "no frame can be decoded"),
        "rights": _kind("rights", "not every moment of it is granted"),
    }
    for place, rule in enumerate(rules):
        reason = rule.reason or f"{rule.fact} is out of bounds"
        kinds[f"rule {place}"] = _kind(rule.fact, reason, bound(rule), rule.origin, rule.safety)
    kinds["duplicate content"] = _kind("duplicate", "the same coded video as another clip")
    alike = f"cosine below {number(run.cosine)}" if run and run.cosine is not None else ""
    kinds["duplicate look"] = _kind("duplicate", "looks the same as another clip", alike)
    return kinds


def _kind(rule: str, reason: str, bound: str = "", origin: str = "", safety: bool = False) -> Drop:
    return Drop(rule, reason, bound, origin, safety, 0, 0.0)


def hours(rows: Iterable[Row]) -> float:
    """Length of clips or sources together; what is not known counts as nothing."""
    return sum(row["duration"] or 0.0 for row in rows) / 3600
