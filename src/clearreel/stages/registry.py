"""Which stages there are: those shipped, and those that other packages add.

Another package adds a stage with an entry point in the group `clearreel.stages`, whose name is
the stage's `name` and whose value is its class. A stage is imported only when it is used.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from importlib.metadata import entry_points
from typing import Any, Literal, get_args, get_origin, get_type_hints

from clearreel.core.errors import UsageError
from clearreel.stages.contract import Measure, Stage

GROUP = "clearreel.stages"

BUILT_IN: Mapping[str, str] = {
    "scout": "clearreel.stages.scout:Scout",
    "exact": "clearreel.stages.exact:Exact",
    "motion": "clearreel.stages.motion:Motion",
    "light": "clearreel.stages.light:Light",
    "bars": "clearreel.stages.bars:Bars",
    "sharpness": "clearreel.stages.sharpness:Sharpness",
    "quality": "clearreel.stages.quality:Quality",
    "text": "clearreel.stages.text:Text",
    "nsfw": "clearreel.stages.nsfw:Nsfw",
    "faces": "clearreel.stages.faces:Faces",
    "embedding": "clearreel.stages.embedding:Embedding",
    "loudness": "clearreel.stages.loudness:Loudness",
    "speech": "clearreel.stages.speech:Speech",
}
"""Where each shipped stage is, as "module:Class"."""


def stage_types() -> dict[str, type[Stage]]:
    """Every stage's class by its name; imports them all.

    Raises `UsageError` when two have the same name, or an entry point is not a stage of its name.
    """
    return {name: _load(name, place) for name, place in _places().items()}


def make(name: str, settings: Mapping[str, object]) -> Stage:
    """The stage `name` with these settings, defaults for the rest.

    Raises `UsageError` for an unknown stage or setting, or a value of the wrong type, saying
    what is allowed.
    """
    places = _places()
    if name not in places:
        raise UsageError(
            f"there is no stage {name!r}; there are {', '.join(places)}",
            hint=_closest(name, places),
        )
    kind = _load(name, places[name])
    known = {field.name: field for field in fields(kind)}
    for key in settings:
        if key not in known:
            allowed = ", ".join(_written(field) for field in known.values()) or "none"
            raise UsageError(
                f"the stage {name} has no setting {key!r}; it has {allowed}",
                hint=_closest(key, known),
            )
    hints = get_type_hints(kind)
    values = {key: _checked(value, hints[key], name, key) for key, value in settings.items()}
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise UsageError(f"the stage {name} refuses its settings: {error}") from error


def adder_of(fact: str) -> list[str]:
    """The names of the stages that add the fact of this name; imports them all."""
    return [
        name
        for name, kind in stage_types().items()
        if issubclass(kind, Measure) and any(added.name == fact for added in kind.adds)
    ]


def _places() -> dict[str, str]:
    """Where each stage is, without importing any."""
    places = dict(BUILT_IN)
    for point in entry_points(group=GROUP):
        if point.name in places:
            raise UsageError(
                f"two stages are called {point.name!r}: {places[point.name]} and {point.value}",
                hint="uninstall one of the packages that add them",
            )
        places[point.name] = point.value
    return places


def _load(name: str, place: str) -> type[Stage]:
    module, _, attribute = place.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the stage {name} cannot be imported from {place}: {error}") from error
    if not (inspect.isclass(found) and issubclass(found, Stage) and found.name == name):
        raise UsageError(f"{place} is not a stage with the name {name!r}")
    return found


def _checked(value: object, hint: Any, stage: str, key: str) -> object:
    """`value` as the type that the field asks for; TOML has lists where fields have tuples."""
    kind = get_origin(hint) or hint
    if kind is tuple and isinstance(value, list | tuple):
        return tuple(_checked(item, get_args(hint)[0], stage, key) for item in value)
    if kind is float and type(value) is int:
        return float(value)
    if kind is Literal:
        right = value in get_args(hint)
        wanted = " or ".join(repr(choice) for choice in get_args(hint))
    else:
        right = type(value) is kind  # True is not 1 here
        wanted = "a list" if kind is tuple else f"of type {kind.__name__}"
    if not right:
        raise UsageError(f"{key} of the stage {stage} must be {wanted}, not {value!r}")
    return value


def _written(field: Field[Any]) -> str:
    return field.name if field.default is MISSING else f"{field.name} ({field.default!r})"


def _closest(wrong: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(wrong, known, n=1)
    return f"did you mean {close[0]}?" if close else ""
