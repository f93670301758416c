"""What a licence permits: SPDX expressions against the uses of a data set.

Known are the Creative Commons family and a few licences that public bodies and artists use for
works, in `_OTHER`; `owned` for one's own footage; and `LicenseRef-…` for an agreement of one's
own, of which nothing is known but the uses that the grant lists. Any other is refused, software
licences too: what is not determined is a no.

- NC refuses a commercial use.
- ND refuses every use. A clip set is more than trims: clips are scaled and re-encoded for their
  readers, joined with captions, and shown as thumbnails, whether or not a model is trained.
- SA and BY are duties, which a release has to discharge.
- CC0 passes. The Public Domain Mark passes as far as its basis does: it is a label, not a licence.

Expressions: <https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/>. `AND`
is the meet of both sides; of `OR` the permitting side with the fewest duties is relied upon;
`WITH` is refused, because no exception is known that is written for footage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, Literal

from license_expression import ExpressionError, ExpressionParseError, Licensing, get_spdx_licensing

from clearreel.core.errors import UsageError
from clearreel.rights.uses import Act, Use

OWNED = "owned"
"""Written in the place of a licence for footage that the operator owns."""

Duty = Literal["attribution", "share-alike"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a licence permits a use, and what it asks in return."""

    permitted: bool
    reason: str
    """For a person: what permits it, or what was found and what would permit it."""
    duties: frozenset[Duty] = frozenset()
    """Empty when not permitted."""
    alike: frozenset[str] = frozenset()
    """The licences relied upon that ask for share-alike."""
    names: frozenset[str] = frozenset()
    """All licences relied upon. Empty when not permitted."""


@dataclass(frozen=True, slots=True)
class _Terms:
    permits: frozenset[Act]
    duties: frozenset[Duty]


_FREE = _Terms(frozenset({"reproduce", "adapt", "distribute", "commercial"}), frozenset())
_CREDIT = _Terms(_FREE.permits, frozenset({"attribution"}))
_CREDIT_ALIKE = _Terms(_FREE.permits, frozenset({"attribution", "share-alike"}))

_OTHER = {
    OWNED: _FREE,
    "CC0-1.0": _FREE,
    "CC-PDM-1.0": _FREE,
    "CC-PDDC": _FREE,
    "DL-DE-ZERO-2.0": _FREE,
    "DL-DE-BY-2.0": _CREDIT,
    "etalab-2.0": _CREDIT,
    "OGL-Canada-2.0": _CREDIT,
    "OGL-UK-1.0": _CREDIT,
    "OGL-UK-2.0": _CREDIT,
    "OGL-UK-3.0": _CREDIT,
    "LAL-1.2": _CREDIT_ALIKE,
    "LAL-1.3": _CREDIT_ALIKE,
}

_CREATIVE_COMMONS = re.compile(r"CC((?:-(?:BY|NC|ND|SA))+)-\d\.\d(?:-[A-Z]+)?")

_LACKING: dict[Act, str] = {
    "reproduce": "permits no copies",
    "distribute": "does not permit passing copies on",
    "commercial": "does not permit commercial use",
    "adapt": "permits no adaptation, and clips that are scaled and captioned are more than trims",
}


def normal_form(expression: str) -> str:
    """The expression as SPDX spells it. Raises `UsageError` when it is malformed."""
    return str(_parse(expression))


def known_form(expression: str) -> str:
    """As `normal_form`, for what a person types: every licence in it must be one that is known.

    Raises `UsageError`, with the nearest name, for one that is not.
    """
    tree = _parse(expression)
    for symbol in () if tree == OWNED else tree.symbols:
        name = str(symbol)
        if not name.startswith("LicenseRef-") and _terms(name) is None:
            raise UsageError(
                f"{name} is not a licence for footage that is known here", hint=_meant(name)
            )
    return str(tree)


def all_of(expressions: Iterable[str]) -> str:
    """The SPDX expression of licences that apply at once, each once; empty for no licence."""
    names = sorted(set(expressions) - {""})
    if len(names) == 1:
        return names[0]
    return " AND ".join(f"({name})" if " OR " in name else name for name in names)


def licence_names(expression: str) -> tuple[str, ...]:
    """The licences that an SPDX expression names, sorted. Raises `UsageError` when malformed."""
    tree = _parse(expression)
    return (OWNED,) if tree == OWNED else tuple(sorted({str(symbol) for symbol in tree.symbols}))


def _meant(name: str) -> str:
    near = get_close_matches(name.upper(), _known_names(), n=1, cutoff=0.75)
    return f"did you mean {near[0]}?" if near else "an agreement of its own is a LicenseRef-…"


