"""Every number of the clips: how it is spread, which rules bound it, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearreel.core.errors import UsageError
from clearreel.core.facts import Fact
from clearreel.recipes.rules import Rule
from clearreel.report.charts import draw_histogram
from clearreel.report.histogram import Histogram, bounds, histogram
from clearreel.report.history import Run
from clearreel.report.html import Html, join, tag, text
from clearreel.report.wording import counted, number
from clearreel.stages import registry
from clearreel.stages.contract import Measure
from clearreel.stores.catalog import Catalog
from clearreel.stores.schema import BASE_FACTS

_LENGTH_REASON = "too short"


def known_facts(run: Run | None) -> dict[str, Fact]:
    """Descriptions of the facts that the last run's stages add, and of those of every clip."""
    facts = {fact.name: fact for fact in BASE_FACTS}
    for stage in run.stages if run else ():
        try:
            made = registry.make(stage, {})
        except UsageError:  # a stage of another package, which is not installed here
            continue
        if isinstance(made, Measure):
            facts |= {fact.name: fact for fact in made.adds}
    return facts


def with_length(run: Run | None, rules: Sequence[Rule]) -> list[Rule]:
    """The rules, and the shortest length, which is decided before them, as one more."""
    if run is None:
        return list(rules)
    return [Rule("duration", min=run.min_seconds, reason=_LENGTH_REASON), *rules]


def histograms(catalog: Catalog, run: Run | None, rules: Sequence[Rule]) -> Html:
    """A chart for each numeric fact, those that a rule speaks of first."""
    rules = with_length(run, rules)
    ruled = list(dict.fromkeys(rule.fact for rule in rules))
    table = _numbers(catalog)
    kept = np.asarray(table["kept"].to_pylist(), bool)
    side = _floats(table["short_side"])
    names = [name for name in table.column_names if name != "kept"]
    names.sort(key=lambda name: ruled.index(name) if name in ruled else len(ruled))
    facts = known_facts(run)
    charts, same = [], []
    for name in names:
        about = [rule for rule in rules if rule.fact == name]
        values = _floats(table[name])
        spread = histogram(values, kept, side, about)
        if spread is None:
            continue
        if not about and np.nanmin(values) == np.nanmax(values):
            same.append(join(tag("code", name), f" {number(spread.median)}"))
        else:
            charts.append(_chart(facts.get(name) or Fact(name, "float", "", ""), spread, about))
    if not charts and not same:
        return tag("p", "Nothing has been measured yet.", class_="empty")
    return join(
        tag("p", _legend(), class_="legend"),
        tag("div", *charts, class_="charts"),
        _constant(same),
    )


def definitions(catalog: Catalog, run: Run | None) -> Html:
    """What each column of the clips means, with its unit."""
    have = set(catalog.fact_columns())
    rows = [
        tag(
            "div",
            tag("dt", tag("code", fact.name), " ", tag("span", fact.unit, class_="count")),
            tag("dd", text(fact.description, 600)),
        )
        for fact in known_facts(run).values()
        if fact.name in have or fact.type == "vector"
    ]
    return tag("dl", *rows, class_="definitions")


def _numbers(catalog: Catalog) -> pa.Table:
    """The numeric facts of the clips of finished sources, and whether each is kept."""
    schema = catalog.table("clips", columns=catalog.fact_columns(), where="false").schema
    numeric = [
        field.name
        for field in schema
        if pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
    ]
    done = catalog.table("sources", columns=["source_id"], where="status = 'done'")
    finished = set(done["source_id"].to_pylist())
    table = catalog.table("clips", columns=["source_id", "kept", *numeric])
    here = pa.array([source in finished for source in table["source_id"].to_pylist()], pa.bool_())
    return table.filter(here).drop_columns(["source_id"])


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _constant(same: Sequence[Html]) -> Html | None:
    if not same:
        return None
    listed = [join(", " if place else None, entry) for place, entry in enumerate(same)]
    return tag("p", "The same for every clip that has a value: ", *listed, ".", class_="constant")


def _chart(fact: Fact, spread: Histogram, rules: Sequence[Rule]) -> Html:
    notes = [f"median {number(spread.median)}", counted(spread.known, "clip")]
    if rules:
        notes.append(f"{spread.outside:,} outside")
    if spread.missing:
        notes.append(f"{spread.missing:,} without a value")
    far = [number(b) for b in bounds(rules) if not 0 <= spread.place(b) <= 1]
    if far:
        notes.append(f"bound beyond the picture: {', '.join(far)}")
    unit = tag("span", fact.unit, class_="count") if fact.unit not in ("", "1") else None
    reasons = [rule.reason for rule in rules if rule.reason]
    origins = dict.fromkeys(f"bound: {rule.origin}" for rule in rules if rule.origin)
    return tag(
        "figure",
        tag("h4", tag("code", fact.name), " ", unit),
        draw_histogram(fact.name, fact.unit, spread, rules),
        tag(
            "figcaption",
            tag("p", "; ".join(notes), class_="count"),
            tag("p", fact.description or "No stage of the last recipe adds this fact."),
            tag("p", text("; ".join(dict.fromkeys([*reasons, *origins]))), class_="why")
            if rules
            else None,
        ),
        class_="ruled" if rules else None,
    )


def _legend() -> Html:
    """What the colours of the charts stand for."""
    return join(
        *(
            tag("span", tag("i", class_=kind), label, class_="key")
            for kind, label in (
                ("kept", "kept"),
                ("dropped", "dropped, for whatever reason"),
                ("outside", "outside of a rule’s bounds"),
            )
        )
    )
