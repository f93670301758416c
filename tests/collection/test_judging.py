from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearreel.collection.judging import judge_all
from clearreel.core.facts import Fact
from clearreel.recipes.recipe import Duplicates, Recipe
from clearreel.recipes.rules import Rule
from clearreel.stages.scout import Scout
from clearreel.stores.catalog import Catalog

MOTION = Fact("motion", "float", "1", "How much moves.")


def recipe(*rules: Rule, duplicates: Duplicates | None = None) -> Recipe:
    return Recipe("test", "", "", Scout(), rules=rules, duplicates=duplicates)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Ten measured clips whose motion is 0, 1, 2 … 9."""
    catalog = Catalog.create(tmp_path / "set", "evaluation")
    catalog.add_fact_columns([MOTION])
    catalog.put_clips(["s"], [clip(number) for number in range(10)])
    return catalog


def clip(number: int, **columns: Any) -> dict[str, Any]:
    fixed = {"clip_id": f"c{number}", "source_id": "s", "content": f"h{number}"}
    verdict = {"kept": True, "reason": "", "rule": "", "duplicate_of": ""}
    facts = {"motion": float(number), "short_side": 100 + number, "duration": 1.0, "bitrate": 1.0}
    return {**fixed, **verdict, **facts, "measured": True, **columns}


def kept(catalog: Catalog) -> set[str]:
    return {row["clip_id"] for row in catalog.rows("clips", where="kept")}


def test_judging_again_changes_nothing(catalog: Catalog) -> None:
    looks = Duplicates("look")
    chosen = recipe(Rule("motion", min=3), duplicates=looks)
    vectors = {f"c{n}": ("s", np.eye(4, dtype=np.float32)[n % 4]) for n in range(10)}
    catalog.put_vectors("look", vectors)
    assert judge_all(catalog, chosen) == 6
    before = catalog.rows("clips")
    assert judge_all(catalog, chosen) == 0
    assert catalog.rows("clips") == before


def test_a_looser_rule_takes_back_what_was_dropped(catalog: Catalog) -> None:
    assert judge_all(catalog, recipe(Rule("motion", min=8))) == 8
    assert judge_all(catalog, recipe(Rule("motion", min=2))) == 8, "two have another reason"
    assert kept(catalog) == {f"c{number}" for number in range(2, 10)}
    assert {row["reason"] for row in catalog.rows("clips", where="kept")} == {""}


def test_a_quantile_is_one_of_the_whole_data_set(catalog: Catalog) -> None:
    judge_all(catalog, recipe(Rule("motion", min_quantile=0.3)))
    assert kept(catalog) == {f"c{number}" for number in range(3, 10)}


@pytest.mark.parametrize("rule", ["length", "damage"])
def test_what_the_visit_decided_stands(catalog: Catalog, rule: str) -> None:
    catalog.update_clips([clip(5, kept=False, rule=rule, reason="why")])
    judge_all(catalog, recipe())
    assert "c5" not in kept(catalog)


def test_what_was_not_measured_is_not_kept(catalog: Catalog) -> None:
    catalog.update_clips([clip(5, kept=False, measured=False, rule="short_side", reason="small")])
    judge_all(catalog, recipe())
    assert "c5" not in kept(catalog)


def test_of_the_same_coded_video_the_best_is_kept(catalog: Catalog) -> None:
    catalog.update_clips([clip(n, content="same") for n in (1, 4, 2)])
    judge_all(catalog, recipe())
    rows = {row["clip_id"]: row for row in catalog.rows("clips")}
    assert kept(catalog) == {f"c{n}" for n in range(10)} - {"c1", "c2"}
    assert rows["c1"]["duplicate_of"] == rows["c2"]["duplicate_of"] == "c4"
    assert (rows["c1"]["rule"], "c4" in rows["c1"]["reason"]) == ("duplicate", True)


def test_clips_without_a_content_hash_are_not_the_same(catalog: Catalog) -> None:
    catalog.update_clips([clip(n, content="") for n in range(10)])
    assert judge_all(catalog, recipe()) == 0


def test_of_the_same_look_the_preferred_is_kept(catalog: Catalog) -> None:
    vector = np.float32([0.6, 0.8])
    catalog.put_vectors("look", {f"c{n}": ("s", vector) for n in (2, 5, 7)})
    judge_all(catalog, recipe(duplicates=Duplicates("look", prefer=("motion",))))
    assert kept(catalog) == {f"c{n}" for n in range(10)} - {"c2", "c5"}
    [row] = catalog.rows("clips", where="clip_id = 'c5'")
    assert row["duplicate_of"] == "c7" and "cosine 1.000" in row["reason"]


def test_a_clip_that_a_rule_drops_stands_for_no_other(catalog: Catalog) -> None:
    vector = np.float32([0.6, 0.8])
    catalog.put_vectors("look", {f"c{n}": ("s", vector) for n in (2, 7)})
    judge_all(catalog, recipe(Rule("motion", max=6), duplicates=Duplicates("look")))
    assert "c2" in kept(catalog)
