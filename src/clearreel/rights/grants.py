"""Grants: who permits what, on what basis, and who has checked it."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clearreel.core.errors import UsageError
from clearreel.core.identity import fingerprint
from clearreel.rights.licences import OWNED, known_form
from clearreel.rights.scope import EVERYTHING, Scope


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
    id: str = field(init=False)
    """Follows from all that is granted and shown, but not from where the folder lies."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", fingerprint("grant", self._content()))

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types, dates as RFC 3339."""
        return {"id": self.id, **self._content()}

    def _content(self) -> dict[str, Any]:
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


def grant_from_flags(
    license: str,  # noqa: A002 (the flag's own name)
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
