from __future__ import annotations

import pickle
from fractions import Fraction
from pathlib import Path

import pytest

from clearreel.core.errors import UsageError
from clearreel.recipes.reading import load, parse, shipped

LEAST = 'name = "x"\nshots = { stage = "scout" }\n'


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_recipe_loads(name: str) -> None:
    recipe = load(name)
    assert recipe.name == name
    assert recipe.description and recipe.origin
    facts = {fact.name for fact in recipe.facts}
    assert all(rule.fact in facts for rule in recipe.rules)
    assert all(rule.optional for rule in recipe.not_applied)
    assert all(rule.origin for rule in (*recipe.rules, *recipe.not_applied))
    assert pickle.loads(pickle.dumps(recipe)) == recipe


def test_those_that_the_documents_name_are_there() -> None:
    expected = {"default", "fast", "svd", "cosmos", "open-sora", "panda70m", "goku"}
    assert set(shipped()) == expected


def test_a_file_is_loaded_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(LEAST + "[clips]\nmin_seconds = 1.1\npiece_seconds = 5\n")
    clips = load(str(file)).clips
    assert (clips.min_seconds, clips.piece_seconds) == (Fraction(11, 10), 5)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("name =", "is not TOML", ""),
        ('shots = { stage = "scout" }', "lacks 'name'", "shots = {"),
        ('name = "x"', "lacks 'shots'", "shots = {"),
        (LEAST + "clip = {}", "unknown key 'clip'; did you mean 'clips'?", "known: "),
        (LEAST + "[clips]\nmin_second = 1", "did you mean 'min_seconds'?", "known: "),
        (LEAST + '[clips]\nmin_seconds = "long"', "must be a number of seconds", ""),
        (LEAST + "[clips]\nmin_seconds = true", "must be a number of seconds, not True", ""),
        (LEAST + "[clips]\ntrim_frames = 1.5", "trim_frames must be", ""),
        (LEAST + "clips = 3", "clips must be a table", ""),
        (LEAST + "measures = 3", "measures must be a table", ""),
        (LEAST + "[measures]\nlight = 3", "measures.light must be a table", ""),
        (LEAST + "rules = 3", "rules must be a list", ""),
        (LEAST + "rules = [3]", "rule 1 must be a table", ""),
        ('name = 3\nshots = { stage = "scout" }', "name must be", ""),
        ('name = "x"\nshots = "scout"', "shots must be a table", ""),
        (LEAST + '[cut]\nmode = "copyy"', "'copyy'", "copy"),
        (LEAST + '[look]\nstills = "3"', "stills must be", ""),
        (LEAST + "[measures.lihgt]", "no stage 'lihgt'", "did you mean light?"),
        (LEAST + "[measures.light]\nsize = 3", "no setting 'size'", ""),
        (LEAST + "[measures.scout]", "adds no facts", ""),
        ('name = "x"\nshots = { stage = "light" }', "is no shot detector", ""),
        (LEAST + "[[rules]]\nmin = 3", "lacks 'fact'", ""),
        (LEAST + '[[rules]]\nfact = "duration"', "has no min, max or min_quantile", ""),
        (
            LEAST + '[[rules]]\nfact = "motion"\nmin = 1',
            "asks for the fact motion",
            "[measures.motion]",
        ),
        (
            LEAST + '[[rules]]\nfact = "beauty"\nmin = 1',
            "fact beauty",
            "no stage that is installed",
        ),
        (LEAST + '[[rules]]\nfact = "duration"\nmin = "1"', "min must be", ""),
        (LEAST + "[duplicates]\ncosine = 0.9", "found by embedding", "[measures.embedding]"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_right(text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, "mine.toml")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_rule_that_is_optional_is_left_out_and_told() -> None:
    recipe = parse(LEAST + '[[rules]]\nfact = "beauty"\nmin = 1\noptional = true', "mine.toml")
    assert recipe.rules == () and [rule.fact for rule in recipe.not_applied] == ["beauty"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_what_is_no_recipe_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        load(str(file))
    assert str(file) in caught.value.message


def test_a_fingerprint_changes_with_what_it_stands_for_only() -> None:
    base = LEAST + "[measures.light]\n[measures.motion]\n"
    one = parse(base, "x")
    ruled = parse(base + '[[rules]]\nfact = "motion"\nmin = 1\n', "x")
    looked = parse(base + "[look]\nstills = 5\n", "x")
    longer = parse(base + "[clips]\nmax_seconds = 9\n", "x")
    assert ruled.clip_fingerprint == one.clip_fingerprint
    assert ruled.measure_fingerprints == one.measure_fingerprints
    assert looked.measure_fingerprints["light"] != one.measure_fingerprints["light"]
    assert longer.clip_fingerprint != one.clip_fingerprint
    assert longer.measure_fingerprints == one.measure_fingerprints
