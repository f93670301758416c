"""The policy: what a data set demands beyond the licences' own terms. A TOML file, read whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from clearreel.core.errors import UsageError
from clearreel.rights.approvers import SECTION as APPROVERS
from clearreel.rights.approvers import Approvers, check_key_id, check_role
from clearreel.rights.layers import LAYERS, Layer, layers_named
from clearreel.rights.licences import normal_form
from clearreel.rights.signals.signal import Activity
from clearreel.rights.toml_lines import Lines, parse_toml, read_toml
from clearreel.rights.uses import Purpose

ACTIVITIES: tuple[Activity, ...] = get_args(Activity)
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "layers": ACTIVITIES,
    "consent": ("activities",),
    "signals": ("required",),
    "approvals": PURPOSES,
    APPROVERS: (),
    "share-alike": (),
    "parents": ("licenses", "excluded", "research-only"),
}
"""Every section, and the keys that it has to have. Without any, what its keys are is its own:
licences of share-alike, ids of keys of approvers."""

_OPTIONAL: Mapping[str, tuple[str, ...]] = {"parents": ("unsaid",)}
"""Keys that a policy of an earlier version does not have."""

_LATER = frozenset({APPROVERS})
"""Sections that it does not have; no key plays a role there."""

_UNSAID = ("take", "leave-out")


@dataclass(frozen=True, slots=True)
class Policy:
    """What is demanded."""

    layers: Mapping[Activity, tuple[Layer, ...]]
    """The layers that have to be granted, in the order of `LAYERS`."""
    consent: frozenset[Activity]
    """Activities for which people shown need a consent record."""
    signals: tuple[str, ...]
    """Standards that have to have been asked about footage that was fetched."""
    approvals: Mapping[Purpose, tuple[str, ...]]
    """Roles that have to approve a release."""
    approvers: Approvers
    """The keys that may play them."""
    share_alike: Mapping[str, frozenset[str]]
    """A share-alike licence → others under which its adaptations may be released."""
    parent_licenses: frozenset[str]
    """Software licences under which a model's output may be put to any use."""
    excluded: frozenset[str]
    """Models and data sets, in lower case, that nothing may come from."""
    research_only: frozenset[str]
    """The same for a commercial purpose."""
    takes_unsaid: bool
    """Whether captions are taken of which nobody says who wrote them."""
    text: str
    """The file, as it was read."""

    @property
    def sha256(self) -> str:
        """Of the file's text in UTF-8, in hex: what a release names."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def layers_for(self, activities: Iterable[Activity]) -> tuple[Layer, ...]:
        """The layers that any of the activities demands, in the order of `LAYERS`."""
        demanded = {layer for activity in activities for layer in self.layers[activity]}
        return tuple(layer for layer in LAYERS if layer in demanded)

    def compatible(self, alike: str) -> frozenset[str]:
        """Licences under which adaptations of works under a share-alike one may be released."""
        return self.share_alike.get(alike, frozenset()) | {alike}


def read_policy(path: Path) -> Policy:
    """The policy at `path`.

    Raises `UsageError`, with the line and the key, for whatever is malformed, unknown or missing.
    """
    lines, document = read_toml(path, "the policy", "take it out for the shipped one")
    return _policy(lines, document)


@cache
def default_policy() -> Policy:
    """The shipped policy: what a person with a laptop can live with."""
    text = resources.files("clearreel.rights").joinpath("policy.toml").read_text("utf-8")
    return _policy(*parse_toml(text, "the shipped policy"))


def _policy(lines: Lines, document: Mapping[str, Any]) -> Policy:
    reader = _Reader(lines, document)
    reader.check()
    approvals = {name: reader.roles("approvals", name) for name in PURPOSES}
    return Policy(
        layers={name: reader.layers(name) for name in ACTIVITIES},
        consent=frozenset(reader.activities("consent", "activities")),
        signals=reader.texts("signals", "required"),
        approvals=approvals,
        approvers=Approvers(
            {name: reader.approver(name) for name in document.get(APPROVERS, {})},
            frozenset(role for roles in approvals.values() for role in roles),
        ),
        share_alike={
            name: frozenset(reader.licenses("share-alike", name))
            for name in document["share-alike"]
        },
        parent_licenses=frozenset(reader.licenses("parents", "licenses")),
        excluded=frozenset(name.lower() for name in reader.texts("parents", "excluded")),
        research_only=frozenset(name.lower() for name in reader.texts("parents", "research-only")),
        takes_unsaid=reader.choice("parents", "unsaid", _UNSAID) == "take",
        text=lines.text,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    lines: Lines
    document: Mapping[str, Any]

    def check(self) -> None:
        """That every section and key is there, and no other."""
        for name in self.document:
            if name not in _SECTIONS:
                raise self._error("", name, " is not known", f"allowed are {', '.join(_SECTIONS)}")
        for name, needed in _SECTIONS.items():
            table = self.document.get(name, {} if name in _LATER else None)
            if not isinstance(table, dict):
                raise self._error("", name, " is missing", f"write it as [{name}]")
            for key in needed:
                if key not in table:
                    hint = f"needed are {', '.join(needed)}"
                    raise self._error(name, key, f" of {name} is missing", hint)
            allowed = (*needed, *_OPTIONAL.get(name, ()))
            for key in table if needed else ():
                if key not in allowed:
                    hint = f"allowed are {', '.join(allowed)}"
                    raise self._error(name, key, f" of {name} is not known", hint)

    def texts(self, section: str, key: str) -> tuple[str, ...]:
        value = self.document[section][key]
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise self._error(section, key, f" is {value!r}, not a list of texts", f'{key} = ["…"]')
        return tuple(value)

    def choice(self, section: str, key: str, known: tuple[str, ...]) -> str:
        """One of `known`; the first where the key is not there."""
        value = self.document[section].get(key, known[0])
        if value not in known:
            hint = f"allowed are {', '.join(known)}"
            raise self._error(section, key, f" of {section} is {value!r}", hint)
        return str(value)

    def layers(self, activity: Activity) -> tuple[Layer, ...]:
        try:
            found = layers_named(self.texts("layers", activity))
        except UsageError as error:
            raise self._wrong("layers", activity, error) from error
        if not found:
            hint = f'name whose rights have to be granted, as in {activity} = ["footage"]'
            raise self._error("layers", activity, " is empty", hint)
        return found

    def activities(self, section: str, key: str) -> list[Activity]:
        names = self.texts(section, key)
        for name in names:
            if name not in ACTIVITIES:
                hint = f"allowed are {', '.join(ACTIVITIES)}"
                raise self._error(section, key, f" holds {name!r}, no activity", hint)
        return [activity for activity in ACTIVITIES if activity in names]

    def roles(self, section: str, key: str) -> tuple[str, ...]:
        roles = self.texts(section, key)
        try:
            for role in roles:
                check_role(role)
        except UsageError as error:
            raise self._wrong(section, key, error) from error
        return roles

    def approver(self, key_id: str) -> tuple[str, ...]:
        """The roles of a key."""
        try:
            check_key_id(key_id)
        except UsageError as error:
            raise self._error(
                APPROVERS, key_id, f" of {APPROVERS} is no key's id", error.hint
            ) from error
        return self.roles(APPROVERS, key_id)

    def licenses(self, section: str, key: str) -> list[str]:
        try:
            return [normal_form(name) for name in self.texts(section, key)]
        except UsageError as error:
            raise self._wrong(section, key, error) from error

    def _wrong(self, section: str, key: str, error: UsageError) -> UsageError:
        return self._error(section, key, f" is wrong: {error.message}", error.hint)

    def _error(self, section: str, key: str, problem: str, hint: str) -> UsageError:
        return self.lines.error(section, 0, key, problem, hint)
