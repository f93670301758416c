"""What a data set's events say of a run: its recipe, as the report needs to know it later."""

from __future__ import annotations

import json
from typing import Any

from clearreel.production.known import Known
from clearreel.recipes.recipe import Recipe
from clearreel.visit.assignment import Store


def about_run(recipe: Recipe, store: Store, lists: int = 0) -> dict[str, Any]:
    """What reports need to know of the recipe later, and how many screening lists were given."""
    return {
        "recipe": recipe.name,
        "description": recipe.description,
        "origin": recipe.origin,
        "store": store,
        "screening": lists,
        "detector": recipe.detector.name,
        "stages": [measure.name for measure in recipe.measures],
        "weights": list(recipe.weights),
        "rules": [_rule(rule) for rule in recipe.rules],
        "not_applied": [_rule(rule) for rule in recipe.not_applied],
        "min_seconds": float(recipe.clips.min_seconds),
        "max_seconds": float(recipe.clips.max_seconds),
        "cosine": recipe.duplicates.cosine if recipe.duplicates else None,
    }


def recorded_runs(catalog: Known) -> list[dict[str, Any]]:
    """What `about_run` said of each run, the first one first."""
    events = catalog.rows("events", columns=["at", "detail"], where="kind = 'run'")
    return [json.loads(row["detail"]) for row in sorted(events, key=lambda row: str(row["at"]))]


def _rule(rule: Any) -> dict[str, Any]:
    names = ("fact", "min", "max", "min_quantile", "reason", "origin", "safety")
    return {name: getattr(rule, name) for name in (*names, "min_side", "max_side")}
