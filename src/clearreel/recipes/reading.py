"""Recipes as TOML files, shipped or one's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from clearreel.core.errors import UsageError
from clearreel.recipes.clipping import ClipRules
from clearreel.recipes.recipe import SENSES, CutRules, Duplicates, Recipe
from clearreel.recipes.rules import Rule
from clearreel.stages import registry
from clearreel.stages.contract import Look, Measure, ShotDetector
from clearreel.stores.schema import BASE_FACTS

T = TypeVar("T")

_KEYS: Mapping[str, type] = {
    "name": str,
    "description": str,
    "origin": str,
    "shots": dict,
    "clips": dict,
    "look": dict,
    "measures": dict,
    "rules": list,
    "duplicates": dict,
    "cut": dict,
}
_WRITTEN: Mapping[type, str] = {
    str: "text",
    dict: "a table",
    list: "a list of tables, as in [[rules]]",
}


def shipped() -> list[str]:
    """The names of the recipes that come with the package."""
    folder = resources.files("clearreel.recipes") / "shipped"
    return sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml"))


def source(name: str) -> str:
    """The TOML of a shipped recipe. Raises `UsageError` when there is none of that name."""
    if name not in shipped():
        raise UsageError(f"no recipe {name!r} is shipped", hint=f"one of: {', '.join(shipped())}")
    return (resources.files("clearreel.recipes") / "shipped" / f"{name}.toml").read_text("utf-8")


def load(name_or_path: str) -> Recipe:
    """A shipped recipe by name, or any by the path of its file.

    Raises `UsageError` when there is none, when the file is malformed, and when a rule that is not
    optional asks for a fact that no stage of the recipe adds.
    """
    if name_or_path in shipped():
        return parse(source(name_or_path), f"recipe {name_or_path}")
    path = Path(name_or_path)
    if not path.is_file():
        raise UsageError(
            f"there is no recipe {name_or_path!r}",
            hint=f"give a file, or one of: {', '.join(shipped())}",
        )
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    return parse(text, str(path))


def parse(text: str, where: str) -> Recipe:
    """A recipe from TOML. `where` names it in errors."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where} is not TOML: {error}") from error
    _check_keys(data, set(_KEYS), where)
    for key, value in data.items():
        _check_type(value, _KEYS[key], f"{where}: {key}")
    if "name" not in data or "shots" not in data:
        missing = "name" if "name" not in data else "shots"
        raise UsageError(f"{where} lacks {missing!r}", hint='as in: shots = { stage = "scout" }')
    measures = tuple(
        _measure(name, settings, where) for name, settings in data.get("measures", {}).items()
    )
    look = _fill(Look, data.get("look", {}), f"{where}: look")
    rules = tuple(
        _fill(Rule, rule, f"{where}: rule {number}")
        for number, rule in enumerate(data.get("rules", ()), 1)
    )
    _check_needs(measures, where)
    _check_duplicates(data, measures, where)
    added = {fact.name for fact in BASE_FACTS} | {f.name for m in measures for f in m.adds}
    for rule in rules:
        _check_rule(rule, added, where)
    return Recipe(
        name=data["name"],
        description=data.get("description", ""),
        origin=data.get("origin", ""),
        detector=_detector(data["shots"], where),
        clips=_fill(ClipRules, data.get("clips", {}), f"{where}: clips"),
        look=look,
        measures=measures,
        rules=tuple(rule for rule in rules if rule.fact in added),
        not_applied=tuple(rule for rule in rules if rule.fact not in added),
        duplicates=_fill(Duplicates, data["duplicates"], f"{where}: duplicates")
        if "duplicates" in data
        else None,
        cut=_fill(CutRules, data.get("cut", {}), f"{where}: cut"),
    )


def _detector(table: Mapping[str, Any], where: str) -> ShotDetector:
    settings = dict(table)
    stage = registry.make(settings.pop("stage", "scout"), settings)
    if not isinstance(stage, ShotDetector):
        raise UsageError(f"{where}: {stage.name} is no shot detector")
    return stage


def _measure(name: str, settings: Mapping[str, Any], where: str) -> Measure:
    _check_type(settings, dict, f"{where}: measures.{name}")
    stage = registry.make(name, settings)
    if not isinstance(stage, Measure):
        raise UsageError(f"{where}: {name} adds no facts; shot detectors go under [shots]")
    return stage


def _check_needs(measures: tuple[Measure, ...], where: str) -> None:
    have = SENSES | {fact.name for fact in BASE_FACTS}
    for measure in measures:
        for need in measure.needs:
            if need not in have:
                raise UsageError(
                    f"{where}: the stage {measure.name} needs {need}, which nothing before it adds",
                    hint=_how_to_add(need),
                )
        have |= {fact.name for fact in measure.adds}


def _check_duplicates(data: Mapping[str, Any], measures: tuple[Measure, ...], where: str) -> None:
    if "duplicates" not in data:
        return
    wanted = data["duplicates"].get("vector", Duplicates().vector)
    vectors = {f.name for m in measures for f in m.adds if f.type == "vector"}
    if wanted not in vectors:
        raise UsageError(
            f"{where}: duplicates are found by {wanted}, which no stage adds",
            hint=_how_to_add(wanted),
        )


def _check_rule(rule: Rule, added: set[str], where: str) -> None:
    if rule.fact not in added and not rule.optional:
        raise UsageError(
            f"{where}: a rule asks for the fact {rule.fact}, which no stage adds",
            hint=_how_to_add(rule.fact) + "; or mark the rule: optional = true",
        )
    if rule.min is None and rule.max is None and rule.min_quantile is None:
        raise UsageError(f"{where}: the rule for {rule.fact} has no min, max or min_quantile")


def _how_to_add(fact: str) -> str:
    stages = registry.adder_of(fact)
    if not stages:
        return f"no stage that is installed adds {fact}"
    return "add the stage: " + " or ".join(f"[measures.{stage}]" for stage in stages)


def _fill(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    """A dataclass from a TOML table, with numbers made exact where the field is a Fraction."""
    _check_type(table, dict, where)
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    _check_keys(table, set(known), where)
    hints = get_type_hints(kind)
    values = {key: _convert(value, hints[key], f"{where}: {key}") for key, value in table.items()}
    for name, field in known.items():
        if field.default is MISSING and field.default_factory is MISSING and name not in values:
            raise UsageError(f"{where} lacks {name!r}")
    return kind(**values)


def _convert(value: Any, hint: Any, where: str) -> Any:
    written = str(hint)
    if "Fraction" in written:
        try:
            return Fraction(str(value))
        except (ValueError, ZeroDivisionError) as error:
            raise UsageError(f"{where} must be a number of seconds, not {value!r}") from error
    if "tuple" in written:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f"{where} must be a list of names, not {value!r}")
        return tuple(value)
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            allowed = ", ".join(get_args(hint))
            raise UsageError(f"{where} is {value!r}", hint=f"allowed: {allowed}")
        return value
    wanted: tuple[type, ...] = (str,)
    if "bool" in written:
        wanted = (bool,)
    elif "float" in written:
        wanted = (int, float)
    elif "int" in written:
        wanted = (int,)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise UsageError(f"{where} must be {written}, not {value!r}")
    return value


def _check_type(value: object, kind: type, where: str) -> None:
    if not isinstance(value, kind):
        raise UsageError(f"{where} must be {_WRITTEN[kind]}, not {value!r}")


def _check_keys(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, 1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise UsageError(
                f"{where}: unknown key {key!r}{meant}", hint=f"known: {', '.join(sorted(known))}"
            )
