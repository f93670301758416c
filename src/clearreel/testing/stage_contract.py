"""What every measure must keep to, as checks that anyone can run on their own stage.

    def test_my_stage(tmp_path):
        check_measure(MyStage(), clip_view(some_file))

Each check raises `AssertionError` and says what is wrong.
"""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from clearreel.core.errors import ClearreelError
from clearreel.core.facts import Fact, FactValue
from clearreel.stages.contract import ClipView, Measure, Sense, Stage

SENSES: tuple[str, ...] = get_args(Sense)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_UNITLESS = ("text", "texts", "bool")


def check_measure(stage: Measure, clip: ClipView) -> None:
    """All that follows, on one clip that has every sense and every fact the stage needs."""
    check_declaration(stage)
    check_settings(stage)
    # Before the first use: what a stage opens for its work need not survive a pickle.
    check_picklable(stage)
    check_result(stage, clip)
    check_needs(stage, clip)
    check_repeatable(stage, clip)


def check_declaration(stage: Stage) -> None:
    """Names, descriptions and kind are as the rest of clearreel expects them."""
    kind = type(stage)
    assert dataclasses.is_dataclass(kind), f"{kind.__name__} is not a dataclass"
    assert kind.__dataclass_params__.frozen, f"{kind.__name__} is not frozen"  # type: ignore[attr-defined]
    assert kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}("), (
        f"{kind.__name__} has no docstring"
    )
    assert _NAME.fullmatch(stage.name), f"{stage.name!r} is not lower case with underscores"
    assert stage.version >= 1, f"version {stage.version} is below 1"
    for need in stage.needs:
        assert _NAME.fullmatch(need), f"{need!r} is neither a sense nor the name of a fact"
    if not isinstance(stage, Measure):
        return
    assert stage.adds, f"{stage.name} adds no fact"
    names = [fact.name for fact in stage.adds]
    assert len(set(names)) == len(names), f"a fact is declared twice in {names}"
    for fact in stage.adds:
        _check_fact(fact)


def check_settings(stage: Stage) -> None:
    """Each setting is written to the fingerprint, and a changed one changes it."""
    kind = type(stage)
    json.dumps(stage.settings)
    assert kind(**stage.settings) == stage, "its settings do not make the same stage again"
    hints = get_type_hints(kind)
    for name, value in stage.settings.items():
        changed = next(_others(stage, name, value, hints[name]), None)
        assert changed is not None, f"no other value of the setting {name} is accepted"
        assert changed.fingerprint() != stage.fingerprint(), (
            f"{name} = {getattr(changed, name)!r} has the fingerprint of {value!r}"
        )


def check_picklable(stage: Stage) -> None:
    """A stage that was not used yet reaches another process unchanged."""
    again = pickle.loads(pickle.dumps(stage))
    assert again == stage, f"{stage} comes out of a pickle as {again}"
    assert again.fingerprint() == stage.fingerprint(), "a pickle changes the fingerprint"


def check_result(stage: Measure, clip: ClipView) -> Mapping[str, FactValue]:
    """Exactly the declared facts, with values of the declared types that tables can hold."""
    facts = stage.measure(clip)
    declared = {fact.name: fact for fact in stage.adds}
    assert facts.keys() == declared.keys(), f"declares {set(declared)}, returns {set(facts)}"
    for name, value in facts.items():
        _check_value(declared[name], value)
    return facts


def check_needs(stage: Measure, clip: ClipView) -> None:
    """What is not declared is not used, and a clip of which nothing is seen or heard is no error.

    A clip may have no sound, and damage may leave no picture.
    """
    undeclared = {
        "stills": () if "stills" not in stage.needs else clip.stills,
        "runs": () if "runs" not in stage.needs else clip.runs,
        "sound": None if "sound" not in stage.needs else clip.sound,
        "facts": {name: clip.facts[name] for name in stage.needs if name not in SENSES},
    }
    less = dataclasses.replace(clip, **undeclared)  # type: ignore[arg-type]
    assert stage.measure(less) == stage.measure(clip), (
        f"it declares that it needs {stage.needs} and uses more"
    )
    check_result(stage, dataclasses.replace(clip, stills=(), runs=(), sound=None))


def check_repeatable(stage: Measure, clip: ClipView) -> None:
    """The same clip gives the same facts, from this stage and from another of its settings."""
    first = stage.measure(clip)
    assert stage.measure(clip) == first, "the second measurement of a clip differs"
    fresh = type(stage)(**stage.settings)
    assert fresh.measure(clip) == first, "a new stage with the same settings measures differently"


def _check_fact(fact: Fact) -> None:
    assert _NAME.fullmatch(fact.name), f"{fact.name!r} is not lower case with underscores"
    text = fact.description
    assert text.endswith(".") and text[:1].isupper(), f"{fact.name}: {text!r} is no sentence"
    assert len(text) <= 200, f"{fact.name}: a description of {len(text)} characters; 200 at most"
    assert bool(fact.unit) == (fact.type not in _UNITLESS), (
        f"{fact.name}: a {fact.type} with the unit {fact.unit!r}"
    )


def _check_value(fact: Fact, value: FactValue) -> None:
    if value is None:
        return
    told = f"{fact.name} is declared as {fact.type} and has the value {value!r:.80}"
    # Exact types: numpy's scalars pass for floats here and fail in JSON.
    simple = {"float": float, "int": int, "bool": bool, "text": str}
    if fact.type in simple:
        assert type(value) is simple[fact.type], told
    else:
        item = str if fact.type == "texts" else float
        assert isinstance(value, list | tuple), told
        assert all(type(one) is item for one in value), told
        assert value or fact.type == "texts", f"{told}: a vector has at least one number"
    numbers: Any = value if isinstance(value, list | tuple) else [value]
    for number in numbers:
        if isinstance(number, float):
            assert math.isfinite(number), f"{told}: not a finite number"
            assert fact.unit != "share" or 0 <= number <= 1, f"{told}: a share is 0 to 1"


def _others(stage: Stage, name: str, value: object, hint: Any) -> Iterator[Stage]:
    """Stages that differ from `stage` in one setting."""
    for other in _other_values(value, hint):
        if other == value:
            continue
        try:
            yield dataclasses.replace(stage, **{name: other})
        except (ClearreelError, ValueError):
            continue


def _other_values(value: object, hint: Any) -> list[object]:
    if get_origin(hint) is Literal:
        return [choice for choice in get_args(hint) if choice != value]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, 2 * value]
    if isinstance(value, float):
        return [value / 2 + 0.01, value + 1.0, value - 1.0]
    if isinstance(value, tuple):
        return [value[1:], (*value, *value[:1])]
    return [f"{value}x"]
