"""Verdicts on all clips of a data set at once: rules, exact and semantic duplicates.

Nothing is decoded. Changing a threshold and judging again takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clearreel.collection.duplicates import find_duplicates
from clearreel.recipes.recipe import Duplicates, Recipe
from clearreel.recipes.rules import FINAL, judge, resolve
from clearreel.stores.catalog import Catalog


def judge_all(catalog: Catalog, recipe: Recipe) -> int:
    """Bring every clip's verdict up to date with the recipe. How many changed."""
    rows = sorted(catalog.rows("clips"), key=lambda row: str(row["clip_id"]))
    before = [_verdict(row) for row in rows]
    facts = [rule.fact for rule in recipe.rules if rule.min_quantile is not None]
    rules = resolve(recipe.rules, {fact: [row[fact] for row in rows] for fact in facts})
    for row in rows:
        if row["rule"] not in FINAL:
            verdict = judge(row, rules)
            if verdict.kept and not row["measured"]:
                continue  # an older rule spared it the measuring; its source's next visit decides
            row |= {
                "kept": verdict.kept,
                "reason": verdict.reason,
                "rule": verdict.rule,
                "duplicate_of": "",
            }
    _drop_same_content(rows, recipe.duplicates or Duplicates())
    if recipe.duplicates is not None:
        _drop_same_look(rows, catalog, recipe.duplicates)
    changed = [row for row, old in zip(rows, before, strict=True) if _verdict(row) != old]
    catalog.update_clips(changed)
    return len(changed)


def _verdict(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["kept"], row["reason"], row["rule"], row["duplicate_of"]


def _drop_same_content(rows: Sequence[dict[str, Any]], how: Duplicates) -> None:
    """Of clips with the same coded video, whatever the container, keep the best."""
    best: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: _rank(row, how)):
        if row["kept"] and row["content"]:
            first = best.setdefault(row["content"], row)
            if first is not row:
                _drop(row, first, "the same coded video as clip")


def _drop_same_look(rows: Sequence[dict[str, Any]], catalog: Catalog, how: Duplicates) -> None:
    ids, vectors = catalog.vectors(how.vector)
    place = {clip: number for number, clip in enumerate(ids)}
    kept = [row for row in rows if row["kept"] and row["clip_id"] in place]
    if len(kept) < 2:
        return
    chosen = vectors[[place[row["clip_id"]] for row in kept]]
    order = sorted(range(len(kept)), key=lambda number: _rank(kept[number], how))
    for duplicate in find_duplicates(np.ascontiguousarray(chosen), how.cosine, order):
        text = f"looks the same (cosine {duplicate.cosine:.3f}) as clip"
        _drop(kept[duplicate.clip], kept[duplicate.of], text)


def _rank(row: Mapping[str, Any], how: Duplicates) -> tuple[Any, ...]:
    return (*(-(row.get(fact) or 0) for fact in how.prefer), row["clip_id"])


def _drop(row: dict[str, Any], better: Mapping[str, Any], text: str) -> None:
    row |= {
        "kept": False,
        "reason": f"{text} {better['clip_id']}",
        "rule": "duplicate",
        "duplicate_of": better["clip_id"],
    }
