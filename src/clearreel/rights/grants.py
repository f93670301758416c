"""Grants: who permits what, on what basis, and who has checked it."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from clearreel.core.errors import UsageError
from clearreel.core.identity import fingerprint
from clearreel.rights.intervals import Interval
from clearreel.rights.layers import DEFAULT_LAYERS, Layer, layers_named
from clearreel.rights.licences import OWNED, known_form
from clearreel.rights.parent import Parent, parent_from_json
from clearreel.rights.scope import EVERYTHING, Scope
from clearreel.rights.times import moment_from_text


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission to use some files, as the rights file or the operator states it."""

    scope: Scope
    """The files that it speaks of."""
    license: str
    """An SPDX expression, `owned`, or one with `LicenseRef-…` for an agreement of its own."""
    holder: str
    """Who grants it."""
    basis: str
    """Why the holder's permission is known: "stated on the film's site", "contract of …"."""
    attribution: str = ""
    """The credit that the holder asks for; empty for one made of holder and licence."""
    uses: tuple[str, ...] | None = None
    """The only uses that are permitted. They narrow the licence; None leaves it as it is."""
    evidence: str = ""
    """A file, as written in the rights file, or an address. An address is never opened."""
    evidence_sha256: str = ""
    """Of the evidence file's bytes when the rights were read, in hex; empty for an address."""
    verified_by: str = ""
    """The person who held the evidence against the footage."""
    verified_on: date | None = None
    valid_from: date | None = None
    """A date, or a `datetime` with an offset; see `clearreel.rights.times`."""
    valid_until: date | None = None
    """The first moment at which it holds no more."""
    attested_by: str = ""
    """The operator who stated it with flags; empty for a grant from a rights file."""
    machine_read: str = ""
    """The address of the licensor's own statement that a reader turned into this grant, which
    nobody then has to verify; empty for all others. An index that names a file is no licensor."""
    layers: tuple[Layer, ...] = DEFAULT_LAYERS
    """Whose rights it speaks of."""
    intervals: tuple[Interval, ...] | None = None
    """The stretches of each file that it speaks of; None for all of it."""
    territory: tuple[str, ...] | None = None
    """The only countries (ISO 3166-1 alpha-2) in which it holds; None for anywhere."""
    permission: tuple[str, ...] | None = None
    """The only ODRL actions that are permitted. They narrow the licence, as `uses` does."""
    prohibition: tuple[str, ...] = ()
    """ODRL actions that are prohibited, whatever the licence says."""
    duty: tuple[str, ...] = ()
    """ODRL duties that are asked for beyond the licence's."""
    evidence_on: date | None = None
    """When the evidence was made. It has to be older than the footage's acquisition: where a date
    alone is known, the date has to have begun everywhere before. None: of fetched footage
    `verified_on` counts, unless a machine has read it."""
    made_from: tuple[Parent, ...] = ()
    """Data sets and works that the footage was taken from, each with what it was made from in turn.
    They permit as much as the grant, or less. Empty: it is the holder's own."""
    id: str = field(init=False)
    """Follows from all that is granted and shown, but not from where the folder lies."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", fingerprint("grant", self._content()))

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types, dates as RFC 3339."""
        return {"id": self.id, **self._content()}

    def _content(self) -> dict[str, Any]:
        return self._first_content() | {
            key: value for key, value in self._later_content().items() if value is not None
        }

    def _later_content(self) -> dict[str, Any]:
        """What not every grant says; None where it says nothing, so that old ids stay."""
        return {
            "machine_read": self.machine_read or None,
            "layers": None if self.layers == DEFAULT_LAYERS else list(self.layers),
            "intervals": None
            if self.intervals is None
            else [[str(first), str(last)] for first, last in self.intervals],
            "territory": None if self.territory is None else list(self.territory),
            "permission": None if self.permission is None else list(self.permission),
            "prohibition": list(self.prohibition) or None,
            "duty": list(self.duty) or None,
            "evidence_on": _written(self.evidence_on),
            "made_from": [parent.to_json() for parent in self.made_from] or None,
        }

    def _first_content(self) -> dict[str, Any]:
        return {
            "files": list(self.scope.patterns),
            "license": self.license,
            "holder": self.holder,
            "basis": self.basis,
            "attribution": self.attribution,
            "uses": None if self.uses is None else list(self.uses),
            "evidence": self.evidence,
            "evidence_sha256": self.evidence_sha256,
            "verified_by": self.verified_by,
            "verified_on": _written(self.verified_on),
            "valid_from": _written(self.valid_from),
            "valid_until": _written(self.valid_until),
            "attested_by": self.attested_by,
        }


def _written(moment: date | None) -> str | None:
    return None if moment is None else moment.isoformat()


def grant_from_json(data: Mapping[str, Any], folder: str) -> Grant:
    """The grant that `Grant.to_json` wrote, for the files below `folder`.

    Raises `KeyError`, `TypeError` or `ValueError` for anything else.
    """
    texts = (
        *("license", "holder", "basis", "attribution", "evidence", "evidence_sha256"),
        *("verified_by", "attested_by"),
    )
    spans = data.get("intervals")
    return Grant(
        scope=Scope(folder, tuple(data["files"])),
        uses=_several(data["uses"]),
        verified_on=_moment(data["verified_on"]),
        valid_from=_moment(data["valid_from"]),
        valid_until=_moment(data["valid_until"]),
        machine_read=data.get("machine_read", ""),
        layers=layers_named(data.get("layers", DEFAULT_LAYERS)),
        intervals=None if spans is None else tuple((Fraction(a), Fraction(b)) for a, b in spans),
        territory=_several(data.get("territory")),
        permission=_several(data.get("permission")),
        prohibition=tuple(data.get("prohibition", ())),
        duty=tuple(data.get("duty", ())),
        evidence_on=_moment(data.get("evidence_on")),
        made_from=tuple(map(parent_from_json, data.get("made_from", ()))),
        **{key: data[key] for key in texts},
    )


def _several(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _moment(text: str | None) -> date | None:
    return None if text is None else moment_from_text(text)


def grant_from_flags(
    license: str,
    holder: str | None = None,
    basis: str | None = None,
    operator: str | None = None,
) -> Grant:
    """The operator's own statement about every input of a run: an attestation.

    It ranks below evidence, and is recorded under the operator's name (by default the user name
    that the environment gives). For `owned` footage the holder is the operator unless another is
    named, and no basis has to be given.

    Raises `UsageError` when the licence is malformed, or holder or basis is missing.
    """
    expression = known_form(license)
    operator = operator or _user_name()
    if expression == OWNED:
        holder = (holder or "").strip() or operator
        basis = (basis or "").strip() or "stated by the operator to be the holder's own footage"
    for flag, value, meaning in (
        ("--holder", holder, "who grants it"),
        ("--basis", basis, "how the permission is known"),
    ):
        if not (value or "").strip():
            raise UsageError(
                f"--license {expression} says nothing without {flag}, {meaning}",
                hint=f'add {flag} "…", or use --license owned for your own footage',
            )
    assert holder is not None and basis is not None
    return Grant(EVERYTHING, expression, holder.strip(), basis.strip(), attested_by=operator)


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise UsageError(
            "the environment does not say who is operating", hint='set LOGNAME, as in LOGNAME="ada"'
        ) from error
