"""A finding: what one grant or parent, or the lack of one, means for a use, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What one grant, or the lack of one, means for the use."""

    permits: bool
    reason: str
    """For a person: what was found, and what would permit it."""
    grant: str = ""
    """The grant's id; empty when there is none."""
    license: str = ""
    holder: str = ""
    attribution: str = ""
    """The credit to give; not empty where the licence asks for one."""
    basis: str = ""
    duties: tuple[str, ...] = ()
    """Sorted: "attribution", "share-alike"."""
    evidence: str = ""
    """A file as the rights file names it, or an address."""
    evidence_sha256: str = ""
    verified_by: str = ""
    verified_on: str = ""
    """RFC 3339; empty when nobody verified it."""
    attested_by: str = ""
    alike: tuple[str, ...] = ()
    """Sorted: the licences relied upon whose share-alike a release has to honour."""


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """The finding whose fields `data` holds, lists for tuples.

    Raises `TypeError` when one is missing or unknown.
    """
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
    }
    return Finding(**fields)
