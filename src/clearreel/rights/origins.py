"""Origins: who wrote captions and further columns, as a rights file or a sidecar itself says.

A model that wrote them is a parent of every clip that they go with, and so is what it was trained
on. A sidecar of which nobody says who wrote it is taken or not as the policy says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from clearreel.core.errors import UsageError
from clearreel.core.identity import fingerprint
from clearreel.rights.finding import Finding
from clearreel.rights.licences import normal_form
from clearreel.rights.parent import Parent, tree
from clearreel.rights.parents import judge_parent, named_in
from clearreel.rights.policy import Policy
from clearreel.rights.scope import Scope
from clearreel.rights.uses import Use

Writer = Literal["model", "people", "nobody says"]


@dataclass(frozen=True, slots=True)
class Data:
    """Something that a model was trained on."""

    name: str
    license: str = ""
    """An SPDX expression. Where it is empty, the name alone is held against the policy."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote what is in one sidecar."""

    sidecar: str
    """The name of the file, without its folders."""
    writer: Writer
    model: str = ""
    """Its name; empty where no model wrote it."""
    license: str = ""
    """Under which it comes: an SPDX expression, of the model or of the people's text. Empty where
    it is not said, which is a no for a model."""
    trained_on: tuple[Data, ...] | None = None
    """None where nobody says, which is a no for a model."""
    said_in: str = ""
    """The file that says so; empty where nobody does."""
    evidence: str = ""
    """A file, as written in the rights file, or an address. An address is never opened."""
    evidence_sha256: str = ""
    """Of the file's bytes when the rights were read, in hex; empty for an address."""
    id: str = field(init=False)
    """Follows from all of it; where nobody says, it is always the same."""

    def __post_init__(self) -> None:
        said = self.writer if self.writer == "nobody says" else self._content()
        object.__setattr__(self, "id", fingerprint("origin", said))

    def __str__(self) -> str:
        if self.writer == "nobody says":
            return f"{self.sidecar}: nobody says who wrote it"
        by = self.model if self.writer == "model" else "people"
        terms = f", {self.license}" if self.license else ""
        shown = self.evidence_sha256[:16] or self.evidence
        evidence = f" [evidence {shown}]" if shown else ""
        return f"{self.sidecar}: written by {by}{terms}, says {self.said_in}{evidence}"

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {"id": self.id, **self._content()}

    def parents(self, policy: Policy) -> tuple[Parent, ...]:
        """What it makes a parent of clips.

        Whatever names the policy excludes count where they stand in the model's name or in that of
        its training data.
        """
        if self.writer == "model":
            named = [self.model, *(data.name for data in self.trained_on or ())]
            known = [
                Parent(data.name, data.license) for data in self.trained_on or () if data.license
            ]
            made_from = None if self.trained_on is None else (*known, *named_in(named, policy))
            return (Parent(self.model, self.license, made_from),)
        if self.writer == "people":
            return (Parent(self._text, self.license),) if self.license else ()
        return () if policy.takes_unsaid else (Parent(self._text, "", None),)

    @property
    def _text(self) -> str:
        return f"the text of {self.sidecar}"

    def _content(self) -> dict[str, Any]:
        return {
            "sidecar": self.sidecar,
            "writer": self.writer,
            "model": self.model,
            "license": self.license,
            "trained_on": None
            if self.trained_on is None
            else [[data.name, data.license] for data in self.trained_on],
            "said_in": self.said_in,
            "evidence": self.evidence,
            "evidence_sha256": self.evidence_sha256,
        }


def origin_from_json(data: Mapping[str, Any]) -> Origin:
    """The origin that `Origin.to_json` wrote. Raises `KeyError`, `TypeError` or `ValueError`."""
    texts = ("sidecar", "model", "license", "said_in", "evidence", "evidence_sha256")
    if data["writer"] not in get_args(Writer):
        raise ValueError(f"{data['writer']!r} is no writer")
    trained_on = data["trained_on"]
    return Origin(
        writer=data["writer"],
        trained_on=None if trained_on is None else tuple(Data(*one) for one in trained_on),
        **{key: data[key] for key in texts},
    )


@dataclass(frozen=True, slots=True)
class CaptionStatement:
    """What a rights file says of the sidecars in its scope."""

    scope: Scope
    """The footage, or the sidecars themselves."""
    origin: Origin
    """With no sidecar: it speaks of many."""


def origins_of(
    paths: tuple[str, str], claims: Sequence[Origin], statements: Iterable[CaptionStatement]
) -> tuple[Origin, ...]:
    """Who wrote something in a sidecar: `paths` are its own and its footage's, both absolute.

    `claims` are what the sidecar itself says. Everything said counts, by whomever; a model that
    only the sidecar names gets its licence and its training data from what the rights file says of
    the model.
    """
    name = paths[0].rpartition("/")[2]
    stated = [
        replace(statement.origin, sidecar=name)
        for statement in statements
        if any(map(statement.scope.covers, paths))
    ]
    known = {origin.model.casefold() for origin in stated if origin.model}
    found = stated + [
        claim
        for claim in claims
        if claim.license or claim.trained_on is not None or claim.model.casefold() not in known
    ]
    if not found:
        return (Origin(name, "nobody says"),)
    return tuple(sorted(set(found), key=lambda origin: (origin.sidecar, origin.id)))


def claimed(sidecar: str, model: str, license: str, trained_on: tuple[str, ...]) -> Origin:
    """What a sidecar says itself of the model that wrote a caption; empty for what it does not."""
    try:
        expression = normal_form(license) if license else ""
    except UsageError:
        expression = license  # it is judged as what it is: not known
    data = tuple(Data(name) for name in trained_on)
    return Origin(sidecar, "model", model, expression, data or None, said_in=sidecar)


def objections(origins: Iterable[Origin], use: Use, policy: Policy) -> tuple[str, ...]:
    """Why what comes from `origins` may not be used for `use`; empty when it may."""
    return tuple(
        dict.fromkeys(
            f"{origin.sidecar}: {found.reason}"
            for origin in origins
            for found in findings_of(origin, use, policy)
            if not found.permits
        )
    )


def findings_of(origin: Origin, use: Use, policy: Policy) -> list[Finding]:
    """What each parent that `origin` makes, and each that those have, means for `use`."""
    return [
        judge_parent(parent, intent, policy)
        for parent in tree(origin.parents(policy))
        for intent in use.intents
    ]
