"""Who wrote a clip's captions and columns, as its leaf tells it.

    "captions": [{"writer": "model", "model": "captioner-7b", "license": "Apache-2.0",
                  "trained_on": [["COCO", ""]], "evidence_sha256": "9f86…"},
                 {"writer": "people", "license": "CC-BY-4.0"}, {"writer": "nobody says"}]

What is not said is not there, and a clip that carries neither has an empty list. Files are not
named, as people may be in their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clearreel.rights.origins import Origin
from clearreel.stores.canonical import canonical

CAPTIONS = "captions"
"""Of a clip's leaf. Those of releases that were written before it was told have none."""

_TOLD = ("writer", "model", "license", "trained_on", "evidence_sha256")


def told_of(origins: Iterable[Origin]) -> list[dict[str, Any]]:
    """What goes out of these origins, in JSON types: each once, in an order that is theirs."""
    told = []
    for origin in origins:
        all_of_it = origin.to_json()
        told.append({name: all_of_it[name] for name in _TOLD if all_of_it[name] not in ("", None)})
    once = {canonical(one): one for one in told}
    return [once[key] for key in sorted(once)]


def sentences(clip: Mapping[str, Any]) -> list[str]:
    """The same of a clip's leaf, for a person.

    Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` for a leaf of another form.
    """
    told = clip.get(CAPTIONS)
    if told is None:
        return ["who wrote its captions is not told: the release is of an earlier version"]
    if not isinstance(told, list):
        raise ValueError(f"who wrote its captions is {told!r:.80}, no list")
    return [_sentence(one) for one in told] or ["it carries no captions or columns"]


def _sentence(one: Mapping[str, Any]) -> str:
    if one["writer"] == "nobody says":
        return "captions: nobody says who wrote them"
    if one["writer"] == "people":
        parts = ["captions: written by people"]
    else:
        parts = ["captions: written by the model " + one["model"]]
    parts.append(one.get("license", "") or "under no licence that is said")
    if "trained_on" in one:
        data = [name + f" ({terms})" * bool(terms) for name, terms in one["trained_on"]]
        parts.append("trained on " + (", ".join(data) or "no data"))
    if "evidence_sha256" in one:
        parts.append("evidence " + one["evidence_sha256"])
    return "; ".join(parts)