def judge_license(
    expression: str,
    use: Use,
    listed: Sequence[str] | None = None,
    free: frozenset[str] = frozenset(),
) -> Ruling:
    """Whether the SPDX `expression` permits `use`.

    `listed` are the names of the uses that the grant itself lists. They narrow what a licence
    permits and never widen it; a `LicenseRef-…` permits nothing else. Without a list (None) a
    known licence permits what its terms say. `free` are the licences, as SPDX spells them, that
    permit everything beside those that are known here.

    Raises `UsageError` when the expression is malformed.
    """
    tree = _parse(expression)
    if listed is not None and use.name not in listed:
        allowed = f"only {', '.join(listed)}" if listed else "no use at all"
        return Ruling(False, f"the grant lists {allowed}, not {use.name}")
    return _judge(tree, use, listed, free)


def _judge(tree: Any, use: Use, listed: Sequence[str] | None, free: frozenset[str]) -> Ruling:
    if isinstance(tree, _licensing().AND):
        return _meet([_judge(side, use, listed, free) for side in tree.args])
    if isinstance(tree, _licensing().OR):
        return _best([_judge(side, use, listed, free) for side in tree.args])
    name = str(tree)
    if name in free:
        return Ruling(True, f"{name} permits {use.name}", names=frozenset({name}))
    return _judge_one(name, use, listed)


def _meet(sides: list[Ruling]) -> Ruling:
    refused = [side for side in sides if not side.permitted]
    if refused:
        return Ruling(False, _joined(refused))
    return Ruling(
        True,
        _joined(sides),
        frozenset[Duty]().union(*(side.duties for side in sides)),
        frozenset[str]().union(*(side.alike for side in sides)),
        frozenset[str]().union(*(side.names for side in sides)),
    )


def _best(sides: list[Ruling]) -> Ruling:
    permitting = [side for side in sides if side.permitted]
    if not permitting:
        return Ruling(False, _joined(sides))
    return min(permitting, key=lambda side: (len(side.duties), side.reason))


def _joined(sides: list[Ruling]) -> str:
    return "; ".join(sorted({side.reason for side in sides}))


def _judge_one(name: str, use: Use, listed: Sequence[str] | None) -> Ruling:
    if name.startswith("LicenseRef-"):
        if listed is None:
            return Ruling(
                False,
                f"what {name} permits is not known; the grant has to list it, as in "
                f'uses = ["{use.name}"]',
            )
        said = f"{name} permits {use.name}, as the grant lists it"
        return Ruling(True, said, names=frozenset({name}))
    terms = _terms(name)
    if terms is None:
        return Ruling(
            False, f"{name} is not a licence for footage that is known here; {_meant(name)}"
        )
    lacking = [_LACKING[act] for act in sorted(use.demands - terms.permits)]
    if lacking:
        return Ruling(
            False,
            f"{name} {', and '.join(lacking)}; {use.name} needs a licence that does, or a separate "
            "agreement with the holder, as LicenseRef-…",
        )
    alike = frozenset({name} if "share-alike" in terms.duties else ())
    return Ruling(True, f"{name} permits {use.name}", terms.duties, alike, frozenset({name}))


def _terms(name: str) -> _Terms | None:
    if name in _OTHER:
        return _OTHER[name]
    family = _CREATIVE_COMMONS.fullmatch(name)
    if family is None or name not in _licensing().known_symbols:
        return None
    elements = family[1].split("-")
    permits: set[Act] = set(_FREE.permits)
    if "NC" in elements:
        permits.discard("commercial")
    if "ND" in elements:
        permits.discard("adapt")
    duties: set[Duty] = set()
    if "BY" in elements:
        duties.add("attribution")
    if "SA" in elements:
        duties.add("share-alike")
    return _Terms(frozenset(permits), frozenset(duties))


@lru_cache(maxsize=1024)
def _parse(expression: str) -> Any:
    if expression.strip().lower() == OWNED:
        return OWNED
    try:
        tree = _licensing().parse(expression)
    except (ExpressionError, ExpressionParseError, AssertionError, IndexError) as error:
        # The parser trips over "(AND" with an assertion, and over "()" with an index.
        raise UsageError(
            f"{expression!r} is not an SPDX licence expression: {_one_line(error)[:200]}",
            hint='write it as in "CC-BY-4.0" or "CC0-1.0 OR CC-BY-4.0"',
        ) from error
    if tree is None:
        raise UsageError(
            "the licence is empty", hint='write it as in "CC-BY-4.0", or "owned" for your own'
        )
    return tree


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


@cache
def _licensing() -> Licensing:
    return get_spdx_licensing()


@cache
def _known_names() -> tuple[str, ...]:
    names = {*_licensing().known_symbols, *_OTHER}
    return tuple(sorted(name for name in names if _terms(name) is not None))
